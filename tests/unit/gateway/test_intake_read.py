"""Files to raw rows: encodings, workbooks, what is left unread, and why a file is refused."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from gateway.intake.read import FileRefusedError, RawRow, read

HEADER = ("统一社会信用代码", "关联关系", "姓名", "任职起始日期")
CELLS = ("91420199MA9TERT123", "法定代表人", "李测试", "2016-03-18")
TEXT = ",".join(HEADER) + "\r\n" + ",".join(CELLS) + "\r\n"


def workbook(*lines: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        ("\r\n" + TEXT).encode(),
        workbook(HEADER, CELLS),
        workbook(HEADER, (*CELLS[:3], date(2016, 3, 18))),
    ],
)
def test_every_encoding_gives_the_same_row(content: bytes) -> None:
    file = read(content)
    assert file.layout.name == "links"
    assert [dict(row.cells) for row in file.rows] == [
        {"uscc": (CELLS[0],), "role": (CELLS[1],), "name": (CELLS[2],), "from_date": (CELLS[3],)}
    ]


def test_lines_are_counted_as_a_spreadsheet_counts() -> None:
    quoted = '"李\n测试"'
    content = TEXT + f"\r\n91420199MA9TERT123,法定代表人,{quoted},\r\n91420199MA9TERT123,法定代表人,王测试,\r\n"
    assert [row.line for row in read(content.encode()).rows] == [2, 4, 6]


def test_numbers_of_a_workbook_are_texts() -> None:
    (row,) = read(workbook(("措施编号", "执行部门统一社会信用代码", "反馈结果", "反馈日期"), (17.0, "x", 1, 2.5))).rows
    assert row.cells["measure_number"] == ("17",)
    assert row.cells["reported_on"] == ("2.5",)


def test_columns_that_the_layout_does_not_know_are_not_read() -> None:
    content = ",".join((*HEADER, "宗教信仰")) + "\r\n" + ",".join((*CELLS, "某教")) + "\r\n"
    (row,) = read(content.encode()).rows
    assert "某教" not in str(row)


def test_a_list_under_several_headers_is_one_column() -> None:
    header = "CF_XDR_MC,CF_WSH,CF_SY,CF_YJ,CF_CFLB1,CF_CFLB2,CF_JG,CF_JDRQ,CF_XZJG"
    (row,) = read(f"{header}\r\n某公司,1号,事实,依据,警告,罚款,内容,2026-01-01,机关\r\n".encode()).rows
    assert row == RawRow(line=2, cells=row.cells)
    assert row.cells["penalty_kinds"] == ("警告", "罚款")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件为空"),
        (b"\r\n\r\n", "文件为空"),
        (
            "统一社会信用代码,关联关系\r\n".encode(),
            "不是已知的文件格式；最接近“主体关联关系”，缺少列：姓名",
        ),
        (TEXT.replace("任职起始日期", "姓名").encode(), "有两列都是“姓名”"),
        (TEXT.encode("utf-16"), "文件编码无法识别，应为 UTF-8 或 GB18030"),
        (b"\xd0\xcf\x11\xe0 old", "不支持旧版电子表格，请另存为 XLSX 或 CSV"),
        (b"PK\x03\x04 broken", "不是完好的 XLSX 文件"),
        (TEXT.encode() + b'"open', "不是完好的 CSV 文件"),
    ],
)
def test_a_file_is_refused_whole(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError) as refused:
        read(content)
    assert refused.value.reason == reason
