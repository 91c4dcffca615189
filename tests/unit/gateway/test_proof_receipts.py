"""A receipt is checked offline, step by step: who promised, for which answer, and whether it was kept."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.ledger.entry import Response
from gateway.ledger.leaf import draft, link
from gateway.ledger.proof.canonical import canonical
from gateway.ledger.proof.chains import FIRST_PREVIOUS
from gateway.ledger.proof.errors import FormatError, NoteError, ProofError
from gateway.ledger.proof.receipts import Claims, check_body, check_kept, read_keys, read_receipt
from gateway.ledger.proof.tree import leaf_hash
from gateway.ledger.receipt import Promise, Receipt, token
from tests.ledger.ledgers import START, SampleVault, entry, seeded
from tests.ledger.sample_logs import ORIGIN, SampleKey, SampleLog, grown, sample_leaves

BODY = b'{"data":{}}'
DIGEST = hashlib.sha256(BODY).digest()
ISSUER = SampleKey("https://credit.example", 9)
ENTRY = UUID(int=77)
PROMISE = Promise(issuer=ISSUER.name, audience="A1", origin=ORIGIN, response_digest=DIGEST)


class Signer:
    kid = "receipt-1"

    def sign(self, message: bytes) -> bytes:
        return ISSUER.private.sign(message)


def jwk(**changes: object) -> dict[str, object]:
    x = urlsafe_b64encode(ISSUER.public).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "kid": "receipt-1", "x": x, **changes}


KEYS = read_keys(json.dumps({"keys": [jwk()]}).encode())


def kept(origin: str = ORIGIN) -> tuple[SampleLog, str]:
    """A log in which the real leaf of an answer is leaf 3, and the receipt of that answer."""
    random = seeded(1)
    response = Response(digest=DIGEST, size=len(BODY), errors=0)
    made = draft(entry(response=response), entry_id=ENTRY, t=START, salt=lambda: random(32), vault=SampleVault())
    leaf = link(made, writer=UUID(int=2), wseq=0, wprev=FIRST_PREVIOUS)
    log = replace(grown([*sample_leaves(3), leaf, *sample_leaves(5)]), by=SampleKey(origin))
    receipt = Receipt(entry_id=ENTRY, leaf_hash=leaf_hash(leaf), writer=UUID(int=2), wseq=0, t=START, nonce=made.nonce)
    return log, token(receipt, PROMISE, Signer())


LOG, TOKEN = kept()
CLAIMS = read_receipt(TOKEN, KEYS)


def resigned(part: int, **changes: object) -> str:
    """The receipt with its header (0) or claims (1) changed by whoever holds the issuer's key."""
    parts = TOKEN.split(".")
    told = json.loads(urlsafe_b64decode(parts[part] + "=="))
    parts[part] = urlsafe_b64encode(canonical({**told, **changes})).rstrip(b"=").decode()
    signature = ISSUER.private.sign(f"{parts[0]}.{parts[1]}".encode())
    return f"{parts[0]}.{parts[1]}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_what_a_receipt_promises() -> None:
    assert (CLAIMS.issuer, CLAIMS.audience, CLAIMS.origin) == (ISSUER.name, "A1", ORIGIN)
    assert (CLAIMS.entry, CLAIMS.issued, CLAIMS.due) == (str(ENTRY), START // 1000, START // 1000 + 300)
    check_body(CLAIMS, BODY)


def test_a_kept_promise() -> None:
    assert check_kept(CLAIMS, LOG.proof(3), [LOG.by.key]).size == 9


@pytest.mark.parametrize("year", ["2026-2", "2027", "2027-3"])
def test_an_answer_that_was_kept_in_a_log_that_followed(year: str) -> None:
    later, _ = kept(f"credit.420199/audit/{year}")
    assert check_kept(CLAIMS, later.proof(3), [LOG.by.key, later.by.key]).origin == later.by.name
    with pytest.raises(NoteError):
        check_kept(CLAIMS, later.proof(3), [LOG.by.key])


@pytest.mark.parametrize("name", ["credit.420199/audit/2028", "credit.420199/audit/2025", "credit.370199/audit/2026"])
def test_an_answer_that_was_kept_elsewhere(name: str) -> None:
    other, _ = kept(name)
    with pytest.raises(FormatError, match="of another log"):
        check_kept(CLAIMS, other.proof(3), [LOG.by.key, other.by.key])


def test_another_body() -> None:
    with pytest.raises(ProofError, match="another body"):
        check_body(CLAIMS, BODY + b"\n")


@pytest.mark.parametrize("part", range(3))
def test_a_changed_receipt(part: int) -> None:
    parts = TOKEN.split(".")
    parts[part] = ("A" if parts[part][0] != "A" else "B") + parts[part][1:]
    with pytest.raises(ProofError):
        read_receipt(".".join(parts), KEYS)


def test_a_receipt_of_another_issuer() -> None:
    with pytest.raises(ProofError, match="names none of the keys"):
        read_receipt(TOKEN, {})
    with pytest.raises(ProofError, match="is not good"):
        read_receipt(TOKEN, {"receipt-1": LOG.by.public})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.b",
        f"{TOKEN}.",
        f"{TOKEN}=",
        f" {TOKEN}",
        TOKEN + "A" * 9000,
        resigned(0, alg="none"),
        resigned(0, alg="EdDSA"),
        resigned(0, typ="JWT"),
        resigned(0, crit=[]),
        resigned(1, more=1),
        resigned(1, iat="1"),
        resigned(1, iat=True),
        resigned(1, aud=["A1"]),
        resigned(1, leaf_hash="00"),
        resigned(1, leaf_hash="AA" * 32),
        resigned(1, nonce="00" * 31),
    ],
    ids=range(17),
)
def test_something_that_is_not_a_receipt(text: str) -> None:
    with pytest.raises(FormatError):
        read_receipt(text, KEYS)


def broken(claims: Claims, **changes: object) -> str:
    with pytest.raises(ProofError) as caught:
        check_kept(replace(claims, **changes), LOG.proof(3), [LOG.by.key])  # type: ignore[arg-type]
    return str(caught.value)


def test_a_proof_of_something_else() -> None:
    assert broken(CLAIMS, leaf_hash=bytes(32)) == "the proof is of another leaf"
    assert broken(CLAIMS, entry=str(UUID(int=78))) == "the leaf is of another entry"
    assert broken(CLAIMS, nonce=bytes(32)) == "the leaf is about another answer"
    assert broken(CLAIMS, response_digest=bytes(32)) == "the leaf is about another answer"
    assert broken(CLAIMS, origin="credit.370199/audit/2026") == "the checkpoint is of another log"
    with pytest.raises(ProofError, match="another leaf"):
        check_kept(CLAIMS, replace(LOG.proof(3), extra=None), [LOG.by.key])
    with pytest.raises(ProofError, match="not in the tree"):
        check_kept(CLAIMS, replace(LOG.proof(3), index=4), [LOG.by.key])
    with pytest.raises(NoteError):
        check_kept(CLAIMS, LOG.proof(3), [SampleKey(seed=8).key])


def test_keys_of_other_kinds_are_passed_over() -> None:
    others = [jwk(kty="EC", kid="a"), jwk(crv="X25519", kid="b")]
    assert read_keys(json.dumps({"keys": [*others, jwk()]}).encode()) == KEYS


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"keys":1}', '{"keys":[1]}', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"+"}]}']
)
def test_something_that_is_not_a_key_set(text: str) -> None:
    with pytest.raises(FormatError):
        read_keys(text.encode())
