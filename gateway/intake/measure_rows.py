"""Checked rows of measures, feedback, repairs, objections -> rows of ``measure``, ``feedback``; changes of ``record``.

BASIS: EZ-16, EZ-19, WH-二(四), WH-二(五). A measure stands on an entry of the measures list and a cited article; the
executing department alone feeds back; what is decided on a record reaches the measures it triggered.
"""

from datetime import date

from gateway.intake.check import Checked
from gateway.intake.register import Found, measure_id
from gateway.intake.setting import Setting, UnfitError, agency_of, subject_of
from gateway.intake.stored import Forms, Row, stored_names
from resolvers.tables.measures import feedback, measure
from resolvers.tables.records import record
from schema.regulations.listings import MeasureEntry
from schema.vocabulary.measures import FeedbackAction, MeasureForce, MeasureGroup
from schema.vocabulary.records import ObjectionOutcome, RepairEffect
from schema.vocabulary.subjects import SubjectKind

MARKET_SUBJECTS = frozenset(
    {SubjectKind.LEGAL_PERSON, SubjectKind.UNINCORPORATED, SubjectKind.SOLE_PROPRIETOR, SubjectKind.FARMER_COOP}
)
PRIVATE_EXECUTORS = frozenset({"BANK", "CREDIT_SERVICE", "ASSOCIATION"})
"""BASIS: WH-二(四)1. Nobody outside public administration is bound by a measure."""

_EVENTS = ("in_force_on", "lifted_on", "lift_reason", "rejected_on")
_OBJECTION = ("objection_from", "objection_doubtful_from", "objection_until")

APPLIED = "UPDATE measure SET in_force_on = $2 WHERE id = $1 AND in_force_on IS NULL"
LIFTED = "UPDATE measure SET lifted_on = $2, lift_reason = $3 WHERE id = $1 AND lifted_on IS NULL"
LIFTED_WITH_RECORD = "UPDATE measure SET lifted_on = $2, lift_reason = $3 WHERE record_id = $1 AND lifted_on IS NULL"
REMOVED = "UPDATE record SET removed_on = $2 WHERE id = $1 AND removed_on IS NULL AND family = 'ListEntry'"
OBJECTED = (
    "UPDATE measure SET objection_from = $2, objection_doubtful_from = $3, objection_until = $4 WHERE record_id = $1"
)


def measure_row(setting: Setting, row: Checked) -> Row:
    """A measure on a subject, with the objection dates of its trigger."""
    subject = subject_of(setting, row)
    initiator = agency_of(setting, row.text("initiated_by_uscc"), None, "发起部门")
    executor = _executor(setting, row)
    entry = _entry(setting, row, initiator)
    trigger = _trigger(setting, row, subject)
    force = row.text("force") or entry.force.value
    bound = (
        force == MeasureForce.COMPULSORY
        and entry.group is not MeasureGroup.G3
        and (executor is None or executor["kind"] not in PRIVATE_EXECUTORS)
    )
    if row.flag("mandatory") and not bound:
        raise UnfitError("非公共管理机构不得被强制实施措施")
    forms = Forms(measure)
    for column, value in row.values.items():
        if column in stored_names(measure) and not (column in _EVENTS and value is None):
            forms.put(column, value)
    forms.columns.update(
        {
            "subject_id": subject["id"],
            "natural": subject["natural"],
            "record_id": None if trigger is None else trigger["id"],
            "list_entry": entry.id,
            "category": entry.category.value,
            "force": force,
            "mandatory": row.flag("mandatory") if row.values.get("mandatory") is not None else bound,
            "market_subject": subject["kind"] in MARKET_SUBJECTS,
            "jurisdiction": initiator["jurisdiction"],
            "initiated_by_id": initiator["id"],
            "executed_by_id": None if executor is None else executor["id"],
            **{name: None if trigger is None else trigger[name] for name in _OBJECTION},
        }
    )
    number = row.text("measure_number") or ""
    return Row(table=measure, key={"id": measure_id(setting.sealer, number)}, columns=forms.columns, clear=forms.clear)


def feedback_row(setting: Setting, row: Checked) -> Row:
    """What the executing department reports of a measure; the report moves the measure on."""
    number = row.text("measure_number") or ""
    found = setting.register.measures.get(measure_id(setting.sealer, number))
    executor = agency_of(setting, row.text("executed_by_uscc"), None, "执行部门")
    if found is None:
        raise UnfitError("措施未登记")
    if found["executed_by_id"] != executor["id"]:
        raise UnfitError("只有执行部门可以反馈")
    forms = Forms(feedback)
    for column, value in row.values.items():
        if column in stored_names(feedback):
            forms.put(column, value)
    forms.columns.update({"measure_id": found["id"], "executed_by_id": executor["id"]})
    reported = row.day("reported_on")
    key = {"id": setting.sealer.internal_id("feedback", f"{number}:{executor['uscc']}:{reported}")}
    follow = _moves(row.text("action") or "", found["id"], row.day("applied_on") or reported)
    return Row(table=feedback, key=key, columns=forms.columns, clear=forms.clear, follow=follow)


def repair_rows(setting: Setting, row: Checked) -> tuple[Row, ...]:
    """The effects of a repair on its record, and on the measures where they are lifted with it."""
    effects = frozenset(row.texts("effects"))
    repaired_on = row.day("repaired_on")
    columns = {
        "repaired_on": repaired_on,
        "repair_stops_publication": bool(effects & _ENDS_PUBLICATION),
        "repair_stops_sharing": bool(effects & _ENDS_SHARING),
    }
    rows = []
    for found in _records(setting, row):
        follow: list[tuple[str, tuple[object, ...]]] = []
        if RepairEffect.LIFT_MEASURES in effects:
            follow.append((LIFTED_WITH_RECORD, (found["id"], repaired_on, "REPAIRED")))
        if RepairEffect.REMOVE_FROM_LIST in effects:
            follow.append((REMOVED, (found["id"], repaired_on)))
        rows.append(Row(table=record, key={"id": found["id"]}, columns=columns, new=False, follow=tuple(follow)))
    return tuple(rows)


def objection_rows(setting: Setting, row: Checked) -> tuple[Row, ...]:
    """The dates of an objection, on its record and on the measures it triggered (the rules of their origin decide)."""
    dates = {name: row.day(name) for name in _OBJECTION}
    return tuple(_objection(setting, row, found, dates) for found in _records(setting, row))


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


def _objection(setting: Setting, row: Checked, found: Found, dates: dict[str, date | None]) -> Row:
    columns: dict[str, object] = dict(dates)
    follow: list[tuple[str, tuple[object, ...]]] = [(OBJECTED, (found["id"], *dates.values()))]
    if row.text("outcome") == ObjectionOutcome.REVOKED:
        revoked_on = row.day("objection_until") or setting.today
        columns |= {"revoked_on": revoked_on, "state": "REVOKED"}
        follow.append((LIFTED_WITH_RECORD, (found["id"], revoked_on, "DOCUMENT_REVOKED")))
    return Row(table=record, key={"id": found["id"]}, columns=columns, new=False, follow=tuple(follow))


def _records(setting: Setting, row: Checked) -> tuple[Found, ...]:
    """The records of that document: of one item, where the row names none. Errors: ``UnfitError``."""
    authority = agency_of(setting, row.text("authority_uscc"), None, "作出机关")
    item = row.text("item")
    found = tuple(
        each
        for each in setting.register.records.get(row.text("document_number") or "", ())
        if each["authority_id"] == authority["id"] and item in (None, each["item"])
    )
    if not found:
        raise UnfitError("相应记录未登记")
    if len({each["item"] for each in found}) > 1:
        raise UnfitError("同一文书有多个信息项，请注明目录项")
    return found


def _trigger(setting: Setting, row: Checked, subject: Found) -> Found | None:
    if row.text("document_number") is None:
        return None
    found = tuple(each for each in _records(setting, row) if each["subject_id"] == subject["id"])
    if not found:
        raise UnfitError("触发记录不属于该主体")
    return found[0]


def _executor(setting: Setting, row: Checked) -> Found | None:
    code = row.text("executed_by_uscc")
    return None if code is None else agency_of(setting, code, None, "执行部门")


def _entry(setting: Setting, row: Checked, initiator: Found) -> MeasureEntry:
    """BASIS: WH-二(四). No measure beyond the list, none without a cited article of sufficient rank."""
    entry = setting.regulation.measures.get(row.text("list_entry") or "")
    basis = setting.regulation.sources.get(row.text("legal_basis") or "")
    if entry is None:
        raise UnfitError("措施不在措施清单内")
    if basis is None:
        raise UnfitError("依据条款不在文件目录内")
    profile = setting.profile(str(initiator["jurisdiction"]))
    ranks = profile.measure_basis_ranks if profile is not None else ()
    if ranks and basis.instrument.rank not in ranks:
        raise UnfitError("依据条款的位阶不足")
    return entry


def _moves(action: str, id_: int, on: date | None) -> tuple[tuple[str, tuple[object, ...]], ...]:
    if action in (FeedbackAction.APPLIED, FeedbackAction.PARTLY):
        return ((APPLIED, (id_, on)),)
    if action == FeedbackAction.LIFTED:
        return ((LIFTED, (id_, on, "EXECUTOR_LIFTED")),)
    return ()
