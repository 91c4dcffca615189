"""What the portal believes of an identity provider: the token of this attempt, signed for it, fresh, and no other."""

import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import ECKey, OctKey, OKPKey

from gateway.identity import assertions, jose
from gateway.keys.material import SigningKey, thumbprint
from gateway.portal.attempts import attempt_of
from gateway.portal.oidc import Client, NotSignedIn, ProviderAway, RelyingParty
from tests.portal.identity_service import ATTEMPT, CLIENT, ISSUER, KEYS, NOW, RETURN, IdentityService, basic

pytestmark = pytest.mark.anyio


def party(service: IdentityService, **changes: Any) -> RelyingParty:
    client = Client(issuer=ISSUER, id=CLIENT, return_to=RETURN, levels=("real-name",), secret="s:1")
    return RelyingParty(client=replace(client, **changes), send=service.send, clock=lambda: NOW)


async def claims(service: IdentityService, *, since: float | None = None) -> jose.Claims:
    return await party(service).claims("code-1", ATTEMPT, since=since)


@pytest.mark.parametrize("algorithm", KEYS)
async def test_the_claims_of_a_token_that_is_in_order_are_believed(algorithm: str) -> None:
    found = await claims(IdentityService(algorithm=algorithm))

    assert (found["name"], found["sub"]) == ("李测试", "u-1")


async def test_a_token_may_leave_out_its_type() -> None:
    assert (await claims(IdentityService(header={"typ": None})))["sub"] == "u-1"


async def test_an_audience_may_be_a_list_of_one() -> None:
    assert (await claims(IdentityService(claims={"aud": [CLIENT], "azp": CLIENT})))["sub"] == "u-1"


WRONG: dict[str, dict[str, object]] = {
    "another issuer": {"iss": "https://other.test"},
    "the issuer with a slash": {"iss": f"{ISSUER}/"},
    "another audience": {"aud": "other"},
    "a second audience": {"aud": [CLIENT, "other"]},
    "no audience": {"aud": None},
    "for another party": {"azp": "other"},
    "nobody": {"sub": None},
    "the nonce of another attempt": {"nonce": attempt_of("y" * 43).nonce},
    "no nonce": {"nonce": None},
    "expired": {"exp": int(NOW) - 11},
    "no end": {"exp": None},
    "an end in words": {"exp": str(int(NOW) + 300)},
    "an end that is true": {"exp": True},
    "from the future": {"iat": int(NOW) + 11},
    "old": {"iat": int(NOW) - 601},
    "no beginning": {"iat": None},
    "no time of authentication": {"auth_time": None},
    "authenticated long ago": {"auth_time": int(NOW) - 3611},
    "authenticated tomorrow": {"auth_time": int(NOW) + 86400},
}


@pytest.mark.parametrize("why", WRONG)
async def test_a_token_that_is_not_of_this_sign_in_is_refused(why: str) -> None:
    with pytest.raises(NotSignedIn):
        await claims(IdentityService(claims=WRONG[why]))


@pytest.mark.parametrize(
    "header", [{"kid": "other"}, {"kid": None}, {"typ": "at+jwt"}, {"alg": "ES256"}, {"jku": "https://x.test"}], ids=str
)
async def test_a_header_that_names_something_else_is_refused(header: dict[str, object]) -> None:
    key = KEYS["ES256"] if header.get("alg") == "ES256" else None
    with pytest.raises(NotSignedIn):
        await claims(IdentityService(header=header, signs_with=key))


async def test_a_token_signed_by_another_key_is_refused() -> None:
    other = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(b"o" * 32))

    with pytest.raises(NotSignedIn):
        await claims(IdentityService(signs_with=other))


async def test_a_token_signed_with_the_clients_secret_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        await claims(IdentityService(header={"alg": "HS256"}, signs_with=OctKey.import_key("s:1" * 12)))  # type: ignore[arg-type]


async def test_who_is_authenticated_anew_was_authenticated_since_it_was_asked_for() -> None:
    began = NOW - 60

    assert (await claims(IdentityService(claims={"auth_time": int(began)}), since=began))["sub"] == "u-1"
    with pytest.raises(NotSignedIn):
        await claims(IdentityService(claims={"auth_time": int(began) - 11}), since=began)


async def test_keys_that_are_not_for_this_are_passed_over() -> None:
    service = IdentityService()
    others = [
        {"kty": "oct", "k": "AAAA", "kid": "a"},
        {**service.public("RS256"), "use": "enc", "kid": "b"},
        {**ECKey.generate_key("P-384").as_dict(private=False), "kid": "c"},
        {**service.public("RS256"), "n": jose.encode(b"\xff" * 128), "kid": "d"},
        {**service.public("RS256"), "e": "Aw", "kid": "e"},
        "no key",
    ]
    service.keys = [*others, service.public()]  # type: ignore[list-item]

    assert (await claims(service))["sub"] == "u-1"


async def test_two_keys_of_one_name_are_no_key() -> None:
    service = IdentityService()
    service.keys = [service.public(), {**service.public("ES256"), "kid": "Ed25519"}]

    with pytest.raises(NotSignedIn):
        await claims(service)


async def test_a_private_key_in_the_set_is_no_key() -> None:
    service = IdentityService()
    service.keys = [{**KEYS["Ed25519"].as_dict(private=True), "kid": "Ed25519"}]

    with pytest.raises(NotSignedIn):
        await claims(service)


async def test_a_key_that_is_new_is_looked_up_and_an_unknown_one_not_at_every_sign_in() -> None:
    service = IdentityService(keys=[])
    now = NOW
    found = party(service)
    found.clock = lambda: now

    for _ in range(3):
        with pytest.raises(NotSignedIn):
            await found.claims("code", ATTEMPT, since=None)
    assert sum(call.address.endswith("/jwks") for call in service.calls) == 1

    service.keys, now = [service.public()], NOW + 61
    assert (await found.claims("code", ATTEMPT, since=None))["sub"] == "u-1"


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_no_token_is_no_sign_in(status: int) -> None:
    with pytest.raises(NotSignedIn):
        await claims(IdentityService(token_status=status))


async def test_a_provider_that_is_away_is_told_apart() -> None:
    with pytest.raises(ProviderAway):
        await claims(IdentityService(away=True))


METADATA: dict[str, dict[str, object]] = {
    "of another issuer": {"issuer": "https://other.test"},
    "without a place to go": {"authorization_endpoint": None},
    "in the clear": {"token_endpoint": "http://id.test/token"},
    "no address": {"jwks_uri": "http://[x"},
    "a list": {"jwks_uri": ["https://id.test/jwks"]},
}


@pytest.mark.parametrize("why", METADATA)
async def test_metadata_that_cannot_be_used_are_those_of_no_provider(why: str) -> None:
    with pytest.raises(ProviderAway):
        await party(IdentityService(metadata=METADATA[why])).address(ATTEMPT, anew=False)


async def test_the_way_to_the_provider_names_this_attempt_and_asks_for_a_verified_name() -> None:
    address = urlsplit(await party(IdentityService()).address(ATTEMPT, anew=False))

    asked = dict(parse_qsl(address.query))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/authorize"
    assert asked["code_challenge"] == jose.encode(hashlib.sha256(ATTEMPT.verifier.encode()).digest())
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert (asked["state"], asked["nonce"]) == (ATTEMPT.state, ATTEMPT.nonce)
    assert (asked["redirect_uri"], asked["client_id"], asked["acr_values"]) == (RETURN, CLIENT, "real-name")
    assert "prompt" not in asked


async def test_anew_means_now() -> None:
    asked = dict(parse_qsl(urlsplit(await party(IdentityService()).address(ATTEMPT, anew=True)).query))

    assert (asked["prompt"], asked["max_age"]) == ("login", "0")


async def test_an_address_with_a_query_keeps_it() -> None:
    service = IdentityService(metadata={"authorization_endpoint": f"{ISSUER}/authorize?city=wh"})

    assert (await party(service).address(ATTEMPT, anew=False)).startswith(f"{ISSUER}/authorize?city=wh&response_type=")


@pytest.mark.parametrize(
    ("said", "supported", "ours"),
    [
        (ISSUER, True, True),
        ("https://other.test", True, False),
        (None, True, False),
        (None, None, True),
        ("https://other.test", None, False),
    ],
)
async def test_a_response_names_its_provider(said: str | None, supported: bool | None, ours: bool) -> None:
    service = IdentityService(metadata={"authorization_response_iss_parameter_supported": supported})

    assert await party(service).names(said) is ours


async def test_the_code_goes_with_the_verifier_and_the_secret() -> None:
    service = IdentityService()
    await claims(service)

    assert service.asked_for_token() == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": RETURN,
        "code_verifier": ATTEMPT.verifier,
    }
    assert basic(service.token_call) == "portal:s%3A1"


async def test_a_client_with_a_key_of_its_own_sends_no_secret() -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"p" * 32)
    public = private.public_key()
    key = SigningKey(kid=thumbprint(public), number=1, public=public, private=private)
    service = IdentityService()
    await party(service, secret=None, key=key).claims("code-1", ATTEMPT, since=None)

    assert "Authorization" not in service.token_call.headers
    compact = jose.read(service.asked_for_token()["client_assertion"], types=assertions.TYPES)
    keys = {key.kid: jose.verifying_key(public, kid=key.kid)}
    decoy = next(iter(keys.values()))
    verified = assertions.verify(compact, keys, decoy=decoy, audiences=frozenset({ISSUER}), now=NOW)
    assert verified.client_id == CLIENT


def test_an_attempt_is_the_same_of_the_same_secret_and_tells_nothing_of_itself() -> None:
    again = attempt_of("x" * 43)

    assert again == ATTEMPT
    assert len({again.state, again.nonce, again.verifier, "x" * 43}) == 4
    assert "x" * 43 not in repr(again)
    assert again.verifier not in repr(again)
