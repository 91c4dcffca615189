"""What the log itself says was erased or dropped: the one excuse for a side row that is not there.

An excuse is believed only as far as its leaf goes: which keys (by commitment), how many rows, up to which day. What the
table of keys says beyond that is no excuse.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from gateway.ledger.keeping.account import BEFORE, ROWS, WHICH, Act, listed
from gateway.ledger.keeping.retention import first_id
from gateway.ledger.keeping.stored import FIRST, actors, of_kind
from gateway.ledger.keeping.subject_keys import Fetch
from gateway.ledger.proof.commitments import commit, derive

_DESTROYED = "SELECT id, destroyed_by FROM subject_key WHERE destroyed_by = ANY($1::uuid[]) ORDER BY id"


@dataclass(slots=True, kw_only=True)
class Explained:
    """``erased``: the entry by each destroyed key; ``rows``: how many rows each of those entries excuses still;
    ``dropped``: entries before this id need no side rows."""

    erased: Mapping[UUID, UUID]
    rows: Counter[UUID] = field(default_factory=Counter)
    dropped: UUID = FIRST

    def excuses(self, key: UUID | None) -> bool:
        """Whether a row under this key may be empty. Each row is asked about once."""
        entry = None if key is None else self.erased.get(key)
        if entry is None or not self.rows[entry]:
            return False
        self.rows[entry] -= 1
        return True


async def explained(fetch: Fetch) -> Explained:
    """Read from the ``key`` leaves of the whole log."""
    leaves = await of_kind(fetch, "key")
    erasures = {entry: leaf for entry, leaf in leaves.items() if leaf["action"] == Act.ERASED}
    seeds = {entry: actor.seed for entry, actor in (await actors(fetch, erasures)).items()}
    destroyed: dict[UUID, list[UUID]] = {}
    for row in await fetch(_DESTROYED, list(erasures)):
        destroyed.setdefault(row["destroyed_by"], []).append(row["id"])
    found = Explained(erased={})
    erased: dict[UUID, UUID] = {}
    for entry, leaf in erasures.items():
        keys = destroyed.get(entry, [])
        if _commits(leaf, seeds.get(entry), listed(keys)):
            erased |= dict.fromkeys(keys, entry)
            found.rows[entry] = _variable(leaf, ROWS)[1] or 0
    found.erased = erased
    days = [_variable(leaf, BEFORE)[1] for leaf in leaves.values() if leaf["action"] == Act.PRUNED]
    found.dropped = max((first_id(date.fromisoformat(day)) for day in days if day), default=found.dropped)
    return found


def _commits(leaf: Mapping[str, Any], seed: bytes | None, keys: str) -> bool:
    place, value = _variable(leaf, WHICH)
    field = f"vars/{place}"
    if seed is None or not isinstance(value, Mapping):
        return False
    return bool(value["c"] == commit(field, derive(seed, field), keys.encode()).hex())


def _variable(leaf: Mapping[str, Any], name: str) -> tuple[int, Any]:
    """Place and value; no value of a leaf that does not say it, and so explains nothing."""
    told = ((place, each["value"]) for place, each in enumerate(leaf["vars"]) if each["name"] == name)
    return next(told, (0, None))
