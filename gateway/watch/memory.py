"""What surrounds the acts of a day: habits, networks, parties, purposes, protected persons, the state of the log.

One statement each, as the watcher's role, for those who acted since the last look alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from gateway.watch.acts import NO_NETWORK, Act, Scene, agency_key, by_operator, grouped, operator_key
from gateway.watch.reading import Acts, Fetch, first_id
from gateway.watch.thresholds import DAY, HOUR, Thresholds

_CHINA = timedelta(hours=8)
_HABITS = """
    SELECT who, percentile_disc(0.5) WITHIN GROUP (ORDER BY busiest) AS usual
    FROM watch_habit WHERE who = ANY($1::text[]) AND day >= $2 AND day < $3 GROUP BY who
"""
_KEEP_HABITS = """
    INSERT INTO watch_habit (who, day, persons, busiest)
    SELECT * FROM unnest($1::text[], $2::date[], $3::int[], $4::int[])
    ON CONFLICT (who, day)
    DO UPDATE SET persons = excluded.persons, busiest = greatest(watch_habit.busiest, excluded.busiest)
"""
_SEEN = "SELECT who, network, last_seen FROM watch_seen WHERE who = ANY($1::text[])"
_KEEP_SEEN = """
    INSERT INTO watch_seen (who, network, first_seen, last_seen)
    SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[], $4::bigint[])
    ON CONFLICT (who, network) DO UPDATE SET last_seen = greatest(watch_seen.last_seen, excluded.last_seen)
"""
_PARTIES = """
    SELECT client_id, matter_number, count(DISTINCT party_digest)::int AS parties FROM matter_party
    WHERE (client_id, matter_number) IN (SELECT * FROM unnest($1::text[], $2::text[])) GROUP BY client_id, matter_number
"""
_LOOKED_UP = """
    SELECT d.subject_ref, p.leaf, p.id FROM audit_disclosure AS d JOIN audit_pending AS p ON p.id = d.entry_id
    WHERE d.subject_ref = ANY($1::bytea[]) AND d.entry_id > $2 ORDER BY d.entry_id
"""
_PROTECTED = "SELECT subject_ref FROM watch_protected WHERE subject_ref = ANY($1::bytea[])"
_UNSEALED = """
    SELECT min(first.t) AS t FROM audit_writer AS w CROSS JOIN LATERAL (
        SELECT t FROM audit_pending
        WHERE writer = w.writer
            AND wseq > coalesce((SELECT max(wseq) FROM audit_seq AS s WHERE s.writer = w.writer), -1)
        ORDER BY wseq LIMIT 1
    ) AS first
    WHERE NOT w.sealed
"""


@dataclass(slots=True, kw_only=True)
class Memory:
    """``fetch`` runs a statement as the watcher."""

    fetch: Fetch

    async def scene(self, acts: Acts, fresh: frozenset[UUID], now: int, thresholds: Thresholds) -> Scene:
        """Everything that the rules look at, as it was before these fresh acts."""
        listed = acts.in_order
        new = [act for act in listed if act.entry in fresh]
        seen, networks = await self._seen(new)
        return Scene(
            now=now,
            thresholds=thresholds,
            acts=listed,
            fresh=fresh,
            habits=await self._habits(listed, now, thresholds),
            parties=await self._parties(listed, acts, thresholds),
            purposes=await self._purposes(new, acts, now, thresholds),
            last_seen=seen,
            networks=networks,
            protected=await self._protected(new),
            unsealed=await self._unsealed(now),
        )

    async def _habits(self, acts: Sequence[Act], now: int, thresholds: Thresholds) -> Mapping[str, int]:
        today = day_of(now)
        begin = today - timedelta(days=thresholds.bulk.habit_days)
        rows = await self.fetch(_HABITS, [*_by_who(acts)], begin, today)
        return {row["who"]: row["usual"] for row in rows}

    async def _parties(self, acts: Sequence[Act], told: Acts, thresholds: Thresholds) -> Mapping[bytes, int]:
        """Of matters under which so much was asked that it depends on their parties."""
        busy = [
            (matter, found)
            for matter, found in grouped(acts, lambda act: act.matter).items()
            if matter is not None and sum(max(act.subjects, 1) for act in found) >= thresholds.bulk.mass_matter
        ]
        names = {matter: (found[-1].client, told.told[found[-1].entry].matter) for matter, found in busy}
        clients = [client for client, _ in names.values()]
        rows = await self.fetch(_PARTIES, clients, [number or "" for _, number in names.values()])
        counted = {(row["client_id"], row["matter_number"]): row["parties"] for row in rows}
        return {matter: counted.get((client, number or ""), 0) for matter, (client, number) in names.items()}

    async def _purposes(
        self, new: Sequence[Act], told: Acts, now: int, thresholds: Thresholds
    ) -> Mapping[tuple[bytes, str], Mapping[str, UUID]]:
        persons = sorted({person for act in new if act.reads for person in act.persons})
        found: dict[tuple[bytes, str], dict[str, UUID]] = {}
        since = first_id(now - thresholds.purposes.days * DAY)
        for row in await self.fetch(_LOOKED_UP, persons, since) if persons else ():
            leaf = json.loads(row["leaf"])
            agency = told.agencies.get(leaf["principal"], leaf["principal"])
            purpose = leaf.get("purpose")
            if leaf["kind"] == "release" and leaf["action"] == "query" and isinstance(purpose, str):
                found.setdefault((row["subject_ref"], agency), {}).setdefault(purpose, row["id"])
        return found

    async def _seen(self, new: Sequence[Act]) -> tuple[Mapping[str, int], Mapping[str, frozenset[bytes]]]:
        rows = await self.fetch(_SEEN, [operator_key(operator) for operator in by_operator(new)])
        last: dict[str, int] = {}
        networks: dict[str, set[bytes]] = {}
        for row in rows:
            last[row["who"]] = max(row["last_seen"], last.get(row["who"], 0))
            networks.setdefault(row["who"], set()).add(row["network"])
        return last, {who: frozenset(found) for who, found in networks.items()}

    async def _protected(self, new: Sequence[Act]) -> frozenset[bytes]:
        persons = sorted({person for act in new for person in act.persons})
        rows = await self.fetch(_PROTECTED, persons) if persons else ()
        return frozenset(row["subject_ref"] for row in rows)

    async def _unsealed(self, now: int) -> int:
        oldest = (await self.fetch(_UNSEALED))[0]["t"]
        return 0 if oldest is None else max(now - oldest, 0)

    async def keep(self, scene: Scene) -> None:
        """Today's habits, and from where operators were seen: once what the scene shows was entered."""
        acts, new, now = scene.acts, scene.new(), scene.now
        today = [act for act in acts if act.reads and act.persons and day_of(act.t) == day_of(now)]
        habits = [
            (who, day_of(now), _persons(found), _persons(_hour(found, now))) for who, found in _by_who(today).items()
        ]
        await self.fetch(_KEEP_HABITS, *_columns(habits, 4))
        seen: dict[tuple[str, bytes], tuple[int, int]] = {}
        for operator, found in by_operator(new).items():
            for act in found:
                key = (operator_key(operator), act.network or NO_NETWORK)
                first, last = seen.get(key, (act.t, act.t))
                seen[key] = (min(first, act.t), max(last, act.t))
        await self.fetch(_KEEP_SEEN, *_columns([(*key, *times) for key, times in sorted(seen.items())], 4))


def day_of(t: int) -> date:
    """The civil day in China."""
    return (datetime.fromtimestamp(t / 1000, UTC) + _CHINA).date()


def _by_who(acts: Iterable[Act]) -> dict[str, list[Act]]:
    """By operator, and by agency."""
    reading = [act for act in acts if act.reads and act.persons]
    return {
        **{operator_key(operator): found for operator, found in by_operator(reading).items()},
        **{agency_key(agency): found for agency, found in grouped(reading, lambda act: act.agency).items()},
    }


def _hour(acts: Iterable[Act], now: int) -> list[Act]:
    return [act for act in acts if now - act.t < HOUR]


def _persons(acts: Iterable[Act]) -> int:
    return len({person for act in acts for person in act.persons})


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[place] for row in rows] for place in range(width)]
