"""The receipt is a JWS that any library verifies, and that changes with everything it promises."""

import hashlib
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey

from gateway.ledger.proof.commitments import commit
from gateway.ledger.receipt import Promise, Receipt, headers, token
from tests.ledger.ledgers import members

RECEIPT = Receipt(
    entry_id=UUID("019e4287-6a00-7000-8000-000000000001"),
    leaf_hash=b"\x01" * 32,
    writer=UUID(int=2),
    wseq=3,
    t=1_779_242_400_999,
    nonce=b"\x02" * 32,
)
PROMISE = Promise(
    issuer="https://credit.example",
    audience="A1",
    origin="credit.example/audit/2026",
    response_digest=hashlib.sha256(b"body").digest(),
)


class SampleSigner:
    kid = "ledger-2026"

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


SIGNER = SampleSigner()


def verified(compact: str) -> jws.CompactSignature:
    return jws.deserialize_compact(compact, OKPKey.import_key(SIGNER.key.public_key()), algorithms=["Ed25519"])


def test_the_headers_of_an_answer() -> None:
    assert headers(RECEIPT, PROMISE, SIGNER) == {
        "Audit-Entry": "019e4287-6a00-7000-8000-000000000001",
        "Audit-Receipt": token(RECEIPT, PROMISE, SIGNER),
    }


def test_what_it_claims() -> None:
    found = verified(token(RECEIPT, PROMISE, SIGNER))
    assert found.headers() == {"alg": "Ed25519", "kid": "ledger-2026", "typ": "audit-receipt+jwt"}
    assert members(found.payload) == {
        "iss": "https://credit.example",
        "iat": 1_779_242_400,
        "aud": "A1",
        "entry": "019e4287-6a00-7000-8000-000000000001",
        "leaf_hash": "01" * 32,
        "nonce": "02" * 32,
        "resp_digest": hashlib.sha256(b"body").hexdigest(),
        "origin": "credit.example/audit/2026",
        "mmd": 300,
    }


def test_nonce_and_digest_reproduce_the_commitment_of_the_leaf() -> None:
    claims = members(verified(token(RECEIPT, PROMISE, SIGNER)).payload)
    opened = commit("resp", bytes.fromhex(claims["nonce"]), bytes.fromhex(claims["resp_digest"]))
    assert opened == commit("resp", RECEIPT.nonce, hashlib.sha256(b"body").digest())


def test_a_signature_is_repeated_exactly() -> None:
    assert token(RECEIPT, PROMISE, SIGNER) == token(RECEIPT, PROMISE, SampleSigner())


def test_another_body_needs_another_signature() -> None:
    head, _, signature = token(RECEIPT, PROMISE, SIGNER).split(".")
    other = token(RECEIPT, replace(PROMISE, response_digest=bytes(32)), SIGNER).split(".")[1]
    with pytest.raises(BadSignatureError):
        verified(f"{head}.{other}.{signature}")
