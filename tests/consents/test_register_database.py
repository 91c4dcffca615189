"""What the database itself refuses, to its owner too: a consent without end or bounds, a change without its event, an
event without its entry, a use beyond what was granted (T19).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from gateway.database.scopes import DatabaseRole
from tests.consents.written import asked, bank_written, event, granted, leaf, tried
from tests.fresh_database import FreshDatabase
from tests.rows import insert

pytestmark = pytest.mark.anyio
Refused = asyncpg.IntegrityConstraintViolationError


@pytest.fixture(scope="module")
def bank(module_database: FreshDatabase) -> FreshDatabase:
    async def write() -> None:
        async with module_database.owner() as owner:
            await bank_written(owner)

    asyncio.run(write())
    return module_database


@pytest.fixture
async def owner(bank: FreshDatabase) -> AsyncIterator[asyncpg.Connection]:
    async with bank.owner() as connection:
        yield connection


@pytest.fixture
async def given(owner: asyncpg.Connection) -> UUID:
    """A consent of three uses."""
    async with owner.transaction():
        return await granted(owner, await asked(owner))


@asynccontextmanager
async def refused(owner: asyncpg.Connection) -> AsyncIterator[None]:
    """The database refuses what the block does, at once or at the end of the transaction."""
    with pytest.raises(Refused):
        async with tried(owner):
            yield


async def test_what_keeps_to_everything_is_written(owner: asyncpg.Connection) -> None:
    async with tried(owner):
        consent = await granted(owner, await asked(owner))
        await owner.execute("UPDATE consent SET used = 1 WHERE id = $1", consent)
        await insert(owner, "consent_use", {"consent": consent, "n": 1, "demand": b"d"})
        await owner.execute("UPDATE consent_use SET pages = 2 WHERE consent = $1", consent)
        for state, reason in (("SUSPENDED", "OFFICER"), ("ACTIVE", None), ("REVOKED", "SUBJECT")):
            await moved(owner, consent, state, reason)
            await event(owner, consent, state, reason)


async def moved(owner: asyncpg.Connection, consent: UUID, state: str, reason: str | None = None) -> None:
    await owner.execute(
        "UPDATE consent SET state = $2, reason = $3, state_at = now() WHERE id = $1", consent, state, reason
    )


REQUESTS: dict[str, dict[str, Any]] = {
    "no-end": {"days": None},
    "zero-days": {"days": 0},
    "negative-days": {"days": -1},
    "over-a-year": {"days": 366},
    "no-uses": {"uses": 0},
    "negative-uses": {"uses": -1},
    "too-many-uses": {"uses": 101},
    "billion-uses": {"uses": 10**9},
    "unlimited-uses": {"uses": None},
    "two-purposes": {"purpose": "PM-901 PM-301"},
    "list-of-purposes": {"purpose": "PM-901,PM-301"},
    "every-purpose": {"purpose": "*"},
    "no-purpose": {"purpose": None},
    "all-items": {"items": ["*"]},
    "no-items": {"items": []},
    "null-item": {"items": [None]},
    "all-fields": {"fields": ["*"]},
    "all-of-a-type": {"fields": ["Penalty.*"]},
    "no-fields": {"fields": []},
    "no-matter": {"matter": ""},
    "kept-for-ever": {"retention_days": None},
    "kept-too-long": {"retention_days": 1827},
    "no-necessity": {"necessity": ""},
    "endless-period": {"period_until": None},
    "backward-period": {"period_until": date(2019, 1, 1)},
    "already-granted": {"state": "GRANTED"},
}


@pytest.mark.parametrize("case", REQUESTS)
async def test_no_request_is_without_end_or_bounds(owner: asyncpg.Connection, case: str) -> None:
    async with refused(owner):
        await asked(owner, **REQUESTS[case])


async def test_a_request_is_not_dated_back_nor_made_to_last(owner: asyncpg.Connection) -> None:
    now = await owner.fetchval("SELECT now()")
    for changes in ({"asked_at": now + timedelta(days=400)}, {"lapses_at": now + timedelta(days=8)}):
        async with refused(owner):
            await asked(owner, **changes)
    async with refused(owner):
        row = await asked(owner)
        await owner.execute("UPDATE consent_request SET lapses_at = 'infinity' WHERE id = $1", row["id"])


CONSENTS: dict[str, dict[str, Any]] = {
    "no-end": {"expires_at": None},
    "later-end": {"expires_at": timedelta(days=30, seconds=1)},
    "end-of-a-later-begin": {"not_before": timedelta(days=20), "expires_at": timedelta(days=50)},
    "more-than-a-year": {"expires_at": timedelta(days=366)},
    "granted-later": {
        "granted_at": timedelta(days=400),
        "not_before": timedelta(days=400),
        "expires_at": timedelta(days=410),
    },
    "ended-before-it-began": {"expires_at": timedelta(days=-1)},
    "more-uses": {"uses": 4},
    "no-uses": {"uses": 0},
    "used-before": {"used": 1},
    "used-less": {"used": -1},
    "more-items": {"items": ["PENALTY", "JUDGMENT"]},
    "more-fields": {"fields": ["Penalty.facts", "Penalty.remark"]},
    "no-items": {"items": []},
    "no-fields": {"fields": []},
    "earlier-period": {"period_from": date(2019, 12, 31)},
    "later-period": {"period_until": date(2026, 1, 2)},
    "by-the-bank": {"granted_by": "CLIENT"},
    "by-a-guardian-of-nobody": {"granted_by": "GUARDIAN"},
    "no-notice": {"notice": b""},
    "suspended-at-once": {"state": "SUSPENDED"},
    "another-key": {"thumbprint": "other"},
}


@pytest.mark.parametrize("case", CONSENTS)
async def test_no_consent_goes_beyond_its_request(owner: asyncpg.Connection, case: str) -> None:
    now = await owner.fetchval("SELECT now()")
    later = {name: now + value for name, value in CONSENTS[case].items() if isinstance(value, timedelta)}
    async with refused(owner):
        await granted(owner, await asked(owner), **{**CONSENTS[case], **later})


async def test_no_consent_is_endless(owner: asyncpg.Connection) -> None:
    async with refused(owner):
        row = await asked(owner)
        await granted(owner, row)
        await owner.execute("UPDATE consent SET expires_at = 'infinity' WHERE id = $1", row["id"])


async def test_no_consent_without_a_request_that_stands(owner: asyncpg.Connection) -> None:
    async with refused(owner):
        row = await asked(owner)
        await granted(owner, {**row, "id": uuid4()})
    async with refused(owner):
        row = await asked(owner)
        await owner.execute("UPDATE consent_request SET state = 'DENIED' WHERE id = $1", row["id"])
        await event(owner, row["id"], "DENIED")
        await granted(owner, row)


CHANGES = (
    "UPDATE consent SET expires_at = expires_at + interval '1 second'",
    "UPDATE consent SET expires_at = 'infinity'",
    "UPDATE consent SET uses = 100",
    "UPDATE consent SET items = '{JUDGMENT}'",
    "UPDATE consent SET fields = '{Penalty.remark}'",
    "UPDATE consent SET period_until = '2027-01-01'",
    "UPDATE consent SET thumbprint = 'other'",
    "UPDATE consent SET notice = sha256('another')",
    "UPDATE consent SET used = 2",
    "UPDATE consent SET used = 1",  # without its row
    "UPDATE consent SET used = -1",
    "UPDATE consent SET state_at = now() - interval '1 day'",
    "UPDATE consent SET reason = 'SUBJECT'",
    "UPDATE consent SET state = 'REVOKED', reason = 'SUBJECT', state_at = now()",  # without its event
    "UPDATE consent SET state = 'EXPIRED', state_at = now()",
    "UPDATE consent SET state = 'EXHAUSTED', state_at = now()",
    "DELETE FROM consent",
    "TRUNCATE consent CASCADE",
    "UPDATE consent_request SET purpose = 'PM-301'",
    "UPDATE consent_request SET client_id = 'B2'",
    "UPDATE consent_request SET days = 365",
    "UPDATE consent_request SET items = items || 'JUDGMENT'::text",
    "UPDATE consent_request SET state = 'REQUESTED'",
    "UPDATE consent_request SET state = 'DENIED'",
    "DELETE FROM consent_request",
    "TRUNCATE consent_request CASCADE",
    "INSERT INTO consent_use (consent, n, demand) SELECT id, 1, 'd' FROM consent",
    "DELETE FROM consent_use",
    "TRUNCATE consent_use",
    "UPDATE consent_notice_text SET text = text",
    "DELETE FROM consent_notice_text",
    "TRUNCATE consent_notice_text CASCADE",
    "UPDATE consent_event SET what = 'ACTIVE'",
    "DELETE FROM consent_event",
    "TRUNCATE consent_event CASCADE",
    "INSERT INTO consent_event (consent, n, what, by_whom, entry) "
    "SELECT id, 3, 'GRANTED', 'SUBJECT', gen_random_uuid() FROM consent",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_what_was_granted_stays_as_it_was(owner: asyncpg.Connection, given: UUID, change: str) -> None:
    async with refused(owner):
        await owner.execute(change)


@pytest.mark.parametrize(("end", "after"), [("REVOKED", "ACTIVE"), ("REVOKED", "SUSPENDED"), ("EXHAUSTED", "ACTIVE")])
async def test_what_has_ended_does_not_go_on(owner: asyncpg.Connection, given: UUID, end: str, after: str) -> None:
    reason = "OFFICER" if after == "SUSPENDED" else None
    async with refused(owner):
        if end == "EXHAUSTED":
            await used_up(owner, given)
        await moved(owner, given, end)
        await event(owner, given, end)
        await moved(owner, given, after, reason)
        await event(owner, given, after, reason)


async def used_up(owner: asyncpg.Connection, consent: UUID) -> None:
    for n in (1, 2, 3):
        await owner.execute("UPDATE consent SET used = $2 WHERE id = $1", consent, n)
        await insert(owner, "consent_use", {"consent": consent, "n": n, "demand": b"d"})


async def test_nothing_is_used_beyond_its_uses(owner: asyncpg.Connection, given: UUID) -> None:
    async with tried(owner):
        await used_up(owner, given)
    async with refused(owner):
        await used_up(owner, given)
        await owner.execute("UPDATE consent SET used = 4 WHERE id = $1", given)
        await insert(owner, "consent_use", {"consent": given, "n": 4, "demand": b"d"})


async def test_nothing_is_used_while_it_is_suspended(owner: asyncpg.Connection, given: UUID) -> None:
    async with refused(owner):
        await moved(owner, given, "SUSPENDED", "OFFICER")
        await event(owner, given, "SUSPENDED", "OFFICER")
        await used_up(owner, given)


@pytest.mark.parametrize("leaf_of", ["nothing", "another", "another-state", "another-reason", "another-kind"])
async def test_no_change_without_its_entry(owner: asyncpg.Connection, given: UUID, leaf_of: str) -> None:
    async with refused(owner):
        entries = {
            "nothing": uuid4(),
            "another": await leaf(owner, uuid4(), "REVOKED", "SUBJECT"),
            "another-state": await leaf(owner, given, "SUSPENDED", "SUBJECT"),
            "another-reason": await leaf(owner, given, "REVOKED", "OFFICER"),
            "another-kind": await leaf(owner, given, "REVOKED", "SUBJECT", kind="admin"),
        }
        await moved(owner, given, "REVOKED", "SUBJECT")
        await event(owner, given, "REVOKED", "SUBJECT", entry=entries[leaf_of])


async def test_no_event_says_what_is_not_so(owner: asyncpg.Connection, given: UUID) -> None:
    async with refused(owner):
        await event(owner, given, "REVOKED", "SUBJECT")
    async with refused(owner):
        await moved(owner, given, "SUSPENDED", "OFFICER")
        await event(owner, given, "SUSPENDED", "SUBJECT")
    now = await owner.fetchval("SELECT now()")
    for changes in ({"n": 9}, {"at": now - timedelta(days=1)}):
        async with refused(owner):
            await moved(owner, given, "REVOKED", "SUBJECT")
            await event(owner, given, "REVOKED", "SUBJECT", **changes)


KEEPER_MAY_NOT = (
    "UPDATE consent SET expires_at = expires_at",
    "UPDATE consent SET uses = 100",
    "DELETE FROM consent",
    "TRUNCATE consent CASCADE",
    "UPDATE consent_request SET days = 365",
    "UPDATE consent_event SET what = 'ACTIVE'",
    "DELETE FROM consent_event",
    "SELECT leaf FROM audit_pending",
    "SELECT name FROM subject",
    "SELECT jwks FROM client",
    "SELECT consents_permitting('{}')",
    "ALTER TABLE consent DISABLE TRIGGER USER",
)


@pytest.mark.parametrize("statement", KEEPER_MAY_NOT)
async def test_the_keeper_may_do_its_work_and_no_more(bank: FreshDatabase, statement: str) -> None:
    async with bank.connect(DatabaseRole.CONSENT_KEEPER) as keeper:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await keeper.execute(statement)


@pytest.mark.parametrize("role", sorted(set(DatabaseRole) - {DatabaseRole.CONSENT_KEEPER, DatabaseRole.LEDGER_WRITER}))
async def test_nobody_else_permits_or_changes(bank: FreshDatabase, given: UUID, role: DatabaseRole) -> None:
    async with bank.connect(role) as connection:
        for statement in (
            "SELECT consents_permitting('{}')",
            "UPDATE consent SET state = 'REVOKED'",
            "UPDATE consent SET used = used + 1",
            "INSERT INTO consent_event DEFAULT VALUES",
        ):
            with pytest.raises(asyncpg.PostgresError) as refusal:
                await connection.execute(statement)
            assert isinstance(refusal.value, asyncpg.InsufficientPrivilegeError | asyncpg.ReadOnlySQLTransactionError)
