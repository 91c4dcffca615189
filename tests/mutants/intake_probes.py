"""Probes of what arrives in files: who is meant is never guessed, nothing is lost unsaid, no file does harm."""

from datetime import date

from gateway.intake import amounts, identifiers, written
from gateway.intake.amounts import AmountError
from gateway.intake.check import Checked, check
from gateway.intake.files.sheet import FileRefusedError
from gateway.intake.files.sheet_xml import rows_of
from gateway.intake.identifiers import NotAnIdentifierError
from gateway.intake.layouts.acts import PENALTIES
from gateway.intake.read import RawFile, RawRow, read
from schema.identifiers import resident_check
from schema.vocabulary.subjects import IdType
from tests.mutants.probing import pure
from tests.spreadsheets import LINK, PENALTY, gb18030, xlsx

TODAY = date(2026, 5, 20)
GOOD = {
    "subject_name": "武汉测试食品有限公司",
    "uscc": "91420199MA9TERT20X",
    "document_number": "测1号",
    "facts": "事实",
    "penalty_basis": "依据",
    "penalty_kinds": "罚款",
    "content": "罚款",
    "decided_on": "2026-02-10",
    "authority_name": "机关",
}


def checked(**cells: str) -> Checked:
    raw = {name: (cell,) for name, cell in {**GOOD, **cells}.items()}
    return check(PENALTIES, RawRow(line=2, cells=raw), TODAY)


def told(text: str, id_type: IdType = IdType.RESIDENT_ID) -> str:
    """The number, or why it is none."""
    try:
        return identifiers.personal_number(id_type, text)
    except NotAnIdentifierError as error:
        return error.reason


def amount(text: str, *, wan: bool | None) -> int | str:
    unit = None if wan is None else amounts.WAN if wan else amounts.YUAN
    try:
        return amounts.fen(text, unit)
    except AmountError as error:
        return error.reason


def refused(content: bytes) -> str | None:
    try:
        list(read(content).rows)
    except FileRefusedError as error:
        return error.reason
    return None


def opened(content: bytes) -> tuple[RawFile, list[RawRow]]:
    file = read(content)
    return file, list(file.rows)


@pure
def numbers_of_persons_are_never_guessed() -> None:
    assert told("420199198503120016") == "身份证号码校验不通过"
    assert told("4201991985****0015") == "身份证号码已脱敏，无法匹配主体"
    assert told("4.20199E+17") == "身份证号码以科学计数法保存，已经失真"
    assert told("11010519491231002Х") == "身份证号码含有形近字符，改正后方可核对"
    assert told("420199200312996") == "15位身份证号码的出生世纪不明，请填写18位号码"
    assert told("H1234567801", IdType.HK_MACAO_PERMIT) == "H12345678"
    impossible = "91115619850230001"  # 30 February
    assert told(impossible + resident_check(impossible), IdType.FOREIGN_RESIDENT_ID) == "证件号码校验不通过"


@pure
def amounts_are_never_ten_thousand_times_too_much() -> None:
    assert amount("125000元", wan=True) == "“{}”的单位与表头不一致"
    assert amount("12.5", wan=None) == "“{}”没有注明是元还是万元"
    assert amount("0.0000001", wan=True) == "“{}”的写法不符"
    assert amount("一千一千元", wan=False) == "“{}”的写法不符"


@pure
def days_are_never_guessed() -> None:
    assert written.day("0202-05-20") is None
    assert written.term("3026-05-20") is None
    assert written.day("2026-05-19T16:00:00Z") == TODAY
    assert written.serial_day(9_999) is None


@pure
def whatever_is_wrong_with_a_row_is_told() -> None:
    assert checked().reasons == ()
    both = checked(uscc="91420199MA9TERT120", facts="")
    assert both.reasons == ("统一社会信用代码校验不通过", "缺少“违法事实”")
    assert both.text("uscc") is None
    raw = {name: (cell,) for name, cell in GOOD.items()}
    assert check(PENALTIES, RawRow(line=2, cells=raw, unclear={"facts": "不明"}), TODAY).reasons == ("不明",)
    assert checked(org_code="MA9TERT12").reasons == ("组织机构代码与统一社会信用代码不符",)
    assert checked(document_effective_on="2026-02-09").reasons == ("文书生效日期早于决定日期",)
    assert checked(decided_on="2026-05-21").reasons == ("决定日期在将来",)
    assert checked(act_state="1").reasons == ("处罚当前状态不是正常，须注明撤销日期，异议须另行报送",)
    person = {"subject_kind": "自然人", "id_number": "420199198503120015"}
    assert checked(**person).reasons == ("主体类别与所填的代码、证件号码不一致",)
    masked = checked(**{**person, "uscc": "", "id_number": "4201991985****0015"})
    assert (masked.reasons, masked.text("id_number")) == (("身份证号码已脱敏，无法匹配主体",), None)


@pure
def nothing_of_a_file_is_lost_unsaid() -> None:
    header, row = [*PENALTY, "血型"], [*PENALTY.values(), "A"]
    file, rows = opened(gb18030([header, row, ["合计"], ["填表人：某"], header, [*row, "多"]]))
    assert [each.line for each in rows] == [2, 6]
    assert rows[1].unclear == {"": "单元格多于列数，可能有未加引号的逗号"}
    assert [(each.line, each.sentence) for each in file.passed] == [
        *((None, "有1列不在该格式之内，未读取"), (3, "合计行，未作为数据"), (4, "表尾说明，未作为数据")),
        (5, "重复的表头，未作为数据"),
    ]
    assert refused(xlsx([list(PENALTY), list(PENALTY.values())], [list(LINK), list(LINK.values())])) is not None
    header[7] = "罚款金额（元）"
    assert opened(gb18030([header, row]))[0].layout.column("fine_amount").kind == "MONEY_YUAN"


@pure
def what_a_spreadsheet_has_changed_is_told() -> None:
    header, row = list(PENALTY), list(PENALTY.values())
    rows = [[*row[:1], 420199198503120015, *row[2:]], [*row[:2], TODAY, *row[3:]], [*row[:3], "=1+1", *row[4:]]]
    _, found = opened(xlsx([header, *rows, row, row], merged=["H5:H6"]))
    assert [tuple(each.unclear.values()) for each in found] == [
        ("“行政相对人代码_1（统一社会信用代码）”以数值保存，超过15位的数字已经失真，请按文本填写",),
        ("“行政处罚决定书文号”被电子表格改成了日期，请按文本填写",),
        ("“违法事实”是没有计算结果的公式",),
        *(("“罚款金额（万元）”是合并单元格，无法确定属于哪一行",),) * 2,
    ]


@pure
def no_sheet_does_harm() -> None:
    for rows in (
        '<row r="4000000000"/>',
        '<row r="2"/><row r="1"/>',
        '<row><c r="B1"/><c r="A1"/></row>',
        "<row><c r='XFD1'/></row>",
    ):
        assert _unread(f"<sheetData>{rows}</sheetData>"), rows
    assert _unread("<!DOCTYPE a><sheetData/>")
    assert _unread(f"<row><c><v>{'1' * 1_000_001}</v></c></row>")


def _unread(xml: str) -> bool:
    try:
        list(rows_of([xml.encode()]))
    except FileRefusedError:
        return True
    return False
