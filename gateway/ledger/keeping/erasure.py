"""One subject's side rows: held, restricted, or erased with their keys (PIPL 47).

A key is retired first, so that new disclosures take another; destroyed only when no process can write under it any
more. What was disclosed less than the term ago is not erased but restricted, unless it was logged by mistake. Who it
concerned is in no entry of it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from gateway.ledger.keeping.account import Act, erased, held, refused
from gateway.ledger.keeping.keeper import Keeper
from gateway.ledger.keeping.retention import TERM, affected

_HELD = "SELECT coalesce(bool_or(hold), false) FROM subject_key WHERE subject_ref = $1"
_LOCK = "SELECT id FROM subject_key WHERE subject_ref = $1 FOR UPDATE"
_RETIRE = "UPDATE subject_key SET retired_at = $3 WHERE subject_ref = $1 AND year <= $2 AND retired_at IS NULL"
_RESTRICT = "UPDATE subject_key SET restricted_at = $3 WHERE subject_ref = $1 AND year > $2 AND restricted_at IS NULL"
_CHOSEN = "SELECT id FROM subject_key WHERE subject_ref = $1 AND year <= $2"
_EMPTY = """
    UPDATE audit_disclosure SET salt = NULL, ct = NULL, subject_ref = NULL, record_refs = '{}'
    WHERE subject_ref = $1 AND dek_id = ANY($2::text[])
"""
_DESTROY = """
    UPDATE subject_key SET wrapped_dek = NULL, subject_ref = NULL, destroyed_at = $2, destroyed_by = $3
    WHERE id = ANY($1::uuid[]) AND destroyed_at IS NULL
"""
_HOLD = "UPDATE subject_key SET hold = $2 WHERE subject_ref = $1 AND hold <> $2"


class SubjectHeld(Exception):  # noqa: N818  # nothing was erased
    """What was told of the subject is evidence in a dispute."""

    def __init__(self) -> None:
        super().__init__("the subject is held: release it first (log hold --release)")


class NothingKept(Exception):  # noqa: N818  # nothing was changed
    """No key of this subject is there to be held or released."""

    def __init__(self) -> None:
        super().__init__("nothing is kept of this subject that this would change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Keys destroyed, rows emptied with them, and keys whose rows are restricted because their term still runs.
    ``entry`` says so in the log."""

    entry: UUID
    keys: int
    rows: int
    restricted: int


async def erase(keeper: Keeper, subject_ref: bytes, *, year: int, reason: str, mistaken: bool) -> Erased:
    """Erase what may be erased in this ``year``, restrict the rest; ``mistaken``: what should never have been logged
    has no term. Errors: ``SubjectHeld``, ``NotWritten``: then nothing was erased, though keys may be retired."""
    until = year if mistaken else year - TERM - 1
    now = keeper.clock()
    async with _unheld(keeper, subject_ref):
        await keeper.connection.execute(_RETIRE, subject_ref, until, now)
        restricted = affected(await keeper.connection.execute(_RESTRICT, subject_ref, until, now))
        keys = [row["id"] for row in await keeper.connection.fetch(_CHOSEN, subject_ref, until)]
    if keys:
        await keeper.pause(keeper.settling)
    return await _destroyed(keeper, subject_ref, keys, restricted, reason)


async def hold(keeper: Keeper, subject_ref: bytes, *, on: bool, reason: str) -> int:
    """Forbid the destruction of what was told of a subject until now and later, or permit it again. How many keys.
    Errors: ``NothingKept``, ``NotWritten``."""
    async with keeper.connection.transaction():
        keys = affected(await keeper.connection.execute(_HOLD, subject_ref, on))
        if not keys:
            raise NothingKept
        # COMMIT POINT: the block ends, and the hold begins or ends, after its entry is durable.
        await keeper.append(held(Act.HELD if on else Act.RELEASED, keys=keys, reason=reason))
    return keys


async def _destroyed(keeper: Keeper, subject_ref: bytes, keys: Sequence[UUID], restricted: int, reason: str) -> Erased:
    async with _unheld(keeper, subject_ref):
        rows = affected(await keeper.connection.execute(_EMPTY, subject_ref, [str(key) for key in keys]))
        receipt = await keeper.append(erased(keys=keys, rows=rows, restricted=restricted, reason=reason))
        # COMMIT POINT: the entry is durable; with the end of the block nobody can open what was told.
        await keeper.connection.execute(_DESTROY, keys, keeper.clock(), receipt.entry_id)
    return Erased(entry=receipt.entry_id, keys=len(keys), rows=rows, restricted=restricted)


@asynccontextmanager
async def _unheld(keeper: Keeper, subject_ref: bytes) -> AsyncIterator[None]:
    """A transaction in which nobody begins to hold the subject. A refusal is entered in the log."""
    try:
        async with keeper.connection.transaction():
            await keeper.connection.execute(_LOCK, subject_ref)
            if await keeper.connection.fetchval(_HELD, subject_ref):
                raise SubjectHeld
            yield
    except SubjectHeld:
        await keeper.append(refused(Act.ERASED, "SUBJECT_HELD"))
        raise
