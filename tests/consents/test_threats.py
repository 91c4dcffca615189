"""T1 to T13, T26 and T28 over HTTP against two processes on one database: what is forged, stolen or sent again.

Each attempt is 401 (or what is said beside it) on both processes, never 5xx; a good request after each of them is
served; each is counted in the log; and nothing that was planted is found in what was written or told.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tests.consents.bank import Bank, encoded, public_jwk, signed, without_nothing
from tests.consents.pair import GRAPHQL, TOKEN, Pair, bound, two_servers
from tests.http.running import Server

VIEWER = "{ viewer { kind } }"
OTHER = Ed25519PrivateKey.generate()
CANARY = "CANARY8c1d"
Attempt = Callable[[Pair, Server], httpx.Response]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers() as found:
        yield found


@pytest.fixture(autouse=True)
def every_attempt_is_logged_and_none_stands_in_the_way(pair: Pair) -> Iterator[None]:
    before = counted(pair)
    yield
    answers = [pair.graphql(server, pair.token(), VIEWER) for server in pair.servers]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert {answer.json()["data"]["viewer"]["kind"] for answer in answers} == {"BANK"}
    assert counted(pair) > before


def counted(pair: Pair) -> float:
    """Credentials that were refused, in both processes."""
    lines = [line for server in pair.servers for line in server.get("/metrics").text.splitlines()]
    named = 'credit_gateway_refusals_total{code="UNAUTHENTICATED"}'
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(named))


def issuing_key(pair: Pair) -> tuple[Ed25519PrivateKey, str]:
    """The installation's own, which only a flaw of ours would lend."""
    key = load_pem_private_key((pair.home.folder / "keys" / "token-1.pem").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    (ours,) = [each for each in pair.one.get("/.well-known/jwks.json").json()["keys"] if each["x"] == raw(key)]
    return key, ours["kid"]


def raw(key: Ed25519PrivateKey) -> str:
    return encoded(key.public_key().public_bytes_raw())


def header(pair: Pair, **changes: Any) -> dict[str, Any]:
    return without_nothing({"alg": "Ed25519", "typ": "at+jwt", "kid": issuing_key(pair)[1], **changes})


def claims(pair: Pair, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    thumb = json.loads(base64.urlsafe_b64decode(pair.token().split(".")[1] + "=="))["cnf"]
    good = {
        "iss": pair.home.url,
        "aud": pair.home.url + GRAPHQL,
        "sub": "B1",
        "client_id": "B1",
        "jti": "0123456789abcdef",
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "act": {"sub": "1001"},
        "cnf": thumb,
    }
    return without_nothing({**good, **changes})


def ours(pair: Pair, head: Mapping[str, Any] | None = None, **changes: Any) -> str:
    return signed(header(pair, **(head or {})), claims(pair, **changes), issuing_key(pair)[0])


def refused(pair: Pair, token: str, **more: Any) -> None:
    """By each process, in the same words, whatever is wrong; nothing of anybody is told."""
    for server in pair.servers:
        expect_401(pair.graphql(server, token, VIEWER, **more))


def expect_401(answer: httpx.Response) -> None:
    assert answer.status_code == 401, answer.text
    assert [each["message"] for each in answer.json()["errors"]] == ["The credential could not be verified."]
    assert "data" not in answer.json()


def test_what_these_tests_forge_would_be_good_otherwise(pair: Pair) -> None:
    assert pair.graphql(pair.other, ours(pair), VIEWER).status_code == 200
    assert pair.one.ask(VIEWER, headers={"Authorization": "Bearer x"}).status_code == 401


# Tokens: T1 to T9 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "NONE", "empty signature"])
def test_t1_no_algorithm(pair: Pair, alg: str) -> None:
    head = header(pair) if alg == "empty signature" else header(pair, alg=alg)
    refused(pair, ".".join((*(encoded(json.dumps(each).encode()) for each in (head, claims(pair))), "")))


@pytest.mark.parametrize("form", ["PEM", "JWK", "DER"])
def test_t2_the_public_key_as_a_shared_secret(pair: Pair, form: str) -> None:
    public = issuing_key(pair)[0].public_key()
    shapes = {
        "PEM": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "JWK": json.dumps({"kty": "OKP", "crv": "Ed25519", "x": encoded(public.public_bytes_raw())}).encode(),
    }
    text = ".".join(encoded(json.dumps(each).encode()) for each in (header(pair, alg="HS256"), claims(pair)))
    refused(pair, f"{text}.{encoded(hmac.digest(shapes[form], text.encode(), hashlib.sha256))}")


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c"])
def test_t3_a_token_that_brings_its_key_and_nothing_is_fetched(pair: Pair, member: str) -> None:
    with sink() as (address, fetched):
        brought = {"jwk": public_jwk(OTHER), "jku": address, "x5u": address, "x5c": ["AAAA"]}[member]
        for key in (OTHER, issuing_key(pair)[0]):
            refused(pair, signed(header(pair, **{member: brought}), claims(pair), key))
        assert fetched == []


@contextmanager
def sink() -> Iterator[tuple[str, list[str]]]:
    """Somewhere that keys could be fetched from: its address, and every request that came."""
    fetched: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fetched.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/keys", fetched
        server.shutdown()


@pytest.mark.parametrize("kid", ["../../etc/passwd", "' OR 1=1 --", "a\0b", "k" * 65536, "unknown", ""])
def test_t4_names_of_keys(pair: Pair, kid: str) -> None:
    token = ours(pair, {"kid": kid})
    if len(token) < 60_000:
        refused(pair, token)
        return
    for server in pair.servers:  # longer than the headers that the server reads: nothing of ours sees it
        answer = server.ask(VIEWER, headers={"Authorization": f"DPoP {token}"})
        assert answer.status_code in (400, 401, 431)
    refused(pair, ours(pair, {"kid": "k" * 8192}))


def test_t4_an_unknown_name_costs_what_a_known_one_does(pair: Pair) -> None:
    """Both are verified: the one against a decoy. Told apart by nothing but chance."""
    refused(pair, ours(pair, {"kid": "unknown"}))
    refused(pair, signed(header(pair), claims(pair), OTHER))


@pytest.mark.parametrize("of", ["an ID token", "a receipt", "a client assertion", "a proof"])
def test_t5_other_tokens_of_ours(pair: Pair, of: str) -> None:
    bank = pair.banks["B1"]
    answered = pair.graphql(pair.one, pair.token(), VIEWER)
    tokens = {
        "an ID token": ours(pair, {"typ": "JWT"}),
        "a receipt": answered.headers["audit-receipt"],
        "a client assertion": bank.assertion(),
        "a proof": bank.proof("POST", GRAPHQL),
    }
    refused(pair, tokens[of])


@pytest.mark.parametrize("audience", ["another city", "two", "a slash", "capitals"])
def test_t6_audiences(pair: Pair, audience: str) -> None:
    own = pair.home.url + GRAPHQL
    named = {"another city": "https://credit.other.test/graphql", "two": [own, "x"], "a slash": own + "/"}
    refused(pair, ours(pair, aud=named.get(audience, own.upper())))


@pytest.mark.parametrize("mixed", ["another issuer", "the key of another"])
def test_t7_issuers(pair: Pair, mixed: str) -> None:
    if mixed == "another issuer":
        refused(pair, ours(pair, iss="https://credit.other.test"))
    else:
        refused(pair, signed(header(pair), claims(pair), OTHER))


TIMES: Mapping[str, Callable[[int], Mapping[str, Any]]] = {
    "expired": lambda now: {"iat": now - 301, "nbf": now - 301, "exp": now - 1},
    "nbf + 61 s": lambda now: {"nbf": now + 61},
    "exp is text": lambda now: {"exp": str(now + 300)},
    "exp is a truth": lambda now: {"exp": True},
    "exp is 1e308": lambda now: {"exp": 1e308},
    "exp is NaN": lambda now: {"exp": float("nan")},
    "no exp": lambda now: {"exp": None},
    "an hour": lambda now: {"exp": now + 3600},
}


@pytest.mark.parametrize("changes", TIMES.values(), ids=TIMES.keys())
def test_t8_times(pair: Pair, changes: Callable[[int], Mapping[str, Any]]) -> None:
    refused(pair, ours(pair, **changes(int(time.time()))))


def test_t8_a_clock_nine_seconds_ahead_is_taken(pair: Pair) -> None:
    now = int(time.time())
    assert pair.graphql(pair.other, ours(pair, nbf=now + 9, iat=now), VIEWER).status_code == 200
    refused(pair, ours(pair, nbf=now + 61))


DEEP = b'{"a":' * 2000 + b"1" + b"}" * 2000


@pytest.mark.parametrize(
    "shape", ["claims twice", "header twice", "crit", "deep", "a point off the curve", "numbers for a point"]
)
def test_t9_shapes(pair: Pair, shape: str) -> None:
    key, kid = issuing_key(pair)
    bank, good, point = pair.banks["B1"], claims(pair), generate_private_key(SECP256R1())
    twice = json.dumps(good)[:-1].encode() + b',"client_id":"B1"}'
    doubled = json.dumps(header(pair))[:-1].encode() + f',"kid":"{kid}"}}'.encode()
    tokens = {
        "claims twice": signed(header(pair), twice, key),
        "header twice": signed(doubled, good, key),
        "crit": signed(header(pair, crit=["exp"]), good, key),
        "deep": signed(header(pair), DEEP, key),
    }
    if shape in tokens:
        refused(pair, tokens[shape])
        return
    broken = {"y": public_jwk(point)["x"]} if shape == "a point off the curve" else {"x": 1, "y": 2}
    token = pair.token()
    for server in pair.servers:
        proof = bank.proof("POST", GRAPHQL, token, key=point, header={"jwk": {**public_jwk(point), **broken}})
        expect_401(server.ask(VIEWER, headers=bound(token, proof)))


# Proofs: T10 to T13 ---------------------------------------------------------------------------------------------------


def test_t10_a_stolen_token(pair: Pair) -> None:
    """As a bearer token, without a proof, with a proof of another key, and with ours named in a proof of another."""
    token, bank = pair.token(), pair.banks["B1"]
    for server in pair.servers:
        expect_401(server.ask(VIEWER, headers={"Authorization": f"Bearer {token}"}))
        expect_401(server.ask(VIEWER, headers={"Authorization": f"DPoP {token}"}))
        expect_401(server.ask(VIEWER, headers=bound(token, bank.proof("POST", GRAPHQL, token, key=OTHER))))
        named = bank.proof("POST", GRAPHQL, token, key=OTHER, header={"jwk": public_jwk(bank.holder)})
        expect_401(server.ask(VIEWER, headers=bound(token, named)))
    assert pair.one.http.post(f"/graphql?access_token={token}", json={"query": VIEWER}).status_code == 400


def nonce(pair: Pair) -> Bank:
    """The bank with the nonce of now."""
    assert pair.graphql(pair.one, pair.token(), VIEWER).status_code == 200
    return pair.banks["B1"]


REPLAYS = ("same node", "other node", "after a restart", "edge of its time", "method", "address", "token of another")


@pytest.mark.parametrize("way", REPLAYS)
def test_t11_a_proof_is_not_taken_again(pair: Pair, way: str) -> None:
    bank, token = nonce(pair), pair.token()
    issued: dict[str, Any] = {"iat": int(time.time()) - 28} if way == "edge of its time" else {}
    proof = bank.proof("POST", GRAPHQL, token, **issued)
    assert pair.one.ask(VIEWER, headers=bound(token, proof)).status_code == 200
    if way == "after a restart":
        with pair.another() as server:
            expect_401(server.ask(VIEWER, headers=bound(token, proof)))
        expect_401(pair.other.ask(VIEWER, headers=bound(token, proof)))
    elif way == "method":
        other = bank.proof("GET", GRAPHQL, token)
        expect_401(pair.one.ask(VIEWER, headers=bound(token, other)))
    elif way == "address":
        expect_401(pair.one.ask(VIEWER, headers=bound(token, bank.proof("POST", TOKEN, token))))
        replayed = pair.one.http.post(TOKEN, data=bank.form(), headers={"DPoP": proof})
        assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_dpop_proof")
    elif way == "token of another":
        fresh = bank.proof("POST", GRAPHQL, pair.token())
        expect_401(pair.one.ask(VIEWER, headers=bound(token, fresh)))
    else:
        server = pair.other if way == "other node" else pair.one
        for _ in range(3 if way == "edge of its time" else 1):
            expect_401(server.ask(VIEWER, headers=bound(token, proof)))
            time.sleep(1 if way == "edge of its time" else 0)


def test_t12_a_private_key_in_a_proof_is_refused_and_told_apart(pair: Pair) -> None:
    token, bank = pair.token(), pair.banks["B1"]
    burnt = {**public_jwk(bank.holder), "d": encoded(os.urandom(32))}
    expect_401(pair.other.ask(VIEWER, headers=bound(token, bank.proof("POST", GRAPHQL, token, header={"jwk": burnt}))))

    assert told_of(pair, "B1", "KEY_BURNT")


def test_t13_a_token_of_one_bank_with_the_key_of_another(pair: Pair) -> None:
    token, other = pair.token("B1"), pair.banks["B2"]
    for server in pair.servers:
        expect_401(server.ask(VIEWER, headers=bound(token, other.proof("POST", GRAPHQL, token))))
    forged = pair.banks["B1"].form()
    answer = pair.one.http.post(TOKEN, data=forged, headers={"DPoP": other.proof("POST", TOKEN)})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")
    assert told_of(pair, "B1", "OTHER_KEY")
    assert not told_of(pair, "B2", "OTHER_KEY", wait=False)


def test_the_log_has_every_refusal(pair: Pair) -> None:
    for server in pair.servers:
        expect_401(server.ask(VIEWER, headers={"Authorization": f"DPoP {pair.token()}"}))
    most = counted(pair)
    until = time.monotonic() + 60
    while told_of(pair, "public", "UNAUTHENTICATED") < most:
        assert time.monotonic() < until
        time.sleep(0.5)


def told_of(pair: Pair, client: str, reason: str, *, wait: bool = True) -> int:
    """How often the log tells of a client that it was refused for this; the entry comes within a window of seconds."""
    sought = (
        "SELECT sum((convert_from(leaf, 'UTF8')::jsonb -> 'decision' ->> 'times')::int) AS times FROM audit_pending "
        "WHERE convert_from(leaf, 'UTF8')::jsonb ->> 'principal' = $1 "
        "AND convert_from(leaf, 'UTF8')::jsonb -> 'decision' -> 'reasons' ? $2"
    )
    until = time.monotonic() + 60
    while not (found := pair.owner(sought, client, reason)[0]["times"]) and wait and time.monotonic() < until:
        time.sleep(0.5)
    return found or 0


# From outside: T26, T28 -----------------------------------------------------------------------------------------------

CERTIFICATES = ("X-Client-Cert", "X-SSL-Client-Cert", "X-Forwarded-Client-Cert", "Client-Cert", "SSL-Client-Verify")


def test_t28_a_certificate_that_a_client_names_is_none(pair: Pair) -> None:
    token = pair.token()
    named = {name: "SUCCESS" if name.endswith("Verify") else ":MIIB:" for name in CERTIFICATES}
    for server in pair.servers:
        assert server.ask(VIEWER, headers=named).json()["data"] == {"viewer": {"kind": "PUBLIC"}}
        expect_401(server.ask(VIEWER, headers={**named, "Authorization": f"DPoP {token}"}))


def test_t26_nothing_that_was_planted_is_written_or_told(pair: Pair) -> None:
    token, bank = pair.token(), pair.banks["B1"]
    planted = bank.proof("POST", GRAPHQL, token, jti=CANARY * 3)
    spoilt = ours(pair, jti=CANARY * 3, exp=int(time.time()) - 1)
    person = f"420199199207280027{CANARY}"
    answers = [
        pair.one.ask(VIEWER, headers=bound(token, planted)),
        pair.one.ask(VIEWER, headers=bound(token, planted)),
        pair.other.ask(VIEWER, headers=bound(spoilt, planted)),
        pair.other.ask(VIEWER, headers={"Authorization": f"DPoP {CANARY}", "DPoP": CANARY}),
        pair.one.ask("query ($v: String!) { subjects(filter: {name: $v}) { totalCount } }", {"v": person}),
        pair.one.http.post(TOKEN, data=bank.form(operator=CANARY), headers={"DPoP": bank.proof("POST", TOKEN)}),
        pair.one.http.post(TOKEN, data=bank.form(consent=CANARY), headers={"DPoP": bank.proof("POST", TOKEN)}),
        pair.one.http.post(TOKEN, data=bank.form(client_assertion=CANARY), headers={"DPoP": CANARY}),
    ]
    assert not [answer for answer in answers if answer.status_code >= 500]
    told = [answer.text + str(answer.headers) for answer in answers[1:]]
    told += [server.get("/metrics").text for server in pair.servers]
    told += [server.written.read_text("utf-8") for server in pair.servers]
    leaves = pair.owner("SELECT convert_from(leaf, 'UTF8') AS leaf FROM audit_pending")
    told += [row["leaf"] for row in leaves]
    for secret in (CANARY, base64.b64encode(CANARY.encode()).decode().rstrip("=")[:-1], token, planted, spoilt, person):
        assert not [text for text in told if secret in text]
