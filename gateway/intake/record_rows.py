"""A checked row of any family of records -> its row of ``record``: family, state, publication, forms of its values.

What no document may lack is judged here against the catalogue and the instruments of the jurisdiction: such a record
is stored in quarantine, where its source alone sees it with the reasons. Who else may see a record is decided by
grants, never here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from authz.masks import amount_band
from authz.redaction.names import surname
from authz.redaction.redact import Known
from gateway.intake.check import Checked, Reasons
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.records import ITEM_OF_LIST
from gateway.intake.listing import check_exit, held_back
from gateway.intake.named_party import party_columns
from gateway.intake.person_targets import Statements, target_statements
from gateway.intake.reasons import Reason
from gateway.intake.register import Found
from gateway.intake.setting import Questions, Setting, UnfitError, agency_of, person_key, subject_of
from gateway.intake.stored import Columns, Forms, Row, stored_names
from gateway.intake.subject_rows import ADULT
from gateway.intake.terms import publication
from resolvers.tables.records import record
from schema.catalogue import CatalogueItem
from schema.vocabulary.access import SubjectSide
from schema.vocabulary.catalogue import CatalogueCategory, ItemNature
from schema.vocabulary.lists import ListTypeCode
from schema.vocabulary.records import DocumentKind, LeniencyFlag, PenaltyKind, Polarity, Severity

_POLARITY = {ItemNature.POSITIVE: Polarity.POSITIVE, ItemNature.NEGATIVE: Polarity.NEGATIVE}
_DOCUMENTS = {
    "Penalty": DocumentKind.PENALTY_DECISION,
    "ListEntry": DocumentKind.LISTING_DECISION,
    "Judgment": DocumentKind.JUDGMENT,
    "Defaulter": DocumentKind.JUDGMENT,
}
_SLIGHT = frozenset({PenaltyKind.WARNING, PenaltyKind.CRITICISM})
_OWN = frozenset({"item", "jurisdiction", "sealed", "leniency", "document_kind", "severity", "supervision_field"})
_STATES = frozenset({"published_from", "publication_until", "publication_basis", "revoked_on", "corrected_on"})
_TOLD = stored_names(record) - _OWN - _STATES
"""Columns of a file that are stored as they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """A row with what it refers to."""

    row: Checked
    subject: Found
    authority: Found
    source: Found
    item: CatalogueItem
    jurisdiction: str
    decided_on: date
    reasons: Reasons
    targets: Callable[[int], Statements]


def record_row(setting: Setting, layout: Layout, row: Checked) -> Row:
    """Errors: ``UnfitError`` with every reason why the row cannot even be kept in quarantine."""
    decision = _decision(setting, layout, row)
    item, subject = decision.item, decision.subject
    id_ = setting.sealer.internal_id("record", _natural_key(row, item, decision.authority, subject))
    forms = Forms(record, _known(setting, row, subject))
    for column, value in row.values.items():
        if column in _TOLD:
            forms.put(column, value)
    columns = forms.columns | _common(decision)
    profile, sources = setting.profile(decision.jurisdiction), setting.regulation.sources
    columns |= publication(row, item, columns, sources, profile, quarantined=bool(decision.reasons))
    columns |= _of_family(row, item, decision.authority)
    party, clear = party_columns(row, item, subject, columns)
    return Row(
        table=record,
        key={"id": id_},
        columns=columns | party,
        clear=forms.clear | clear,
        quarantined=decision.reasons,
        always=decision.targets(id_),
    )


def _decision(setting: Setting, layout: Layout, row: Checked) -> _Decision:
    """What the row refers to, each thing asked whatever became of the others. Errors: ``UnfitError``."""
    questions = Questions()
    subject = questions.ask(lambda: subject_of(setting, row))
    authority = questions.ask(lambda: agency_of(setting, row, "authority", "作出机关"))
    source = questions.ask(lambda: _source(setting, row, authority))
    item = questions.ask(lambda: _item(setting, layout, row))
    decided_on = row.day("decided_on")
    if subject is None or authority is None or source is None or item is None or decided_on is None:
        raise questions.unfit()
    jurisdiction = row.text("jurisdiction") or str(authority["jurisdiction"])
    questions.reasons += _misfits(setting, item, jurisdiction, natural=subject["natural"])
    questions.reasons += _too_early(subject, decided_on)
    if item.family == "ListEntry":
        incentive = item.category is not CatalogueCategory.SERIOUS
        questions.ask(lambda: check_exit(setting, jurisdiction, row.text("removal_reason"), incentive=incentive))
    targets = questions.ask(lambda: target_statements(setting, row, subject, jurisdiction, decided_on))
    if targets is None or questions.reasons:
        raise questions.unfit()
    return _Decision(
        row=row,
        subject=subject,
        authority=authority,
        source=source,
        item=item,
        jurisdiction=jurisdiction,
        decided_on=decided_on,
        reasons=tuple(_quarantine(setting, row, item, authority, jurisdiction)),
        targets=targets,
    )


def _too_early(subject: Found, decided_on: date) -> Iterator[str]:
    """No decision is about somebody who is not born, or what is not founded."""
    established, adult = subject["established_on"], subject["person_adult_on"]
    if established is not None and decided_on < established:
        yield Reason.DECIDED_BEFORE_ESTABLISHED
    if adult is not None and decided_on.year < adult.year - ADULT:
        yield Reason.DECIDED_BEFORE_BIRTH


def _common(decision: _Decision) -> Columns:
    """The columns that every family has; events only where the row tells of them."""
    row, item, subject = decision.row, decision.item, decision.subject
    events = {name: day for name in ("revoked_on", "corrected_on") if (day := row.day(name)) is not None}
    return {
        "subject_id": subject["id"],
        "natural": subject["natural"],
        "family": item.family,
        "item": item.code,
        "category": item.category.value,
        "subcategory": item.subcategory.value if item.subcategory else None,
        "jurisdiction": decision.jurisdiction,
        "decided_on": decision.decided_on,
        "authority_id": decision.authority["id"],
        "source_unit_id": decision.source["id"],
        "document_kind": row.text("document_kind") or _document_kind(item),
        "severity": _severity(row, item),
        "polarity": _POLARITY.get(item.nature, Polarity.NEUTRAL).value,
        "supervision_field": row.text("supervision_field") or decision.authority["supervision_field"],
        "sealed": row.flag("sealed"),
        "minor_at_event": _minor(row, subject, decision.decided_on),
        "leniency": list(row.texts("leniency")) or None,
        "subject_died_on": subject["person_death_date"],
        "state": _state(row, decision.reasons),
        "quarantine_reasons": list(decision.reasons) or None,
        **events,
    }


def _document_kind(item: CatalogueItem) -> str:
    return _DOCUMENTS.get(item.family or "", DocumentKind.OTHER_BY_LAW).value


def _natural_key(row: Checked, item: CatalogueItem, authority: Found, subject: Found) -> str:
    who = person_key(row) if row.natural else subject["uscc"]
    return f"{item.code}:{authority['uscc']}:{row.text('document_number')}:{who}"


def _source(setting: Setting, row: Checked, authority: Found | None) -> Found | None:
    """The unit that the data came from; the authority itself where none is named."""
    columns = "source_unit_uscc", "source_unit_name"
    named = any(row.text(name) is not None or name in row.faulty for name in columns)
    return agency_of(setting, row, "source_unit", "数据来源单位") if named else authority


def _item(setting: Setting, layout: Layout, row: Checked) -> CatalogueItem:
    """The catalogue item of the row. BASIS: WH-三(二). Nothing outside the catalogue is recorded."""
    listed = row.text("list_type")
    fallback = layout.item if listed is None else ITEM_OF_LIST.get(ListTypeCode(listed))
    item = setting.catalogue.items.get(row.text("item") or fallback or "")
    if item is None or item.pseudo or item.family != setting.catalogue.items[layout.item or ""].family:
        raise UnfitError(*(() if "list_type" in row.faulty else (Reason.ITEM_UNKNOWN,)))
    return item


def _misfits(setting: Setting, item: CatalogueItem, jurisdiction: str, *, natural: bool) -> Iterator[str]:
    places = {"000000", jurisdiction, jurisdiction[:4] + "00", jurisdiction[:2] + "0000"}
    if item.jurisdiction not in places or not item.in_force(setting.today):
        yield Reason.ITEM_NOT_IN_FORCE
    if (SubjectSide.PERSON if natural else SubjectSide.ORGANISATION) not in item.kinds:
        yield Reason.ITEM_NOT_FOR_KIND


def _known(setting: Setting, row: Checked, subject: Found) -> Known:
    """Whom the texts of this record may speak of."""
    if subject["natural"]:
        return Known(others=frozenset({row.text("subject_name") or ""} - {""}), informants=_informants(row))
    links = setting.register.links.get(subject["id"], ())
    by_role: dict[str, set[str]] = {}
    for each in links:
        if each["name"]:
            by_role.setdefault(each["role"], set()).add(each["name"])
    registered = by_role.pop("LEGAL_REP", set()) | ({row.text("legal_representative_name") or ""} - {""})
    operators = by_role.pop("OPERATOR", set())
    return Known(
        legal_representatives=frozenset(registered - operators),
        operators=frozenset(operators),
        others=frozenset(name for names in by_role.values() for name in names if len(name) <= 4 or "·" in name),
        organisations=frozenset({subject["name"], *(subject["former_names"] or ())} - {None}),
        informants=_informants(row),
    )


_NAME = re.compile(r"[\u3400-\u9fff·]{2,}")
_NUMBER = re.compile(r"[0-9Xx]{7,}")


def _informants(row: Checked) -> frozenset[str]:
    """What the source said of an informant: used to take the person out of texts, and forgotten."""
    names = [name for cell in row.dropped for name in _NAME.findall(cell)]
    numbers = [number for cell in row.dropped for number in _NUMBER.findall(cell)]
    return frozenset((*names, *(f"{surname(name)}某" for name in names), *numbers))


def _severity(row: Checked, item: CatalogueItem) -> str | None:
    """As given by the source; a penalty that only warns or criticises is minor (ORDER36)."""
    kinds = set(row.texts("penalty_kinds"))
    slight = Severity.MINOR.value if item.family == "Penalty" and kinds and kinds <= _SLIGHT else None
    return row.text("severity") or slight


def _minor(row: Checked, subject: Found, decided_on: date) -> bool:
    adult = subject["person_adult_on"]
    return (adult is not None and adult > decided_on) or LeniencyFlag.MINOR_AGE in row.texts("leniency")


def _state(row: Checked, reasons: Reasons) -> str:
    if reasons:
        return "QUARANTINED"
    return "REVOKED" if row.day("revoked_on") is not None else "ACTIVE"


def _of_family(row: Checked, item: CatalogueItem, authority: Found) -> Columns:
    """Columns of a family that follow from others."""
    if item.family == "Penalty" and "fine_amount" in row.values:
        fen = row.number("fine_amount")
        return {"fine_band": None if fen is None else amount_band(fen)}
    if item.family == "ListEntry":
        complete = row.text("notice_document_number") is not None and row.day("notice_date") is not None
        return {"recognising_department_id": authority["id"], "notice_complete": complete}
    return {}


def _quarantine(
    setting: Setting, row: Checked, item: CatalogueItem, authority: Found, jurisdiction: str
) -> Iterator[str]:
    effective = row.day("document_effective_on")
    if effective is not None and effective > setting.today:
        yield Reason.NOT_YET_EFFECTIVE
    if item.category is CatalogueCategory.SERIOUS:
        yield from held_back(setting, row, authority, jurisdiction)
