"""Probes of callers: who a token stands for now, by the register of clients and operators."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from starlette.datastructures import Headers

from authz.principal import Caller, ConsentId
from gateway.identity.callers import Callers
from gateway.identity.clients import Agency, Client, ClientRole, Staff, principal_of
from gateway.identity.oauth import Presented
from gateway.identity.operators import admitted
from gateway.identity.register import RecentClients
from gateway.identity.tokens import CONSENT_TYPE, Selected
from schema.errors import Code
from tests.consents.bank import thumbprint
from tests.http.edge_app import START, TODAY, City, Clock
from tests.mutants.identity_probes import code_of, edge, refuses, token
from tests.mutants.probing import pure


def callers(found: City, clock: Callable[[], float] | None = None) -> Callers:
    async def today() -> date:
        return TODAY

    return Callers(
        tokens=found.tokens,
        clients=found.register,
        constraint=found.bound,
        clock=clock or found.clock,
        today=today,
    )


def presented(*credentials: str) -> Presented:
    raw = [(b"authorization", each.encode()) for each in credentials]
    return Presented(method="POST", path="/graphql", headers=Headers(raw=raw))


@pure
def credentials_are_one_bearer_token() -> None:
    with edge() as found:
        who, good = callers(found), token(found)

        def refused(*credentials: str) -> Code | None:
            return code_of(lambda: who.authenticate(presented(*credentials)))

        assert refused(f"Bearer {good}") is None
        assert refused(f"Bearer {good}", f"Bearer {good}") is Code.UNAUTHENTICATED
        assert refused(f"DPoP {good}") is Code.UNAUTHENTICATED
        assert refused("Bearer nothing") is Code.UNAUTHENTICATED
        assert refused(f"Bearer {token(found, cnf={'jkt': 'x'})}") is Code.UNAUTHENTICATED
        caller: Caller = asyncio.run(who.authenticate(presented()))
        assert caller.principal.role == "public"


@pure
def tokens_are_kept_until_they_end() -> None:
    """A token that was verified once is not good for ever."""
    with edge() as found:
        clock = Clock()
        who, good = callers(found, clock), presented(f"Bearer {token(found)}")
        assert code_of(lambda: who.authenticate(good)) is None
        clock.now = found.clock.now = START + 61
        assert code_of(lambda: who.authenticate(good)) is Code.UNAUTHENTICATED


@pure
def callers_are_what_the_register_says_now() -> None:
    with edge() as found:
        who, good = callers(found), presented(f"Bearer {token(found)}")
        client = found.register.clients["A1"]
        caller = asyncio.run(who.authenticate(good))
        assert caller.principal.client == "A1"
        assert caller.operator is not None
        assert client.agency is not None
        for suspended in (
            replace(client, suspended=True),
            replace(client, agency=replace(client.agency, suspended=True)),
        ):
            found.register.clients["A1"] = suspended
            assert code_of(lambda: who.authenticate(good)) is Code.UNAUTHENTICATED
        del found.register.clients["A1"]
        assert code_of(lambda: who.authenticate(good)) is Code.UNAUTHENTICATED
        found.register.clients["A1"] = client
        left = replace(found.register.staff_of["A1", "1001"], active=False)
        found.register.staff_of["A1", "1001"] = left
        assert code_of(lambda: who.authenticate(good)) is Code.OPERATOR_NOT_VALID


@pure
def consents_go_with_their_token() -> None:
    with edge() as found:
        bank = found.banks["B1"]
        bank.nonce = found.bound.nonce
        consent = Selected(
            id=ConsentId("c1"), subject="p1", details={"type": CONSENT_TYPE, "consent_id": "c1"}, version=1
        )
        key = thumbprint(bank.holder)
        text = found.tokens.issue(client_id="B1", staff_number="1001", thumbprint=key, consent=consent)
        headers = Headers({"Authorization": f"DPoP {text}", "DPoP": bank.proof("POST", "/graphql", text)})
        with_one = asyncio.run(callers(found).authenticate(Presented(method="POST", path="/graphql", headers=headers)))
        assert (with_one.consent, with_one.thumbprint) == (ConsentId("c1"), key)


@pure
def operators_have_agreement_and_training() -> None:
    """BASIS: WH-二(六)1. On the last day still, on the next not any more; and the agency's agreement with the city."""
    with edge() as found:
        staff, client = found.register.staff_of["A1", "1001"], found.register.clients["A1"]
        agency = client.agency
        assert agency is not None
        yesterday = date(2026, 5, 19)

        def lapsed(who: Staff | None, of: Agency | None = agency) -> bool:
            return refuses(lambda: admitted(who, of, TODAY))

        assert not lapsed(staff)
        assert not lapsed(_until(staff, agreement=TODAY, trained=TODAY))
        assert lapsed(None)
        assert lapsed(replace(staff, active=False))
        assert lapsed(_until(staff, agreement=yesterday))
        assert lapsed(_until(staff, trained=yesterday))
        assert lapsed(_until(staff, agreement=None))
        assert lapsed(staff, replace(agency, agreement_until=yesterday))
        assert not lapsed(staff, replace(agency, agreement_until=TODAY))


def _until(staff: Staff, **dates: date | None) -> Staff:
    names = {"agreement": "agreement_until", "trained": "trained_until"}
    changed = {names[name]: value for name, value in dates.items()}
    return replace(staff, operator=replace(staff.operator, **changed))  # type: ignore[arg-type]


@pure
def clients_are_whole() -> None:
    """A client speaks for an organisation that has what its role needs."""
    with edge() as found:
        client = found.register.clients["A1"]
        assert client.agency is not None
        assert client.usable
        assert principal_of(client).role == "dept.housing"
        without: tuple[Client, ...] = (
            replace(client, suspended=True),
            replace(client, agency=None),
            replace(client, agency=replace(client.agency, suspended=True)),
            replace(client, agency=replace(client.agency, department=None)),
            replace(client, agency=replace(client.agency, department="auditor")),
            replace(client, role=ClientRole.BANK, agency=None),
        )
        for each in without:
            assert not each.usable
            assert refuses(partial(principal_of, each))
        assert principal_of(found.register.clients["B1"]).role == "bank"
        assert principal_of(replace(client, role=ClientRole.CREDIT_SERVICE)).role == "credit_service"
        assert principal_of(found.register.clients["AUDIT"]).role == "auditor"


@pure
def the_register_is_asked_again() -> None:
    """After its time an answer of the register is not used any more: a suspension holds on every node."""
    with edge() as found:
        clock = Clock()
        recent = RecentClients(found.register, seconds=10, clock=clock)

        async def suspended() -> list[bool]:
            told = []
            for later in (0, 9, 11):
                clock.now = START + later
                client = await recent.client("A1")
                told.append(client is not None and client.suspended)
                found.register.clients["A1"] = replace(found.register.clients["A1"], suspended=True)
            return told

        assert asyncio.run(suspended()) == [False, False, True]
