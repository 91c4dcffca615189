"""A row's own values against each other and against today: dates, numbers and codes that cannot all be right.

Whether they fit what is registered is judged by those who build rows.
"""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from gateway.intake import identifiers
from gateway.intake.identifiers import NotAnIdentifierError
from gateway.intake.reasons import Reason
from schema.identifiers import ResidentId, birth_date, is_male, is_resident_id
from schema.vocabulary.records import LicenceState
from schema.vocabulary.subjects import CounterpartyKind, IdType, OtherCodeKind, Sex, SubjectKind

OLD_CODES = {
    "biz_reg_no": OtherCodeKind.BIZ_REG_NO,
    "org_code": OtherCodeKind.ORG_CODE,
    "institution_cert_no": OtherCodeKind.INSTITUTION_CERT_NO,
    "social_org_no": OtherCodeKind.SOCIAL_ORG_NO,
}
"""Columns by which an organisation may be named that states no credit code."""


class Values(Protocol):
    """A checked row, as far as it is asked here."""

    def text(self, name: str) -> str | None: ...

    def day(self, name: str) -> date | None: ...

    @property
    def id_type(self) -> IdType: ...


_IN_ORDER = (
    ("decided_on", "publication_until", Reason.PUBLISHED_BEFORE_DECIDED),
    ("decided_on", "valid_until", Reason.ENDS_BEFORE_DECIDED),
    ("decided_on", "document_effective_on", Reason.EFFECTIVE_BEFORE_DECIDED),
    ("valid_from", "valid_until", Reason.VALID_BACKWARDS),
    ("from_date", "to_date", Reason.OFFICE_BACKWARDS),
    ("listed_on", "term_end", Reason.TERM_BACKWARDS),
    ("listed_on", "removed_on", Reason.REMOVED_BEFORE_LISTED),
    ("starts_on", "ends_on", Reason.MEASURE_BACKWARDS),
    ("objection_from", "objection_until", Reason.OBJECTION_BACKWARDS),
    ("birth_date", "death_date", Reason.DIED_BEFORE_BORN),
    ("opened_on", "closed_on", Reason.CLOSED_BEFORE_OPENED),
    ("notice_date", "decided_on", Reason.NOTICE_AFTER_DECISION),
)
_NOT_IN_FUTURE = (
    ("decided_on", Reason.DECIDED_IN_FUTURE),
    ("death_date", Reason.DIED_IN_FUTURE),
    ("birth_date", Reason.BORN_IN_FUTURE),
    ("repaired_on", Reason.REPAIRED_IN_FUTURE),
    ("established_on", Reason.ESTABLISHED_IN_FUTURE),
    ("listed_on", Reason.LISTED_IN_FUTURE),
)
SOLE = "92"
_CLASSES = {SOLE: SubjectKind.SOLE_PROPRIETOR, "93": SubjectKind.FARMER_COOP}
"""First characters of a credit code that fix the kind of subject."""


def contradictions(row: Values, today: date) -> Iterator[str]:
    for earlier, later, reason in _IN_ORDER:
        start, end = row.day(earlier), row.day(later)
        if start is not None and end is not None and end < start:
            yield reason
    for name, reason in _NOT_IN_FUTURE:
        found = row.day(name)
        if found is not None and found > today:
            yield reason
    yield from _region(row.text("jurisdiction"))
    yield from _against_number(row)
    yield from _against_code(row)
    yield from _side(row)
    if row.text("act_state") not in (None, LicenceState.VALID) and row.day("revoked_on") is None:
        yield Reason.NOT_STANDING


def _region(code: str | None) -> Iterator[str]:
    try:
        if code is not None:
            identifiers.region(code)
    except NotAnIdentifierError as error:
        yield error.reason


def _against_number(row: Values) -> Iterator[str]:
    number = row.text("id_number")
    if number is None or row.id_type is not IdType.RESIDENT_ID or not is_resident_id(number):
        return
    whole = ResidentId(number)
    if row.day("birth_date") not in (None, birth_date(whole)):
        yield Reason.BIRTH_AGAINST_NUMBER
    if row.text("sex") in (Sex.MALE, Sex.FEMALE) and (row.text("sex") == Sex.MALE) is not is_male(whole):
        yield Reason.SEX_AGAINST_NUMBER


def _against_code(row: Values) -> Iterator[str]:
    code, kind = row.text("uscc"), row.text("kind")
    fixed = _CLASSES.get(code[:2]) if code else None
    if kind in set(SubjectKind) and (fixed or kind) != kind:
        yield Reason.KIND_AGAINST_CODE
    if code is not None and row.text("org_code") not in (None, code[8:17]):
        yield Reason.CODE_AGAINST_CODE


def _side(row: Values) -> Iterator[str]:
    """A person with an organisation's code, or both at once and no word for which is meant; a sole proprietor may have
    both."""
    kind, code, number = row.text("subject_kind"), row.text("uscc"), row.text("id_number")
    shop = code is not None and code.startswith(SOLE)
    coded = code is not None or any(row.text(name) is not None for name in OLD_CODES)
    if row.text("subject_name") is None:
        return  # the row is about nobody, or about two: a link
    if coded and (kind == CounterpartyKind.NATURAL_PERSON or (kind is None and number is not None and not shop)):
        yield Reason.SIDE_UNCLEAR
