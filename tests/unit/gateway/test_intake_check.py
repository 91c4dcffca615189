"""A row by itself: written forms, required values, contradictions; every reason at once and never a value."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.check import Checked, Reasons, check
from gateway.intake.layouts.acts import PENALTIES
from gateway.intake.layouts.subjects import LINKS, ORGANISATIONS, PERSONS
from gateway.intake.read import RawRow
from gateway.intake.written import OPEN_END
from schema.vocabulary.records import PenaltyKind

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


def penalty(**cells: str) -> Checked:
    found = {name: (cell,) for name, cell in {**PENALTY, **cells}.items()}
    return check(PENALTIES, RawRow(line=2, cells=found), TODAY)


def person(**cells: str) -> Checked:
    return check(PERSONS, RawRow(line=2, cells={name: (cell,) for name, cell in {**PERSON, **cells}.items()}), TODAY)


def test_a_good_row() -> None:
    row = penalty(informant="周某 13800138000")
    assert row.number("fine_amount") == 12_500_000
    assert row.texts("penalty_kinds") == ("FINE", "CONFISCATION")
    assert row.day("decided_on") == date(2026, 2, 10)
    assert "informant" not in row.values
    assert row.dropped == ("周某 13800138000",)


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"uscc": "91420199MA9TERT120"}, ("统一社会信用代码校验不通过",)),
        ({"uscc": ""}, ("缺少“行政相对人代码_1（统一社会信用代码）”",)),
        ({"uscc": "无"}, ("缺少“行政相对人代码_1（统一社会信用代码）”",)),
        ({"subject_kind": "自然人", "uscc": ""}, ("缺少“证件号码”",)),
        (
            {"subject_kind": "自然人", "uscc": "", "id_number": "4201991985****0015"},
            ("身份证号码已脱敏，无法匹配主体",),
        ),
        (
            {"decided_on": "2026-02-30", "penalty_kinds": "罚酒", "facts": "", "uscc": "91420199MA9TERT120"},
            (
                *("统一社会信用代码校验不通过", "“处罚类别”含有代码表以外的值", "“处罚决定日期”的写法不符"),
                "缺少“违法事实”",  # what is wrong elsewhere hides nothing
            ),
        ),
        ({"fine_amount": "很多"}, ("“罚款金额（万元）”的写法不符",)),
        ({"fine_amount": "125000元"}, ("“罚款金额（万元）”的单位与表头不一致",)),
        ({"severity": "极重"}, ("“失信程度”的写法不符",)),
        ({"facts": " ", "content": "/"}, ("缺少“违法事实”", "缺少“处罚内容”")),
        ({"publication_until": "2026-01-01"}, ("公示截止期早于决定日期",)),
        ({"decided_on": "2026-06-01"}, ("决定日期在将来",)),
        ({"document_effective_on": "2026-02-09"}, ("文书生效日期早于决定日期",)),
        ({"valid_until": "2026-02-09"}, ("有效期早于决定日期",)),
        ({"org_code": "MA9TERT12"}, ("组织机构代码与统一社会信用代码不符",)),
        ({"org_code": "MA9TERT2-1"}, ("组织机构代码校验不通过",)),
        ({"uscc": "", "org_code": "MA9TERT2-1"}, ("组织机构代码校验不通过",)),
        ({"subject_kind": "自然人", "id_number": PERSON["id_number"]}, ("主体类别与所填的代码、证件号码不一致",)),
        (
            {"subject_kind": "", "uscc": "", "biz_reg_no": "420100000012345", "id_number": PERSON["id_number"]},
            ("主体类别与所填的代码、证件号码不一致",),
        ),
        ({"act_state": "1"}, ("处罚当前状态不是正常，须注明撤销日期，异议须另行报送",)),
        ({"jurisdiction": "999999"}, ("行政区划代码不符",)),
        ({"authority_uscc": "1142019900TERT0451"}, ("统一社会信用代码校验不通过",)),
    ],
)
def test_every_reason_is_given(cells: dict[str, str], reasons: Reasons) -> None:
    assert penalty(**cells).reasons == reasons


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
    assert person(**{"birth_date": "1985-03-12", **cells}).reasons == reasons


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("罚款;没收违法所得、没收非法财物", (PenaltyKind.FINE, PenaltyKind.CONFISCATION)),
        ("罚款、没收违法所得、没收非法财物", (PenaltyKind.FINE, PenaltyKind.CONFISCATION)),
        ("警告，罚款", (PenaltyKind.WARNING, PenaltyKind.FINE)),
        ("没收违法所得、罚款", (PenaltyKind.CONFISCATION, PenaltyKind.FINE)),
        ("其他-责令限期拆除", (PenaltyKind.OTHER,)),
        ("暂扣许可证(照)", (PenaltyKind.LICENCE_SUSPENSION,)),
    ],
)
def test_kinds_of_penalties_as_they_are_written(written: str, kinds: tuple[PenaltyKind, ...]) -> None:
    assert penalty(penalty_kinds=written).texts("penalty_kinds") == kinds


@pytest.mark.parametrize("written", ["暂扣或吊销许可证", "警告、罚酒", "罚款处罚", "、罚款"])
def test_what_may_be_another_kind_is_set_aside(written: str) -> None:
    assert penalty(penalty_kinds=written).reasons == ("“处罚类别”含有代码表以外的值",)


def test_an_older_code_stands_for_the_credit_code() -> None:
    row = penalty(uscc="", org_code="MA9TERT2-0", biz_reg_no="420100000012345")
    assert row.reasons == ()
    assert row.codes == ("BIZ_REG_NO 420100000012345", "ORG_CODE MA9TERT20")


def test_a_sole_proprietor_may_have_a_code_and_a_number() -> None:
    row = penalty(subject_kind="", uscc="92420199MA9TERT55D", id_number=PERSON["id_number"])
    assert (row.reasons, row.natural) == ((), False)


def test_terms_may_be_open_and_decisions_not() -> None:
    row = penalty(valid_until="长期", decided_on="长期")
    assert row.day("valid_until") == OPEN_END
    assert row.reasons == ("“处罚决定日期”的写法不符",)


def test_a_cell_that_tells_nothing_certain_is_faulty_and_never_taken() -> None:
    raw = RawRow(
        line=2, cells={name: (cell,) for name, cell in PENALTY.items()}, unclear={"uscc": "“X”是公式错误值", "": "多"}
    )
    row = check(PENALTIES, raw, TODAY)
    assert row.reasons == ("“X”是公式错误值", "多")
    assert row.text("uscc") is None
    assert row.faulty == {"uscc", ""}


def test_a_masked_number_is_matched_with_nobody() -> None:
    row = penalty(subject_kind="自然人", uscc="", id_number="4201991985****0015")
    assert row.text("id_number") is None
    assert row.faulty == {"id_number"}


def test_an_old_number_is_widened() -> None:
    row = person(id_number="420199850312001")
    assert row.text("id_number") == "420199198503120015"


def test_a_kind_that_contradicts_the_code() -> None:
    cells = {"name": ("赵小麦早餐店",), "uscc": ("92420199MA9TERT55D",), "kind": ("企业法人",)}
    assert check(ORGANISATIONS, RawRow(line=2, cells=cells), TODAY).reasons == ("主体类型与统一社会信用代码不符",)


def test_a_blank_cell_is_nothing_and_a_missing_column_is_unsaid() -> None:
    cells = {"uscc": ("91420199MA9TERT123",), "role": ("法定代表人",), "name": ("李测试",), "to_date": ("—",)}
    row = check(LINKS, RawRow(line=2, cells=cells), TODAY)
    assert row.values["to_date"] is None
    assert "from_date" not in row.values


@given(drawn=st.text(min_size=3))
def test_reasons_never_repeat_a_value(drawn: str) -> None:
    cell = "☃" + drawn  # no word of ours begins so
    found = penalty(uscc=cell, decided_on=cell, severity=cell, fine_amount=cell)
    assert all(cell not in reason for reason in found.reasons)
