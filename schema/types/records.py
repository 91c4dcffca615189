"""What every record has: the document, its state, its publication, its text. Families are in ``families``."""

from datetime import date

from schema.types.connections import PAGE, Connection
from schema.types.describing import about, interface, object_type
from schema.types.measures import Measure
from schema.types.reference import Agency, CatalogueItem, Jurisdiction
from schema.types.subjects import Node, Subject
from schema.vocabulary.administration import SupervisionField
from schema.vocabulary.records import DocumentKind, LeniencyFlag, Polarity, RecordStatus, RepairState, Severity


@object_type("From when until when a record is published (公示期限).")
class PublicationTerm:
    from_: date | None = about("First day of publication (公示起始日期).", name="from")
    until: date | None = about("Last day of publication (公示截止日期).")
    expired: bool | None = about("Whether the last day of publication has passed (公示期满).")


@interface("A record of credit information (信用信息记录).")
class Record(Node):
    catalogue_item: CatalogueItem = about("Catalogue item (目录项).")
    subject: Subject | None = about("Subject (主体).")
    jurisdiction: Jurisdiction | None = about("Territory (属地).")
    document_number: str | None = about("Document number (文书号).")
    document_kind: DocumentKind | None = about("Kind of document (文书类型).")
    document_effective_on: date | None = about("Date on which the document took effect (文书生效日期).")
    decided_on: date | None = about("Date of the decision (决定日期).")
    valid_until: date | None = about("End of validity (有效期).")
    authority: Agency | None = about("Deciding authority (作出机关).")
    source_unit: Agency | None = about("Unit that provided the data (数据来源单位).")
    severity: Severity | None = about("Severity of dishonesty (失信程度).")
    polarity: Polarity | None = about("Polarity (信息性质).")
    supervision_field: SupervisionField | None = about("Field of supervision (监管领域).")
    status: RecordStatus | None = about("Status (状态).")
    under_objection: bool | None = about("Whether an objection is open (异议中标注).")
    repair_state: RepairState | None = about("State of repair (修复状态).")
    publication: PublicationTerm | None = about("Publication term (公示期限).")
    leniency: list[LeniencyFlag] | None = about("Grounds for lenient treatment (宽容审慎情形).")
    facts: str | None = about("Facts (事实).")
    content: str | None = about("Content of the decision (内容).")
    remark: str | None = about("Remark (备注).")
    handler: str | None = about("Officer in charge (经办人).")
    attachments: list[str] | None = about("Attached documents (文书附件).")
    sealed: bool | None = about("Whether sealed (封存).")
    quarantine_reasons: list[str] | None = about("Why it is held back; to its source only (待核实原因).")
    measures: Connection[Measure] | None = about("Measures it triggered (相关措施).", *PAGE)
