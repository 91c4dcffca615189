"""Probes of the token endpoint: who gets a token, for whom, once."""

import asyncio
from dataclasses import replace

from starlette.datastructures import Headers

from gateway.identity import jose
from gateway.identity.assertions import KIND
from gateway.identity.oauth import Presented
from gateway.identity.replay import KeptInMemory
from gateway.identity.tokens import SKEW
from gateway.keys.material import Use
from schema.errors import Code
from tests.http.edge_app import ISSUER, START, City, Clock
from tests.mutants.identity_probes import NOW, code_of, edge
from tests.mutants.probing import pure


def grant(found: City, **changes: str | None) -> Code | None:
    form = found.form(**changes)  # type: ignore[arg-type]
    return code_of(
        lambda: found.authority.grant(form, Presented(method="POST", path="/oauth/token", headers=Headers()))
    )


@pure
def token_requests_are_complete() -> None:
    with edge() as found:
        assert grant(found) is None
        assert grant(found, grant_type="password") is not None
        assert grant(found, client_assertion_type="other") is not None
        assert grant(found, operator="") is Code.BAD_REQUEST
        assert grant(found, scope="all") is not None
        assert grant(found, client_id="A2") is Code.UNAUTHENTICATED
        assert grant(found, authorization_details='[{"type": "credit-consent/1"}]') is not None


@pure
def clients_prove_themselves() -> None:
    with edge() as found:

        def refused(key: str | None = None, **claims: object) -> bool:
            stated = found.assertion("A1", key=key, **claims)
            return grant(found, client_assertion=stated) is Code.UNAUTHENTICATED

        assert not refused()
        assert refused(key="A2")
        signer = found.keys.signer(Use.TOKEN)
        assert signer.private is not None
        for private, kid in ((signer.private, "unknown"), (found.private["A2"], "A1-key")):
            forged = jose.sign(_assertion(found), private=private, kid=kid, kind=KIND)
            assert grant(found, client_assertion=forged) is Code.UNAUTHENTICATED
        assert refused(sub="A2")
        assert refused(iss="A2")
        assert refused(aud="https://other.test")
        assert refused(jti="short")
        assert refused(jti=None)
        assert refused(exp=NOW)
        assert refused(exp=NOW + 300 + SKEW + 1)
        assert refused(iat=NOW + SKEW + 1)
        assert refused(nbf=NOW + SKEW + 1)
        found.register.clients["A1"] = replace(found.register.clients["A1"], suspended=True)
        assert refused()


def _assertion(found: City) -> jose.Claims:
    said = {"iss": "A1", "sub": "A1", "aud": ISSUER, "jti": found.identifiers()}
    return {**said, "iat": NOW, "exp": NOW + 60}


@pure
def assertions_are_used_once() -> None:
    with edge() as found:
        assertion = found.assertion()
        assert grant(found, client_assertion=assertion) is None
        assert grant(found, client_assertion=assertion) is Code.UNAUTHENTICATED


@pure
def tokens_are_for_operators_who_may_ask() -> None:
    with edge() as found:
        for operator in ("1002", "1003", "1004", "9999"):
            assert grant(found, operator=operator) is Code.OPERATOR_NOT_VALID


@pure
def banks_need_bound_tokens() -> None:
    with edge() as found:
        assert grant(found, client="B1") is Code.UNAUTHENTICATED
        found.register.clients["B1"] = replace(found.register.clients["B1"], dpop_thumbprint=None)
        assert grant(found, client="B1") is Code.UNAUTHENTICATED
        client = found.register.clients["A1"]
        found.register.clients["A1"] = replace(client, dpop_thumbprint="x")
        assert grant(found) is Code.UNAUTHENTICATED


@pure
def identifiers_are_remembered() -> None:
    """Until they expire by themselves, each for its own client, and never more than can be held."""

    async def first(kept: KeptInMemory, *seen: tuple[str, str, int]) -> list[bool]:
        return [await kept.first(*each) for each in seen]

    clock = Clock()
    many = KeptInMemory(clock=clock, most=2)
    later = NOW + 60
    told = asyncio.run(first(many, ("A", "1", later), ("A", "1", later), ("B", "1", later), ("A", "2", later)))
    assert told == [True, False, True, False]
    clock.now = START + 61
    assert asyncio.run(first(many, ("A", "3", later + 60))) == [True]
    apart = KeptInMemory(clock=clock)
    assert asyncio.run(first(apart, ("AB", "C", later), ("A", "BC", later))) == [True, True]
