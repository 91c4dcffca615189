"""How rows are looked up, filtered and ordered, and what is handed in with a matter.

A filter tests a field as the same field would be read: where it is not shown in clear, the operation is refused.
"""

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import ID, UNSET

from schema.types.connections import PAGE
from schema.types.describing import argument
from schema.vocabulary.access import AccessDecision, AlertRule, EntryKind, ShownLevel
from schema.vocabulary.administration import Role
from schema.vocabulary.catalogue import CatalogueCategory
from schema.vocabulary.measures import MeasureCategory, MeasureForce, MeasureOrderField, MeasureStatus
from schema.vocabulary.records import Direction, Polarity, RecordOrderField, RecordStatus, Severity
from schema.vocabulary.subjects import IdType, SubjectKind


def required(text: str) -> Any:
    """A key that must be given."""
    return strawberry.field(description=text)


def optional(text: str, *, name: str | None = None, default: object = UNSET) -> Any:
    """A key that may be left out; without ``default`` it is then absent, not null."""
    return strawberry.field(description=text, name=name, default=default)


@strawberry.input(description="A natural person, by identity document and name; all must match exactly.")
class PersonLookup:
    id_type: IdType = optional("Type of the identity document (证件类型).", default=IdType.RESIDENT_ID)
    id_number: str = required("Number of the identity document (证件号码).")
    name: str = required("Name as on the document (姓名).")


@strawberry.input(one_of=True, description="One subject, in exactly one of these ways.")
class SubjectLookup:
    id: ID | None = optional("The id that this caller was given.")
    uscc: str | None = optional("Unified social credit code (统一社会信用代码).")
    person: PersonLookup | None = optional("A natural person; a party of the stated matter.")


@strawberry.input(one_of=True, description="A party of a matter, in exactly one of these ways.")
class PartyLookup:
    uscc: str | None = optional("Unified social credit code (统一社会信用代码).")
    person: PersonLookup | None = optional("A natural person.")


@strawberry.input(description="Which organisations: natural persons are never searched for.")
class SubjectFilter:
    name: str | None = optional("Part of the name, at least two characters (名称).")
    kind: list[SubjectKind] | None = optional("Kinds of subject (主体类型).")
    jurisdiction: str | None = optional("Region code (属地).")


@strawberry.input(description="Which records.")
class RecordFilter:
    category: list[CatalogueCategory] | None = optional("Catalogue categories (目录类别).")
    item: list[str] | None = optional("Codes of catalogue items (目录项).")
    severity: list[Severity] | None = optional("Severities (失信程度).")
    polarity: Polarity | None = optional("Polarity (信息性质).")
    status: list[RecordStatus] | None = optional("States (状态).")
    decided_from: date | None = optional("Decided on or after this date (决定日期).")
    decided_to: date | None = optional("Decided on or before this date (决定日期).")
    document_number: str | None = optional("Exact document number (文书号).")
    authority: ID | None = optional("The deciding agency (作出机关).")
    under_objection: bool | None = optional("Whether an objection is open (异议中标注).")


@strawberry.input(description="An order of records.")
class RecordOrder:
    by: RecordOrderField = required("What to order by.")
    direction: Direction = optional("Ascending or descending.", default=Direction.DESC)


@strawberry.input(description="Which measures.")
class MeasureFilter:
    category: list[MeasureCategory] | None = optional("Categories of measures (措施类别).")
    status: list[MeasureStatus] | None = optional("States (状态).")
    force: MeasureForce | None = optional("Compulsory or voluntary (效力).")
    starts_from: date | None = optional("Starting on or after this date (开始日期).")
    starts_to: date | None = optional("Starting on or before this date (开始日期).")
    legality_review: bool | None = optional("Whether its basis is to be reviewed (待合法性审查).")


@strawberry.input(description="An order of measures.")
class MeasureOrder:
    by: MeasureOrderField = required("What to order by.")
    direction: Direction = optional("Ascending or descending.", default=Direction.DESC)


@strawberry.input(
    description="Which entries of the access log. In self scope only the time, purpose and agency may be given."
)
class AccessFilter:
    from_: datetime | None = optional("At or after this moment.", name="from")
    to: datetime | None = optional("Before this moment.")
    kind: list[EntryKind] | None = optional("Kinds of entry.")
    agency: str | None = optional("Client id of the agency or bank.")
    operator: str | None = optional("Staff number of the operator; needs `agency`.")
    purpose: str | None = optional("Purpose code.")
    matter: str | None = optional("Number of a matter; compared by keyed digest.")
    decision: AccessDecision | None = optional("Decision.")
    subject: SubjectLookup | None = optional("Whom the entry concerns; compared by keyed digest, and itself logged.")
    record: ID | None = optional("Reference of a record.")
    coordinate: str | None = optional("A field that was released, such as Record.facts.")
    level: ShownLevel | None = optional("How that field was shown.")
    consent: ID | None = optional("Consent.")
    document_digest: str | None = optional("SHA-256 of the document, hexadecimal.")
    alert: AlertRule | None = optional("Entries that fired this rule.")


@strawberry.input(description="A party of a matter and its role.")
class MatterPartyInput:
    by: PartyLookup = required("Who.")
    role: Role = required("The role in the matter.")


@strawberry.input(description="A matter, as an agency's approval system registers it.")
class OpenMatterInput:
    number: str = required("Number of the matter (办件编号).")
    purpose: str = required("Purpose code; it must be on the agency's list.")
    operators: list[str] = required("Staff numbers of the operators who handle it.")
    parties: list[MatterPartyInput] = required("The parties with their roles.")


RECORDS = (
    argument("filter", RecordFilter | None, about="Which records."),
    argument("order_by", list[RecordOrder] | None, about="Their order; newest decision first where left out."),
    *PAGE,
)
MEASURES = (
    argument("filter", MeasureFilter | None, about="Which measures."),
    argument("order_by", list[MeasureOrder] | None, about="Their order; latest start first where left out."),
    *PAGE,
)
