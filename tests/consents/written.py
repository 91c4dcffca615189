"""The register as whoever owns the database could write it by hand: rows, their events, and the leaves they need."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tests.rows import agency, insert

WRITER = UUID(int=1)
_SHOWN = "INSERT INTO consent_notice_text VALUES (sha256('notice'), 'notice') ON CONFLICT DO NOTHING"


async def bank_written(owner: asyncpg.Connection) -> None:
    await insert(owner, "agency", agency())
    for client in ("B1", "B2"):
        await insert(owner, "client", {"client_id": client, "agency_id": 900, "role": "BANK", "jwks": "{}"})
    await insert(owner, "audit_writer", {"writer": WRITER, "process": "p", "started": 1, "last_wseq": -1})


def request(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": uuid4(),
        "client_id": "B1",
        "operator": "1001",
        "thumbprint": "t",
        "idempotency": uuid4().bytes,
        "body": b"b",
        "subject": 1,
        "subject_digest": b"d",
        "natural": True,
        "purpose": "PM-901",
        "manner": "check",
        "matter": "M-1",
        "items": ["PENALTY", "LICENCE"],
        "fields": ["Penalty.facts", "Licence.kind"],
        "period_from": date(2020, 1, 1),
        "period_until": date(2026, 1, 1),
        "uses": 3,
        "days": 30,
        "retention_days": 30,
        "necessity": "审核贷款申请",
        "service_depends": True,
    }
    return values | changes


def consent(asked: Mapping[str, Any], now: datetime, **changes: Any) -> dict[str, Any]:
    """As it was asked."""
    values: dict[str, Any] = {
        **{name: asked[name] for name in ("id", "items", "fields", "period_from", "period_until", "uses")},
        "granted_by": "SUBJECT",
        "not_before": now,
        "expires_at": now + timedelta(days=asked["days"]),
        "notice": hashlib.sha256(b"notice").digest(),
        "notice_version": "1",
        "language": "zh",
        "assurance": "real-name",
        "thumbprint": "t",
    }
    return values | changes


async def leaf(owner: asyncpg.Connection, about: UUID, *reasons: str, kind: str = "consent") -> UUID:
    """A leaf that says this of that; the id of its entry."""
    told = {"kind": kind, "consent": str(about), "decision": {"reasons": list(reasons)}}
    wseq = await owner.fetchval("SELECT count(*) FROM audit_pending WHERE writer = $1", WRITER)
    row = {"writer": WRITER, "wseq": wseq, "id": uuid4(), "leaf": json.dumps(told).encode(), "leaf_hash": b"", "t": 1}
    await insert(owner, "audit_pending", row)
    entry: UUID = row["id"]
    return entry


async def event(owner: asyncpg.Connection, about: UUID, what: str, reason: str | None = None, **changes: Any) -> None:
    """The next event, with its leaf."""
    n = await owner.fetchval("SELECT count(*) + 1 FROM consent_event WHERE consent = $1", about)
    entry = changes.get("entry") or await leaf(owner, about, *filter(None, (what, reason)))
    row = {"consent": about, "n": n, "what": what, "by_whom": "SUBJECT", "reason": reason, "entry": entry}
    await insert(owner, "consent_event", row | changes)


async def asked(owner: asyncpg.Connection, **changes: Any) -> dict[str, Any]:
    """A request, with its event."""
    row = request(**changes)
    await insert(owner, "consent_request", row)
    await event(owner, row["id"], "REQUESTED")
    return row


async def granted(owner: asyncpg.Connection, row: Mapping[str, Any], **changes: Any) -> UUID:
    """The consent to a request, with its event; its id."""
    await owner.execute(_SHOWN)
    await insert(owner, "consent", consent(row, await owner.fetchval("SELECT now()"), **changes))
    await owner.execute("UPDATE consent_request SET state = 'GRANTED' WHERE id = $1", row["id"])
    await event(owner, row["id"], "GRANTED")
    found: UUID = row["id"]
    return found


class _NotKept(Exception):  # noqa: N818
    pass


@asynccontextmanager
async def tried(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """A transaction of which nothing stays: what the block did is only checked, up to the end."""
    try:
        async with owner.transaction():
            yield
            await owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
            raise _NotKept
    except _NotKept:
        pass
