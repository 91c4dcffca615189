"""The keys of a profile version: which field of ``Profile`` each fills, how it is read, and how two values meet.

Where a superior's instrument and an inferior's both speak, a key that bears on disclosure or on the weight of a measure
keeps the narrower value; any other key is the inferior's own. Reads one table at a time, and resolves nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from schema.policy_file import Row
from schema.regulations.profile import (
    ConsentStatement,
    Covered,
    DuringVerification,
    ExitReason,
    Intake,
    PersonCondition,
    Remedy,
    Report,
    SeverityTerm,
    SuspensionCondition,
    SuspensionFrom,
    SuspensionUntil,
)
from schema.vocabulary.administration import BasisRank, DepartmentLevel, QueryDuty, Recipient
from schema.vocabulary.measures import MeasureCategory
from schema.vocabulary.records import RepairEffect, Severity
from schema.vocabulary.subjects import LinkRole

Read = Callable[[Row, str], Any]
Merge = Callable[[Any, Any], Any]  # the superior's value, the inferior's value -> what holds


def says_of(row: Row) -> Mapping[str, object]:
    """The fields of ``Profile`` that this version states, by name. Raises PolicyFileError."""
    return MappingProxyType(dict(_says(row)))


def union(superior: Iterable[Any], inferior: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*superior, *inferior)))


def _own(superior: Any, inferior: Any) -> Any:
    return inferior


def _either(superior: bool, inferior: bool) -> bool:
    return superior or inferior


def _both(superior: bool, inferior: bool) -> bool:
    return superior and inferior


def _common(superior: tuple[Any, ...], inferior: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each for each in superior if each in inferior)


def _words(vocabulary: Any) -> Read:
    return lambda row, key: row.words(key, vocabulary)


def _word(vocabulary: Any) -> Read:
    return lambda row, key: row.word(key, vocabulary)


def _terms(row: Row, key: str) -> Mapping[Severity, SeverityTerm]:
    table = row.table(key)
    if table is None:
        row.refuse(f"{key} is missing", key)
    table.only(*Severity)
    return MappingProxyType({severity: _term(table, severity) for severity in Severity})


def _term(table: Row, severity: Severity) -> SeverityTerm:
    row = table.table(severity)
    if row is None:
        table.refuse(f"no term for {severity}")
    row.only("published", "minimum_months", "maximum_months")
    term = SeverityTerm(
        published=row.flag("published"),
        minimum_months=row.optional_number("minimum_months"),
        maximum_months=row.number("maximum_months"),
    )
    if term.minimum_months is not None and term.minimum_months > term.maximum_months:
        row.refuse("minimum_months is more than maximum_months", "minimum_months")
    return term


_KEYS: dict[str, dict[str, tuple[str, Read, Merge]]] = {
    "": {
        "list_label": ("list_label", Row.text, _own),
        "matters_list": ("matters_list", Row.text, _own),
        "query_duty": ("query_duty", _word(QueryDuty), _own),
        "clean_record_years": ("clean_record_years", Row.number, _own),
        "parallel_person_record": ("parallel_person_record", Row.flag, _own),
    },
    "listing": {
        "legal_basis": ("listing_basis", _words(BasisRank), _common),
        "local_only": ("listing_local_only", _words(BasisRank), _common),
        "prior_notice": ("listing_prior_notice", Row.flag, _either),
        "decision_document": ("listing_decision_document", Row.flag, _either),
        "minimum_level": ("listing_minimum_level", _word(DepartmentLevel), _own),
        "minimum_level_except_with": ("listing_minimum_level_except_with", _words(BasisRank), _common),
        "push_working_days": ("serious_push_working_days", Row.number, _own),
    },
    "publication": {
        "natural_person_hidden": ("natural_person_hidden", Row.flag, _either),
        "natural_person_requires": ("natural_person_requires", _words(PersonCondition), union),
        "natural_person_declared_by_instrument": ("natural_person_declared_by_instrument", Row.flag, _own),
        "follow_source_term": ("follow_source_term", Row.flag, _either),
        "dual_publicity_working_days": ("dual_publicity_working_days", Row.number, _own),
        "small_group": ("small_group", Row.number, max),
    },
    "sharing": {"catalogue_scope_required": ("catalogue_scope_required", Row.flag, _either)},
    "measures": {
        "legal_basis_required": ("measure_basis_required", Row.flag, _either),
        "legal_basis_ranks": ("measure_basis_ranks", _words(BasisRank), _common),
        "list_entry_required": ("measure_list_entry_required", Row.flag, _either),
        "compel_non_state": ("compel_non_state", Row.flag, _both),
        "proportionality": ("proportionality", Row.flag, _either),
        "high_consumption_class": ("high_consumption_class", _word(MeasureCategory), _own),
        "requires_ability_and_refusal": ("requires_ability_and_refusal", Row.flag, _either),
        "reach_roles": ("reach_roles", _words(LinkRole), _common),
    },
    "objection": {
        "accepting": ("objection_intake", _word(Intake), _own),
        "covers": ("objection_covers", _words(Covered), _own),
        "forward_working_days": ("forward_working_days", Row.number, _own),
        "verify_working_days": ("verify_working_days", Row.number, _own),
        "notify_working_days": ("notify_working_days", Row.number, _own),
        "during_verification": ("during_verification", _word(DuringVerification), _own),
        "suspends_persons": ("suspends_persons", Row.flag, _own),
        "suspends_list_disclosure": ("suspends_list_disclosure", Row.flag, _own),
        "suspension_condition": ("suspension_condition", _word(SuspensionCondition), _own),
        "suspension_from": ("suspension_from", _word(SuspensionFrom), _own),
        "suspension_until": ("suspension_until", _word(SuspensionUntil), _own),
        "after_rejection": ("after_rejection", _words(Remedy), _own),
        "push_result": ("push_objection_result", Row.flag, _own),
    },
    "repair": {
        "effects": ("repair_effects", _words(RepairEffect), union),
        "options": ("repair_options", _words(RepairEffect), _own),
        "fee_allowed": ("repair_fee_allowed", Row.flag, _both),
        "severity_terms": ("severity_terms", _terms, _own),
        "auto_stop_at_maximum": ("auto_stop_at_maximum", Row.flag, _either),
        "old_repairs_stop_sharing": ("old_repairs_stop_sharing", Row.flag, _either),
    },
    "exit": {
        "incentive": ("exit_incentive", _words(ExitReason), _own),
        "sanction": ("exit_sanction", _words(ExitReason), _own),
    },
    "consent": {
        "perpetual_allowed": ("consent_perpetual_allowed", Row.flag, _both),
        "forced_allowed": ("consent_forced_allowed", Row.flag, _both),
        "must_state": ("consent_must_state", _words(ConsentStatement), union),
        "maximum_days": ("consent_maximum_days", Row.number, min),
        "decides_from": ("consent_decides_from", Row.number, max),
        "adult_from": ("consent_adult_from", Row.number, max),
        "minor_purposes": ("consent_minor_purposes", Row.texts, _common),
    },
    "reporting": {
        "usage": ("usage_report", _word(Report), _own),
        "feedback_to": ("feedback_to", _words(Recipient), _own),
        "push_to": ("push_to", _words(Recipient), _own),
    },
}

MERGES: dict[str, Merge] = {name: merge for keys in _KEYS.values() for name, _, merge in keys.values()}
SECTIONS = tuple(filter(None, _KEYS))
PLAIN = tuple(_KEYS[""])


def _says(row: Row) -> Iterable[tuple[str, object]]:
    for section, keys in _KEYS.items():
        table = row.table(section) if section else row
        if table is None:
            continue
        if section:
            table.only(*keys)
        for key, (name, read, _) in keys.items():
            if key in table.values:
                yield name, read(table, key)
