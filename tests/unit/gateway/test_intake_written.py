"""Dates, open terms and amounts as departments write them; what may mean two things means nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake import amounts, written
from gateway.intake.amounts import WAN, YUAN, AmountError
from gateway.intake.reasons import Reason
from gateway.intake.written import OPEN_END

DAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-20",
        "2026/5/20",
        "2026.5.20",
        "2026.05.20",
        "20260520",
        "2026年5月20日",
        "2026年05月20日",
        "2026年5月20号",
        "2026 年 5 月 20 日",
        "２０２６－０５－２０",
        "二〇二六年五月二十日",
        "二○二六年五月二十日",
        "二零二六年五月廿日",
        "46162",
        "46162.4375",
        "2026-05-20 00:00:00",
        "2026-05-20 10:30",
        "2026/5/20 10:30:05",
        "2026-05-20T10:30:05.123",
        "20260520103005",
        "2026年5月20日10时30分",
        "2026-05-20T00:00:00+08:00",
        "2026-05-19T16:00:00Z",  # midnight here
    ],
)
def test_a_day_in_every_customary_form(text: str) -> None:
    assert written.day(text) == DAY
    assert written.term(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2026-13-01", "二〇二六年二月三十日", "二〇二六年五月五十日", "2026-05-20 25:00"),
        *(
            "20/5/2026",
            "5/20/2026",
            "26-05-20",
            "2026-5",
            "2026年5月",
            "二〇二六年",
            "五月二十日",
        ),  # one of several days
        *("0202-05-20", "9999-12-31", "3026-05-20", "1026-05-20", "4616", "461620", "2026520"),
        *("2026-05-20至2029-05-20", "三年", "长期", "-", ""),
    ],
)
def test_what_may_be_another_day_is_none(text: str) -> None:
    assert written.day(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "长期",
        "永久",
        "长期有效",
        "无固定期限",
        "至今",
        "9999",
        "9999-12-31",
        "9999年12月31日",
        "2099/12/31",
        "20991231",
    ],
)
def test_an_open_term(text: str) -> None:
    assert written.term(text) == OPEN_END


@pytest.mark.parametrize("text", ["3026-05-20", "0202-05-20", "长久", "五年"])
def test_what_is_no_term(text: str) -> None:
    assert written.term(text) is None


@given(day=st.dates(date(1927, 5, 18), date(2098, 12, 31)))
def test_a_day_is_read_back_however_it_was_written(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    spoken = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    spoken += f"年{_spoken(day.month)}月{_spoken(day.day)}日"
    for text in (day.isoformat(), f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", str(serial), spoken):
        assert written.day(text) == written.term(text) == day


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")


@given(days=st.integers(-1_000_000, 1_000_000))
def test_a_number_is_a_day_only_where_it_can_be_nothing_else(days: int) -> None:
    day = written.serial_day(days)
    assert (day is not None) is (10_000 <= days <= 73_415)
    assert day is None or day == date(1899, 12, 30) + timedelta(days=days)


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("12.500000", WAN, 12_500_000),
        ("0.000001", WAN, 1),
        ("1,250,000.50元", YUAN, 125_000_050),
        ("￥３，０００．００", YUAN, 300_000),
        ("人民币 20000 元整", YUAN, 2_000_000),
        ("1 250 000", YUAN, 125_000_000),
        ("３万元", WAN, 3_000_000),
        ("3万", None, 3_000_000),
        ("30000元", None, 3_000_000),
        ("1.2亿元", None, 12_000_000_000),
        ("0", None, 0),
        ("壹拾贰万伍仟元整", WAN, 12_500_000),
        ("人民币叁万元整", YUAN, 3_000_000),
        ("十二万五千元", None, 12_500_000),
        ("叁仟零伍拾元零伍分", YUAN, 305_005),
        ("壹亿贰仟万元", None, 12_000_000_000),
        ("伍佰元叁角贰分", YUAN, 50_032),
        ("两百元", YUAN, 20_000),
        ("十元整", YUAN, 1_000),
    ],
)
def test_an_amount_in_every_customary_form(text: str, unit: Decimal | None, fen: int) -> None:
    assert amounts.fen(text, unit) == fen


@pytest.mark.parametrize(
    ("text", "unit", "reason"),
    [
        ("12.5", None, Reason.UNIT_UNCLEAR),
        ("125000元", WAN, Reason.UNIT_CONTRADICTS),  # ten thousand times too much, or not
        ("12.5万元", YUAN, Reason.UNIT_CONTRADICTS),
        ("1.2亿元", WAN, Reason.UNIT_CONTRADICTS),
        *(
            (text, WAN, Reason.WRITTEN_WRONG)
            for text in ("0.0000001", "-1", "NaN", "Infinity", "1e3", "1,25", "12,5000")
        ),
        *(
            (text, YUAN, Reason.WRITTEN_WRONG)
            for text in ("5万美元", "约3万", "3万-5万", "罚款3元没收2元", "十二", "一二五元")
        ),
        *(
            (text, YUAN, Reason.WRITTEN_WRONG)
            for text in ("百元", "一千一千元", "一百千元", "", "元", "99999999999999999999")
        ),
    ],
)
def test_what_may_be_another_amount_is_none(text: str, unit: Decimal | None, reason: Reason) -> None:
    with pytest.raises(AmountError) as refused:
        amounts.fen(text, unit)
    assert refused.value.reason is reason


@given(fen=st.integers(0, 10**15))
def test_an_amount_keeps_every_fen(fen: int) -> None:
    assert amounts.fen(f"{fen // 1_000_000}.{fen % 1_000_000:06d}", WAN) == fen
    assert amounts.fen(f"{fen // 100:,}.{fen % 100:02d}元", None) == fen


@given(yuan=st.integers(0, 10**9 - 1))
def test_numerals_are_read_as_they_are_written(yuan: int) -> None:
    assert amounts.fen(f"{_numerals(yuan)}元整", None) == yuan * 100


def _numerals(number: int) -> str:
    """As on a cheque."""
    digits, groups = "零壹贰叁肆伍陆柒捌玖", []
    for size, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, size)
        text = ""
        for value, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit, part = divmod(part, value)
            text += digits[digit] + name if digit else "零"
        text = text.rstrip("零")
        groups.append(text + unit if text else "零")
    found = "".join(groups)
    while "零零" in found:
        found = found.replace("零零", "零")
    return found.strip("零") or "零"


@pytest.mark.parametrize(("text", "value"), [("是", True), ("否", False), ("1", True), ("√", True), ("可能", None)])
def test_flags(text: str, value: bool | None) -> None:
    assert written.flag(text) is value


@pytest.mark.parametrize(
    ("text", "blank", "nothing"),
    [
        ("", True, True),
        (" / ", True, True),
        ("——", True, True),
        ("无", False, True),
        ("暂无", False, True),
        ("0", False, False),
    ],
)
def test_nothing(text: str, blank: bool, nothing: bool) -> None:
    assert (written.blank(text), written.nothing(text)) == (blank, nothing)
