"""Proofs of possession against the running edge: what one must say, who may give it, and that it is good once."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.identity.sender import Why
from tests.consents.bank import Bank, encoded, public_jwk, thumbprint
from tests.http.edge_app import ISSUER, START, City, city

pytestmark = pytest.mark.anyio

NOW = int(START)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
POINT = derive_private_key(7, SECP256R1())


@pytest.fixture
def edge(tmp_path: Path) -> City:
    """Proofs go without a nonce, but where a test is about nonces."""
    return city(tmp_path, nonces=False)


@pytest.fixture
def wary(tmp_path: Path) -> City:
    return city(tmp_path)


async def token_answer(edge: City, bank: Bank, *proofs: str) -> httpx.Response:
    headers = [("DPoP", proof) for proof in (proofs or (bank.proof("POST", "/oauth/token"),))]
    async with edge.client() as http:
        return await http.post("/oauth/token", data=bank.form(), headers=headers)


async def token_of(edge: City, client: str = "B1") -> str:
    answer = await token_answer(edge, edge.banks[client])
    assert answer.status_code == 200, answer.text
    assert answer.json()["token_type"] == "DPoP"
    token: str = answer.json()["access_token"]
    return token


async def ask(edge: City, token: str, *proofs: str, scheme: str = "DPoP") -> httpx.Response:
    headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", proof) for proof in proofs)]
    async with edge.client() as http:
        return await http.post("/graphql", json={"query": "{ ok }"}, headers=headers)


async def refused(edge: City, answer: httpx.Response, why: Why | None = Why.PROOF_REFUSED) -> None:
    """One answer for every reason, nothing was asked, and the refusal is counted for the bank; then a good one."""
    assert answer.status_code == 401, answer.text
    assert answer.json()["errors"][0]["message"] == "The credential could not be verified."
    assert answer.headers["www-authenticate"].startswith('DPoP error="')
    assert not edge.echo.asked
    assert edge.proofs == ([] if why is None else [("B1", why)])
    bank = edge.banks["B1"]
    token = await token_of(edge)
    assert (await ask(edge, token, bank.proof("POST", "/graphql", token))).status_code == 200


# What a proof must say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", ["B1", "B2"])
@pytest.mark.parametrize("scheme", ["DPoP", "dpop"])
async def test_a_bound_token_is_good_with_a_proof_of_its_key(edge: City, client: str, scheme: str) -> None:
    token, bank = await token_of(edge, client), edge.banks[client]

    answer = await ask(edge, token, bank.proof("POST", "/graphql", token), scheme=scheme)

    assert answer.status_code == 200
    assert edge.echo.asked[0][1].principal.client == client
    assert not edge.proofs


CLAIMS: Mapping[str, Mapping[str, Any]] = {
    "another method": {"htm": "GET"},
    "method in small letters": {"htm": "post"},
    "no method": {"htm": None},
    "another address": {"htu": f"{ISSUER}/oauth/token"},
    "address with a query": {"htu": f"{ISSUER}/graphql?a=1"},
    "address with a slash": {"htu": f"{ISSUER}/graphql/"},
    "address of another host": {"htu": "https://other.test/graphql"},
    "address without its scheme": {"htu": "http://credit.test/graphql"},
    "addresses": {"htu": [f"{ISSUER}/graphql"]},
    "token of another": {"ath": encoded(b"x" * 32)},
    "no token": {"ath": None},
    "a short identifier": {"jti": "x" * 15},
    "a long identifier": {"jti": "x" * 129},
    "an identifier with blanks": {"jti": "x " * 16},
    "a number for identifier": {"jti": 12345678901234567},
    "no identifier": {"jti": None},
    "too old": {"iat": NOW - 31},
    "too early": {"iat": NOW + 11},
    "time as text": {"iat": str(NOW)},
    "time as truth": {"iat": True},
    "time with a fraction": {"iat": NOW + 0.5},
    "no time": {"iat": None},
    "another claim": {"exp": NOW + 60},
    "a number for nonce": {"nonce": 5},
}


@pytest.mark.parametrize("changes", CLAIMS.values(), ids=CLAIMS.keys())
async def test_claims_are_of_this_request_and_of_now(edge: City, changes: Mapping[str, Any]) -> None:
    token = await token_of(edge)

    await refused(edge, await ask(edge, token, edge.banks["B1"].proof("POST", "/graphql", token, **changes)))


@pytest.mark.parametrize("issued", [NOW - 30, NOW + 10])
async def test_clocks_may_differ_a_little(edge: City, issued: int) -> None:
    token = await token_of(edge)

    answer = await ask(edge, token, edge.banks["B1"].proof("POST", "/graphql", token, iat=issued))

    assert answer.status_code == 200


JWK = public_jwk(OTHER)
HEADERS: Mapping[str, Mapping[str, Any]] = {
    "an access token's type": {"typ": "at+jwt"},
    "no type": {"typ": None},
    "a type in capitals": {"typ": "DPoP+JWT"},
    "no algorithm": {"alg": "none"},
    "another algorithm": {"alg": "ES256"},
    "a shared secret": {"alg": "HS256"},
    "no key": {"jwk": None},
    "a key id": {"kid": "B1-key"},
    "critical": {"crit": ["b64"], "b64": False},
    "a certificate": {"x5c": ["AAAA"]},
    "a place of keys": {"jku": "http://127.0.0.1:9/keys"},
    "keys": {"jwk": [JWK]},
    "a name for key": {"jwk": "B1"},
    "a key with more": {"jwk": {**JWK, "x5u": "http://127.0.0.1:9/cert"}},
    "a key for secrets": {"jwk": {**JWK, "use": "enc"}},
    "a short key": {"jwk": {**JWK, "x": encoded(b"x" * 31)}},
    "a padded key": {"jwk": {**JWK, "x": JWK["x"] + "="}},
    "a number for key": {"jwk": {**JWK, "x": 5}},
    "another curve": {"jwk": {**JWK, "crv": "X25519"}},
    "another kind": {"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}},
    "a point off the curve": {"alg": "ES256", "jwk": {**public_jwk(POINT), "y": public_jwk(POINT)["x"]}},
    "numbers for a point": {"alg": "ES256", "jwk": {**public_jwk(POINT), "x": 5, "y": 7}},
    "another curve of points": {"alg": "ES384", "jwk": {**public_jwk(POINT), "crv": "P-384"}},
}  # fmt: skip


@pytest.mark.parametrize("changes", HEADERS.values(), ids=HEADERS.keys())
async def test_headers_say_three_things(edge: City, changes: Mapping[str, Any]) -> None:
    token = await token_of(edge)

    await refused(edge, await ask(edge, token, edge.banks["B1"].proof("POST", "/graphql", token, header=changes)))


@pytest.mark.parametrize("member", ["d", "k", "p"])
async def test_t12_a_private_key_is_told_apart(edge: City, member: str) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]
    key = {**public_jwk(bank.holder), member: encoded(b"x" * 32)}

    await refused(
        edge, await ask(edge, token, bank.proof("POST", "/graphql", token, header={"jwk": key})), Why.KEY_BURNT
    )


DEEP = b'{"jti":' + b"[" * 2000 + b"]" * 2000 + b"}"
MALFORMED: Mapping[str, str] = {
    "nothing": "",
    "a word": "x",
    "two parts": "AAAA.AAAA",
    "four parts": "AAAA.AAAA.AAAA.AAAA",
    "too long": "A" * 9000 + ".AAAA.AAAA",
    "padding": "AAAA=.AAAA.AAAA",
    "not JSON": f"{encoded(b'x')}.{encoded(b'x')}.AAAA",
    "deep": f"{encoded(b'{}')}.{encoded(DEEP)}.AAAA",
    "a list": f"{encoded(b'[]')}.{encoded(b'[]')}.AAAA",
    "a key twice": encoded(b'{"alg":"Ed25519","alg":"Ed25519"}') + ".e30.AAAA",
    "no number": encoded(b'{"alg":NaN}') + "." + encoded(b'{"iat":1e308}') + ".AAAA",
}


@pytest.mark.parametrize("proof", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_proof_is_none(edge: City, proof: str) -> None:
    await refused(edge, await ask(edge, await token_of(edge), proof))


async def test_a_signature_that_was_changed(edge: City) -> None:
    token = await token_of(edge)
    proof = edge.banks["B1"].proof("POST", "/graphql", token)

    await refused(edge, await ask(edge, token, proof[:-6] + "AAAAAA"))


async def test_there_is_one_proof(edge: City) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]

    await refused(edge, await ask(edge, token, *(bank.proof("POST", "/graphql", token) for _ in range(2))))


async def test_the_address_is_the_configured_one_whatever_host_is_named(edge: City) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]
    headers = {"Authorization": f"DPoP {token}", "Host": "other.test", "X-Forwarded-Host": "other.test"}

    async with edge.client() as http:
        forged = {"DPoP": bank.proof("POST", "/graphql", token, htu="https://other.test/graphql")}
        assert (await http.post("/graphql", json={"query": "{ ok }"}, headers=headers | forged)).status_code == 401
        good = {"DPoP": bank.proof("POST", "/graphql", token)}
        assert (await http.post("/graphql", json={"query": "{ ok }"}, headers=headers | good)).status_code == 200


# Who may give it ------------------------------------------------------------------------------------------------------


async def test_t10_a_stolen_token_is_worth_nothing(edge: City) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]
    by_another = bank.proof("POST", "/graphql", token, key=OTHER)
    ours_in_name = bank.proof("POST", "/graphql", token, key=OTHER, header={"jwk": public_jwk(bank.holder)})

    answers = [
        await ask(edge, token, bank.proof("POST", "/graphql", token), scheme="Bearer"),
        await ask(edge, token),
        await ask(edge, token, by_another),
        await ask(edge, token, ours_in_name),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert len({answer.content for answer in answers}) == 1
    assert [why for _, why in edge.proofs] == [Why.PROOF_REFUSED, Why.PROOF_REFUSED, Why.OTHER_KEY, Why.PROOF_REFUSED]
    assert not edge.echo.asked


async def test_t13_a_token_of_one_bank_with_the_key_of_another(edge: City) -> None:
    token, other = await token_of(edge), edge.banks["B2"]

    await refused(edge, await ask(edge, token, other.proof("POST", "/graphql", token)), Why.OTHER_KEY)


async def test_a_token_is_not_bound_to_the_key_of_another(edge: City) -> None:
    bank, other = edge.banks["B1"], edge.banks["B2"]

    answer = await token_answer(edge, bank, other.proof("POST", "/oauth/token"))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
    assert edge.proofs == [("B1", Why.OTHER_KEY)]


@pytest.mark.parametrize("changes", [{"htu": f"{ISSUER}/graphql"}, {"htm": "GET"}, {"ath": encoded(b"x" * 32)}])
async def test_the_token_endpoint_wants_a_proof_of_its_own(edge: City, changes: dict[str, Any]) -> None:
    bank = edge.banks["B1"]

    answer = await token_answer(edge, bank, bank.proof("POST", "/oauth/token", **changes))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")


async def test_a_client_with_another_key_than_its_token_has_to_ask_anew(edge: City) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]
    rolled = dataclasses.replace(edge.register.clients["B1"], dpop_thumbprint=thumbprint(OTHER))
    edge.register.clients["B1"] = rolled

    for key in (None, OTHER):
        answer = await ask(edge, token, bank.proof("POST", "/graphql", token, key=key))
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith('DPoP error="invalid_token"')
    assert not edge.proofs  # to go on for a moment with what it had is no attempt
    bank.holder = OTHER
    fresh = await token_of(edge)
    assert (await ask(edge, fresh, bank.proof("POST", "/graphql", fresh))).status_code == 200


async def test_a_client_that_was_given_a_key_no_longer_goes_without(edge: City) -> None:
    token = edge.tokens.issue(client_id="A1", staff_number="1001")
    assert (await ask(edge, token, scheme="Bearer")).status_code == 200
    edge.register.clients["A1"] = dataclasses.replace(edge.register.clients["A1"], dpop_thumbprint=thumbprint(OTHER))

    assert (await ask(edge, token, scheme="Bearer")).status_code == 401


async def test_a_bearer_token_is_not_presented_as_a_bound_one(edge: City) -> None:
    token = edge.tokens.issue(client_id="A1", staff_number="1001")

    assert (await ask(edge, token, edge.banks["B1"].proof("POST", "/graphql", token))).status_code == 401


async def test_a_bank_without_a_registered_key_gets_no_token(edge: City) -> None:
    edge.register.clients["B1"] = dataclasses.replace(edge.register.clients["B1"], dpop_thumbprint=None)

    answer = await token_answer(edge, edge.banks["B1"])

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")


# Once -----------------------------------------------------------------------------------------------------------------


async def test_t11_a_proof_is_good_once(edge: City) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]
    proof = bank.proof("POST", "/graphql", token)

    assert [(await ask(edge, token, proof)).status_code for _ in range(3)] == [200, 401, 401]
    assert edge.proofs == [("B1", Why.PROOF_REPLAYED)] * 2


async def test_t11_at_the_edge_of_its_time(edge: City) -> None:
    token, bank = await token_of(edge), edge.banks["B1"]
    proof = bank.proof("POST", "/graphql", token)
    assert (await ask(edge, token, proof)).status_code == 200

    for later in (30, 31):
        edge.clock.now = START + later
        assert (await ask(edge, token, proof)).status_code == 401


async def test_a_proof_for_a_token_is_good_once(edge: City) -> None:
    bank = edge.banks["B1"]
    proof = bank.proof("POST", "/oauth/token")

    assert [(await token_answer(edge, bank, proof)).status_code for _ in range(2)] == [200, 400]


# Nonces ---------------------------------------------------------------------------------------------------------------


async def test_both_endpoints_want_a_nonce_and_say_which(wary: City) -> None:
    bank = wary.banks["B1"]
    first = await token_answer(wary, bank)
    assert (first.status_code, first.json()["error"]) == (400, "use_dpop_nonce")
    bank.nonce = first.headers["dpop-nonce"]
    token = await token_of(wary)

    bare = await ask(wary, token, bank.proof("POST", "/graphql", token, nonce=None))
    answer = await ask(wary, token, bank.proof("POST", "/graphql", token))

    assert (bare.status_code, answer.status_code) == (401, 200)
    assert bare.headers["www-authenticate"].startswith('DPoP error="use_dpop_nonce"')
    assert bare.headers["dpop-nonce"] == bank.nonce == answer.headers["dpop-nonce"]
    assert not wary.proofs  # a step of the protocol is no attempt


@pytest.mark.parametrize(("later", "status"), [(0, 200), (59, 200), (119, 200), (181, 401)])
async def test_a_nonce_is_good_for_its_minute_and_the_next(wary: City, later: int, status: int) -> None:
    bank = wary.banks["B1"]
    bank.nonce = wary.bound.nonce
    token = await token_of(wary)
    wary.clock.now = START // 60 * 60 + later

    assert (await ask(wary, token, bank.proof("POST", "/graphql", token))).status_code == status


@pytest.mark.parametrize("nonce", ["x", "", "A" * 22, "中文"])
async def test_a_nonce_is_ours(wary: City, nonce: str) -> None:
    bank = wary.banks["B1"]

    answer = await token_answer(wary, bank, bank.proof("POST", "/oauth/token", nonce=nonce))

    assert (answer.status_code, answer.json()["error"]) == (400, "use_dpop_nonce")


async def test_a_replay_is_no_better_with_the_nonce_of_now(wary: City) -> None:
    bank = wary.banks["B1"]
    bank.nonce = wary.bound.nonce
    proof = bank.proof("POST", "/oauth/token")

    assert [(await token_answer(wary, bank, proof)).status_code for _ in range(2)] == [200, 400]
    assert wary.proofs == [("B1", Why.PROOF_REPLAYED)]


async def test_who_proves_nothing_is_given_no_nonce(wary: City) -> None:
    assert "dpop-nonce" not in (await wary.ask()).headers


async def test_metadata_say_what_is_taken(edge: City) -> None:
    async with edge.client() as http:
        told: dict[str, Any] = json.loads((await http.get("/.well-known/oauth-authorization-server")).content)

    assert told["dpop_signing_alg_values_supported"] == ["Ed25519", "EdDSA", "ES256"]
    assert told["authorization_details_types_supported"] == ["credit-consent/1"]
