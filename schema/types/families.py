"""The twenty-four families of records: what each has besides the common fields."""

from datetime import date
from decimal import Decimal

from schema.types.describing import about, object_type
from schema.types.records import Record
from schema.types.reference import Agency
from schema.types.subjects import Link
from schema.vocabulary.administration import DepartmentLevel
from schema.vocabulary.lists import ListCategory, ListTypeCode
from schema.vocabulary.records import FulfilmentState, LicenceKind, LicenceState, PenaltyKind, PerformanceState


@object_type("An administrative licence (行政许可).")
class Licence(Record):
    licence_kind: LicenceKind | None = about("Kind of licence (许可类别).")
    document_name: str | None = about("Name of the decision document (许可决定文书名称).")
    certificate_name: str | None = about("Name of the certificate (许可证书名称).")
    licence_number: str | None = about("Licence number (许可编号).")
    valid_from: date | None = about("Valid from (有效期自).")
    state: LicenceState | None = about("State of the licence (许可状态).")


@object_type("An administrative penalty (行政处罚).")
class Penalty(Record):
    violation_type: str | None = about("Type of violation (违法行为类型).")
    penalty_basis: str | None = about("Provisions applied (处罚依据).")
    penalty_kinds: list[PenaltyKind] | None = about("Kinds of penalty (处罚类别).")
    fine_amount: Decimal | None = about("Fine in yuan (罚款金额).")
    fine_band: str | None = about("Band of the fine (罚款金额区间).")
    confiscated_amount: Decimal | None = about("Confiscated amount in yuan (没收金额).")
    suspended_licence: str | None = about("Licence suspended or revoked (暂扣或吊销证照).")


@object_type("Administrative coercion (行政强制).")
class Coercion(Record):
    measure_kind: str | None = about("Coercive measure (强制措施).")
    result: str | None = about("Result (结果).")


@object_type("Administrative confirmation (行政确认).")
class Confirmation(Record):
    matter_name: str | None = about("What was confirmed (确认事项).")
    result: str | None = about("Result (结果).")


@object_type("An administrative levy or requisition (行政征收、征用).")
class Levy(Record):
    levy_kind: str | None = about("Kind of levy (征收征用种类).")
    amount: Decimal | None = about("Amount in yuan (金额).")


@object_type("An administrative payment (行政给付).")
class Payment(Record):
    payment_kind: str | None = about("Kind of payment (给付种类).")
    amount: Decimal | None = about("Amount in yuan (金额).")


@object_type("An administrative adjudication (行政裁决).")
class Adjudication(Record):
    parties: str | None = about("Parties (当事人).")
    holding: str | None = about("Holding (裁决结果).")


@object_type("Administrative compensation (行政补偿).")
class Compensation(Record):
    compensation_kind: str | None = about("Kind of compensation (补偿种类).")
    amount: Decimal | None = about("Amount in yuan (金额).")


@object_type("An administrative reward (行政奖励).")
class Reward(Record):
    title: str | None = about("Name of the reward (奖励名称).")
    amount: Decimal | None = about("Amount in yuan (金额).")


@object_type("An administrative inspection (行政监督检查).")
class Inspection(Record):
    inspection_kind: str | None = about("Kind of inspection (检查种类).")
    result: str | None = about("Result (检查结果).")


@object_type("An arbitral award (仲裁).")
class Arbitration(Record):
    case_number: str | None = about("Case number (案号).")
    parties: str | None = about("Parties (当事人).")
    holding: str | None = about("Holding (裁决结果).")


@object_type("A court decision (司法裁判).")
class Judgment(Record):
    case_number: str | None = about("Case number (案号).")
    court: str | None = about("Court (法院).")
    cause: str | None = about("Cause of action (案由).")
    parties: str | None = about("Parties (当事人).")
    holding: str | None = about("Holding (裁判结果).")


@object_type("A judgment defaulter's entry (失信被执行人).")
class Defaulter(Record):
    case_number: str | None = about("Enforcement case number (执行案号).")
    court: str | None = about("Enforcing court (执行法院).")
    filed_on: date | None = about("Date of filing (立案日期).")
    basis_document: str | None = about("Number of the document enforced (执行依据文号).")
    obligation: str | None = about("Obligation fixed by the document (生效文书确定的义务).")
    performance: PerformanceState | None = about("State of performance (履行情况).")
    conduct: list[str] | None = about("Specific conduct (失信行为具体情形).")


@object_type("A professional title or qualification (职称和职业信息).")
class Profession(Record):
    title: str | None = about("Title or qualification (职称或职业资格).")
    certificate_number: str | None = about("Certificate number (证书编号).")


@object_type("An entry for abnormal operation (经营异常).")
class AbnormalOperation(Record):
    reason: str | None = about("Reason of the entry (列入原因).")
    listed_on: date | None = about("Date of the entry (列入日期).")
    removed_on: date | None = about("Date of removal (移出日期).")
    removal_reason: str | None = about("Reason of removal (移出原因).")


@object_type("An entry of a list (名单条目).")
class ListEntry(Record):
    list_type: ListTypeCode | None = about("Type of list (名单类型).")
    local_label: str | None = about("Name of the list where it is kept (名单名称).")
    list_category: str | None = about("Category of dishonesty, such as SD-M-TAX (失信类别).", codes=ListCategory)
    recognising_department: Agency | None = about("Recognising department (认定部门).")
    department_level: DepartmentLevel | None = about("Level of recognition (认定层级).")
    listed_on: date | None = about("Date of listing (列入日期).")
    term_end: date | None = about("End of the term (期限届满日).")
    removed_on: date | None = about("Date of removal (移出日期).")
    removal_reason: str | None = about("Reason of removal (移出原因).")
    decision_basis: str | None = about("Basis of the decision (列入依据).")
    sanction_warning: str | None = about("Warning of sanctions (惩戒提示).")
    removal_conditions: str | None = about("Conditions of removal (移出条件).")
    removal_procedure: str | None = about("Procedure of removal (移出程序).")
    remedies: str | None = about("Remedies (救济措施).")
    notice_document_number: str | None = about("Number of the prior notice (告知书文号).")
    notice_date: date | None = about("Date of the prior notice (告知日期).")
    notice_complete: bool | None = about("Whether the notice procedure is complete (告知程序完备).")
    party_objection: str | None = about("The party's objection before listing (当事人异议).")
    person_targets: list[Link] | None = about("Responsible persons it reaches (责任人员).")


@object_type("Performance of a contract (合同履行).")
class Contract(Record):
    contract_number: str | None = about("Contract number (合同编号).")
    counterparty: str | None = about("Counterparty (相对方).")
    amount: Decimal | None = about("Amount in yuan (合同金额).")
    performance: PerformanceState | None = about("State of performance (履约情况).")


@object_type("A credit commitment (信用承诺).")
class Commitment(Record):
    commitment_kind: str | None = about("Kind of commitment (承诺种类).")
    text: str | None = about("Text of the commitment (承诺内容).")
    fulfilment: FulfilmentState | None = about("State of fulfilment (履行情况).")
    evidence: str | None = about("Evidence (佐证材料).")


@object_type("A credit evaluation (信用评价).")
class Evaluation(Record):
    model: str | None = about("Rules of evaluation (评价办法).")
    grade: str | None = about("Grade (评价等级).")
    score: int | None = about("Score (评价得分).")
    period_from: date | None = about("Start of the period (评价期起).")
    period_to: date | None = about("End of the period (评价期止).")


@object_type("A statement of legal compliance (遵守法律法规情况).")
class LegalCompliance(Record):
    statement: str | None = about("Statement (守法情况说明).")
    period_from: date | None = about("Start of the period (起始日期).")
    period_to: date | None = about("End of the period (截止日期).")


@object_type("An honour (荣誉).")
class Honour(Record):
    title: str | None = about("Title (荣誉名称).")
    granted_by: str | None = about("Granting body (授予单位).")
    revoked: bool | None = about("Whether revoked (是否撤销).")


@object_type("An intellectual property right, or its infringement (知识产权).")
class IntellectualProperty(Record):
    right_kind: str | None = about("Kind of right (权利种类).")
    right_number: str | None = about("Number of the right (权利号).")
    infringement_decision: str | None = about("Decision on infringement (侵权裁决).")


@object_type("Information that the subject provides itself (自主提供).")
class SelfProvided(Record):
    statement: str | None = about("What it provides (自主提供内容).")
    authorisation: str | None = about("Its authorisation (授权说明).")


@object_type("Reference information of an industry association (协会参考信息).")
class AssociationReference(Record):
    association: str | None = about("Association (协会).")
    statement: str | None = about("Content (参考内容).")
    reference_only: bool | None = about("For reference only (仅供参考).")


FAMILIES: tuple[type[Record], ...] = (
    Licence,
    Penalty,
    Coercion,
    Confirmation,
    Levy,
    Payment,
    Adjudication,
    Compensation,
    Reward,
    Inspection,
    Arbitration,
    Judgment,
    Defaulter,
    Profession,
    AbnormalOperation,
    ListEntry,
    Contract,
    Commitment,
    Evaluation,
    LegalCompliance,
    Honour,
    IntellectualProperty,
    SelfProvided,
    AssociationReference,
)
