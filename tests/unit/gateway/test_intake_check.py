"""A row by itself: written forms, required values, contradictions; every reason at once and never a value."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import written
from gateway.intake.check import Checked, Reasons, check
from gateway.intake.layouts.acts import PENALTIES
from gateway.intake.layouts.subjects import LINKS, ORGANISATIONS, PERSONS
from gateway.intake.read import RawRow

TODAY = date(2026, 5, 20)
PENALTY = {
    "subject_name": "武汉测试食品有限公司",
    "subject_kind": "法人及非法人组织",
    "uscc": "91420199MA9TERT20X",
    "document_number": "武市监处罚〔2026〕测001号",
    "facts": "销售过期食品",
    "penalty_basis": "《中华人民共和国食品安全法》第一百二十四条",
    "penalty_kinds": "罚款;没收违法所得、没收非法财物",
    "content": "罚款",
    "fine_amount": "12.500000",
    "decided_on": "2026-02-10",
    "authority_name": "武汉市市场监督管理局",
}
PERSON = {"name": "李测试", "id_type": "身份证", "id_number": "420199198503120015"}


def penalty(**cells: str) -> Checked | Reasons:
    found = {name: (cell,) for name, cell in {**PENALTY, **cells}.items()}
    return check(PENALTIES, RawRow(line=2, cells=found), TODAY)


def person(**cells: str) -> Checked | Reasons:
    return check(PERSONS, RawRow(line=2, cells={name: (cell,) for name, cell in {**PERSON, **cells}.items()}), TODAY)


def test_a_good_row() -> None:
    row = penalty(informant="周某 13800138000")
    assert isinstance(row, Checked)
    assert row.number("fine_amount") == 12_500_000
    assert row.texts("penalty_kinds") == ("FINE", "CONFISCATION")
    assert row.day("decided_on") == date(2026, 2, 10)
    assert "informant" not in row.values
    assert row.dropped == ("周某 13800138000",)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-10",
        "2026/2/10",
        "2026.02.10",
        "2026年2月10日",
        "20260210",
        "２０２６－０２－１０",
        "2026-02-10 00:00:00",
    ],
)
def test_dates_in_customary_forms(text: str) -> None:
    assert written.day(text) == date(2026, 2, 10)


@pytest.mark.parametrize("text", ["2026-02-30", "10/2/2026", "2026-2", "2026-02-10 12:30", "二〇二六年", ""])
def test_what_is_no_date(text: str) -> None:
    assert written.day(text) is None


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("12.500000", written.FEN_OF_WAN, 12_500_000),
        ("0.000001", written.FEN_OF_WAN, 1),
        ("0.0000001", written.FEN_OF_WAN, None),
        ("1,250,000.50元", written.FEN_OF_YUAN, 125_000_050),
        ("３万元", written.FEN_OF_WAN, 3_000_000),
        ("-1", written.FEN_OF_WAN, None),
        ("NaN", written.FEN_OF_WAN, None),
        ("十二", written.FEN_OF_WAN, None),
    ],
)
def test_amounts(text: str, unit: Decimal, fen: int | None) -> None:
    assert written.fen(text, unit) == fen


@given(fen=st.integers(0, 10**15))
def test_an_amount_keeps_every_fen(fen: int) -> None:
    assert written.fen(f"{fen // 1_000_000}.{fen % 1_000_000:06d}", written.FEN_OF_WAN) == fen


@pytest.mark.parametrize(("text", "value"), [("是", True), ("否", False), ("1", True), ("可能", None)])
def test_flags(text: str, value: bool | None) -> None:
    assert written.flag(text) is value


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"uscc": "91420199MA9TERT120"}, ("统一社会信用代码校验不通过",)),
        ({"uscc": ""}, ("缺少“行政相对人代码_1（统一社会信用代码）”",)),
        ({"subject_kind": "自然人", "uscc": ""}, ("缺少“证件号码”",)),
        (
            {"subject_kind": "自然人", "uscc": "", "id_number": "4201991985****0015"},
            ("身份证号码已脱敏，无法匹配主体",),
        ),
        (
            {"decided_on": "2026-02-30", "penalty_kinds": "罚酒"},
            ("“处罚类别”含有代码表以外的值", "“处罚决定日期”的写法不符"),
        ),
        ({"fine_amount": "很多"}, ("“罚款金额（万元）”的写法不符",)),
        ({"severity": "极重"}, ("“失信程度”的写法不符",)),
        ({"facts": " ", "content": "/"}, ("缺少“违法事实”", "缺少“处罚内容”")),
        ({"publication_until": "2026-01-01"}, ("公示截止期早于决定日期",)),
        ({"decided_on": "2026-06-01"}, ("决定日期在将来",)),
        ({"jurisdiction": "999999"}, ("行政区划代码不符",)),
        ({"authority_uscc": "1142019900TERT0451"}, ("统一社会信用代码校验不通过",)),
    ],
)
def test_every_reason_is_given(cells: dict[str, str], reasons: Reasons) -> None:
    assert penalty(**cells) == reasons


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"birth_date": "1985-03-13"}, ("出生日期与身份证号码不符",)),
        ({"sex": "女"}, ("性别与身份证号码不符",)),
        ({"death_date": "1980-01-01"}, ("死亡日期早于出生日期",)),
        ({"id_number": "420199198503120016"}, ("身份证号码校验不通过",)),
    ],
)
def test_a_person_that_contradicts_the_number(cells: dict[str, str], reasons: Reasons) -> None:
    assert person(**{"birth_date": "1985-03-12", **cells}) == reasons


def test_an_old_number_is_widened() -> None:
    row = person(id_number="420199850312001")
    assert isinstance(row, Checked)
    assert row.text("id_number") == "420199198503120015"


def test_a_kind_that_contradicts_the_code() -> None:
    cells = {"name": ("赵小麦早餐店",), "uscc": ("92420199MA9TERT55D",), "kind": ("企业法人",)}
    assert check(ORGANISATIONS, RawRow(line=2, cells=cells), TODAY) == ("主体类型与统一社会信用代码不符",)


def test_a_blank_cell_is_nothing_and_a_missing_column_is_unsaid() -> None:
    cells = {"uscc": ("91420199MA9TERT123",), "role": ("法定代表人",), "name": ("李测试",), "to_date": ("—",)}
    row = check(LINKS, RawRow(line=2, cells=cells), TODAY)
    assert isinstance(row, Checked)
    assert row.values["to_date"] is None
    assert "from_date" not in row.values


@given(cell=st.text(min_size=4))
def test_reasons_never_repeat_a_value(cell: str) -> None:
    found = penalty(uscc=cell, decided_on=cell, severity=cell, fine_amount=cell)
    assert isinstance(found, tuple)
    assert all(cell not in reason for reason in found)
