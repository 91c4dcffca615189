"""Every sentence that intake tells whoever sent a file: why it is refused, why a row is set aside, what was not read.

A sentence names columns by their headers in our layouts; it never repeats a value or anything else of the file. What
each means and what to do about it stands in docs/intake.md.
"""

from enum import StrEnum


class _Sentence(StrEnum):
    def of(self, *parts: object) -> str:
        """The sentence with its gaps filled."""
        return self.format(*parts)


class Refusal(_Sentence):
    """No row of the file is taken."""

    EMPTY = "文件为空"
    ENCODING = "文件编码无法识别，应为 UTF-8 或 GB18030"
    MARKUP = "文件是网页或 XML，不是表格文件，请另存为 XLSX 或 CSV"
    ENCRYPTED = "文件已加密，请取消密码后再报送"
    BROKEN_CSV = "不是完好的 CSV 文件"
    BROKEN_XLS = "不是完好的 XLS 文件"
    BROKEN_XLSX = "不是完好的 XLSX 文件"
    TOO_LARGE = "电子表格解压后过大，请拆分后再报送"
    TOO_WIDE = "列数过多"
    TOO_LONG = "单元格内容过长"
    TOO_MERGED = "合并单元格过多"
    UNKNOWN_LAYOUT = "不是已知的文件格式；最接近“{}”，缺少列：{}"
    REPEATED_COLUMN = "有两列都是“{}”"
    SEVERAL_SHEETS = "不止一张工作表有数据，请分别报送"
    FOR_THE_REGISTRY = "此类文件须由登记角色载入"


class Passed(_Sentence):
    """What of a file is not taken as data."""

    UNKNOWN_COLUMNS = "有{}列不在该格式之内，未读取"
    OTHER_SHEETS = "有{}张工作表不是已知的文件格式，未读取"
    TOTAL = "合计行，未作为数据"
    NOTE = "表尾说明，未作为数据"
    HEADER_AGAIN = "重复的表头，未作为数据"
    INSTRUCTION = "填写要求，未作为数据"


class Reason(_Sentence):
    """The row cannot be taken, or is kept in quarantine."""

    # how the cells are written
    FORMULA_ERROR = "“{}”是公式错误值"
    UNCALCULATED = "“{}”是没有计算结果的公式"
    DIGITS_LOST = "“{}”以数值保存，超过15位的数字已经失真，请按文本填写"
    TURNED_INTO_DATE = "“{}”被电子表格改成了日期，请按文本填写"
    MERGED_NUMBER = "“{}”是合并单元格，无法确定属于哪一行"
    TOO_MANY_CELLS = "单元格多于列数，可能有未加引号的逗号"
    TOO_LONG = "“{}”超过{}字"
    WRITTEN_WRONG = "“{}”的写法不符"
    UNIT_UNCLEAR = "“{}”没有注明是元还是万元"
    UNIT_CONTRADICTS = "“{}”的单位与表头不一致"
    UNKNOWN_CODE = "“{}”含有代码表以外的值"
    MISSING = "缺少“{}”"

    # identifiers
    MASKED = "{}已脱敏，无法匹配主体"
    LOOKALIKE = "{}含有形近字符，改正后方可核对"
    SCIENTIFIC = "{}以科学计数法保存，已经失真"
    CHECK_FAILS = "{}校验不通过"
    FORM_FAILS = "{}格式不符"
    CENTENARIAN = "15位身份证号码的出生世纪不明，请填写18位号码"
    REGION = "行政区划代码不符"
    BIRTH_AGAINST_NUMBER = "出生日期与身份证号码不符"
    SEX_AGAINST_NUMBER = "性别与身份证号码不符"
    KIND_AGAINST_CODE = "主体类型与统一社会信用代码不符"
    CODE_AGAINST_CODE = "组织机构代码与统一社会信用代码不符"
    SIDE_UNCLEAR = "主体类别与所填的代码、证件号码不一致"

    NOT_STANDING = "处罚当前状态不是正常，须注明撤销日期，异议须另行报送"

    # dates that contradict each other
    PUBLISHED_BEFORE_DECIDED = "公示截止期早于决定日期"
    ENDS_BEFORE_DECIDED = "有效期早于决定日期"
    EFFECTIVE_BEFORE_DECIDED = "文书生效日期早于决定日期"
    VALID_BACKWARDS = "有效期止早于有效期起"
    OFFICE_BACKWARDS = "任职截止日期早于起始日期"
    TERM_BACKWARDS = "期限届满日早于列入日期"
    REMOVED_BEFORE_LISTED = "移出日期早于列入日期"
    MEASURE_BACKWARDS = "期限届满日早于开始日期"
    OBJECTION_BACKWARDS = "异议办结日期早于提出日期"
    DIED_BEFORE_BORN = "死亡日期早于出生日期"
    CLOSED_BEFORE_OPENED = "办结日期早于受理日期"
    NOTICE_AFTER_DECISION = "告知日期晚于决定日期"
    DECIDED_IN_FUTURE = "决定日期在将来"
    DIED_IN_FUTURE = "死亡日期在将来"
    BORN_IN_FUTURE = "出生日期在将来"
    REPAIRED_IN_FUTURE = "修复日期在将来"
    ESTABLISHED_IN_FUTURE = "成立日期在将来"
    LISTED_IN_FUTURE = "列入日期在将来"
    DECIDED_BEFORE_BIRTH = "决定日期早于主体出生日期"
    DECIDED_BEFORE_ESTABLISHED = "决定日期早于主体成立日期"

    # what the row refers to
    SUBJECT_UNKNOWN = "主体未登记"
    SUBJECT_AMBIGUOUS = "不止一个主体有该登记代码，须注明统一社会信用代码"
    CODES_OF_TWO = "登记代码与统一社会信用代码属于不同主体"
    NAME_AGAINST_NUMBER = "姓名与证件号码的登记不一致"
    NAME_AGAINST_CODE = "主体名称与统一社会信用代码的登记不一致"
    NAME_IS_FORMER = "名称是该主体的曾用名，请填写现名"
    AGENCY_UNKNOWN = "{}未登记"
    RECORD_UNKNOWN = "相应记录未登记"
    ITEM_AMBIGUOUS = "同一文书有多个信息项，请注明目录项"
    ITEM_UNKNOWN = "目录中没有该信息项"
    ITEM_NOT_IN_FORCE = "该信息项在属地目录中未生效"
    ITEM_NOT_FOR_KIND = "该信息项不适用于此类主体"
    TARGET_UNKNOWN = "责任人员与决定时的登记不符"
    TARGET_OUT_OF_REACH = "责任人员的职务不在属地规定的范围之内"
    LINKED_UNKNOWN = "关联自然人未登记"
    NATURAL_HERE = "自然人不属于本文件"
    CLIENT_UNKNOWN = "接入方未登记"
    PURPOSE_UNKNOWN = "事项不在事项清单内"
    MATTER_UNKNOWN = "办件未登记"
    MATTER_AMBIGUOUS = "不止一个接入方有该编号的办件，须注明接入方编号"
    MEASURE_UNKNOWN = "措施未登记"
    REPEATED_ROW = "同一文件内重复且内容不同"

    # what the instruments of the jurisdiction ask for
    NOT_YET_EFFECTIVE = "文书尚未生效"
    NO_LISTING_RULES = "属地没有名单管理规定"
    NO_NOTICE = "缺少事前告知"
    CONTENT_MISSING = "认定决定缺少“{}”"
    LEVEL_TOO_LOW = "认定部门层级低于县（区）级"
    LEVEL_AGAINST_REGISTER = "认定层级与认定部门的登记不一致"
    GROUND_TOO_LOW = "列入依据的位阶不足"
    CATEGORY_NOT_NAMED = "属地文件未列明该失信类别"
    EXIT_NOT_KNOWN = "退出原因不在属地规定的情形之内"
    NOT_IN_MEASURES_LIST = "措施不在措施清单内"
    BASIS_UNKNOWN = "依据条款不在文件目录内"
    BASIS_TOO_LOW = "依据条款的位阶不足"
    NOT_ABLE_AND_REFUSING = "未载明有履行能力而拒不履行"
    NOT_TO_BE_FORCED = "非公共管理机构不得被强制实施措施"
    NOT_THE_EXECUTOR = "只有执行部门可以反馈"
    REPAIRED_TOO_EARLY = "未满最短公示期，不得修复"
    OBJECTION_NOT_COVERED = "属地规定的异议不及于此种认定"
    OBJECTION_ELSEWHERE = "受理部门不是属地规定的受理部门"
    TRIGGER_OF_ANOTHER = "触发记录不属于该主体"
