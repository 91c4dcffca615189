"""What the log says of queries: single entries, for officers and for the subjects that they concern.

A value of a record is never part of an entry.
"""

from datetime import datetime

from strawberry import ID

from schema.types.connections import PAGE
from schema.types.describing import about, argument, object_type
from schema.types.inputs import AccessFilter
from schema.types.reference import Agency, LegalBasis
from schema.vocabulary.access import AccessDecision, AccessScope, AlertRule, EntryKind, ShownLevel
from schema.vocabulary.administration import Role
from schema.vocabulary.catalogue import CatalogueCategory


@object_type("What was released about one subject, for the security officer.")
class ReleasedSubject:
    subject_reference: str = about("Keyed digest of the subject.")
    record_references: list[str] = about("Keyed digests of the records.")
    clear_coordinates: list[str] = about("Fields released in clear, as Type.field.")
    level: ShownLevel | None = about("The most that was shown.")


@object_type("One entry of the access log (查询登记).")
class AccessEntry:
    id: ID = about("The value of the Audit-Entry header.")
    at: datetime = about("When.")
    kind: EntryKind = about("Kind of entry.")
    decision: AccessDecision | None = about("Decision.")
    reasons: list[str] | None = about("Reason codes of a refusal; of a consent, the state it came to and why.")
    agency: Agency | None = about("The agency or bank that asked.")
    system: str | None = about("Its client id.")
    operator: str | None = about("Staff number of the operator; to the security officer only.")
    operator_role: str | None = about("Role and department of the operator.")
    scope: AccessScope | None = about("Scope (查询范围).")
    purpose: str | None = about("Purpose code.")
    purpose_name: str | None = about("The purpose in plain words (事项).")
    role: Role | None = about("Role of the subject that was stated (办件角色).")
    basis: list[LegalBasis] | None = about("Legal bases (依据).")
    matter_number: str | None = about("Number of the matter; to the subject only where it is its own (办件编号).")
    consent: ID | None = about("Consent used (授权编号).")
    indirect: bool | None = about("Whether the query was about another subject and touched this one.")
    categories: list[CatalogueCategory] | None = about("Categories consulted (目录类别).")
    level: ShownLevel | None = about("The most that was shown: verdict, summary or full.")
    subjects: int | None = about("Number of subjects.")
    records: int | None = about("Number of records.")
    fields_clear: int | None = about("Fields shown in clear.")
    fields_masked: int | None = about("Fields masked.")
    fields_withheld: int | None = about("Fields withheld.")
    released: list[ReleasedSubject] | None = about(
        "What was released, subject by subject; to the security officer only."
    )
    operation: str | None = about("Name of the operation.")
    document_digest: str | None = about("SHA-256 of the document, hexadecimal.")
    policy_version: str | None = about("Version of the policies that decided.")
    catalogue_version: str | None = about("Version of the catalogue.")
    alerts: list[AlertRule] | None = about("Alert rules it fired.")
    index: int | None = about("Position in the log; null until it is sequenced.")
    leaf_hash: str | None = about("Hash of the log leaf, hexadecimal.")


ENTRIES = (argument("filter", AccessFilter | None, about="Which entries."), *PAGE)
