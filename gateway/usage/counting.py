"""The tables that a report is counted from -> plain counts by agency. Reads no subject, no name and no number."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from gateway.intake.reasons import Reason
from gateway.usage.departments import Connection
from gateway.usage.figures import Use
from gateway.usage.quarter import Quarter
from schema.errors import Code
from schema.vocabulary.usage import BeyondWhat

FORGET = "SELECT usage_forget()"
"""Of quarters before the last one it need not be known any more which subjects were counted."""

EXECUTION = "PM-831"
"""Measures are carried out for this purpose (EZ-16)."""

_COUNTS = "SELECT agency_id, purpose, queries, subjects, verdicts, hits FROM usage_count WHERE quarter = $1"
_REFUSALS = "SELECT agency_id, purpose, code, times FROM usage_refusal WHERE quarter = $1"
_APPLIED = """
    SELECT executed_by_id AS agency_id, count(*) AS applied FROM feedback
    WHERE action IN ('APPLIED', 'PARTLY') AND applied_on BETWEEN $1 AND $2 GROUP BY 1
"""
_WITHOUT_BASIS = """
    SELECT initiated_by_id AS agency_id, count(*) AS attempts FROM feedback JOIN measure ON measure.id = measure_id
    WHERE action = 'REFUSED_NO_BASIS' AND reported_on BETWEEN $1 AND $2 GROUP BY 1
"""
_SET_ASIDE = """
    SELECT source_unit_id AS agency_id, count(*) AS attempts FROM record
    WHERE state = 'QUARANTINED' AND decided_on BETWEEN $1 AND $2
        AND EXISTS (SELECT FROM unnest(quarantine_reasons) AS reason WHERE reason LIKE ANY($3::text[]))
    GROUP BY 1
"""
# Status as in resolvers/derived.py; one that an objection suspends is still to be executed by the same department
_MEASURES = """
    SELECT executed_by_id AS agency_id,
        count(*) FILTER (WHERE in_force_on <= $2) AS in_force,
        count(*) FILTER (WHERE in_force_on <= $2 AND "natural") AS persons_in_force,
        count(*) FILTER (WHERE waiting) AS awaiting, count(*) FILTER (WHERE waiting AND "natural") AS persons_awaiting
    FROM measure, LATERAL (
        SELECT pushed_on BETWEEN $1 AND $2
            AND NOT EXISTS (SELECT FROM feedback WHERE measure_id = measure.id AND reported_on <= $2) AS waiting
    ) AS told
    WHERE executed_by_id IS NOT NULL AND pushed_on <= $2 AND coalesce(rejected_on > $2, true)
        AND coalesce(lifted_on > $2, true) AND coalesce(ends_on >= $2, true)
    GROUP BY 1
"""
_LISTING = (
    *(Reason.NO_LISTING_RULES, Reason.NO_NOTICE, Reason.CONTENT_MISSING, Reason.LEVEL_TOO_LOW),
    *(Reason.LEVEL_AGAINST_REGISTER, Reason.GROUND_TOO_LOW, Reason.CATEGORY_NOT_NAMED),
)
_OUTSIDE = (Reason.ITEM_NOT_IN_FORCE, Reason.ITEM_NOT_FOR_KIND)
_PURPOSES = frozenset(
    {
        *(Code.PURPOSE_REQUIRED, Code.PURPOSE_NOT_ALLOWED, Code.SUBJECT_NOT_COVERED, Code.ROLE_REQUIRED),
        *(Code.MATTER_REQUIRED, Code.MATTER_NOT_OPEN),
    }
)
_BEYOND: Mapping[str, BeyondWhat] = {
    **{code.value: BeyondWhat.PURPOSES for code in _PURPOSES},
    Code.FIELD_NOT_FILTERABLE.value: BeyondWhat.CATALOGUE,
}
"""Refusals that say that an agency asked for what is not on its lists; others are mistakes of its software."""


class Violation(NamedTuple):
    """``code``: of a refusal, ``REFUSED_NO_BASIS`` for a measure, ``QUARANTINED`` for a record."""

    agency: int
    beyond: BeyondWhat
    code: str
    attempts: int


async def uses(connection: Connection, quarter: Quarter, known: Iterable[str]) -> Mapping[tuple[int, str], Use]:
    """By agency and purpose; refusals only for the purposes that are ``known``."""
    purposes, found = frozenset(known), dict[tuple[int, str], Use]()
    for row in await connection.fetch(_COUNTS, quarter.first):
        found[row["agency_id"], row["purpose"]] = Use(row["queries"], row["subjects"], row["verdicts"], row["hits"])
    for row in await connection.fetch(_REFUSALS, quarter.first):
        if row["purpose"] in purposes:
            at = row["agency_id"], row["purpose"]
            use = found.get(at, Use())
            found[at] = use._replace(refusals=use.refusals + row["times"])
    for row in await connection.fetch(_APPLIED, quarter.first, quarter.last):
        at = row["agency_id"], EXECUTION
        found[at] = found.get(at, Use())._replace(applied=row["applied"])
    return found


async def violations(connection: Connection, quarter: Quarter) -> Sequence[Violation]:
    """In the order of agencies. BASIS: WH-三(二)."""
    days = quarter.first, quarter.last
    refusals = await connection.fetch(_REFUSALS, quarter.first)
    found: dict[tuple[int, BeyondWhat, str], int] = {}
    for row in refusals:
        if (beyond := _BEYOND.get(row["code"])) is not None:
            at = row["agency_id"], beyond, row["code"]
            found[at] = found.get(at, 0) + row["times"]
    for row in await connection.fetch(_WITHOUT_BASIS, *days):
        found[row["agency_id"], BeyondWhat.MEASURES, "REFUSED_NO_BASIS"] = row["attempts"]
    for beyond, reasons in ((BeyondWhat.LISTING, _LISTING), (BeyondWhat.CATALOGUE, _OUTSIDE)):
        for row in await connection.fetch(_SET_ASIDE, *days, [reason.replace("{}", "%") for reason in reasons]):
            found[row["agency_id"], beyond, "QUARANTINED"] = row["attempts"]
    return [Violation(*at, attempts) for at, attempts in sorted(found.items())]


async def measures(connection: Connection, quarter: Quarter, until: date) -> Sequence[Mapping[str, Any]]:
    """By executing agency, at the end of the quarter or on the day ``until`` where that is sooner."""
    return await connection.fetch(_MEASURES, quarter.first, min(quarter.last, until))
