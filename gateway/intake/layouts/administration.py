"""The layouts of those who ask: agencies, their operators, registered matters and the parties in them."""

from gateway.intake.layouts.column import Layout, code, date, flag, identifier, several, text
from schema.vocabulary.administration import AgencyKind, DepartmentLevel, Role, SupervisionField
from schema.vocabulary.subjects import IdType

AGENCIES = Layout(
    name="agencies",
    zh="机构",
    key=("uscc",),
    columns=(
        identifier("uscc", "机构统一社会信用代码", required=True),
        text("name", "机构名称", required=True),
        code("kind", AgencyKind, "机构类型", required=True),
        text("department", "部门角色"),
        code("supervision_field", SupervisionField, "监管领域"),
        text("jurisdiction", "属地", "属地代码", required=True),
        code("level", DepartmentLevel, "层级"),
        identifier("parent_uscc", "上级机构统一社会信用代码"),
        date("agreement_until", "保密协议到期日"),
        flag("suspended", "停用"),
        text("contact", "联系方式"),
    ),
)
"""``contact``: for persons whose consent it asks. ``department``: a leaf of the roles tree, e.g. ``dept.housing``."""

OPERATORS = Layout(
    name="operators",
    zh="经办人员",
    key=("client_id", "staff_number"),
    columns=(
        text("client_id", "接入方编号", required=True),
        text("staff_number", "工号", required=True),
        date("agreement_until", "保密协议到期日", required=True),
        date("trained_until", "培训到期日", required=True),
        flag("active", "在岗"),
    ),
)

MATTERS = Layout(
    name="matters",
    zh="办件",
    key=("client_id", "number"),
    columns=(
        text("number", "办件编号", required=True),
        text("client_id", "接入方编号", required=True),
        text("purpose", "事项编号", required=True),
        several("operators", "经办人工号", required=True),
        date("opened_on", "受理日期", required=True),
        date("closed_on", "办结日期"),
    ),
)

MATTER_PARTIES = Layout(
    name="matter_parties",
    zh="办件当事人",
    key=("client_id", "matter_number", "role", "uscc", "id_type", "id_number"),
    columns=(
        text("matter_number", "办件编号", required=True),
        text("client_id", "接入方编号"),
        code("role", Role, "办件角色", required=True),
        text("name", "姓名或名称"),
        identifier("uscc", "统一社会信用代码", required_for="organisation"),
        code("id_type", IdType, "证件类型"),
        identifier("id_number", "证件号码", required_for="natural"),
    ),
)
