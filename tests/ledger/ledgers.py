"""What tests of the ledger share: invented entries, keys that open everything, a clock and randomness that repeat."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from random import Random
from typing import Any, Self
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.ledger.append import Ledger
from gateway.ledger.entry import (
    Decision,
    Entry,
    Hidden,
    Kind,
    Operator,
    Query,
    Released,
    Response,
    RowRef,
    Shown,
)
from gateway.ledger.proof.chains import StoredLeaf, StoredWriter, verify_chains

START = 1_779_242_400_000  # 2026-05-20T10:00+08:00
COMPANY = (420_199).to_bytes(8, "big")
PERSON = (420_198).to_bytes(8, "big")
PENALTY = (7_001).to_bytes(8, "big")
LICENCE = (7_002).to_bytes(8, "big")


class SampleVault:
    """One key for everything; AES-256-GCM with a nonce from the additional data, which never repeats."""

    async def prepare(self, subjects: Collection[bytes]) -> Self:
        return self

    def digest(self, kind: str, value: bytes) -> bytes:
        return hmac.digest(b"sample", kind.encode() + b"\0" + value, "sha256")

    def seal(self, plain: bytes, *, aad: bytes, subject_ref: bytes | None) -> tuple[bytes, str]:
        return self._cipher(subject_ref).encrypt(self._nonce(aad), plain, aad), "subject" if subject_ref else "common"

    def open(self, ct: bytes, *, aad: bytes, subject_ref: bytes | None) -> bytes:
        return self._cipher(subject_ref).decrypt(self._nonce(aad), ct, aad)

    def _cipher(self, subject_ref: bytes | None) -> AESGCM:
        return AESGCM(hashlib.sha256(subject_ref or b"common").digest())

    def _nonce(self, aad: bytes) -> bytes:
        return hashlib.sha256(aad).digest()[:12]


def steady_clock(start: int = START, step: int = 1) -> Callable[[], int]:
    """A clock that moves by ``step`` ms at every look."""
    return itertools.count(start, step).__next__


def seeded(seed: int) -> Callable[[int], bytes]:
    return Random(seed).randbytes


def released(**changes: Any) -> Released:
    """A company's penalty, one field of it in clear."""
    values: dict[str, Any] = {
        "subject": COMPANY,
        "natural": False,
        "rows": (RowRef(type="Penalty", item="PENALTY", ref=PENALTY),),
        "levels": {"CLEAR": 2, "MASKED": 1},
        "clear": ("Record.documentNumber", "Organisation.name"),
        "basis": ("WH-二(二)1",),
    }
    return Released(**values | changes)


def entry(**changes: Any) -> Entry:
    """An agency checks a bidder, who is known to the database."""
    values: dict[str, Any] = {
        "kind": Kind.RELEASE,
        "principal": "A1",
        "decision": Decision.PARTIAL,
        "operator": Operator(number="1001", role="reviewer", method="private_key_jwt"),
        "purpose": "PM-301",
        "role": "bidder",
        "basis": ("WH-二(二)1", "HS-14(五)"),
        "matter": "HSZB-2026-0117",
        "scope": "SHARING",
        "policy_version": "2026-05-20.1",
        "catalogue_version": "2026-05-01",
        "query": Query(
            document=hashlib.sha256(b"document").digest(),
            demand=hashlib.sha256(b"demand").digest(),
            operation="TenderCheck",
            depth=4,
            cost=120,
        ),
        "variables": (
            Hidden(name="uscc", type="String!", value="91420199MA9TERT123"),
            Shown(name="since", type="Date", value="2026-05-20"),
        ),
        "fields": {"CLEAR": 2, "MASKED": 1},
        "released": (released(),),
        "response": Response(digest=hashlib.sha256(b"body").digest(), size=900, errors=0),
        "performance": {"db": 2, "total": 7},
        "address": "192.0.2.7",
    }
    return Entry(**values | changes)


async def chains(connection: asyncpg.Connection) -> tuple[list[StoredLeaf], list[StoredWriter]]:
    """What the database holds, as a verifier reads it."""
    leaves = await connection.fetch(
        "SELECT writer, wseq, id, leaf, leaf_hash, t FROM audit_pending ORDER BY writer, wseq"
    )
    writers = await connection.fetch("SELECT writer, last_wseq FROM audit_writer")
    return [StoredLeaf(**row) for row in leaves], [StoredWriter(**row) for row in writers]


async def verified(connection: asyncpg.Connection) -> dict[UUID, StoredLeaf]:
    """Every stored leaf by its entry, after all chains have verified."""
    leaves, writers = await chains(connection)
    verify_chains(leaves, writers)
    return {leaf.id: leaf for leaf in leaves}


async def until(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask until the answer is true."""
    for _ in range(60_000):
        if await ask():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


async def recovered(ledger: Ledger) -> None:
    """Wait until the ledger takes entries again."""

    async def available() -> bool:
        return ledger.available

    await until(available)


def members(leaf: bytes) -> Mapping[str, Any]:
    """What a stored leaf says."""
    value: Mapping[str, Any] = json.loads(leaf)
    return value
