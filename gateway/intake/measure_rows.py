"""Checked rows of measures and feedback -> rows of ``measure`` and ``feedback``.

BASIS: EZ-16, JY-四(二), WH-二(四). A measure stands on an entry of the measures list and a cited article, is classed as
the instruments of its initiator class it, and binds nobody outside public administration; the executing department
alone feeds back. What is decided on its trigger reaches it from ``remedy_rows``.
"""

from datetime import date

from gateway.intake.check import Checked
from gateway.intake.listing import check_exit
from gateway.intake.register import Found, measure_id
from gateway.intake.remedy_rows import OBJECTION_DATES
from gateway.intake.setting import Setting, UnfitError, agency_of, records_of, subject_of
from gateway.intake.stored import Forms, Row, stored_names
from resolvers.tables.measures import feedback, measure
from schema.regulations.listings import MeasureEntry
from schema.vocabulary.measures import FeedbackAction, MeasureCategory, MeasureForce, MeasureGroup
from schema.vocabulary.subjects import SubjectKind

MARKET_SUBJECTS = frozenset(
    {SubjectKind.LEGAL_PERSON, SubjectKind.UNINCORPORATED, SubjectKind.SOLE_PROPRIETOR, SubjectKind.FARMER_COOP}
)
PRIVATE_EXECUTORS = frozenset({"BANK", "CREDIT_SERVICE", "ASSOCIATION"})
"""BASIS: WH-二(四)1. Nobody outside public administration is bound by a measure."""

_EVENTS = ("in_force_on", "lifted_on", "lift_reason", "rejected_on")

_BINDING = MeasureForce.COMPULSORY

APPLIED = "UPDATE measure SET in_force_on = $2 WHERE id = $1 AND in_force_on IS NULL"
LIFTED = "UPDATE measure SET lifted_on = $2, lift_reason = $3 WHERE id = $1 AND lifted_on IS NULL"


def measure_row(setting: Setting, row: Checked) -> Row:
    """A measure on a subject, with the objection dates of its trigger."""
    subject = subject_of(setting, row)
    initiator = agency_of(setting, row.text("initiated_by_uscc"), None, "发起部门")
    executor = _executor(setting, row)
    entry = _entry(setting, row, initiator)
    trigger = _trigger(setting, row, subject)
    force = _force(row, entry, executor)
    incentive = entry.group is MeasureGroup.INCENTIVE
    check_exit(setting, str(initiator["jurisdiction"]), row.text("lift_reason"), incentive=incentive)
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
            "category": _category(setting, entry, str(initiator["jurisdiction"])).value,
            "force": force.value,
            "mandatory": row.flag("mandatory") or (row.values.get("mandatory") is None and force is _BINDING),
            "market_subject": subject["kind"] in MARKET_SUBJECTS,
            "jurisdiction": initiator["jurisdiction"],
            "initiated_by_id": initiator["id"],
            "executed_by_id": None if executor is None else executor["id"],
            **{name: None if trigger is None else trigger[name] for name in OBJECTION_DATES},
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


def _trigger(setting: Setting, row: Checked, subject: Found) -> Found | None:
    if row.text("document_number") is None:
        return None
    found = tuple(each for each in records_of(setting, row) if each["subject_id"] == subject["id"])
    if not found:
        raise UnfitError("触发记录不属于该主体")
    return found[0]


def _executor(setting: Setting, row: Checked) -> Found | None:
    code = row.text("executed_by_uscc")
    return None if code is None else agency_of(setting, code, None, "执行部门")


def _entry(setting: Setting, row: Checked, initiator: Found) -> MeasureEntry:
    """BASIS: WH-二(四). No measure beyond the list, none without a cited article of sufficient rank: what reduces
    rights asks for that rank everywhere, and an initiator of Wuhan for whatever it starts."""
    entry = setting.regulation.measures.get(row.text("list_entry") or "")
    basis = setting.regulation.sources.get(row.text("legal_basis") or "")
    if entry is None:
        raise UnfitError("措施不在措施清单内")
    if basis is None:
        raise UnfitError("依据条款不在文件目录内")
    profile = setting.profile(str(initiator["jurisdiction"]))
    asked = (entry.required_rank, profile.measure_basis_ranks if profile is not None else ())
    if any(ranks and basis.instrument.rank not in ranks for ranks in asked):
        raise UnfitError("依据条款的位阶不足")
    if profile is not None and profile.requires_ability_and_refusal and entry.ability_and_refusal:
        _able_and_refuses(row)
    return entry


def _able_and_refuses(row: Checked) -> None:
    """BASIS: JY-三(二)15, WC-二(五)2, and WH-二(四)2 for Hongshan (C-06). Ezhou asks for neither."""
    if not row.flag("able_and_refuses"):
        raise UnfitError("未载明有履行能力而拒不履行")


def _force(row: Checked, entry: MeasureEntry, executor: Found | None) -> MeasureForce:
    """BASIS: WH-二(四)1, HS-15(二), EZ-13, JY-三(二)15 (C-07). Who is outside public administration is never bound."""
    private = entry.group is MeasureGroup.G3 or (executor is not None and executor["kind"] in PRIVATE_EXECUTORS)
    told = row.text("force")
    force = MeasureForce(told) if told else MeasureForce.VOLUNTARY if private else entry.force
    if (private and force is _BINDING) or (row.flag("mandatory") and force is not _BINDING):
        raise UnfitError("非公共管理机构不得被强制实施措施")
    return force


def _category(setting: Setting, entry: MeasureEntry, jurisdiction: str) -> MeasureCategory:
    """As the nearest instrument of the initiator classes it: administrative here, a market measure there (C-05)."""
    if setting.profile(jurisdiction) is None:
        return entry.category
    instruments = setting.regulation.instruments(jurisdiction, setting.today)
    return next((found for each in instruments if (found := entry.class_under(each))), entry.category)


def _moves(action: str, id_: int, on: date | None) -> tuple[tuple[str, tuple[object, ...]], ...]:
    if action in (FeedbackAction.APPLIED, FeedbackAction.PARTLY):
        return ((APPLIED, (id_, on)),)
    if action == FeedbackAction.LIFTED:
        return ((LIFTED, (id_, on, "EXECUTOR_LIFTED")),)
    return ()
