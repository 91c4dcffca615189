"""Words of records: documents, severity, state and repair, and the code tables of the dual-publicity standard."""

from schema.vocabulary.words import Word


class DocumentKind(Word, zh="文书类型", en="Kind of document"):
    JUDGMENT = "JUDGMENT", "生效司法判决书和裁定书", "Judgment or ruling"
    AWARD = "AWARD", "生效仲裁文书", "Arbitral award"
    PENALTY_DECISION = "PENALTY_DECISION", "行政处罚决定书", "Penalty decision"
    ADJUDICATION = "ADJUDICATION", "行政裁决书", "Administrative adjudication"
    LISTING_DECISION = "LISTING_DECISION", "名单认定决定文书", "Listing decision"
    OTHER_BY_LAW = "OTHER_BY_LAW", "法律法规规定的其他文书", "Other document provided by law"


class Severity(Word, zh="失信程度", en="Severity"):
    MINOR = "MINOR", "轻微", "Minor"
    GENERAL = "GENERAL", "一般", "General"
    SERIOUS = "SERIOUS", "严重", "Serious"


class Polarity(Word, zh="信息性质", en="Polarity"):
    POSITIVE = "POSITIVE", "守信", "Positive"
    NEGATIVE = "NEGATIVE", "失信", "Negative"
    NEUTRAL = "NEUTRAL", "中性", "Neutral"


class RecordStatus(Word, zh="记录状态", en="Status of a record"):
    DRAFT = "DRAFT", "草稿", "Draft"
    QUARANTINED = "QUARANTINED", "待核", "Quarantined"
    ACTIVE = "ACTIVE", "有效", "Active"
    CORRECTED = "CORRECTED", "已更正", "Corrected"
    REVOKED = "REVOKED", "已撤销", "Revoked"
    REPAIRED = "REPAIRED", "已修复", "Repaired"
    PUBLICATION_EXPIRED = "PUBLICATION_EXPIRED", "公示期满", "Publication expired"
    TERM_EXPIRED = "TERM_EXPIRED", "期限届满", "Term expired"
    SEALED = "SEALED", "已封存", "Sealed"
    DELETED = "DELETED", "已删除", "Deleted"


class RepairState(Word, zh="修复状态", en="State of repair"):
    NONE = "NONE", "未修复", "Not repaired"
    IN_PROGRESS = "IN_PROGRESS", "修复办理中", "Repair applied for"
    REPAIRED = "REPAIRED", "已修复", "Repaired"


class LeniencyFlag(Word, zh="宽容审慎情形", en="Ground for lenient treatment"):
    MINOR_AGE = "MINOR_AGE", "未成年", "Minor age"
    FORCE_MAJEURE = "FORCE_MAJEURE", "不可抗力", "Force majeure"
    NO_INTENT = "NO_INTENT", "非主观故意", "No intent"
    SLIGHT = "SLIGHT", "情节轻微", "Slight"


class LicenceKind(Word, zh="许可类别", en="Kind of licence"):
    ORDINARY = "ORDINARY", "普通", "Ordinary"
    FRANCHISE = "FRANCHISE", "特许", "Franchise"
    RECOGNITION = "RECOGNITION", "认可", "Recognition"
    APPROVAL = "APPROVAL", "核准", "Approval"
    REGISTRATION = "REGISTRATION", "登记", "Registration"
    OTHER = "OTHER", "其他", "Other"


class LicenceState(Word, zh="许可状态", en="State of a licence"):
    """Codes 1 and 2 of the present standard; the last three are states of its older version."""

    VALID = "VALID", "有效", "Valid"
    INVALID = "INVALID", "无效", "Not valid"
    REVOKED = "REVOKED", "撤销", "Revoked"
    DISPUTED = "DISPUTED", "异议", "Under objection"
    OTHER = "OTHER", "其他", "Other"


class PenaltyKind(Word, zh="处罚类别", en="Kind of penalty"):
    """The standard of 2018, then the kinds added by article 9 of the Administrative Penalty Law of 2021."""

    WARNING = "WARNING", "警告", "Warning"
    FINE = "FINE", "罚款", "Fine"
    CONFISCATION = "CONFISCATION", "没收违法所得、没收非法财物", "Confiscation"
    BUSINESS_SUSPENSION = "BUSINESS_SUSPENSION", "责令停产停业", "Suspension of business"
    LICENCE_SUSPENSION = "LICENCE_SUSPENSION", "暂扣许可证（照）", "Suspension of a licence"
    LICENCE_REVOCATION = "LICENCE_REVOCATION", "吊销许可证（照）", "Revocation of a licence"
    DETENTION = "DETENTION", "行政拘留", "Administrative detention"
    CRITICISM = "CRITICISM", "通报批评", "Circulated criticism"
    DOWNGRADE = "DOWNGRADE", "降低资质等级", "Lowering of a qualification"
    BUSINESS_RESTRICTION = "BUSINESS_RESTRICTION", "限制开展生产经营活动", "Restriction of business"
    CLOSURE = "CLOSURE", "责令关闭", "Closure"
    PROFESSION_RESTRICTION = "PROFESSION_RESTRICTION", "限制从业", "Restriction of profession"
    OTHER = "OTHER", "其他", "Other"


class PerformanceState(Word, zh="履行情况", en="Performance"):
    NOT_PERFORMED = "NOT_PERFORMED", "全部未履行", "Not performed"
    PARTLY_PERFORMED = "PARTLY_PERFORMED", "部分履行", "Partly performed"
    PERFORMED = "PERFORMED", "全部履行", "Performed"
    IN_PROGRESS = "IN_PROGRESS", "履行中", "Being performed"
    BREACHED = "BREACHED", "违约", "Breached"


class FulfilmentState(Word, zh="承诺履行情况", en="Fulfilment of a commitment"):
    IN_PROGRESS = "IN_PROGRESS", "履行中", "Being fulfilled"
    FULFILLED = "FULFILLED", "已履行", "Fulfilled"
    PARTLY_FULFILLED = "PARTLY_FULFILLED", "部分履行", "Partly fulfilled"
    NOT_FULFILLED = "NOT_FULFILLED", "未履行", "Not fulfilled"


class VerdictAnswer(Word, zh="核验结论", en="Verdict"):
    YES = "YES", "是", "Yes"
    NO = "NO", "否", "No"
    UNDETERMINED = "UNDETERMINED", "无法判定", "Undetermined"


class RecordOrderField(Word, zh="记录排序依据", en="What records are ordered by"):
    DECIDED_ON = "DECIDED_ON", "决定日期", "Date of the decision"
    VALID_UNTIL = "VALID_UNTIL", "有效期", "End of validity"
    PUBLICATION_UNTIL = "PUBLICATION_UNTIL", "公示截止日期", "End of publication"


class Direction(Word, zh="排序方向", en="Direction"):
    ASC = "ASC", "升序", "Ascending"
    DESC = "DESC", "降序", "Descending"


class ObjectionKind(Word, zh="异议种类", en="Kind of objection"):
    RECOGNITION_INCENTIVE = "RECOGNITION_INCENTIVE", "对认定为激励对象有异议", "Recognition for an incentive"
    RECOGNITION_SANCTION = "RECOGNITION_SANCTION", "对认定为惩戒对象有异议", "Recognition for a sanction"
    INACCURATE = "INACCURATE", "信息有误", "Inaccurate"
    MISSING = "MISSING", "信息遗漏", "Missing"
    IDENTITY_MIXUP = "IDENTITY_MIXUP", "主体混淆", "Identities mixed up"
    EXPIRED_STILL_SHOWN = "EXPIRED_STILL_SHOWN", "超期仍展示", "Shown after its term"


class ObjectionOutcome(Word, zh="异议处理结果", en="Outcome of an objection"):
    CORRECTED = "CORRECTED", "已更正", "Corrected"
    REVOKED = "REVOKED", "已撤销", "Revoked"
    REJECTED = "REJECTED", "不予采纳", "Rejected"
    WITHDRAWN = "WITHDRAWN", "已撤回", "Withdrawn"


class RepairEffect(Word, zh="修复效果", en="Effect of repair"):
    REMOVE_FROM_LIST = "REMOVE_FROM_LIST", "移出名单", "Removal from the list"
    STOP_PUBLICATION = "STOP_PUBLICATION", "终止公示", "End of publication"
    STOP_SHARING_AND_USE = "STOP_SHARING_AND_USE", "终止共享和使用", "End of sharing and use"
    ANNOTATE = "ANNOTATE", "标注", "Annotation"
    SHIELD = "SHIELD", "屏蔽", "Shielding"
    DELETE = "DELETE", "删除", "Deletion"
    LIFT_MEASURES = "LIFT_MEASURES", "解除措施", "Lifting of measures"
