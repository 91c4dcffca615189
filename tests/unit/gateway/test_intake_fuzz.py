"""Whatever bytes arrive: a file is refused with a sentence of ours, or read to rows that are judged; nothing else."""

import io
import random
import struct
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.check import check
from gateway.intake.files import sheet_xml
from gateway.intake.files import xlsx as xlsx_module
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.recognition import LAYOUTS
from gateway.intake.read import FileRefusedError, read
from gateway.intake.reasons import Refusal
from tests.spreadsheets import LINK, PENALTY, gb18030, xls, xlsx

TODAY = date(2026, 5, 20)
SECRET = "4201991985031200159"
HEADER, ROW = tuple(LINK), tuple(PENALTY.values())
ROWS = [list(PENALTY), ROW, [SECRET] * 10]
FILES = {"csv": gb18030(ROWS), "xlsx": xlsx(ROWS), "xls": xls(ROWS)}

many = settings(max_examples=200)


def judged(content: bytes) -> Iterator[str]:
    """Read and check; every sentence that whoever sent the bytes would be told."""
    try:
        file = read(content)
        for row in file.rows:
            yield from check(file.layout, row, TODAY).reasons
        yield from (each.sentence for each in file.passed)
    except FileRefusedError as error:
        yield error.reason


def never_echoed(content: bytes) -> None:
    for sentence in judged(content):
        assert SECRET not in sentence


@many
@given(content=st.binary(max_size=2000))
def test_random_bytes(content: bytes) -> None:
    never_echoed(content)


@many
@given(magic=st.sampled_from([xlsx_module.MAGIC, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]), rest=st.binary(max_size=2000))
def test_random_bytes_that_claim_to_be_a_workbook(magic: bytes, rest: bytes) -> None:
    (sentence,) = judged(magic + rest)
    assert sentence in (Refusal.BROKEN_XLSX, Refusal.BROKEN_XLS)


@many
@given(
    name=st.sampled_from(sorted(FILES)),
    cut=st.none() | st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
)
def test_damaged_files(name: str, cut: float | None, flips: list[tuple[float, int]]) -> None:
    content = bytearray(FILES[name])
    for place, value in flips:
        content[int(place * len(content))] = value
    never_echoed(bytes(content if cut is None else content[: int(cut * len(content))]))


@many
@given(seed=st.integers(0, 10**6))
def test_damaged_parts_of_a_workbook(seed: int) -> None:
    """Each part unpacked, damaged and packed again, so that the damage lies beneath the checksums."""
    chance = random.Random(seed)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(FILES["xlsx"])) as old, zipfile.ZipFile(stream, "w") as new:
        hurt = chance.choice(old.namelist())
        for name in old.namelist():
            part = bytearray(old.read(name))
            for _ in range(chance.randrange(1, 6) if name == hurt else 0):
                part[chance.randrange(len(part))] = chance.choice(b'<>&"0/ \xff')
            new.writestr(name, bytes(part))
    never_echoed(stream.getvalue())


@many
@given(
    rows=st.lists(st.lists(st.text(max_size=20) | st.just(SECRET), max_size=14), max_size=6),
    layout=st.sampled_from(LAYOUTS),
)
def test_any_cells_below_any_header(rows: list[list[str]], layout: Layout) -> None:
    never_echoed(gb18030([[column.headers[-1] for column in layout.columns[:14]], *rows]))


@pytest.mark.parametrize(
    "content",
    [
        (",".join(PENALTY) + "\r\n" + "x" * 2_000_000).encode(),  # a very long cell
        (",".join(PENALTY) + "\r\n\0,\0\r\n").encode(),
        ('"' + ",".join(PENALTY) + "\r\n").encode(),
        (",".join(PENALTY) + '\r\n"a"b,c\r\n').encode(),
        (",".join(PENALTY) + "\r\n" + "," * 1_000 + "\r\n").encode(),
        (",".join([*PENALTY, *map(str, range(990))]) + "\r\n").encode(),  # a thousand columns
        ("," * 100_000 + "\r\n").encode(),
        b"\r\n" * 200_000,
        b"," * 100_000,
        xlsx([[*PENALTY, *range(990)], ROW]),
    ],
)
def test_odd_files(content: bytes) -> None:
    never_echoed(content)


def workbook(sheet: str, **parts: str) -> bytes:
    """A workbook with this XML in place of its sheet, and these parts besides."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([HEADER]))) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return stream.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def cells(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ('<row r="4000000000"><c><v>1</v></c></row>', Refusal.BROKEN_XLSX),  # a row that no sheet has
        ('<row r="2"/><row r="1"/>', Refusal.BROKEN_XLSX),
        ('<row r="x"/>', Refusal.BROKEN_XLSX),
        ('<row><c r="B1"/><c r="A1"/></row>', Refusal.BROKEN_XLSX),
        ('<row><c r="XFD1"><v>1</v></c></row>', Refusal.TOO_WIDE),
        ("<row>" + "<c/>" * 100_000 + "</row>", Refusal.TOO_WIDE),
        (f"<row>{cells('x' * 1_000_001)}</row>", Refusal.TOO_LONG),
        ('<row><c t="s"><v>-1</v></c></row>', Refusal.BROKEN_XLSX),  # a text that the book has not
        ('<row><c t="s"><v>99</v></c></row>', Refusal.BROKEN_XLSX),
        ("<row><c><v>1</v></row>", Refusal.BROKEN_XLSX),
    ],
)
def test_sheets_that_were_written_to_do_harm(rows: str, reason: Refusal) -> None:
    assert list(judged(workbook(SHEET.format(rows)))) == [reason]


def test_a_document_type_is_never_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + SHEET.format(
        "<row><c><v>&b;</v></c></row>"
    )
    assert list(judged(workbook(bomb))) == [Refusal.BROKEN_XLSX]


def test_a_book_that_grows_beyond_all_measure_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "_LARGEST_BOOK", 1_000_000)
    assert list(judged(workbook(SHEET.format("<row/>" * 200_000)))) == [Refusal.TOO_LARGE]


def test_a_book_that_lies_about_its_size_is_cut_where_it_says_it_ends() -> None:
    sheet = SHEET.format(f"<row>{cells(*HEADER)}</row>" + "<row/>" * 1000)
    honest = workbook(sheet)
    lying = honest.replace(struct.pack("<I", len(sheet.encode())), struct.pack("<I", 10))
    assert lying != honest
    assert list(judged(lying)) == [Refusal.BROKEN_XLSX]


def test_merged_cells_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "_MOST_MERGED", 100)
    merged = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 200))
    sheet = SHEET.format("").replace("</worksheet>", f"<mergeCells>{merged}</mergeCells></worksheet>")
    assert list(judged(workbook(sheet))) == [Refusal.TOO_MERGED]


def test_merged_cells_over_all_rows_cost_what_the_rows_cost() -> None:
    rows = f"<row>{cells(*HEADER)}</row><row>{cells('91420199MA9TERT123', '股东', '李测试')}</row>"
    sheet = SHEET.format(rows).replace(
        "</worksheet>", '<mergeCells><mergeCell ref="A2:A1048576"/></mergeCells></worksheet>'
    )
    (row,) = read(workbook(sheet)).rows
    assert row.cells["uscc"] == ("91420199MA9TERT123",)


def test_a_row_is_given_as_soon_as_it_is_complete() -> None:
    """A sheet is never held as a whole."""
    taken: list[int] = []

    def pieces() -> Iterator[bytes]:
        yield b"<worksheet><sheetData>"
        for number in range(1, 4):
            yield f'<row r="{number}"><c><v>1</v></c></row>'.encode()
            assert taken == list(range(1, number + 1))
        yield b"</sheetData></worksheet>"

    for number, _ in sheet_xml.rows_of(pieces()):
        taken.append(number)
    assert taken == [1, 2, 3]


def test_nothing_is_ever_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """The library for old workbooks prints what it finds odd, values included."""
    for place in range(512, len(FILES["xls"]), 64):
        content = bytearray(FILES["xls"])
        content[place : place + 8] = b"\xff" * 8
        list(judged(bytes(content)))
    assert capfd.readouterr() == ("", "")
