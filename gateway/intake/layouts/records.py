"""The project's own layouts of records: lists, judgments, defaulters, commitments, evaluations, honours, contracts, ...

Every record is known by its catalogue item, the authority that made it and its document number.
"""

from gateway.intake.layouts.acts import STATE
from gateway.intake.layouts.column import (
    Column,
    Layout,
    code,
    date,
    flag,
    identifier,
    integer,
    several,
    term,
    text,
    wan,
)
from gateway.intake.layouts.subjects import SUBJECT
from schema.vocabulary.administration import DepartmentLevel
from schema.vocabulary.lists import ListCategory, ListTypeCode
from schema.vocabulary.records import FulfilmentState, PerformanceState

KEY = ("item", "authority_uscc", "document_number")


def _document(number: str, *, authority: str = "作出机关") -> tuple[Column, ...]:
    return (
        text("document_number", number, "文书号", required=True),
        date("decided_on", "决定日期", required=True),
        term("valid_until", "有效期至"),
        text("authority_name", authority),
        identifier("authority_uscc", f"{authority}统一社会信用代码", required=True),
        text("source_unit_name", "数据来源单位"),
        identifier("source_unit_uscc", "数据来源单位统一社会信用代码"),
        term("publication_until", "公示截止期"),
        text("facts", "事实"),
        text("content", "内容"),
    )


LISTS = Layout(
    name="lists",
    zh="名单信息（严重失信主体名单、红名单）",
    item="SERIOUS_LIST",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("认定决定文书号", authority="认定部门"),
        code("list_type", ListTypeCode, "名单类型", required=True),
        text("local_label", "名单名称"),
        code("list_category", ListCategory, "失信类别"),
        code("department_level", DepartmentLevel, "认定层级", required=True),
        date("listed_on", "列入日期", required=True),
        term("term_end", "期限届满日"),
        date("removed_on", "移出日期"),
        text("removal_reason", "移出原因"),
        text("decision_basis", "列入依据"),
        text("sanction_warning", "惩戒提示"),
        text("removal_conditions", "移出条件"),
        text("removal_procedure", "移出程序"),
        text("remedies", "救济措施"),
        text("notice_document_number", "告知书文号"),
        date("notice_date", "告知日期"),
        text("party_objection", "当事人异议"),
        several("person_targets", "责任人员"),
        *STATE,
    ),
)
"""The item follows the type of list (``ITEM_OF_LIST``). ``person_targets``: names of linked
persons. The six contents of a decision (WH-二(三)3): facts, decision_basis, sanction_warning, removal_conditions,
removal_procedure, remedies."""

ITEM_OF_LIST = {ListTypeCode.SERIOUS: "SERIOUS_LIST", ListTypeCode.RED: "RED_LIST"}

ABNORMAL = Layout(
    name="abnormal",
    zh="经营异常名录信息",
    item="ABNORMAL_OPERATION",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("列入决定文书号"),
        text("reason", "列入原因", required=True),
        date("listed_on", "列入异常名录日期", required=True),
        date("removed_on", "移出异常名录日期"),
        text("removal_reason", "移出原因"),
        *STATE,
    ),
)

JUDGMENTS = Layout(
    name="judgments",
    zh="生效司法裁判信息",
    item="JUDGMENT",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("裁判文书号", authority="裁判机关"),
        text("case_number", "案号", required=True),
        text("court", "法院"),
        text("cause", "案由", required=True),
        several("parties", "当事人"),
        text("holding", "裁判结果", required=True),
        *STATE,
    ),
)

DEFAULTERS = Layout(
    name="defaulters",
    zh="失信被执行人信息",
    item="DEFAULTER",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("失信决定书文号", authority="执行机关"),
        text("case_number", "执行案号", required=True),
        text("court", "执行法院"),
        date("filed_on", "立案日期", required=True),
        text("basis_document", "执行依据文号", required=True),
        text("obligation", "生效文书确定的义务", required=True),
        code("performance", PerformanceState, "履行情况", required=True),
        several("conduct", "失信行为具体情形"),
        *STATE,
    ),
)

COMMITMENTS = Layout(
    name="commitments",
    zh="信用承诺及履行情况信息",
    item="COMMITMENT",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("承诺书编号", authority="受理部门"),
        text("commitment_kind", "承诺种类", required=True),
        text("text", "承诺内容", required=True),
        code("fulfilment", FulfilmentState, "承诺履行情况"),
        text("evidence", "佐证材料"),
        *STATE,
    ),
)

EVALUATIONS = Layout(
    name="evaluations",
    zh="信用评价结果信息",
    item="EVALUATION",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("评价文号", authority="评价部门"),
        text("model", "评价办法", required=True),
        text("grade", "评价等级", required=True),
        integer("score", "评价得分"),
        date("period_from", "评价期起"),
        date("period_to", "评价期止"),
        *STATE,
    ),
)

HONOURS = Layout(
    name="honours",
    zh="诚实守信相关荣誉信息",
    item="HONOUR",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("表彰文号", authority="表彰部门"),
        text("title", "荣誉名称", required=True),
        text("granted_by", "授予单位", required=True),
        flag("revoked", "是否撤销"),
        *STATE,
    ),
)

CONTRACTS = Layout(
    name="contracts",
    zh="合同履行信息",
    item="CONTRACT_PERFORMANCE",
    key=KEY,
    columns=(
        *SUBJECT,
        *_document("合同备案号", authority="监管部门"),
        text("contract_number", "合同编号", required=True),
        text("counterparty", "相对方", required=True),
        wan("amount", "合同金额（万元）"),
        code("performance", PerformanceState, "履约情况", required=True),
        *STATE,
    ),
)
