"""Reference data: territories, legal bases, agencies, the catalogue, the purposes and the lists. All of it is public.

None of it is bound to the catalogue of fields, so no grant decides it.
"""

from datetime import date

from strawberry import ID

from schema.types.describing import about, object_type
from schema.vocabulary.access import SubjectSide
from schema.vocabulary.administration import (
    AgencyKind,
    BasisRank,
    BasisStatus,
    DepartmentLevel,
    PurposeScope,
    QueryDuty,
    Recipient,
    Role,
    SupervisionField,
)
from schema.vocabulary.catalogue import (
    CatalogueCategory,
    DisclosureLevel,
    FieldClass,
    ItemNature,
    PublishAttribute,
    ShareAttribute,
)
from schema.vocabulary.lists import ListCategory, ListTypeCode
from schema.vocabulary.measures import MeasureCategory, MeasureForce, MeasureGroup
from schema.vocabulary.records import Polarity
from schema.vocabulary.subjects import LinkRole


@object_type("A provision that may be cited (依据).")
class LegalBasis:
    citation: str = about("Short citation, such as WH-二(二)2.")
    title: str | None = about("Title of the instrument.")
    document_number: str | None = about("Document number of the instrument (文号).")
    issuer: str | None = about("Issuing body.")
    rank: BasisRank | None = about("Rank (位阶).")
    article: str | None = about("Article.")
    text_digest: str | None = about("SHA-256 of the text that was reviewed, hexadecimal.")
    effective_from: date | None = about("In force from.")
    effective_to: date | None = about("In force until.")
    status: BasisStatus | None = about("Whether it is in force.")


@object_type("The rules of a territory under one instrument (属地规则版本).")
class JurisdictionProfile:
    version: str = about("Version of the profile.")
    instrument: str | None = about("Tag of the instrument.")
    effective_from: date | None = about("Applies from.")
    effective_to: date | None = about("Applies until.")
    feedback_to: list[Recipient] | None = about("Who is told of an executed measure (反馈对象).")
    push_to: list[Recipient] | None = about("Where records are passed on to (推送对象).")


@object_type("A territory with its own rules (属地).")
class Jurisdiction:
    code: str = about("Region code (GB/T 2260).")
    name: str | None = about("Name.")
    parent: "Jurisdiction | None" = about("The territory above.")
    profiles: list[JurisdictionProfile] | None = about("Versions of its rules.")


@object_type("A body that provides, decides, queries or executes (机构).")
class Agency:
    id: ID = about("Opaque id, for filters.")
    uscc: str | None = about("Unified social credit code (统一社会信用代码).")
    name: str | None = about("Name.")
    kind: AgencyKind | None = about("Kind of agency.")
    level: DepartmentLevel | None = about("Level (层级).")
    supervision_field: SupervisionField | None = about("Its field of supervision (监管领域).")
    jurisdiction: Jurisdiction | None = about("Its territory (属地).")


@object_type("A data element of a catalogue item (数据项).")
class CatalogueElement:
    coordinate: str = about("The field, as Type.field.")
    name: str | None = about("Chinese name.")
    field_class: FieldClass | None = about("How sensitive it is (字段类别).")
    level: DisclosureLevel | None = about("Disclosure level; null where it follows the item (披露级别).")
    masks: list[str] | None = about("Masks under which it may be shown (脱敏方式).")


@object_type("An item of the credit information catalogue (目录信息项).")
class CatalogueItem:
    code: str = about("Item code.")
    name: str | None = about("Name.")
    jurisdiction: Jurisdiction | None = about("The territory whose catalogue holds it.")
    category: CatalogueCategory | None = about("Category.")
    sub_category: CatalogueCategory | None = about("Sub-type, of administrative and judicial items.")
    family: str | None = about("GraphQL type of its records.")
    kinds: list[SubjectSide] | None = about("Whether it concerns organisations or persons (主体类型).")
    nature: ItemNature | None = about("Nature of the information (信息性质).")
    legal_basis: list[LegalBasis] | None = about("Bases for collecting it (依据).")
    collecting_department: str | None = about("The one collecting department (归集单位).")
    provider_departments: list[str] | None = about("Providing departments (提供单位).")
    share_attribute: ShareAttribute | None = about("Whether it is shared (共享属性).")
    share_scope: list[str] | None = about("With whom (共享范围).")
    share_conditions: str | None = about("On which conditions (共享条件).")
    publish_attribute: PublishAttribute | None = about("Whether it is public (公开属性).")
    publish_natural_person_basis: LegalBasis | None = about("Basis for publishing natural persons' records, if any.")
    disclosure_term_rule: str | None = about("Rule for the publication term (公示期限规则).")
    repairable: bool | None = about("Whether it can be repaired (可否修复).")
    repair_basis: LegalBasis | None = about("Basis of that.")
    elements: list[CatalogueElement] | None = about("Its data elements.")
    update_cycle: str | None = about("Update cycle (更新周期).")
    version: str | None = about("Version of the catalogue.")
    effective_from: date | None = about("In force from.")
    effective_to: date | None = about("In force until.")


@object_type("A matter for which records may or must be queried (查询事项).")
class PurposeDefinition:
    code: str = about("Purpose code, such as PM-301.")
    name: str | None = about("Name.")
    jurisdiction: Jurisdiction | None = about("The territory whose list holds it.")
    scope: PurposeScope | None = about("Whom it covers (适用主体).")
    roles: list[Role] | None = about("Roles of the subject that may be stated (办件角色).")
    duty: QueryDuty | None = about("Whether the query is a duty (查询义务).")
    matter_required: bool | None = about("Whether a registered matter must be stated (办件编号).")
    categories: list[CatalogueCategory] | None = about("Categories it may open (最小必要).")
    look_back_years: int | None = about("Years that its verdicts look back.")
    legal_basis: list[LegalBasis] | None = about("Bases (依据).")
    effective_from: date | None = about("In force from.")
    effective_to: date | None = about("In force until.")


@object_type("An entry of the list of incentives and sanctions (措施清单条目).")
class MeasureListEntry:
    code: str = about("Code, such as ADM-09.")
    name: str | None = about("Name.")
    jurisdiction: Jurisdiction | None = about("The territory whose list holds it.")
    category: MeasureCategory | None = about("Category in that territory (措施类别).")
    group: MeasureGroup | None = about("Group of the national list (措施分组).")
    list_level: DepartmentLevel | None = about("Level of the list: national, provincial or city (清单层级).")
    force: MeasureForce | None = about("Compulsory or voluntary (效力).")
    discretionary: bool | None = about("Whether the executing body may, and need not, apply it.")
    legal_organ_only: bool | None = about("Whether only the organ named by law executes it.")
    legal_basis: list[LegalBasis] | None = about("Bases, each with its article (依据).")
    targets: PurposeScope | None = about("Whom it may be taken on (对象).")
    reach_roles: list[LinkRole] | None = about("Linked persons it may reach (责任人员).")
    applicable_categories: list[str] | None = about("Categories it applies to (适用失信类别).", codes=ListCategory)
    maximum_severity_rule: str | None = about("How severity bounds it (过惩相当).")
    executing_departments: list[str] | None = about("Departments that execute it (实施单位).")
    effective_from: date | None = about("In force from.")
    effective_to: date | None = about("In force until.")
    repealed: bool | None = about("Whether it was repealed.")


@object_type("A type of list with its criteria, exits and remedies (名单类型).")
class ListType:
    code: ListTypeCode = about("Code.")
    jurisdiction: Jurisdiction | None = about("The territory that keeps such a list.")
    local_label: str | None = about("Name of the list there (名单名称).")
    polarity: Polarity | None = about("Positive or negative.")
    categories: list[str] | None = about("Categories of dishonesty it lists (失信类别).", codes=ListCategory)
    criteria: str | None = about("Criteria of recognition (认定标准).")
    removal_conditions: str | None = about("Conditions of removal (移出条件).")
    removal_procedure: str | None = about("Procedure of removal (移出程序).")
    remedies: str | None = about("Remedies (救济措施).")
    legal_basis: list[LegalBasis] | None = about("Bases (依据).")
