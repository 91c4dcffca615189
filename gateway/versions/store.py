"""The tables of policy versions: what is in force, signed bundles, proposals, and every change; one statement each.

For the owner's connection, inside a transaction of whoever calls. It verifies nothing: what comes out is as it was
stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from gateway.versions.signing import Signed

_LOCK = 0x706F6C69
"""One change of the policy in force at a time."""

_STANDING = (
    "SELECT authz_state.policy_version, bundle.content, bundle.signature, bundle.key "
    "FROM authz_state LEFT JOIN policy_bundle AS bundle ON bundle.digest = authz_state.bundle"
)
_STORE = (
    "INSERT INTO policy_bundle (digest, policy_version, predecessor, content, signature, key) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (digest) DO NOTHING"
)
_BUNDLE = "SELECT content, signature, key FROM policy_bundle WHERE digest = $1"
_PROPOSE = (
    "INSERT INTO policy_proposal (digest, policy_version, content) VALUES ($1, $2, $3) "
    "ON CONFLICT (digest) DO NOTHING RETURNING digest"
)
_BUNDLES = (
    "SELECT content, signature, key FROM policy_bundle WHERE starts_with(policy_version, $1) ORDER BY stored DESC"
)
_PROPOSALS = "SELECT content FROM policy_proposal WHERE starts_with(policy_version, $1) ORDER BY proposed DESC"
_PENDING = (
    "SELECT policy_version AS version, digest, proposed FROM policy_proposal AS proposal WHERE NOT EXISTS "
    "(SELECT FROM policy_bundle WHERE policy_version = proposal.policy_version) ORDER BY proposed"
)
_KNOWN = (
    "SELECT EXISTS (SELECT FROM policy_bundle WHERE policy_version = $1) "
    "OR EXISTS (SELECT FROM policy_proposal WHERE policy_version = $1)"
)
_ENTER = (
    "INSERT INTO policy_change (act, policy_version, bundle, replaced, widens, widened, narrowed, diff, approvers, "
    "basis, reason, entry) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING made"
)
_CHANGES = (
    "SELECT act, policy_version AS version, bundle, replaced, widens, widened, narrowed, diff, approvers, basis, "
    "reason, entry, made FROM policy_change ORDER BY sequence"
)


class Act(StrEnum):
    FOUNDED = "FOUNDED"
    ACTIVATED = "ACTIVATED"
    ROLLED_BACK = "ROLLED_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the database names. ``signed`` is None where no bundle is named, as before there were any."""

    version: str
    signed: Signed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row of the history. ``replaced``: the version in force before; ``widened`` and ``narrowed`` count cells;
    ``approvers`` are client and staff number; ``entry`` of the log and ``made`` are None before it is stored."""

    act: Act
    version: str
    bundle: str
    replaced: str | None
    widens: bool
    widened: int
    narrowed: int
    diff: str | None
    approvers: tuple[str, ...]
    basis: tuple[str, ...]
    reason: str | None
    entry: UUID | None = None
    made: datetime | None = None


async def lock(owner: asyncpg.Connection) -> None:
    """Until the transaction ends nobody else changes what is in force."""
    await owner.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)


async def standing(owner: asyncpg.Connection) -> Standing | None:
    """None where nothing was ever in force."""
    row = await owner.fetchrow(_STANDING)
    if row is None:
        return None
    return Standing(version=row["policy_version"], signed=_signed(row) if row["content"] is not None else None)


async def keep(owner: asyncpg.Connection, found: Signed, version: str, predecessor: str | None) -> Signed:
    """Store a bundle, unless one of the same content is; the one that is stored then."""
    await owner.execute(_STORE, found.digest, version, predecessor, found.content, found.signature, found.key)
    return _signed(await owner.fetchrow(_BUNDLE, found.digest))


async def bundle(owner: asyncpg.Connection, digest: str) -> Signed:
    """A stored bundle by its address, which a change names."""
    return _signed(await owner.fetchrow(_BUNDLE, digest))


async def bundles(owner: asyncpg.Connection, prefix: str) -> tuple[Signed, ...]:
    """The bundles of the versions that begin like this, the newest first."""
    return tuple(_signed(row) for row in await owner.fetch(_BUNDLES, prefix))


async def propose(owner: asyncpg.Connection, digest: str, version: str, content: bytes) -> bool:
    """Store a proposal; false where the same is stored."""
    return await owner.fetchval(_PROPOSE, digest, version, content) is not None


async def proposals(owner: asyncpg.Connection, prefix: str) -> tuple[bytes, ...]:
    """The contents of the proposals of the versions that begin like this, the newest first."""
    return tuple(row["content"] for row in await owner.fetch(_PROPOSALS, prefix))


async def pending(owner: asyncpg.Connection) -> tuple[Mapping[str, object], ...]:
    """Proposals whose version was never in force: ``version``, ``digest``, ``proposed`` (when)."""
    return tuple(dict(row) for row in await owner.fetch(_PENDING))


async def known(owner: asyncpg.Connection, version: str) -> bool:
    """Whether the version was ever in force, or proposed."""
    found: bool = await owner.fetchval(_KNOWN, version)
    return found


async def enter(owner: asyncpg.Connection, change: Change, entry: UUID) -> Change:
    """Add to the history what the log's entry tells of; the change as it is stored."""
    made = await owner.fetchval(
        _ENTER,
        str(change.act),
        change.version,
        change.bundle,
        change.replaced,
        change.widens,
        change.widened,
        change.narrowed,
        change.diff,
        list(change.approvers),
        list(change.basis),
        change.reason,
        entry,
    )
    return replace(change, entry=entry, made=made)


async def changes(owner: asyncpg.Connection) -> tuple[Change, ...]:
    """The history, the oldest first."""
    return tuple(_change(row) for row in await owner.fetch(_CHANGES))


def trail(history: Sequence[Change]) -> tuple[Change, ...]:
    """The changes by which the policy in force came to be, as if what was rolled back had never been: its last is the
    one that put the present version in force, the one before it is where a roll-back leads."""
    found: list[Change] = []
    for change in history:
        before = [place for place, each in enumerate(found) if each.version == change.version]
        if change.act is Act.ROLLED_BACK and before:
            del found[before[-1] + 1 :]
        else:
            found.append(change)
    return tuple(found)


def _signed(row: Mapping[str, object]) -> Signed:
    return Signed(content=row["content"], signature=row["signature"], key=row["key"])  # type: ignore[arg-type]


def _change(row: Mapping[str, object]) -> Change:
    values = {**row, "act": Act(str(row["act"]))}
    for name in ("approvers", "basis"):
        values[name] = tuple(values[name])  # type: ignore[arg-type]
    return Change(**values)  # type: ignore[arg-type]
