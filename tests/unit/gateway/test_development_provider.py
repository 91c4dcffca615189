"""The provider for trials is a provider: a code is for one client, one verifier, one minute, and one use."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.identity import jose
from gateway.identity.replay import KeptInMemory
from gateway.keys import folder
from gateway.keys.sealing import KeyedSealer
from gateway.portal.attempts import Attempt, attempt_of
from gateway.portal.provider.personas import personas
from gateway.portal.provider.provider import Asked, DevelopmentProvider, NotGranted, Secrets, secrets_of

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000.0
RETURN = "http://127.0.0.1:8000/portal/sign-in/return"
ATTEMPT: Attempt = attempt_of("x" * 43)
ASKED = Asked(state=ATTEMPT.state, nonce=ATTEMPT.nonce, challenge=ATTEMPT.challenge)
PERSONA = personas()[0]


def entropy(length: int) -> bytes:
    return b"\x05" * length


@pytest.fixture
def provider(tmp_path: Path) -> DevelopmentProvider:
    return DevelopmentProvider(
        public_url="http://127.0.0.1:8000",
        client_id="portal",
        return_to=RETURN,
        secrets=secrets_of(b"r" * 32),
        sealer=KeyedSealer(folder.create(tmp_path / "keys", entropy=entropy), entropy=entropy),
        seen=KeptInMemory(clock=lambda: NOW),
        clock=lambda: NOW,
    )


def form(provider: DevelopmentProvider, **changes: str) -> dict[str, str]:
    code = provider.code(ASKED, PERSONA.key) or ""
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN}
    return {**given, "code_verifier": ATTEMPT.verifier, **changes}


async def test_a_token_says_who_was_chosen(provider: DevelopmentProvider) -> None:
    compact = jose.read_identity(await provider.token(form(provider)))

    key = jose.verifying_key(provider.secrets.private.public_key(), kid=provider.secrets.kid)
    claims = jose.verify(compact, key)
    assert (claims["name"], claims["id_number"]) == (PERSONA.name, PERSONA.number)
    assert (claims["nonce"], claims["aud"], claims["acr"]) == (ATTEMPT.nonce, "portal", "real-name")


async def test_a_code_is_good_once(provider: DevelopmentProvider) -> None:
    given = form(provider)
    await provider.token(given)

    with pytest.raises(NotGranted, match="invalid_grant"):
        await provider.token(given)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": attempt_of("y" * 43).verifier},
        {"code_verifier": ""},
        {"redirect_uri": "https://evil.test/"},
        {"code": ""},
        {"code": "x"},
        {"code": "é"},
        {"code": "A" * 400},
    ],
    ids=str,
)
async def test_a_code_is_for_whom_it_was_given(provider: DevelopmentProvider, changes: dict[str, str]) -> None:
    with pytest.raises(NotGranted, match="invalid_grant"):
        await provider.token(form(provider, **changes))


@pytest.mark.parametrize("later", [-1.0, 61.0])
async def test_a_code_is_good_for_a_minute(provider: DevelopmentProvider, later: float) -> None:
    given = form(provider)

    with pytest.raises(NotGranted, match="invalid_grant"):
        await replace(provider, clock=lambda: NOW + later).token(given)


async def test_another_sealed_value_is_no_code(provider: DevelopmentProvider) -> None:
    sealed = jose.encode(provider.sealer.seal_value("李测试"))

    with pytest.raises(NotGranted, match="invalid_grant"):
        await provider.token(form(provider, code=sealed))


async def test_there_is_one_kind_of_grant(provider: DevelopmentProvider) -> None:
    with pytest.raises(NotGranted, match="unsupported_grant_type"):
        await provider.token(form(provider, grant_type="refresh_token"))


def test_its_secrets_are_those_of_the_installation_and_of_nothing_else() -> None:
    mine, again, other = secrets_of(b"r" * 32), secrets_of(b"r" * 32), secrets_of(b"s" * 32)

    assert (mine.kid, mine.client) == (again.kid, again.client)
    assert len({mine.kid, mine.client, other.kid, other.client}) == 4
    assert isinstance(mine, Secrets)
    assert mine.client not in repr(mine)
