"""Probes of key-bound tokens: proofs of possession, their nonces and replays, and the consent that a token is for."""

import dataclasses
import json
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.datastructures import Headers

from gateway.identity import assertions, jose
from gateway.identity.dpop import Asked, verify
from gateway.identity.oauth import Presented
from schema.errors import Code
from tests.consents.bank import Bank, encoded, public_jwk, thumbprint
from tests.http.edge_app import ISSUER, START, City
from tests.http.test_consent_tokens import ELEMENT, ID, record, selected
from tests.mutants.caller_probes import callers
from tests.mutants.identity_probes import code_of, edge, refuses
from tests.mutants.probing import pure

NOW = int(START)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)


def bound_token(found: City, client: str = "B1") -> str:
    key = thumbprint(found.banks[client].holder)
    return found.tokens.issue(client_id=client, staff_number="1001", thumbprint=key)


def asked(found: City, token: str, *proofs: str, scheme: str = "DPoP") -> Code | None:
    """How a request with this token and these proofs is refused; None where it is not."""
    raw = [(b"authorization", f"{scheme} {token}".encode()), *((b"dpop", proof.encode()) for proof in proofs)]
    presented = Presented(method="POST", path="/graphql", headers=Headers(raw=raw))
    return code_of(lambda: callers(found).authenticate(presented))


def granted(found: City, proof: str, **changes: Any) -> Code | None:
    """How a token is refused to B1."""
    presented = Presented(method="POST", path="/oauth/token", headers=Headers({"DPoP": proof} if proof else {}))
    return code_of(lambda: found.authority.grant(found.banks["B1"].form(**changes), presented))


@pure
def proofs_are_of_this_request_and_of_now() -> None:
    with edge() as found:
        bank, token = found.banks["B1"], bound_token(found)
        bank.nonce = found.bound.nonce

        def refused(**changes: Any) -> bool:
            return asked(found, token, bank.proof("POST", "/graphql", token, **changes)) is not None

        assert not refused()
        assert refused(htm="GET")
        assert refused(htu=f"{ISSUER}/oauth/token")
        assert refused(ath=encoded(b"x" * 32))
        assert refused(ath=None)
        assert refused(jti="x" * 15)
        assert refused(jti="x" * 129)
        assert refused(iat=NOW - 31)
        assert refused(iat=NOW + 11)
        assert refused(exp=NOW + 60)
        assert refused(header={"typ": "at+jwt"})
        assert refused(header={"kid": "B1"})
        assert refused(header={"jwk": {**public_jwk(bank.holder), "x5u": "http://x"}})
        assert refused(header={"jwk": {**public_jwk(bank.holder), "d": "AAAA"}})
        assert refused(key=OTHER, header={"jwk": public_jwk(bank.holder)})


@pure
def proofs_are_of_the_key_of_the_token() -> None:
    with edge() as found:
        bank, token = found.banks["B1"], bound_token(found)
        bank.nonce = found.bound.nonce
        prove = partial(bank.proof, "POST", "/graphql", token)
        assert asked(found, token, prove()) is None
        assert asked(found, token, prove(key=OTHER)) is Code.UNAUTHENTICATED
        assert asked(found, token) is Code.UNAUTHENTICATED
        assert asked(found, token, prove(), prove()) is Code.UNAUTHENTICATED
        assert asked(found, token, prove(), scheme="Bearer") is Code.UNAUTHENTICATED
        assert granted(found, "") is Code.UNAUTHENTICATED
        assert granted(found, bank.proof("POST", "/oauth/token", key=OTHER)) is Code.UNAUTHENTICATED
        bare = found.tokens.issue(client_id="B1", staff_number="1001")
        assert asked(found, bare, scheme="Bearer") is Code.UNAUTHENTICATED


@pure
def older_keys_are_no_keys() -> None:
    """A client that has another key now proves in vain that it has it: the token is of the one before."""
    with edge() as found:
        bank, token = found.banks["B1"], bound_token(found)
        bank.nonce = found.bound.nonce
        rolled = dataclasses.replace(found.register.clients["B1"], dpop_thumbprint=thumbprint(OTHER))
        found.register.clients["B1"] = rolled
        assert asked(found, token, bank.proof("POST", "/graphql", token, key=OTHER)) is Code.UNAUTHENTICATED


@pure
def proofs_are_remembered_while_they_are_good() -> None:
    """By every process, also by one whose clock is late."""
    bank = Bank(client="B1", issuer=ISSUER, signing=OTHER, kid="x", holder=OTHER, clock=lambda: START)
    request = Asked(method="POST", address=f"{ISSUER}/graphql")
    assert verify(bank.proof("POST", "/graphql"), request, now=START).expires >= NOW + 30 + 10


@pure
def assertions_are_remembered_while_they_are_good() -> None:
    """The same, of what a client signs to prove itself."""
    bank = Bank(client="B1", issuer=ISSUER, signing=OTHER, kid="x", holder=OTHER, clock=lambda: START)
    compact, key = jose.read(bank.assertion(), types=assertions.TYPES), jose.verifying_key(OTHER.public_key(), kid="x")
    verified = assertions.verify(compact, {"x": key}, decoy=key, audiences=frozenset({ISSUER}), now=START)
    assert verified.expires >= NOW + 60 + 30


@pure
def proofs_are_good_once() -> None:
    with edge() as found:
        bank, token = found.banks["B1"], bound_token(found)
        bank.nonce = found.bound.nonce
        proof = bank.proof("POST", "/graphql", token)
        assert [asked(found, token, proof) for _ in range(2)] == [None, Code.UNAUTHENTICATED]
        found.clock.now += 30
        assert asked(found, token, proof) is Code.UNAUTHENTICATED


@pure
def proofs_have_the_nonce_of_now() -> None:
    with edge() as found:
        bank = found.banks["B1"]
        token = bound_token(found)
        bank.nonce = found.bound.nonce
        assert asked(found, token, bank.proof("POST", "/graphql", token)) is None
        assert asked(found, token, bank.proof("POST", "/graphql", token, nonce=None)) is Code.UNAUTHENTICATED
        assert asked(found, token, bank.proof("POST", "/graphql", token, nonce="A" * 22)) is Code.UNAUTHENTICATED
        found.clock.now += 180
        assert asked(found, token, bank.proof("POST", "/graphql", token)) is Code.UNAUTHENTICATED


@pure
def refused_proofs_are_counted_for_their_client() -> None:
    with edge() as found:
        bank, token = found.banks["B1"], bound_token(found)
        bank.nonce = found.bound.nonce
        proof = bank.proof("POST", "/graphql", token)
        asked(found, token, proof, scheme="Bearer")
        asked(found, token, "x")
        asked(found, token, bank.proof("POST", "/graphql", token, header={"jwk": {**public_jwk(OTHER), "d": "AAAA"}}))
        asked(found, token, bank.proof("POST", "/graphql", token, key=OTHER))
        asked(found, token, proof)
        asked(found, token, proof)
        told = [why.value for client, why in found.proofs if client == "B1"]
        assert told == ["PROOF_REFUSED", "PROOF_REFUSED", "KEY_BURNT", "OTHER_KEY", "PROOF_REPLAYED"]


@pure
def tokens_are_of_the_clients_own_usable_consent() -> None:
    with edge() as found:
        bank = found.banks["B1"]
        bank.nonce = found.bound.nonce
        good = record(thumbprint(bank.holder))

        def refused(given: object = None, **changes: Any) -> bool:
            found.consents.records = {ID: dataclasses.replace(good, **changes)}
            details = json.dumps([ELEMENT] if given is None else given)
            return granted(found, bank.proof("POST", "/oauth/token"), authorization_details=details) is not None

        assert not refused()
        assert refused(usable=False)
        assert refused(request=dataclasses.replace(good.request, client="B2"))
        assert refused([ELEMENT, ELEMENT])
        assert refused([{**ELEMENT, "fields": []}])
        assert refused([{**ELEMENT, "type": "other"}])
        assert refused([{**ELEMENT, "consent_id": str(ID).upper()}])
        assert refused(thumbprint="x" * 43)
        assert [which for which, _, _ in found.consents.suspended] == [ID]
        form = found.form("A1", authorization_details=json.dumps([ELEMENT]))
        found.consents.records = {
            ID: record(None, request=dataclasses.replace(good.request, client="A1"))  # type: ignore[arg-type]
        }
        presented = Presented(method="POST", path="/oauth/token", headers=Headers())
        assert code_of(lambda: found.authority.grant(form, presented)) is Code.BAD_REQUEST


@pure
def tokens_of_a_consent_are_bound_and_name_its_subject() -> None:
    with edge() as found:
        issue = partial(found.tokens.issue, client_id="B1", staff_number="1001")
        assert found.tokens.read(issue(thumbprint="x", consent=selected())).consent == str(ID)
        assert refuses(lambda: found.tokens.read(issue(consent=selected())))
        assert refuses(lambda: found.tokens.read(issue(thumbprint="x", consent=selected(subject="B1"))))
