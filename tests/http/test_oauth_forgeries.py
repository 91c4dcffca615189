"""Forged, mixed-up and stale tokens and assertions, against the running edge: each is 401, and nothing is asked."""

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey

from gateway.identity import jose
from gateway.identity.tokens import AccessTokens
from gateway.keys.material import Use
from tests.http.edge_app import AUDIENCE, ISSUER, START, City, city

pytestmark = pytest.mark.anyio

NOW = int(START)
GOOD: dict[str, object] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "A1",
    "client_id": "A1",
    "jti": "0123456789abcdef",
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + 300,
    "act": {"sub": "1001"},
}
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


@pytest.fixture
def edge(tmp_path: Path) -> City:
    return city(tmp_path)


def part(value: object) -> str:
    return jose.encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def signed(header: object, claims: object, key: Ed25519PrivateKey) -> str:
    """Signs whatever it is given, well-formed or not; bytes are taken as they are."""
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{jose.encode(key.sign(text.encode()))}"


def our_key(edge: City) -> Ed25519PrivateKey:
    key = edge.keys.signer(Use.TOKEN).private
    assert key is not None
    return key


def header(edge: City, **changes: object) -> dict[str, object]:
    stated = {"alg": "Ed25519", "typ": "at+jwt", "kid": edge.keys.signer(Use.TOKEN).kid} | changes
    return {name: value for name, value in stated.items() if value is not None}


def claims(**changes: object) -> dict[str, object]:
    return {name: value for name, value in (GOOD | changes).items() if value is not None}


def ours(edge: City, **changes: object) -> str:
    """A token with our own signature, which only a flaw of ours could bring about."""
    return signed(header(edge), claims(**changes), our_key(edge))


async def expect_401(edge: City, response: httpx.Response) -> None:
    assert response.status_code == 401, response.text
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert response.json()["errors"][0]["message"] == "The credential could not be verified."
    assert response.headers["www-authenticate"].split(" ")[0] in ("Bearer", "DPoP")
    assert not edge.echo.asked


async def test_the_good_token_of_these_tests_is_good(edge: City) -> None:
    assert (await edge.ask(ours(edge))).status_code == 200
    assert len(edge.echo.asked) == 1


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE", ""])
@pytest.mark.parametrize("ending", ["", "AAAA"])
async def test_t1_no_algorithm(edge: City, alg: str, ending: str) -> None:
    await expect_401(edge, await edge.ask(f"{part(header(edge, alg=alg))}.{part(GOOD)}.{ending}"))


@pytest.mark.parametrize("form", ["pem", "jwk", "raw", "der"])
async def test_t2_public_key_as_shared_secret(edge: City, form: str) -> None:
    public = edge.keys.signer(Use.TOKEN).public
    secrets = {
        "pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "der": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "jwk": json.dumps({"kty": "OKP", "crv": "Ed25519", "x": jose.encode(public.public_bytes_raw())}).encode(),
        "raw": public.public_bytes_raw(),
    }
    text = f"{part(header(edge, alg='HS256'))}.{part(GOOD)}"
    mac = hmac.digest(secrets[form], text.encode(), hashlib.sha256)

    await expect_401(edge, await edge.ask(f"{text}.{jose.encode(mac)}"))


@pytest.mark.parametrize(
    "more",
    [
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": jose.encode(OTHER.public_key().public_bytes_raw())}},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
        {"zip": "DEF"},
        {"cty": "JWT"},
    ],
    ids=lambda more: "-".join(more),
)
@pytest.mark.parametrize("key", ["ours", "other"])
async def test_t3_header_with_anything_else(edge: City, more: dict[str, object], key: str) -> None:
    signer = our_key(edge) if key == "ours" else OTHER

    await expect_401(edge, await edge.ask(signed(header(edge, **more), GOOD, signer)))


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "' or 1=1 --", "a\0b", "k" * 65_000, "unknown", "", None, 5, ["x"], {"a": 1}], ids=str
)
async def test_t4_key_ids(edge: City, kid: object) -> None:
    if kid == "k" * 65_000:
        kid = "k" * 6_000  # 8 KB in base64url: the longest that a server's header limits let through
    await expect_401(edge, await edge.ask(signed(header(edge, kid=kid), GOOD, our_key(edge))))


@pytest.mark.parametrize(
    "kind", ["JWT", "audit-receipt+jwt", "client-authentication+jwt", "dpop+jwt", "AT+JWT", "", None, 5]
)
async def test_t5_other_types(edge: City, kind: object) -> None:
    await expect_401(edge, await edge.ask(signed(header(edge, typ=kind), GOOD, our_key(edge))))


async def test_t5_a_client_assertion_is_no_access_token(edge: City) -> None:
    await expect_401(edge, await edge.ask(edge.assertion()))


async def test_t5_an_access_token_is_no_client_assertion(edge: City) -> None:
    async with edge.client() as http:
        response = await http.post("/oauth/token", data=edge.form(client_assertion=ours(edge)))

    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "audience",
    ["https://other.test/graphql", [AUDIENCE, "x"], [AUDIENCE], AUDIENCE + "/", AUDIENCE.upper(), None, ISSUER],
)
async def test_t6_audiences(edge: City, audience: object) -> None:
    await expect_401(edge, await edge.ask(ours(edge, aud=audience)))


async def test_t7_another_issuer(edge: City) -> None:
    await expect_401(edge, await edge.ask(ours(edge, iss="https://other.test")))


async def test_t7_the_key_of_another_issuer_under_our_name(edge: City) -> None:
    await expect_401(edge, await edge.ask(signed(header(edge), GOOD, OTHER)))


async def test_t7_a_token_of_another_installation(edge: City, tmp_path: Path) -> None:
    other = city(tmp_path / "other", seed=2)

    await expect_401(edge, await edge.ask(other.tokens.issue(client_id="A1", staff_number="1001")))


STALE = {
    "expired": {"exp": NOW, "iat": NOW - 300, "nbf": NOW - 300},
    "not yet": {"nbf": NOW + 61},
    "issued later": {"iat": NOW + 61, "exp": NOW + 120},
    "in between": {"nbf": NOW + 11},
    "text": {"exp": str(NOW + 300)},
    "truth": {"exp": True},
    "fraction": {"exp": NOW + 300.0},
    "beyond": {"exp": 10**400},
    "missing exp": {"exp": None},
    "missing iat": {"iat": None},
    "missing nbf": {"nbf": None},
    "missing jti": {"jti": None},
    "empty jti": {"jti": ""},
    "an hour": {"exp": NOW + 3600},
    "a second too long": {"exp": NOW + 301},
    "backwards": {"iat": NOW + 10, "exp": NOW + 10},
}


@pytest.mark.parametrize("changes", STALE.values(), ids=STALE.keys())
async def test_t8_times(edge: City, changes: dict[str, object]) -> None:
    await expect_401(edge, await edge.ask(ours(edge, **changes)))


@pytest.mark.parametrize("number", [b"1e308", b"NaN", b"Infinity", b"1.0", b"9" * 5000])
async def test_t8_numbers_that_are_not_times(edge: City, number: bytes) -> None:
    raw = json.dumps(claims(exp=0)).encode().replace(b'"exp": 0', b'"exp": ' + number)

    await expect_401(edge, await edge.ask(signed(header(edge), raw, our_key(edge))))


async def test_t8_a_neighbours_clock_may_be_nine_seconds_ahead(edge: City) -> None:
    response = await edge.ask(ours(edge, nbf=NOW + 9, iat=NOW + 9, exp=NOW + 200))

    assert response.status_code == 200


@pytest.mark.parametrize(
    "shape",
    [
        lambda good: good.replace(b'"sub": "A1"', b'"sub": "A2", "sub": "A1"'),
        lambda good: good.replace(b'"1001"', b"[" * 5000 + b"]" * 5000),
        lambda good: good.replace(b'"1001"', b'{"a":' * 9 + b"1" + b"}" * 9),
        lambda good: good.replace(b'"1001"', rb'"\ud800"'),
        lambda good: good.replace(b'"1001"', rb'"\u0000"'),
        lambda good: good.replace(b'"1001"', b'"\xff"'),
        lambda good: b"[" + good + b"]",
        lambda good: good + b" {}",
        lambda good: b"5",
        lambda good: b"",
    ],
)
async def test_t9_claims_that_are_not_strict_json(edge: City, shape: Callable[[bytes], bytes]) -> None:
    good = json.dumps(GOOD).encode()
    assert shape(good) != good

    await expect_401(edge, await edge.ask(signed(header(edge), shape(good), our_key(edge))))


async def test_t9_a_header_with_a_duplicate_member(edge: City) -> None:
    doubled = json.dumps(header(edge)).encode().replace(b'{"alg"', b'{"alg": "none", "alg"')
    assert doubled.count(b'"alg"') == 2

    await expect_401(edge, await edge.ask(signed(doubled, GOOD, our_key(edge))))


@pytest.mark.parametrize(
    "changes",
    [
        {"act": None},
        {"act": "1001"},
        {"act": {"sub": 1001}},
        {"act": {"sub": ""}},
        {"sub": "A2"},
        {"client_id": "A2"},
        {"client_id": "nobody", "sub": "nobody"},
        {"client_id": "A1\n", "sub": "A1\n"},
        {"scope": "all"},
        {"cnf": {}},
        {"cnf": {"jkt": 5}},
        {"authorization_details": [{"type": "credit-consent/1", "consent_id": "a"}]},
    ],
)
async def test_claims_of_another_shape(edge: City, changes: dict[str, object]) -> None:
    await expect_401(edge, await edge.ask(ours(edge, **changes)))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token + "=",
        lambda token: token + ".x",
        lambda token: token.rpartition(".")[0],
        lambda token: token.replace(".", "..", 1),
        lambda token: token[:-1],
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token[:20] + "\u00e9" + token[20:],
        lambda token: " " + token,
        lambda token: token + " ",
        lambda token: token + "\t" + token,
        lambda token: "",
        lambda token: ".." ,
        lambda token: "x" * 9000,
    ],
)  # fmt: skip
async def test_text_that_is_not_three_canonical_parts(edge: City, spoil: Callable[[str], str]) -> None:
    value = f"Bearer {spoil(ours(edge))}".encode("latin-1")
    async with edge.client() as http:
        request = http.build_request("POST", "/graphql", json={"query": "{ ok }"})
        request.headers = httpx.Headers([*request.headers.raw, (b"authorization", value)])
        await expect_401(edge, await http.send(request))


async def test_a_signature_with_spare_bits_set_is_refused(edge: City) -> None:
    """Two spellings of one signature would be two cache keys and two identifiers of one token."""
    token = ours(edge)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1])

    await expect_401(edge, await edge.ask(token[:-1] + alphabet[last ^ 1]))


@pytest.mark.parametrize("scheme", ["Basic", "DPoP", "Token", "", "bearer\u00a0"])
async def test_other_schemes(edge: City, scheme: str) -> None:
    value = f"{scheme} {ours(edge)}".encode("latin-1")
    async with edge.client() as http:
        await expect_401(
            edge, await http.post("/graphql", json={"query": "{ ok }"}, headers=[(b"Authorization", value)])
        )


async def test_two_credentials(edge: City) -> None:
    pair = [("Authorization", f"Bearer {ours(edge)}")] * 2
    async with edge.client() as http:
        await expect_401(edge, await http.post("/graphql", json={"query": "{ ok }"}, headers=pair))


async def test_a_token_is_one_for_every_reading_of_it(edge: City) -> None:
    assert (await edge.ask(Authorization=f"bearer {ours(edge)}")).status_code == 200


async def test_a_failed_credential_is_never_the_public(edge: City) -> None:
    for value in ("Bearer", "Bearer ", "x", ""):
        await expect_401(edge, await edge.ask(Authorization=value))


async def expect_no_token(edge: City, assertion: str) -> None:
    async with edge.client() as http:
        response = await http.post("/oauth/token", data=edge.form(client_assertion=assertion))
    assert response.status_code == 401, response.text
    assert response.json() == {
        "error": "invalid_client",
        "error_description": "The client could not be authenticated.",
        "code": "UNAUTHENTICATED",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "A2"},
        {"sub": "A2"},
        {"iss": None},
        {"iss": 5},
        {"iss": "nobody", "sub": "nobody"},
        {"iss": "a b", "sub": "a b"},
        {"aud": "https://other.test"},
        {"aud": [ISSUER]},
        {"aud": [ISSUER, "x"]},
        {"aud": ISSUER + "/"},
        {"aud": AUDIENCE},
        {"aud": None},
        {"jti": None},
        {"jti": "short"},
        {"jti": "j" * 129},
        {"jti": 12345678},
        {"exp": None},
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": NOW + 3600},
        {"exp": NOW + 311},
        {"exp": str(NOW + 60)},
        {"exp": True},
        {"exp": 10**400},
        {"iat": NOW + 61},
        {"iat": NOW + 11},
        {"nbf": NOW + 61},
        {"nbf": "0"},
    ],
)
async def test_assertions_that_say_something_else(edge: City, changes: dict[str, object]) -> None:
    await expect_no_token(edge, edge.assertion(**changes))  # type: ignore[arg-type]  # claims, not the key


@pytest.mark.parametrize("changes", [{"nbf": NOW + 9, "iat": NOW + 9}, {"iat": None}, {"aud": f"{ISSUER}/oauth/token"}])
async def test_assertions_that_are_good_too(edge: City, changes: dict[str, object]) -> None:
    async with edge.client() as http:
        form = edge.form(client_assertion=edge.assertion(**changes))  # type: ignore[arg-type]  # claims, not the key
        assert (await http.post("/oauth/token", data=form)).status_code == 200


async def test_an_assertion_by_another_clients_key(edge: City) -> None:
    await expect_no_token(edge, edge.assertion("A1", key="A2"))


async def test_an_assertion_by_another_key_under_the_right_kid(edge: City) -> None:
    stated = {"iss": "A1", "sub": "A1", "aud": ISSUER, "jti": "0123456789", "exp": NOW + 60}
    head = {"alg": "Ed25519", "typ": "JWT", "kid": "A1-key"}

    await expect_no_token(edge, signed(head, stated, edge.private["A2"]))
    async with edge.client() as http:
        good = edge.form(client_assertion=signed(head, stated, edge.private["A1"]))
        assert (await http.post("/oauth/token", data=good)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": "Ed448"},
        {"typ": "at+jwt"},
        {"typ": None},
        {"kid": None},
        {"kid": "unknown"},
        {"jku": "http://127.0.0.1:9/"},
        {"crit": []},
    ],
)
async def test_assertions_with_another_header(edge: City, changes: dict[str, object]) -> None:
    stated = {"iss": "A1", "sub": "A1", "aud": ISSUER, "jti": "0123456789", "exp": NOW + 60}
    head = {"alg": "EdDSA", "typ": "JWT", "kid": "A1-key"} | changes
    kept = {name: value for name, value in head.items() if value is not None}

    await expect_no_token(edge, signed(kept, stated, edge.private["A1"]))


async def test_a_p256_key_signs_assertions_too(edge: City) -> None:
    key = ec.derive_private_key(12345, ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = (jose.encode(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    keys = jose.read_key_set(json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "ec"}]}))
    edge.register.clients["A1"] = dataclasses.replace(edge.register.clients["A1"], keys=keys)
    stated = {"iss": "A1", "sub": "A1", "aud": ISSUER, "jti": "0123456789", "exp": NOW + 60}

    text = jws.serialize_compact(
        {"alg": "ES256", "typ": "JWT", "kid": "ec"},
        json.dumps(stated),
        ECKey.import_key(key),
        algorithms=["ES256"],
    )

    async with edge.client() as http:
        assert (await http.post("/oauth/token", data=edge.form(client_assertion=text))).status_code == 200


async def test_an_unreadable_signing_key_never_issues(edge: City) -> None:
    retired = tuple(dataclasses.replace(key, private=None) for key in edge.keys.signing[Use.TOKEN])
    tokens = AccessTokens(retired, issuer=ISSUER, audience=AUDIENCE, clock=edge.clock)

    with pytest.raises(ValueError, match="no private half"):
        tokens.issue(client_id="A1", staff_number="1001")


async def test_our_own_key_signs_for_no_client(edge: City) -> None:
    """An unknown key costs a verification with a key of ours; that must never succeed."""
    stated = {"iss": "A1", "sub": "A1", "aud": ISSUER, "jti": "0123456789", "exp": NOW + 60}
    for kid in ("unknown", "decoy", edge.keys.signer(Use.TOKEN).kid):
        await expect_no_token(edge, signed({"alg": "Ed25519", "typ": "JWT", "kid": kid}, stated, our_key(edge)))


async def test_credentials_that_fail_are_counted_against_their_network(tmp_path: Path) -> None:
    edge = city(tmp_path, public_rate=20)

    answers = [await edge.ask("x.y.z") for _ in range(3)]
    good = await edge.ask(ours(edge))

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert good.status_code == 200
