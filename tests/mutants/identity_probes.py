"""Probes of who asks: tokens, client assertions, keys, operators, and what a register's change does to a caller."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from starlette.datastructures import Headers

from authz.principal import Caller, ConsentId
from gateway.identity import jose
from gateway.identity.callers import Callers
from gateway.identity.clients import Agency, Client, ClientRole, Staff, principal_of
from gateway.identity.oauth import OAuthError, Presented
from gateway.identity.operators import admitted
from gateway.identity.register import RecentClients
from gateway.identity.sender import Unbound
from gateway.identity.tokens import CONSENT_TYPE, LIFETIME, SKEW, TYPE, AccessToken
from gateway.keys.material import Use
from schema.errors import CallerError, Code
from tests.http.edge_app import AUDIENCE, ISSUER, START, TODAY, City, Clock, city
from tests.mutants.probing import pure

NOW = int(START)
CLAIMS: Mapping[str, object] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "A1",
    "client_id": "A1",
    "jti": "00112233",
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + 60,
    "act": {"sub": "1001"},
}


@contextmanager
def edge() -> Iterator[City]:
    with tempfile.TemporaryDirectory() as folder:
        yield city(Path(folder))


def refuses(call: Callable[[], object]) -> bool:
    try:
        call()
    except (jose.JoseError, CallerError, OAuthError, ValueError):
        return True
    return False


def code_of(call: Callable[[], Awaitable[object]]) -> Code | None:
    """The code of the refusal, or None where there is none."""

    async def told() -> Code | None:
        try:
            await call()
        except (CallerError, OAuthError) as refusal:
            return refusal.code
        except ValueError:
            return Code.INTERNAL
        return None

    return asyncio.run(told())


def token(found: City, *, kid: str | None = None, kind: str = TYPE, key: str | None = None, **claims: object) -> str:
    """A token signed with our own key (or a client's), saying what it says; None removes a claim."""
    signer = found.keys.signer(Use.TOKEN)
    private = found.private[key] if key is not None else signer.private
    assert private is not None
    stated = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jose.sign(stated, private=private, kid=kid or signer.kid, kind=kind)


@pure
def tokens_are_ours_for_us_and_current() -> None:
    with edge() as found:

        def refused(**changes: object) -> bool:
            return refuses(lambda: found.tokens.read(token(found, **changes)))  # type: ignore[arg-type]

        assert not refused()
        assert refused(iss="https://other.test")
        assert refused(aud="https://other.test/graphql")
        assert refused(iat=NOW - 60, nbf=NOW - 60, exp=NOW)
        assert refused(nbf=NOW + SKEW + 1)
        assert refused(iat=NOW + SKEW + 1, nbf=NOW, exp=NOW + SKEW + 30)
        assert refused(exp=NOW + LIFETIME + 1)
        assert refused(iat=NOW - LIFETIME, nbf=NOW - LIFETIME, exp=NOW + 60)
        assert refused(jti=None)
        assert refused(role="admin")
        assert refused(kind="JWT")


@pure
def tokens_are_signed_by_us() -> None:
    with edge() as found:
        assert refuses(lambda: found.tokens.read(token(found, key="A1")))
        assert refuses(lambda: found.tokens.read(token(found, kid="other")))
        head, body, signature = token(found).split(".")
        other = token(found, sub="A2", client_id="A2").split(".")[1]
        assert refuses(lambda: found.tokens.read(f"{head}.{other}.{signature}"))
        assert body != other


@pure
def tokens_name_one_client_and_one_operator() -> None:
    with edge() as found:
        forged: tuple[dict[str, object], ...] = (
            {"client_id": "A2"},
            {"sub": "A 1", "client_id": "A 1"},
            {"act": {"sub": "10 01"}},
            {"act": {}},
            {"cnf": {}},
        )
        for changes in forged:
            text = token(found, **changes)  # type: ignore[arg-type]
            assert refuses(partial(found.tokens.read, text)), changes


@pure
def tokens_join_no_two_consents() -> None:
    one = {"type": CONSENT_TYPE, "consent_id": "c1"}
    with edge() as found:

        def read(details: object) -> AccessToken:
            return found.tokens.read(token(found, authorization_details=details))

        assert read([one]).consent == ConsentId("c1")
        assert refuses(lambda: read([one, {**one, "consent_id": "c2"}]))
        assert refuses(lambda: read([{**one, "type": "other"}]))
        assert refuses(lambda: read([]))


def callers(found: City, clock: Callable[[], float] | None = None) -> Callers:
    async def today() -> date:
        return TODAY

    return Callers(
        tokens=found.tokens,
        clients=found.register,
        constraint=Unbound(),
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
        details = [{"type": CONSENT_TYPE, "consent_id": "c1"}]
        who = callers(found)
        with_one = asyncio.run(who.authenticate(presented(f"Bearer {token(found, authorization_details=details)}")))
        assert with_one.consent == ConsentId("c1")


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
            replace(client, role=ClientRole.BANK, agency=None),
        )
        for each in without:
            assert not each.usable
            assert refuses(partial(principal_of, each))
        assert principal_of(found.register.clients["B1"]).role == "bank"
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
