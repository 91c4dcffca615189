"""Words of incentives and sanctions: category, force, status, feedback."""

from schema.vocabulary.words import Word


class MeasureCategory(Word, zh="措施类别", en="Category of a measure"):
    INC = "INC", "守信激励", "Incentive"
    ADM = "ADM", "行政性惩戒", "Administrative sanction"
    MKT = "MKT", "市场性惩戒", "Market sanction"
    IND = "IND", "行业性惩戒", "Industry sanction"
    SOC = "SOC", "社会性惩戒", "Social sanction"


class MeasureGroup(Word, zh="措施分组", en="Group of the national list"):
    G1 = "G1", "依法减损权益或增加义务", "Reduces rights or adds duties, by law"
    G2 = "G2", "公共管理机构职责范围内的管理措施", "Management within a public body's duty"
    G3 = "G3", "有关机构自主自愿实施", "Applied by others of their own will"
    INCENTIVE = "INCENTIVE", "守信激励", "Incentive"


class MeasureForce(Word, zh="效力", en="Force of a measure"):
    COMPULSORY = "COMPULSORY", "应当实施", "Compulsory"
    VOLUNTARY = "VOLUNTARY", "自主参考", "Voluntary, for reference"


class MeasureStatus(Word, zh="措施状态", en="Status of a measure"):
    PROPOSED = "PROPOSED", "拟实施", "Proposed"
    PUSHED = "PUSHED", "已推送", "Pushed"
    IN_FORCE = "IN_FORCE", "实施中", "In force"
    SUSPENDED = "SUSPENDED", "中止", "Suspended"
    LIFTED = "LIFTED", "已解除", "Lifted"
    REJECTED = "REJECTED", "不予实施", "Rejected"
    EXPIRED = "EXPIRED", "期限届满", "Expired"


class FeedbackAction(Word, zh="反馈结果", en="Result fed back"):
    APPLIED = "APPLIED", "已实施", "Applied"
    NOT_APPLICABLE = "NOT_APPLICABLE", "不适用", "Not applicable"
    PARTLY = "PARTLY", "部分实施", "Partly applied"
    LIFTED = "LIFTED", "已解除", "Lifted"
    REFUSED_NO_BASIS = "REFUSED_NO_BASIS", "无依据不予实施", "Refused for want of a basis"


class MeasureOrderField(Word, zh="措施排序依据", en="What measures are ordered by"):
    STARTS_ON = "STARTS_ON", "开始日期", "Start"
    ENDS_ON = "ENDS_ON", "期限届满日", "End of the term"
