"""Files to raw rows: encodings, workbooks, what is left unread, and why a file is refused."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import pytest

from gateway.intake.layouts.column import Kind
from gateway.intake.read import FileRefusedError, PassedOver, RawFile, RawRow, read
from tests.spreadsheets import ERROR, LINK, PENALTY, Row, gb18030, xls, xlsx

HEADER, CELLS = tuple(LINK), tuple(LINK.values())
TEXT = ",".join(HEADER) + "\r\n" + ",".join(CELLS) + "\r\n"

ROW = tuple(PENALTY.values())


def rows_of(file: RawFile) -> list[dict[str, tuple[str, ...]]]:
    return [dict(row.cells) for row in file.rows]


def told(file: RawFile) -> list[tuple[int | None, str]]:
    assert list(file.rows) is not None  # what is passed over is known when the rows are read
    return [(each.line, each.sentence) for each in file.passed]


each_format = pytest.mark.parametrize("written", [gb18030, xlsx, xls], ids=["csv", "xlsx", "xls"])
Written = Callable[[Sequence[Row]], bytes]


# Encodings and formats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        ("\r\n" + TEXT).encode(),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace("91420199MA9TERT123", '="91420199MA9TERT123"').encode(),
        xlsx([HEADER, CELLS]),
        xlsx([HEADER, (*CELLS[:3], date(2016, 3, 18))]),
        xls([HEADER, (*CELLS[:3], date(2016, 3, 18))]),
        xlsx([[], [None, None], HEADER, CELLS]),
        xlsx([(None, *HEADER), (None, *CELLS)]),  # an empty column
    ],
)
def test_every_encoding_gives_the_same_row(content: bytes) -> None:
    file = read(content)
    assert file.layout.name == "links"
    assert rows_of(file) == [{"uscc": (CELLS[0],), "role": (CELLS[1],), "name": (CELLS[2],), "from_date": (CELLS[3],)}]


def test_lines_are_counted_as_a_spreadsheet_counts() -> None:
    quoted = '"李\n测试"'
    content = TEXT + f"\r\n91420199MA9TERT123,法定代表人,{quoted},\r\n91420199MA9TERT123,法定代表人,王测试,\r\n"
    assert [row.line for row in read(content.encode()).rows] == [2, 4, 6]
    assert [row.line for row in read(xlsx([["表"], [], HEADER, CELLS, [], CELLS])).rows] == [4, 6]


@each_format
def test_numbers_of_a_workbook_are_texts(written: Written) -> None:
    rows: list[Row] = [("措施编号", "执行部门统一社会信用代码", "反馈结果", "反馈日期"), (17.0, "x", 1, 2.5)]
    (row,) = rows_of(read(written(rows)))
    assert row["reported_on"] == ("2.5",)
    assert row["measure_number"] == (("17.0",) if written is gb18030 else ("17",))


def test_columns_that_the_layout_does_not_know_are_not_read() -> None:
    content = ",".join((*HEADER, "宗教信仰")) + "\r\n" + ",".join((*CELLS, "某教")) + "\r\n"
    file = read(content.encode())
    assert "某教" not in str(list(file.rows))
    assert file.passed == [PassedOver(line=None, sentence="有1列不在该格式之内，未读取")]


def test_a_list_under_several_headers_is_one_column() -> None:
    header = "CF_XDR_MC,CF_WSH,CF_SY,CF_YJ,CF_CFLB1,CF_CFLB2,CF_JG,CF_JDRQ,CF_XZJG"
    (row,) = read(f"{header}\r\n某公司,1号,事实,依据,警告,罚款,内容,2026-01-01,机关\r\n".encode()).rows
    assert row == RawRow(line=2, cells=row.cells)
    assert row.cells["penalty_kinds"] == ("警告", "罚款")


# Headers --------------------------------------------------------------------------------------------------------------


@each_format
def test_a_header_with_titles_above_marks_and_line_breaks(written: Written) -> None:
    marked = [
        "*行政相对人\n名称",
        "统一社会信用代码（选填）",
        "★行政处罚决定书文号",
        "4.违法事实",
        "处罚依据（必填）",
        *list(PENALTY)[5:],
    ]
    rows: list[Row] = [["2026年5月行政处罚信息公示表"], ["填报单位：测试局", None, "2026年5月"], [], marked, ROW]
    (row,) = rows_of(read(written(rows)))
    assert (row["subject_name"], row["facts"], row["penalty_basis"]) == ((ROW[0],), ("事实",), ("依据",))


UPPER = ["行政相对人名称", "行政相对人代码", *list(PENALTY)[2:9], "处罚机关", None, "法定代表人", None]
LOWER = [None, "统一社会信用代码", *[None] * 7, "名称", "统一社会信用代码", "姓名", "证件号码"]
TWO_ROWS = [UPPER, LOWER, (*ROW, "1142019900TERT045P", "王测试", "420199199207280027")]


@pytest.mark.parametrize(
    "content",
    [
        gb18030(TWO_ROWS),
        xlsx(TWO_ROWS, merged=["A1:A2", *(f"{column}1:{column}2" for column in "CDEFGHI"), "J1:K1", "L1:M1"]),
        xls(
            TWO_ROWS,
            merged=[(0, 1, 0, 0), *((0, 1, place, place) for place in range(2, 9)), (0, 0, 9, 10), (0, 0, 11, 12)],
        ),
    ],
    ids=["csv", "xlsx", "xls"],
)
def test_a_header_of_two_rows_is_read_as_one(content: bytes) -> None:
    (row,) = rows_of(read(content))
    assert row["uscc"] == ("91420199MA9TERT20X",)
    assert (row["authority_name"], row["authority_uscc"]) == (("武汉市市场监督管理局",), ("1142019900TERT045P",))
    assert row["legal_representative_name"] == ("王测试",)
    assert row["legal_representative_id_number"] == ("420199199207280027",)


def test_what_stands_below_an_unknown_heading_means_nothing_by_itself() -> None:
    upper, lower = [*PENALTY, "复议机关"], [*[None] * 10, "工商注册号"]
    rows: list[Row] = [upper, lower, (*ROW, "420100000012345")]
    file = read(xlsx(rows, merged=[f"{column}1:{column}2" for column in "ABCDEFGHIJ"]))
    assert "biz_reg_no" not in rows_of(file)[0]
    assert file.passed == [PassedOver(line=None, sentence="有1列不在该格式之内，未读取")]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("罚款金额（万元）", Kind.MONEY_WAN),
        ("罚款金额(元)", Kind.MONEY_YUAN),
        ("罚款金额", Kind.MONEY),
        ("CF_NR_FK", Kind.MONEY_WAN),
    ],
)
def test_the_unit_of_an_amount_is_that_of_its_header(header: str, kind: Kind) -> None:
    file = read(gb18030([[header if each.startswith("罚款") else each for each in PENALTY], ROW]))
    assert file.layout.column("fine_amount").kind is kind


def test_codes_of_the_present_standard_mean_nothing_in_older_files() -> None:
    new = "XK_XDR_MC,XK_WSH,XK_NR,XK_JDRQ,XK_XKJG,XK_ZT"
    assert read(new.encode()).layout.column("licence_state").word("1") == "VALID"
    assert read(f"{new},XK_XDR_ZDM".encode()).layout.column("licence_state").word("1") is None


# Rows that are no data ------------------------------------------------------------------------------------------------


@each_format
def test_totals_and_notes_are_told_and_are_no_rows(written: Written) -> None:
    rows = [
        ("序号", *PENALTY),
        *([("必填",) * 11, ("示例", *ROW), (1, *ROW), ("序号", *PENALTY), (2, None, None)]),
        ("合计", *[None] * 7, 3),
        ("填表人：张三", None, None, "审核人：李四", None, "联系电话：027-12345678"),
        ("注：1.本表一式两份",),
        ("2.加盖公章",),
    ]
    file = read(written(rows))
    assert [row.line for row in file.rows] == [4]
    assert [(each.line, each.sentence) for each in file.passed if each.line is not None] == [
        *((2, "填写要求，未作为数据"), (3, "填写要求，未作为数据"), (5, "重复的表头，未作为数据")),
        *(
            (7, "合计行，未作为数据"),
            (8, "表尾说明，未作为数据"),
            (9, "表尾说明，未作为数据"),
            (10, "表尾说明，未作为数据"),
        ),
    ]


def test_a_row_that_has_all_that_is_required_is_data_whatever_its_name() -> None:
    file = read(gb18030([list(PENALTY), ("合计", *ROW[1:]), ("备注：某店", *ROW[1:])]))
    assert [row.line for row in file.rows] == [2, 3]
    assert file.passed == []


def test_a_row_that_lacks_most_is_data_unless_it_says_otherwise() -> None:
    assert [row.line for row in read(gb18030([list(PENALTY), ("武汉测试食品有限公司",)])).rows] == [2]


# Sheets ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [xlsx, xls])
def test_the_sheet_with_data_is_read_wherever_it_stands(written: Callable[..., bytes]) -> None:
    notes = [["填报说明"], ["请按要求填写"]]
    file = read(written(notes, [list(PENALTY)], [], [list(PENALTY), ROW], notes))
    assert [row.line for row in file.rows] == [2]
    assert file.passed == [PassedOver(line=None, sentence="有2张工作表不是已知的文件格式，未读取")]


@pytest.mark.parametrize("written", [xlsx, xls])
def test_two_sheets_with_data_are_refused(written: Callable[..., bytes]) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(written([list(PENALTY), ROW], [HEADER, CELLS]))
    assert refused.value.reason == "不止一张工作表有数据，请分别报送"


# Cells ----------------------------------------------------------------------------------------------------------------


def test_a_cell_merged_over_rows_means_them_all_and_an_amount_none() -> None:
    other = (None, None, "武市监处罚〔2026〕测002号", *ROW[3:7], None, *ROW[8:])
    file = read(xlsx([list(PENALTY), ROW, other], merged=["A2:A3", "B2:B3", "H2:H3"]))
    first, second = file.rows
    assert second.cells["subject_name"] == first.cells["subject_name"] == (ROW[0],)
    unclear = {"fine_amount": "“罚款金额（万元）”是合并单元格，无法确定属于哪一行"}
    assert (first.unclear, second.unclear) == (unclear, unclear)


def test_days_of_a_workbook() -> None:
    moment = datetime.fromisoformat("2026-02-10 10:30")
    days = [46063, moment, date(2026, 2, 10), "20260210", 20260210]
    rows = [list(PENALTY), *((*ROW[:8], day, ROW[9]) for day in days)]
    found = [row["decided_on"] for row in rows_of(read(xlsx(rows)))]
    assert found == [("2026-02-10",), ("2026-02-10 10:30:00",), ("2026-02-10",), ("20260210",), ("20260210",)]


@pytest.mark.parametrize(
    ("place", "cell", "reason"),
    [
        (
            1,
            420199198503120015,
            "“行政相对人代码_1（统一社会信用代码）”以数值保存，超过15位的数字已经失真，请按文本填写",
        ),
        (2, date(2026, 3, 5), "“行政处罚决定书文号”被电子表格改成了日期，请按文本填写"),
        (3, "=1+1", "“违法事实”是没有计算结果的公式"),
        (3, "=cmd|'/C calc'!A0", "“违法事实”是没有计算结果的公式"),
        (3, "#REF!", "“违法事实”是公式错误值"),
    ],
)
def test_what_a_workbook_has_changed_is_never_guessed_back(place: int, cell: object, reason: str) -> None:
    row = [*ROW[:place], cell, *ROW[place + 1 :]]
    (found,) = read(xlsx([list(PENALTY), row])).rows
    assert list(found.unclear.values()) == [reason]


def test_an_error_in_an_old_workbook() -> None:
    (found,) = read(xls([list(PENALTY), [*ROW[:3], ERROR, *ROW[4:]]])).rows
    assert found.unclear == {"facts": "“违法事实”是公式错误值"}


def test_a_formula_in_a_text_file_is_its_text() -> None:
    (row,) = read(gb18030([list(PENALTY), [*ROW[:3], "=1+1", *ROW[4:]]])).rows
    assert row.cells["facts"] == ("=1+1",)


def test_a_comma_without_quotes_shifts_nothing_unseen() -> None:
    (row,) = read((",".join(HEADER) + "\r\n" + ",".join((*CELLS, "多出")) + "\r\n").encode()).rows
    assert row.unclear == {"": "单元格多于列数，可能有未加引号的逗号"}


# Refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件为空"),
        (b"\r\n\r\n", "文件为空"),
        (xlsx([[]]), "文件为空"),
        (
            "统一社会信用代码,关联关系\r\n".encode(),
            "不是已知的文件格式；最接近“主体关联关系”，缺少列：姓名",
        ),
        (
            xlsx([["关联关系表"], ["统一社会信用代码", "关联关系"], CELLS]),
            "不是已知的文件格式；最接近“主体关联关系”，缺少列：姓名",
        ),
        (TEXT.replace("任职起始日期", "姓名").encode(), "有两列都是“姓名”"),
        (TEXT.encode("utf-16"), "文件编码无法识别，应为 UTF-8 或 GB18030"),
        (b"\xd0\xcf\x11\xe0 old", "不是完好的 XLS 文件"),
        (xls([HEADER, CELLS])[:700], "不是完好的 XLS 文件"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "文件已加密，请取消密码后再报送"),
        (b"PK\x03\x04 broken", "不是完好的 XLSX 文件"),
        (xlsx([HEADER, CELLS])[:2000], "不是完好的 XLSX 文件"),
        (TEXT.encode() + b'"open', "不是完好的 CSV 文件"),
        (
            "<html><table><tr><td>统一社会信用代码</td></tr></table></html>".encode(),
            "文件是网页或 XML，不是表格文件，请另存为 XLSX 或 CSV",
        ),
    ],
)
def test_a_file_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        list(read(content).rows)
    assert refused.value.reason == reason
