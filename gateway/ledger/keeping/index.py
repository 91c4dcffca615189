"""Side rows against their leaves: every commitment recomputed, every row accounted for.

It opens what it checks and tells nobody what stood there: only how many rows are as they were written (``ok``), erased
or dropped as the log says (``redacted``), gone without a word (``MISSING``), or not what the leaf commits to
(``FORGED``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from gateway.ledger.keeping.explained import Explained, explained
from gateway.ledger.keeping.opening import NotOpened, Opener
from gateway.ledger.keeping.stored import Page, StoredActor, StoredDisclosure, members, pages, subject_key_id
from gateway.ledger.keeping.subject_keys import Fetch
from gateway.ledger.proof.canonical import CanonicalError
from gateway.ledger.proof.commitments import commit, derive, root

SHOWN = 20
_OWN = "details"  # a member of what the log says of itself: that concerns nobody, and has no side rows


class Status(StrEnum):
    OK = "ok"
    REDACTED = "redacted"
    MISSING = "MISSING"
    FORGED = "FORGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """How many side rows are what; ``found``: the first that should not be so, as (entry, place or None for the actor,
    status)."""

    counts: Mapping[Status, int]
    found: Sequence[tuple[UUID, int | None, Status]]

    @property
    def sound(self) -> bool:
        return not self.counts[Status.MISSING] and not self.counts[Status.FORGED]


async def verify_index(fetch: Fetch, opener: Opener) -> IndexReport:
    """The whole log, in the snapshot of ``fetch``."""
    excuse = await explained(fetch)
    counts: Counter[Status] = Counter()
    found: list[tuple[UUID, int | None, Status]] = []
    async for page in pages(fetch):
        for entry, n, status in _checked(page, opener, excuse):
            counts[status] += 1
            if status in (Status.MISSING, Status.FORGED) and len(found) < SHOWN:
                found.append((entry, n, status))
    return IndexReport(counts={status: counts[status] for status in Status}, found=found)


def _checked(page: Page, opener: Opener, excuse: Explained) -> Iterator[tuple[UUID, int | None, Status]]:
    concerning = {entry: leaf for entry, leaf in page.leaves.items() if _OWN not in leaf}
    for entry, leaf in concerning.items():
        dropped = entry.int < excuse.dropped.int
        absent = Status.REDACTED if dropped else Status.MISSING
        told = leaf["released"]
        actor = page.actors.get(entry)
        yield entry, None, absent if actor is None else _actor(leaf, actor, opener)
        rows = {row.n: row for row in page.disclosures.get(entry, ())}
        statuses = [_row(page, rows.get(n), each, opener, excuse, absent) for n, each in enumerate(_listed(told))]
        yield from ((entry, n, status) for n, status in enumerate(_whole(told, rows, statuses)))
        yield from ((entry, n, Status.FORGED) for n in rows if n >= len(statuses))
    for entry in page.disclosures.keys() - concerning.keys():
        yield from ((entry, row.n, Status.FORGED) for row in page.disclosures[entry])
    yield from ((entry, None, Status.FORGED) for entry in page.actors.keys() - concerning.keys())


def _listed(told: Any) -> Sequence[Mapping[str, Any] | None]:
    """What the leaf says of each row: nothing, where it names only the root over many."""
    return (None,) * told["n"] if isinstance(told, Mapping) else tuple(told)


def _whole(told: Any, rows: Mapping[int, StoredDisclosure], statuses: Sequence[Status]) -> Sequence[Status]:
    """Rows under a root stand or fall together: the root needs the commitment of each, of those erased too."""
    if not isinstance(told, Mapping) or Status.MISSING in statuses or len(rows) != len(statuses):
        return statuses
    commitments = [rows[n].commitment or b"" for n in range(len(statuses))]
    return statuses if root(commitments).hex() == told["root"] else [Status.FORGED] * len(statuses)


def _row(
    page: Page,
    row: StoredDisclosure | None,
    said: Mapping[str, Any] | None,
    opener: Opener,
    excuse: Explained,
    absent: Status,
) -> Status:
    if row is None:
        return absent
    if said is not None and row.commitment is not None and row.commitment.hex() != said["c"]:
        return Status.FORGED
    key_id = subject_key_id(row.dek_id)
    if row.salt is None or row.ct is None:
        empty = row.salt is None and row.ct is None and row.subject_ref is None and not row.record_refs
        return Status.REDACTED if empty and excuse.excuses(key_id) else Status.MISSING
    key = None if key_id is None else page.keys.get(key_id)
    if key_id is not None and key is None:
        return Status.MISSING  # destroyed, or never there
    try:
        plain = opener.open(row.ct, aad=row.place, dek_id=row.dek_id, key=key)
        told = members(plain)
    except (NotOpened, CanonicalError):
        return Status.FORGED
    commitment = commit("released", row.salt, plain)
    fits = commitment == (row.commitment or commitment) and _says(row, told, opener)
    return Status.OK if fits and (said is None or _said(told, commitment) == said) else Status.FORGED


def _said(told: Mapping[str, Any], commitment: bytes) -> Mapping[str, Any]:
    """What a leaf says of a row that tells this."""
    return {
        "c": commitment.hex(),
        "lv": told["levels"],
        "n": len(set(told["subjects"])),
        "rt": dict(Counter(each["type"] for each in told["rows"])),
    }


def _says(row: StoredDisclosure, told: Mapping[str, Any], opener: Opener) -> bool:
    """Whether the columns that are searched by are those of the sealed text."""
    subjects = [opener.digest("subject", bytes.fromhex(each)) for each in told["subjects"]]
    records = [opener.digest("record", bytes.fromhex(each["ref"])) for each in told["rows"]]
    natural = subject_key_id(row.dek_id) is not None or row.subject_ref is not None
    refs = records if natural else [*subjects, *records]
    return (
        (row.subject_ref is None) != natural
        and (not natural or subjects == [row.subject_ref])
        and list(row.record_refs) == list(dict.fromkeys(refs))
        and list(row.clear_coordinates) == told["clear"]
    )


def _actor(leaf: Mapping[str, Any], actor: StoredActor, opener: Opener) -> Status:
    if actor.seed is None or actor.ct is None:
        return Status.MISSING
    try:
        told = members(opener.open(actor.ct, aad=actor.entry_id.bytes, dek_id=actor.dek_id, key=None))
    except (NotOpened, CanonicalError):
        return Status.FORGED
    said = {
        "operator": (leaf["operator"] or {}).get("c"),
        "matter": leaf["case"].get("c"),
        "address": leaf["client"].get("address"),
    }
    refs = {"operator": actor.operator_ref, "matter": actor.matter_ref}
    fits = all(_committed(actor.seed, name, told[name]) == said[name] for name in said)
    found = all(ref == _ref(opener, name, told[name]) for name, ref in refs.items())
    return Status.OK if fits and found else Status.FORGED


def _committed(seed: bytes, name: str, value: str | None) -> str | None:
    field = "case" if name == "matter" else name
    return None if value is None else commit(field, derive(seed, field), value.encode()).hex()


def _ref(opener: Opener, name: str, value: str | None) -> bytes | None:
    return None if value is None else opener.digest(name, value.encode())
