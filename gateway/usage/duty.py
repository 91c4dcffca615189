"""Registered matters that must not be decided without a check -> how many had one, and which had none.

BASIS: EZ-5, EZ-17 (应查必查). A matter was checked where the log has a released answer about somebody, given for it. A
matter is found in the log by the keyed digest of its number, which only who holds the key can make, so matters are gone
through a few thousand at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.usage.departments import Connection
from gateway.usage.quarter import Quarter

AT_ONCE = 5000
LISTED = 1000
"""Unchecked matters named one by one."""

_MATTERS = """
    SELECT matter.client_id, client.agency_id, matter.number, matter.purpose, matter.opened_on
    FROM matter JOIN client ON client.client_id = matter.client_id
    WHERE opened_on BETWEEN $1 AND $2 AND purpose = ANY($3::text[]) AND agency_id = ANY($4::bigint[])
    ORDER BY opened_on, matter.client_id, matter.number
"""
_CHECKED = """
    SELECT client_id, matter_ref FROM usage_check
    JOIN unnest($1::text[], $2::bytea[]) AS asked (client_id, matter_ref) USING (client_id, matter_ref)
"""


@dataclass(slots=True, kw_only=True)
class Duty:
    """``matters`` and ``checked`` by agency and purpose; ``unchecked``: the first of the others, as registered."""

    matters: dict[tuple[int, str], int] = field(default_factory=dict)
    checked: dict[tuple[int, str], int] = field(default_factory=dict)
    unchecked: list[Mapping[str, Any]] = field(default_factory=list)


async def duty(
    connection: Connection,
    quarter: Quarter,
    purposes: Sequence[str],
    agencies: Sequence[int],
    digest: Callable[[str], bytes],
) -> Duty:
    """Of matters registered in the quarter for ``purposes`` by ``agencies``; ``digest``: of a number, as the log has
    it."""
    found, waiting = Duty(), list[Mapping[str, Any]]()
    async for matter in connection.cursor(_MATTERS, quarter.first, quarter.last, purposes, agencies, prefetch=AT_ONCE):
        waiting.append(matter)
        if len(waiting) == AT_ONCE:
            await _look_up(connection, waiting, digest, found)
            waiting.clear()
    await _look_up(connection, waiting, digest, found)
    return found


async def _look_up(
    connection: Connection, matters: Sequence[Mapping[str, Any]], digest: Callable[[str], bytes], found: Duty
) -> None:
    refs = [digest(matter["number"]) for matter in matters]
    clients = [matter["client_id"] for matter in matters]
    known = {(row["client_id"], row["matter_ref"]) for row in await connection.fetch(_CHECKED, clients, refs)}
    for matter, ref in zip(matters, refs, strict=True):
        at = matter["agency_id"], matter["purpose"]
        checked = (matter["client_id"], ref) in known
        found.matters[at] = found.matters.get(at, 0) + 1
        found.checked[at] = found.checked.get(at, 0) + checked
        if not checked and len(found.unchecked) < LISTED:
            found.unchecked.append(matter)
