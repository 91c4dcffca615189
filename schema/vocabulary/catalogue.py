"""Words of the catalogue: categories of items, how an item is shared and published, how sensitive a field is.

Categories are those of the national basic catalogue of 2024, with their sub-types.
"""

from schema.vocabulary.words import Word


class CatalogueCategory(Word, zh="目录类别", en="Catalogue category"):
    REGISTRATION = "REGISTRATION", "登记注册基本信息", "Registration"
    JUDICIAL = "JUDICIAL", "司法裁判及执行信息", "Judgments and enforcement"
    DEFAULTER = "DEFAULTER", "失信被执行人", "Judgment defaulters"
    JUDGMENT = "JUDGMENT", "生效司法裁判", "Effective judgments"
    ARBITRATION = "ARBITRATION", "生效仲裁文书", "Effective arbitral awards"
    ADMIN = "ADMIN", "行政管理信息", "Administrative acts"
    LICENCE = "LICENCE", "行政许可", "Administrative licences"
    PENALTY = "PENALTY", "行政处罚", "Administrative penalties"
    COERCION = "COERCION", "行政强制", "Administrative coercion"
    CONFIRMATION = "CONFIRMATION", "行政确认", "Administrative confirmation"
    LEVY = "LEVY", "行政征收、征用", "Administrative levies"
    PAYMENT = "PAYMENT", "行政给付", "Administrative payments"
    ADJUDICATION = "ADJUDICATION", "行政裁决", "Administrative adjudication"
    COMPENSATION = "COMPENSATION", "行政补偿", "Administrative compensation"
    REWARD = "REWARD", "行政奖励", "Administrative rewards"
    INSPECTION = "INSPECTION", "行政监督检查", "Administrative inspection"
    PROFESSION = "PROFESSION", "职称和职业信息", "Professional titles and qualifications"
    ABNORMAL = "ABNORMAL", "经营（活动）异常名录（状态）信息", "Abnormal operation"
    SERIOUS = "SERIOUS", "严重失信主体名单信息", "Serious dishonesty lists"
    CONTRACT = "CONTRACT", "合同履行信息", "Contract performance"
    COMMITMENT = "COMMITMENT", "信用承诺及履行情况信息", "Credit commitments"
    EVALUATION = "EVALUATION", "信用评价结果信息", "Credit evaluation"
    LEGAL_COMPLIANCE = "LEGAL_COMPLIANCE", "遵守法律法规情况信息", "Legal compliance"
    HONOUR = "HONOUR", "诚实守信相关荣誉信息", "Honours"
    RED_LIST = "RED_LIST", "红名单", "Red lists"
    IP = "IP", "知识产权信息", "Intellectual property"
    SELF_PROVIDED = "SELF_PROVIDED", "经营主体自主提供的信用信息", "Self-provided information"
    MARKET_REFERENCE = "MARKET_REFERENCE", "市场信用信息（参考）", "Market credit information, for reference"
    ASSOCIATION = "ASSOCIATION", "行业协会参考信息", "Association reference information"


class ItemNature(Word, zh="信息性质", en="Nature of an item"):
    BASIC = "BASIC", "基础信息", "Basic"
    POSITIVE = "POSITIVE", "守信信息", "Positive"
    NEGATIVE = "NEGATIVE", "失信信息", "Negative"
    OTHER = "OTHER", "其他信息", "Other"


class ShareAttribute(Word, zh="共享属性", en="Share attribute"):
    UNCONDITIONAL = "UNCONDITIONAL", "无条件共享", "Shared unconditionally"
    CONDITIONAL = "CONDITIONAL", "有条件共享", "Shared on conditions"
    NONE = "NONE", "不予共享", "Not shared"


class PublishAttribute(Word, zh="公开属性", en="Publication attribute"):
    PUBLIC = "PUBLIC", "社会公开", "Public"
    ON_REQUEST_OR_AUTHORISED = "ON_REQUEST_OR_AUTHORISED", "依申请或授权查询", "On request or by authorisation"
    NONE = "NONE", "不公开", "Not public"


class DisclosureLevel(Word, zh="披露级别", en="Disclosure level"):
    L0 = "L0", "社会公开", "Public"
    L1 = "L1", "无条件共享", "Shared among agencies"
    L2 = "L2", "有条件共享", "Shared among agencies on conditions"
    L3 = "L3", "授权查询", "By authorisation"
    L4 = "L4", "仅归集单位或认定单位", "Source only"
    L5 = "L5", "不出库", "Never"


class FieldClass(Word, zh="字段类别", en="Field class"):
    PUBLIC_ID = "PUBLIC_ID", "公开标识", "Public identifier"
    PUBLIC_ID_PERSON = "PUBLIC_ID_PERSON", "公开登记的自然人姓名", "Registered name of a person"
    DIRECT_ID = "DIRECT_ID", "直接标识符", "Direct identifier"
    QUASI_ID = "QUASI_ID", "准标识符", "Quasi-identifier"
    CONTACT = "CONTACT", "联系方式", "Contact"
    ENTITY_CONTACT = "ENTITY_CONTACT", "单位联系方式", "Contact of an organisation"
    SENSITIVE_PI = "SENSITIVE_PI", "敏感个人信息", "Sensitive personal information"
    FINANCIAL = "FINANCIAL", "金融账户", "Financial account"
    BUSINESS_SECRET = "BUSINESS_SECRET", "商业秘密", "Business secret"
    FREE_TEXT = "FREE_TEXT", "自由文本", "Free text"
    INFORMANT = "INFORMANT", "举报人", "Informant"
    PUBLIC_META = "PUBLIC_META", "可公开元数据", "Public metadata"
    INTERNAL = "INTERNAL", "内部管理", "Internal"
    DERIVED = "DERIVED", "派生", "Derived"
