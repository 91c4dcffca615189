"""The layouts of subjects and links, and the columns by which every other layout names a subject.

Columns of persons drop the prefix ``person_`` of their target columns.
"""

from gateway.intake.layouts.column import Layout, code, date, identifier, several, term, text, wan
from schema.vocabulary.subjects import CounterpartyKind, IdType, LinkRole, Sex, SubjectKind, SubjectStatus

SEX_CODES = (("0", Sex.UNKNOWN), ("1", Sex.MALE), ("2", Sex.FEMALE), ("9", Sex.UNSTATED))
"""GB/T 2261.1."""

SUBJECT = (
    text("subject_name", "主体名称", "信用主体名称", "姓名或名称", required=True),
    code("subject_kind", CounterpartyKind, "主体类别"),
    identifier("uscc", "统一社会信用代码", "主体统一社会信用代码", required_for="organisation"),
    code("id_type", IdType, "证件类型"),
    identifier("id_number", "证件号码", required_for="natural"),
)
"""Natural persons are named by type and number of a document, everyone else by the credit code."""

ORGANISATIONS = Layout(
    name="organisations",
    zh="法人和其他组织登记信息",
    key=("uscc",),
    columns=(
        text("name", "名称", "企业名称", "单位名称", required=True),
        identifier("uscc", "统一社会信用代码", required=True),
        code("kind", SubjectKind, "主体类型", required=True),
        code("status", SubjectStatus, "存续状态"),
        text("jurisdiction", "属地", "属地代码"),
        several("former_names", "曾用名"),
        identifier("biz_reg_no", "工商注册号"),
        identifier("org_code", "组织机构代码"),
        identifier("institution_cert_no", "事业单位证书号"),
        identifier("social_org_no", "社会组织登记证号"),
        identifier("tax_registration_number", "税务登记号"),
        text("organisation_form", "组织形式"),
        text("industry", "行业"),
        text("business_scope", "经营范围"),
        text("registration_authority", "登记机关"),
        text("registered_address", "住所"),
        wan("registered_capital", "注册资本（万元）"),
        date("established_on", "成立日期"),
        text("office_phone", "单位电话"),
        text("contact_person", "联系人"),
        text("contact_phone", "联系人电话"),
        text("financials", "财务数据"),
    ),
)

PERSONS = Layout(
    name="persons",
    zh="自然人身份信息",
    key=("id_type", "id_number"),
    columns=(
        text("name", "姓名", required=True),
        code("id_type", IdType, "证件类型", required=True),
        identifier("id_number", "证件号码", required=True),
        code("sex", Sex, "性别", codes=SEX_CODES),
        date("birth_date", "出生日期"),
        date("death_date", "死亡日期"),
        code("status", SubjectStatus, "存续状态"),
        text("jurisdiction", "属地", "属地代码"),
        text("nationality", "国籍"),
        text("ethnicity", "民族"),
        text("profession", "职业"),
        text("phone", "联系电话"),
        text("email", "电子邮箱"),
        text("home_address", "住址"),
    ),
)

LINKS = Layout(
    name="links",
    zh="主体关联关系",
    key=("uscc", "role", "name", "from_date"),
    columns=(
        identifier("uscc", "统一社会信用代码", required=True),
        code("role", LinkRole, "关联关系", required=True),
        text("name", "姓名", "关联人姓名", required=True),
        code("id_type", IdType, "证件类型"),
        identifier("id_number", "证件号码"),
        date("from_date", "任职起始日期"),
        term("to_date", "任职截止日期"),
        text("source", "来源"),
    ),
)
