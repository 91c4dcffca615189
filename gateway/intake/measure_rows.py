"""Checked rows of measures and feedback -> rows of ``measure`` and ``feedback``.

BASIS: EZ-16, JY-四(二), WH-二(四). A measure stands on an entry of the measures list and a cited article, is classed as
the instruments of its initiator class it, and binds nobody outside public administration; the executing department
alone feeds back. What is decided on its trigger reaches it from ``remedy_rows``.
"""

from datetime import date

from gateway.intake.check import Checked
from gateway.intake.listing import check_exit
from gateway.intake.reasons import Reason
from gateway.intake.register import Found, measure_id
from gateway.intake.remedy_rows import OBJECTION_DATES
from gateway.intake.setting import Questions, Setting, UnfitError, agency_of, records_of, subject_of, untold
from gateway.intake.stored import Forms, Row, stored_names
from resolvers.tables.measures import feedback, measure
from schema.regulations.listings import MeasureEntry
from schema.regulations.sources import Basis
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
    questions = Questions()
    subject = questions.ask(lambda: subject_of(setting, row))
    initiator = questions.ask(lambda: agency_of(setting, row, "initiated_by", "发起部门"))
    executor = questions.ask(lambda: _executor(setting, row))
    entry = questions.ask(lambda: _entry(setting, row))
    basis = questions.ask(lambda: _basis(setting, row))
    if subject is None or initiator is None or entry is None or basis is None or questions.reasons:
        raise questions.unfit()
    trigger = questions.ask(lambda: _trigger(setting, row, subject))
    force = questions.ask(lambda: _force(row, entry, executor))
    questions.ask(lambda: _check_ground(setting, row, entry, basis, initiator))
    incentive = entry.group is MeasureGroup.INCENTIVE
    exited = str(initiator["jurisdiction"]), row.text("lift_reason")
    questions.ask(lambda: check_exit(setting, *exited, incentive=incentive))
    if force is None or questions.reasons:
        raise questions.unfit()
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
    questions = Questions()
    executor = questions.ask(lambda: agency_of(setting, row, "executed_by", "执行部门"))
    if found is None:
        questions.reasons += untold(row, Reason.MEASURE_UNKNOWN, "measure_number").reasons
    if found is None or executor is None:
        raise questions.unfit()
    if found["executed_by_id"] != executor["id"]:
        raise UnfitError(Reason.NOT_THE_EXECUTOR)
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
        raise UnfitError(Reason.TRIGGER_OF_ANOTHER)
    return found[0]


def _executor(setting: Setting, row: Checked) -> Found | None:
    return None if row.text("executed_by_uscc") is None else agency_of(setting, row, "executed_by", "执行部门")


def _entry(setting: Setting, row: Checked) -> MeasureEntry:
    """BASIS: WH-二(四). No measure beyond the list."""
    entry = setting.regulation.measures.get(row.text("list_entry") or "")
    if entry is None:
        raise untold(row, Reason.NOT_IN_MEASURES_LIST, "list_entry")
    return entry


def _basis(setting: Setting, row: Checked) -> Basis:
    basis = setting.regulation.sources.get(row.text("legal_basis") or "")
    if basis is None:
        raise untold(row, Reason.BASIS_UNKNOWN, "legal_basis")
    return basis


def _check_ground(setting: Setting, row: Checked, entry: MeasureEntry, basis: Basis, initiator: Found) -> None:
    """BASIS: WH-二(四). None without a cited article of sufficient rank: what reduces rights asks for that rank
    everywhere, and an initiator of Wuhan for whatever it starts."""
    profile = setting.profile(str(initiator["jurisdiction"]))
    asked = (entry.required_rank, profile.measure_basis_ranks if profile is not None else ())
    if any(ranks and basis.instrument.rank not in ranks for ranks in asked):
        raise UnfitError(Reason.BASIS_TOO_LOW)
    if profile is not None and profile.requires_ability_and_refusal and entry.ability_and_refusal:
        _able_and_refuses(row)


def _able_and_refuses(row: Checked) -> None:
    """BASIS: JY-三(二)15, WC-二(五)2, and WH-二(四)2 for Hongshan (C-06). Ezhou asks for neither."""
    if not row.flag("able_and_refuses"):
        raise UnfitError(Reason.NOT_ABLE_AND_REFUSING)


def _force(row: Checked, entry: MeasureEntry, executor: Found | None) -> MeasureForce:
    """BASIS: WH-二(四)1, HS-15(二), EZ-13, JY-三(二)15 (C-07). Who is outside public administration is never bound."""
    private = entry.group is MeasureGroup.G3 or (executor is not None and executor["kind"] in PRIVATE_EXECUTORS)
    told = row.text("force")
    force = MeasureForce(told) if told else MeasureForce.VOLUNTARY if private else entry.force
    if (private and force is _BINDING) or (row.flag("mandatory") and force is not _BINDING):
        raise UnfitError(Reason.NOT_TO_BE_FORCED)
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
