"""What a jurisdiction's own instruments say on one day: the words, and the record of them.

Objection, repair, publication and listing differ between cities; everything that differs stands here and nowhere in
code. ``schema.regulations.jurisdictions`` reads the files and lays superior and inferior instruments over one another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from schema.vocabulary.administration import BasisRank, DepartmentLevel, QueryDuty, Recipient
from schema.vocabulary.measures import MeasureCategory
from schema.vocabulary.records import RepairEffect, Severity
from schema.vocabulary.subjects import LinkRole


class DuringVerification(StrEnum):
    """What happens to measures while an objection is verified (EZ-19, JY-四(三))."""

    SUSPEND = "SUSPEND"
    CONTINUE = "CONTINUE"
    UNSPECIFIED = "UNSPECIFIED"  # as reconsideration and litigation: not suspended, save by decision


class Intake(StrEnum):
    """Who accepts an objection."""

    CREDIT_OFFICE = "CREDIT_OFFICE"
    INFO_PROVIDER = "INFO_PROVIDER"
    INITIATING_DEPT = "INITIATING_DEPT"
    RECOGNISING_DEPT = "RECOGNISING_DEPT"


class Covered(StrEnum):
    """What may be objected to."""

    INCENTIVE = "INCENTIVE"
    SANCTION = "SANCTION"


class SuspensionFrom(StrEnum):
    PROVIDER_NOTIFIED = "PROVIDER_NOTIFIED"


class SuspensionUntil(StrEnum):
    VERIFICATION_CONCLUDED = "VERIFICATION_CONCLUDED"


class SuspensionCondition(StrEnum):
    UNTRUE_OR_DOUBTFUL = "UNTRUE_OR_DOUBTFUL"  # 信息不实或有疑点


class Remedy(StrEnum):
    RECONSIDERATION = "RECONSIDERATION"
    LITIGATION = "LITIGATION"


class ExitReason(StrEnum):
    RECOGNITION_ERROR = "RECOGNITION_ERROR"
    LIST_REMOVED = "LIST_REMOVED"
    REPAIRED = "REPAIRED"
    TERM_EXPIRED = "TERM_EXPIRED"
    LAW_OTHER = "LAW_OTHER"
    DOCUMENT_REVOKED = "DOCUMENT_REVOKED"
    SUBJECT_DECEASED_OR_DEREGISTERED = "SUBJECT_DECEASED_OR_DEREGISTERED"


class PersonCondition(StrEnum):
    """What publication of a natural person's record requires."""

    LEGAL_BASIS_OR_CONSENT = "LEGAL_BASIS_OR_CONSENT"
    DEIDENTIFIED = "DEIDENTIFIED"


class ConsentStatement(StrEnum):
    PURPOSE = "PURPOSE"
    MANNER = "MANNER"
    SCOPE = "SCOPE"


class Report(StrEnum):
    QUARTERLY = "QUARTERLY"
    REGULAR = "REGULAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityTerm:
    """Publication term of one severity, in months from the date of the document; ``minimum_months`` None: at once."""

    published: bool
    minimum_months: int | None
    maximum_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The rules of one jurisdiction on one day. ``None`` and empty mean that no instrument in force says anything."""

    jurisdiction: str
    zh: str
    lineage: tuple[str, ...]  # from the nation down to the jurisdiction itself
    versions: tuple[str, ...]  # ids of the versions laid over one another, from the nation down
    undated: tuple[str, ...]  # those of them whose instrument does not state its dates
    source_missing: tuple[str, ...]  # jurisdictions of the lineage whose governing text was not supplied
    basis: tuple[str, ...]

    list_label: str | None = None
    matters_list: str | None = None
    query_duty: QueryDuty | None = None
    clean_record_years: int | None = None

    listing_basis: tuple[BasisRank, ...] = ()
    listing_local_only: tuple[BasisRank, ...] = ()
    listing_prior_notice: bool = False
    listing_decision_document: bool = False
    listing_minimum_level: DepartmentLevel | None = None
    listing_minimum_level_except_with: tuple[BasisRank, ...] = ()
    serious_push_working_days: int | None = None

    natural_person_hidden: bool = True
    natural_person_requires: tuple[PersonCondition, ...] = ()
    natural_person_declared_by_instrument: bool = False
    follow_source_term: bool = False
    dual_publicity_working_days: int | None = None
    catalogue_scope_required: bool = False
    small_group: int | None = None

    measure_basis_required: bool = False
    measure_basis_ranks: tuple[BasisRank, ...] = ()
    measure_list_entry_required: bool = False
    compel_non_state: bool = False
    proportionality: bool = False
    high_consumption_class: MeasureCategory | None = None
    requires_ability_and_refusal: bool = False
    parallel_person_record: bool = False
    reach_roles: tuple[LinkRole, ...] = ()  # linked persons whom a listing may reach; none: every role

    objection_intake: Intake | None = None
    objection_covers: tuple[Covered, ...] = ()
    forward_working_days: int | None = None
    verify_working_days: int | None = None
    notify_working_days: int | None = None
    during_verification: DuringVerification = DuringVerification.UNSPECIFIED
    suspends_persons: bool = False
    suspends_list_disclosure: bool = False
    suspension_condition: SuspensionCondition | None = None
    suspension_from: SuspensionFrom | None = None
    suspension_until: SuspensionUntil | None = None
    after_rejection: tuple[Remedy, ...] = ()
    push_objection_result: bool = False

    repair_effects: tuple[RepairEffect, ...] = ()  # what every repair must do
    repair_options: tuple[RepairEffect, ...] = ()  # what the body that grants it may choose besides
    repair_fee_allowed: bool = False
    severity_terms: Mapping[Severity, SeverityTerm] = field(default_factory=lambda: MappingProxyType({}))
    auto_stop_at_maximum: bool = False
    old_repairs_stop_sharing: bool = False
    exit_incentive: tuple[ExitReason, ...] = ()
    exit_sanction: tuple[ExitReason, ...] = ()

    consent_perpetual_allowed: bool = False
    consent_forced_allowed: bool = False
    consent_must_state: tuple[ConsentStatement, ...] = ()
    consent_maximum_days: int | None = None
    consent_decides_from: int | None = None  # age from which a person decides for itself, its guardian being informed
    consent_adult_from: int | None = None
    consent_minor_purposes: tuple[str, ...] = ()  # open to those who are younger

    usage_report: Report | None = None
    feedback_to: tuple[Recipient, ...] = ()
    push_to: tuple[Recipient, ...] = ()

    @property
    def suspends_measures(self) -> bool:
        """Whether a doubted objection of a market subject suspends its measures while it is verified (EZ-19)."""
        return self.during_verification is DuringVerification.SUSPEND
