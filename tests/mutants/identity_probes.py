"""Probes of who asks: tokens, client assertions, keys, operators, and what a register's change does to a caller."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from authz.principal import ConsentId
from gateway.identity import jose
from gateway.identity.oauth import OAuthError
from gateway.identity.tokens import CONSENT_TYPE, LIFETIME, SKEW, TYPE, AccessToken
from gateway.keys.material import Use
from schema.errors import CallerError, Code
from tests.http.edge_app import AUDIENCE, ISSUER, START, City, city
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
def edge(**rates: Any) -> Iterator[City]:
    """``caller_rate`` and ``public_rate``, in points per minute."""
    with tempfile.TemporaryDirectory() as folder:
        yield city(Path(folder), **rates)


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
            bound = {"sub": "p1", "cnf": {"jkt": "x"}, "cver": 1}
            return found.tokens.read(token(found, authorization_details=details, **bound))  # type: ignore[arg-type]

        assert read([one]).consent == ConsentId("c1")
        assert refuses(lambda: read([one, {**one, "consent_id": "c2"}]))
        assert refuses(lambda: read([{**one, "type": "other"}]))
        assert refuses(lambda: read([]))
