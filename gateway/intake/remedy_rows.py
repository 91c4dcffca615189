"""Checked rows of repairs and objections -> changes of ``record`` and of the measures it triggered.

BASIS: HS-18, EZ-19, JY-四(三), JY-四(四), WH-二(五), ORDER36. Where an objection is lodged, what it may be against and
what a repair brings about are data of the jurisdiction of the record (reference 1.15, C-03, C-04, C-11). What the dates
mean for visibility is decided by grants, never here.
"""

from datetime import date

from gateway.intake.check import Checked
from gateway.intake.reasons import Reason
from gateway.intake.register import Found
from gateway.intake.setting import Setting, UnfitError, agency_of, records_of
from gateway.intake.stored import Row
from gateway.intake.terms import months_after
from resolvers.tables.records import record
from schema.regulations.profile import Covered, Intake, Profile
from schema.vocabulary.records import ObjectionKind, ObjectionOutcome, RepairEffect, Severity

OBJECTION_DATES = ("objection_from", "objection_doubtful_from", "objection_until")
LIFTED_WITH_RECORD = "UPDATE measure SET lifted_on = $2, lift_reason = $3 WHERE record_id = $1 AND lifted_on IS NULL"
REMOVED = "UPDATE record SET removed_on = $2 WHERE id = $1 AND removed_on IS NULL AND family = 'ListEntry'"
OBJECTED = (
    "UPDATE measure SET objection_from = $2, objection_doubtful_from = $3, objection_until = $4 WHERE record_id = $1"
)

Statements = list[tuple[str, tuple[object, ...]]]

_ENDS_PUBLICATION = frozenset(
    {
        RepairEffect.STOP_PUBLICATION,
        RepairEffect.STOP_SHARING_AND_USE,
        RepairEffect.REMOVE_FROM_LIST,
        RepairEffect.SHIELD,
        RepairEffect.DELETE,
    }
)
_ENDS_SHARING = frozenset({RepairEffect.STOP_SHARING_AND_USE, RepairEffect.DELETE})
_COVERED = {
    ObjectionKind.RECOGNITION_INCENTIVE: Covered.INCENTIVE,
    ObjectionKind.RECOGNITION_SANCTION: Covered.SANCTION,
}
CREDIT_OFFICE = "dept.credit_office"


def repair_rows(setting: Setting, row: Checked) -> tuple[Row, ...]:
    """The effects of a repair on its records, and on the measures that are lifted with it. Errors: ``UnfitError``."""
    repaired_on = row.day("repaired_on") or setting.today
    told = frozenset(row.texts("effects"))
    return tuple(_repair(setting, found, repaired_on, told) for found in records_of(setting, row))


def objection_rows(setting: Setting, row: Checked) -> tuple[Row, ...]:
    """The dates of an objection, on its record and on the measures it triggered (the rules of their origin decide).
    Errors: ``UnfitError``."""
    dates = {name: row.day(name) for name in OBJECTION_DATES}
    return tuple(_objection(setting, row, found, dates) for found in records_of(setting, row))


# Repairs --------------------------------------------------------------------------------------------------------------


def _repair(setting: Setting, found: Found, repaired_on: date, told: frozenset[str]) -> Row:
    profile = setting.profile(found["jurisdiction"], repaired_on)
    if profile is not None and repaired_on < _earliest(found, profile):
        raise UnfitError(Reason.REPAIRED_TOO_EARLY)
    effects = told.union(profile.repair_effects if profile is not None else ())
    columns = {
        "repaired_on": repaired_on,
        "repair_stops_publication": bool(effects & _ENDS_PUBLICATION),
        "repair_stops_sharing": bool(effects & _ENDS_SHARING),
    }
    follow: Statements = []
    if RepairEffect.LIFT_MEASURES in effects:
        follow.append((LIFTED_WITH_RECORD, (found["id"], repaired_on, "REPAIRED")))
    if RepairEffect.REMOVE_FROM_LIST in effects:
        follow.append((REMOVED, (found["id"], repaired_on)))
    return Row(table=record, key={"id": found["id"]}, columns=columns, new=False, follow=tuple(follow))


def _earliest(found: Found, profile: Profile) -> date:
    """BASIS: ORDER36-修复条件. The day on which the minimum term of the record's severity ends, counted from the date
    of the document; without a term, that date itself."""
    decided_on: date = found["decided_on"]
    term = profile.severity_terms.get(Severity(found["severity"])) if found["severity"] is not None else None
    return decided_on if term is None else months_after(decided_on, term.minimum_months or 0)


# Objections -----------------------------------------------------------------------------------------------------------


def _objection(setting: Setting, row: Checked, found: Found, dates: dict[str, date | None]) -> Row:
    _check_lodged(setting, row, found)
    columns: dict[str, object] = dict(dates)
    follow: Statements = [(OBJECTED, (found["id"], *dates.values()))]
    if row.text("outcome") == ObjectionOutcome.REVOKED:
        revoked_on = row.day("objection_until") or setting.today
        columns |= {"revoked_on": revoked_on, "state": "REVOKED"}
        follow.append((LIFTED_WITH_RECORD, (found["id"], revoked_on, "DOCUMENT_REVOKED")))
    return Row(table=record, key={"id": found["id"]}, columns=columns, new=False, follow=tuple(follow))


def _check_lodged(setting: Setting, row: Checked, found: Found) -> None:
    """BASIS: HS-18, JY-四(三). These speak of objections against being recognised as a target; whoever finds data
    inaccurate turns to its provider (WH-二(二)3)."""
    kind = row.text("kind")
    accepted = None if row.text("accepted_by_uscc") is None else agency_of(setting, row, "accepted_by", "受理部门")
    profile = setting.profile(found["jurisdiction"])
    if profile is None or kind not in _COVERED:
        return
    reasons = []
    if profile.objection_covers and _COVERED[ObjectionKind(kind)] not in profile.objection_covers:
        reasons.append(Reason.OBJECTION_NOT_COVERED)
    if accepted is not None and not _accepts(profile, accepted, found):
        reasons.append(Reason.OBJECTION_ELSEWHERE)
    if reasons:
        raise UnfitError(*reasons)


def _accepts(profile: Profile, agency: Found, found: Found) -> bool:
    match profile.objection_intake:
        case Intake.CREDIT_OFFICE:
            return (agency["department"], agency["jurisdiction"]) == (CREDIT_OFFICE, profile.jurisdiction)
        case Intake.INFO_PROVIDER:
            return bool(agency["id"] == found["source_unit_id"])
        case Intake.INITIATING_DEPT | Intake.RECOGNISING_DEPT:
            return bool(agency["id"] == found["authority_id"])
    return True
