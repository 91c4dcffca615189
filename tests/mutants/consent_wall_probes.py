"""Probes of what the database itself holds of consents: its owner makes none beyond its bounds, and changes none."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from gateway.database.scopes import DatabaseRole
from tests.consents.written import WRITER, asked, event, granted, leaf
from tests.mutants.walled import Walled
from tests.rows import insert

BANK = "B9"
WITHOUT_BOUNDS: tuple[dict[str, Any], ...] = (
    *({"days": days} for days in (0, 366)),
    *({"uses": uses} for uses in (0, 101)),
    {"purpose": "PM-901,PM-301"},
    {"fields": ["*"]},
    {"fields": []},
    {"items": ["*"]},
    {"matter": ""},
    {"necessity": ""},
    {"retention_days": 1827},
)
BEYOND: tuple[dict[str, Any], ...] = (
    {"uses": 4},
    {"used": 1},
    {"items": ["JUDGMENT"]},
    {"fields": ["Penalty.remark"]},
    {"granted_by": "CLIENT", "relation": WRITER},
    {"granted_by": "GUARDIAN"},
    {"notice": b"n" * 32},
)


async def _registered(wall: Walled) -> None:
    owner = wall.connection
    agency = await owner.fetchval("SELECT min(id) FROM agency")
    await insert(owner, "client", {"client_id": BANK, "agency_id": agency, "role": "BANK", "jwks": "{}"})
    await insert(owner, "audit_writer", {"writer": WRITER, "process": "p", "started": 1, "last_wseq": -1})


async def _refused(wall: Walled, *steps: Any) -> bool:
    """Whether the database refuses one of the steps, or all of them at the end of their transaction."""
    attempt = wall.connection.transaction()
    await attempt.start()
    try:
        for step in steps:
            await (wall.connection.execute(step) if isinstance(step, str) else step())
        await wall.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except asyncpg.IntegrityConstraintViolationError:
        return True
    finally:
        await attempt.rollback()
    return False


async def consents_have_bounds(wall: Walled) -> None:
    """Neither a request nor a consent is without end, without bounds, or for two purposes (WH-二(六)2)."""
    async with wall.role(None):
        await _registered(wall)
        owner = wall.connection
        now = await owner.fetchval("SELECT now()")
        for changes in WITHOUT_BOUNDS:
            assert await _refused(wall, lambda: asked(owner, client_id=BANK, **changes)), changes  # noqa: B023
        for more in ({"lapses_at": now + timedelta(days=8)}, {"asked_at": now - timedelta(days=1)}):
            assert await _refused(wall, lambda: asked(owner, client_id=BANK, **more)), more  # noqa: B023
        assert await _refused(wall, "INSERT INTO consent_notice_text VALUES (sha256('one'), 'another')")
        row = await asked(owner, client_id=BANK)
        assert not await _refused(wall, lambda: granted(owner, row))
        later = ({"expires_at": now + timedelta(days=31)}, {"expires_at": now + timedelta(days=366)})
        for changes in (*BEYOND, *later):
            assert await _refused(wall, lambda: granted(owner, row, **changes)), changes  # noqa: B023


async def consents_stay_as_they_were(wall: Walled) -> None:
    """Only their state changes, forwards, with its event; and only uses are taken, one by one."""
    async with wall.role(None):
        await _registered(wall)
        owner = wall.connection
        given = await granted(owner, await asked(owner, client_id=BANK))
        await owner.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        use = f"INSERT INTO consent_use (consent, n, demand) VALUES ('{given}', 1, 'd')"  # noqa: S608
        taken = ("UPDATE consent SET used = 1", use)
        assert not await _refused(wall, *taken)
        end = "UPDATE consent SET state = 'REVOKED', reason = 'SUBJECT', state_at = now()"
        assert not await _refused(wall, end, lambda: event(owner, given, "REVOKED", "SUBJECT"))
        for steps in (
            ("UPDATE consent SET expires_at = expires_at + interval '1 day'",),
            ("UPDATE consent SET used = 2", use),
            ("UPDATE consent SET used = 1",),
            (use,),
            (*taken, use.replace("1, 'd'", "2, 'd'")),
            (*taken, "UPDATE consent_use SET pages = 20"),
            (end,),
            (end, lambda: _unlogged(owner, given)),
            (end, lambda: event(owner, given, "REVOKED", "SUBJECT", n=9)),
            ("UPDATE consent_request SET purpose = 'PM-301'",),
            ("UPDATE consent_request SET state = 'LAPSED'",),
            ("DELETE FROM consent_use",),
            ("DELETE FROM consent_event",),
            ("UPDATE consent_event SET what = 'DENIED'",),
            ("DELETE FROM consent",),
            ("UPDATE consent_notice_text SET text = text",),
        ):
            assert await _refused(wall, *steps), steps
    async with wall.role(DatabaseRole.SHARING):
        assert await wall.refuses("SELECT consents_permitting('{}')")


async def _unlogged(owner: asyncpg.Connection, given: UUID) -> None:
    entry = await leaf(owner, given, "SUSPENDED")
    await event(owner, given, "REVOKED", "SUBJECT", entry=entry)
