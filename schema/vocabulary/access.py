"""Words of access: scopes, how a value was shown, consents, and what the log says of a query."""

from schema.vocabulary.words import Word


class AccessScope(Word, zh="查询范围", en="Scope of an operation"):
    PUBLICATION = "PUBLICATION", "公示", "Publication"
    SHARING = "SHARING", "政务共享", "Sharing"
    CONSENT = "CONSENT", "授权查询", "Consent"
    SELF = "SELF", "本人查询", "Self"
    AUDIT = "AUDIT", "安全审计", "Audit"


class ShownLevel(Word, zh="展示程度", en="How much was shown"):
    CLEAR = "CLEAR", "明文", "Clear"
    MASKED = "MASKED", "脱敏", "Masked"
    SUMMARY = "SUMMARY", "摘要", "Summary"
    VERDICT = "VERDICT", "结论", "Verdict"
    WITHHELD = "WITHHELD", "不予展示", "Withheld"


class WithheldReason(Word, zh="不予明文的原因", en="Why not in clear"):
    POLICY = "POLICY", "规则未开放", "No rule opens it"
    CEILING = "CEILING", "超出最小必要", "Beyond minimum necessity"
    NOT_IN_CONSENT = "NOT_IN_CONSENT", "不在授权范围", "Not in the consent"


class RowRelation(Word, zh="记录与查询方的关系", en="Relation of a row to the caller"):
    SELF = "SELF", "本人", "The subject itself"
    SOURCE = "SOURCE", "来源单位", "Source"
    TARGET = "TARGET", "本单位执行对象", "Target of the caller's measure"
    OWN_FIELD = "OWN_FIELD", "本监管领域", "The caller's field of supervision"
    REPORTED = "REPORTED", "向本机关反馈", "Fed back to the caller's office"
    OTHER = "OTHER", "其他", "Other"


class SubjectSide(Word, zh="主体大类", en="Organisations or persons"):
    """The two kinds that policies tell apart; written in lower case, as in policies and disclosure reports."""

    ORGANISATION = "organisation", "法人和非法人组织", "Organisation"
    PERSON = "person", "自然人", "Natural person"


class ViewerKind(Word, zh="查询方类型", en="Kind of viewer"):
    PUBLIC = "PUBLIC", "社会公众", "The public"
    AGENCY = "AGENCY", "行政机关", "Agency"
    BANK = "BANK", "金融机构", "Bank"
    CREDIT_SERVICE = "CREDIT_SERVICE", "信用服务机构", "Credit service agency"
    SUBJECT = "SUBJECT", "信用主体", "Subject"
    AUDITOR = "AUDITOR", "安全员", "Security officer"


class AccessDecision(Word, zh="查询结果", en="Decision"):
    ALLOW = "ALLOW", "准予", "Allowed"
    PARTIAL = "PARTIAL", "部分准予", "Allowed in part"
    DENY = "DENY", "拒绝", "Denied"


class EntryKind(Word, zh="日志种类", en="Kind of log entry"):
    RELEASE = "RELEASE", "信息提供", "Release"
    DENY = "DENY", "拒绝", "Denial"
    ERROR = "ERROR", "错误", "Error"
    ADMIN = "ADMIN", "管理操作", "Administration"
    CONSENT = "CONSENT", "授权变更", "Consent"
    READ_LOG = "READ_LOG", "查阅日志", "Log reading"
    KEY = "KEY", "密钥操作", "Key"
    ALERT = "ALERT", "告警", "Alert"


class AlertRule(Word, zh="告警规则", en="Alert rule"):
    A1 = "A1", "批量查询", "Bulk"
    A2 = "A2", "枚举查询", "Enumeration"
    A3 = "A3", "非工作时间查询", "Off hours"
    A4 = "A4", "无办件查询", "No case"
    A5 = "A5", "受保护对象", "Protected subject"
    A6 = "A6", "关系人查询", "Relation"
    A7 = "A7", "闲置或新账户", "Dormant or new account"
    A8 = "A8", "爬取特征", "Scraping shape"
    A9 = "A9", "频繁被拒", "Burst of denials"
    A10 = "A10", "用途偏离", "Purpose drift"
    A11 = "A11", "授权滥用", "Abuse of consent"
    A12 = "A12", "日志异常", "Health of the log"
    A13 = "A13", "同人多用途", "One person under two purposes"


class ConsentStatus(Word, zh="授权状态", en="Status of a consent"):
    ACTIVE = "ACTIVE", "有效", "Active"
    EXHAUSTED = "EXHAUSTED", "次数用尽", "Exhausted"
    EXPIRED = "EXPIRED", "已到期", "Expired"
    REVOKED = "REVOKED", "已撤回", "Revoked"
    VOID_DEATH = "VOID_DEATH", "因死亡失效", "Void by death"
    VOID_PURPOSE_CHANGED = "VOID_PURPOSE_CHANGED", "因用途变更失效", "Void by change of purpose"
    VOID_FORCED = "VOID_FORCED", "因强制授权失效", "Void as forced"
