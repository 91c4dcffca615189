"""The log -> acts: what was committed since the last look, read as the watcher's role, one statement at a time.

Each chain is read on from where the last look ended, so that nothing escapes by what a clock says. It reads leaves and
keyed digests, and opens only what says who acted, from where and in which matter.
"""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gateway.http.limits import network_of
from gateway.ledger.keeping.opening import NotOpened, Opener
from gateway.watch.acts import Act
from gateway.watch.thresholds import DAY

Fetch = Callable[..., Awaitable[Sequence[Mapping[str, Any]]]]

AT_ONCE = 5000
_ENTRIES = """
    SELECT p.writer, p.wseq, p.id, p.t, p.leaf, a.operator_ref, a.matter_ref, a.ct, a.dek_id,
        p.t - (SELECT t FROM audit_pending WHERE writer = p.writer AND wseq = p.wseq - 1) AS after,
        ARRAY(SELECT d.subject_ref FROM audit_disclosure AS d WHERE d.entry_id = p.id ORDER BY d.n) AS subjects
    FROM audit_writer AS w LEFT JOIN unnest($1::uuid[], $2::bigint[]) AS seen (writer, wseq) ON seen.writer = w.writer
    CROSS JOIN LATERAL (
        SELECT writer, wseq, id, t, leaf FROM audit_pending
        WHERE writer = w.writer AND wseq > coalesce(seen.wseq, -1) ORDER BY wseq LIMIT $3
    ) AS p LEFT JOIN audit_actor AS a ON a.entry_id = p.id
    WHERE w.last_wseq > coalesce(seen.wseq, -1) AND (w.closed IS NULL OR w.closed >= $4)
    LIMIT $3
"""
_BEGIN = """
    SELECT w.writer, (
        SELECT wseq FROM audit_pending WHERE writer = w.writer AND t < $1 ORDER BY wseq DESC LIMIT 1
    ) AS wseq
    FROM audit_writer AS w WHERE w.closed IS NULL OR w.closed >= $1
"""
_AGENCIES = "SELECT client_id, uscc FROM client JOIN agency ON agency.id = client.agency_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the side row of an actor says, for a finding that stops somebody. Empty where it cannot be opened."""

    operator: str | None = None
    matter: str | None = None
    address: str | None = None


@dataclass(slots=True, kw_only=True)
class Acts:
    """The acts of the last day, in memory. ``fetch`` runs a statement as the watcher."""

    fetch: Fetch
    opener: Opener
    acts: OrderedDict[UUID, Act] = field(default_factory=OrderedDict)
    told: dict[UUID, Told] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    _seen: dict[UUID, int] = field(default_factory=dict)

    async def look(self, now: int) -> frozenset[UUID]:
        """Take what was not taken yet, forget what is older than a day; the new entries."""
        self.agencies = {row["client_id"]: row["uscc"] for row in await self.fetch(_AGENCIES)}
        if not self._seen:
            self._seen = {
                row["writer"]: row["wseq"] for row in await self.fetch(_BEGIN, now - DAY) if row["wseq"] is not None
            }
        fresh = set()
        while rows := await self.fetch(_ENTRIES, list(self._seen), list(self._seen.values()), AT_ONCE, now - DAY):
            for row in rows:
                self._take(row)
                fresh.add(row["id"])
        for entry in [entry for entry, act in self.acts.items() if now - act.t >= DAY]:
            del self.acts[entry], self.told[entry]
        return frozenset(fresh & self.acts.keys())

    @property
    def in_order(self) -> tuple[Act, ...]:
        return tuple(sorted(self.acts.values(), key=lambda act: (act.t, act.entry)))

    def _take(self, row: Mapping[str, Any]) -> None:
        told = self._told(row)
        self.told[row["id"]] = told
        network = None if told.address is None else self.opener.digest("network", network_of(told.address).encode())
        self.acts[row["id"]] = act_of(row, self.agencies, network)
        self._seen[row["writer"]] = max(row["wseq"], self._seen.get(row["writer"], -1))

    def _told(self, row: Mapping[str, Any]) -> Told:
        if row["ct"] is None:
            return Told()
        try:
            plain = json.loads(self.opener.open(row["ct"], aad=row["id"].bytes, dek_id=row["dek_id"], key=None))
        except NotOpened:
            return Told()
        return Told(operator=plain["operator"], matter=plain["matter"], address=plain["address"])


def act_of(row: Mapping[str, Any], agencies: Mapping[str, str], network: bytes | None) -> Act:
    """The act that a leaf and its side rows tell of."""
    leaf = json.loads(row["leaf"])
    subjects: Sequence[bytes | None] = row["subjects"]
    persons = [ref for ref in subjects if ref is not None]
    purpose, query = leaf.get("purpose"), leaf.get("query")
    return Act(
        entry=row["id"],
        t=row["t"],
        kind=leaf["kind"],
        agency=agencies.get(leaf["principal"], leaf["principal"]),
        client=leaf["principal"],
        action=leaf["action"],
        reasons=tuple(leaf["decision"]["reasons"]),
        purpose=purpose if isinstance(purpose, str) else None,
        demand=query["demand"] if query else None,
        operator=row["operator_ref"],
        matter=row["matter_ref"],
        network=network,
        persons=tuple(persons),
        missed=_missed(leaf.get("released"), subjects),
        subjects=leaf["counts"]["subjects"] if "counts" in leaf else 0,
        step=max(-(row["after"] or 0), 0),
        times=leaf["decision"]["times"],
    )


def _missed(released: object, subjects: Sequence[bytes | None]) -> int:
    """Persons of whom nothing is known: nothing was decided on any field of theirs. Not told of very large answers."""
    if not isinstance(released, list):
        return 0
    return sum(ref is not None and not one["lv"] for one, ref in zip(released, subjects, strict=False))


def first_id(t: int) -> UUID:
    """The least id of an entry of that ms (RFC 9562 5.7)."""
    return UUID(int=max(t, 0) << 80)
