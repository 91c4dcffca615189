"""Redaction: what must go is gone however it is written, what may stay stays, and what cannot be proved is withheld."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.redaction.redact import HIDDEN, Known, redact, without_informants

KNOWN = Known(
    legal_representatives=frozenset({"李测试", "王测试"}),
    operators=frozenset({"赵小麦"}),
    organisations=frozenset({"武汉测试食品有限公司", "赵小麦早餐店"}),
)
ID_NUMBER = "420199198503120015"
DECISION = (
    f"…经查，法定代表人李测试（身份证{ID_NUMBER}，住武汉市洪山区测试路1号，电话13800138000）"
    "指使员工刘某更换生产日期，根据周某举报…"
)


def test_the_facts_of_a_penalty_decision() -> None:
    assert redact(DECISION, KNOWN) == (
        "…经查，法定代表人李测试（身份证[已隐去]，住[已隐去]，电话[已隐去]）指使员工刘某更换生产日期…"
    )


def test_the_stored_text_has_lost_the_informant_and_nothing_else() -> None:
    assert without_informants(DECISION, KNOWN) == DECISION.replace("，根据周某举报", "")


@pytest.mark.parametrize(
    "written",
    [
        ID_NUMBER,
        "４２０１９９１９８５０３１２００１５",
        "4201 9919 8503 1200 15",
        "420199-19850312-0015",
        "420199，19850312，0015",
        "420199 1985\u200b0312 0015",
        "四二〇一九九一九八五〇三一二〇〇一五",
        "肆贰零壹玖玖壹玖捌伍零叁壹贰零零壹伍",
        "420199850312001",
        "11010519491231002x",
        "4201991985****0015",
        "13800138000",
        "138 0013 8000",
        "一三八〇〇一三八〇〇〇",
        "027-12345678",
        "（027）12345678",
        "test@example.org",
        "test＠example.org",
        "6222 0200 0000 0000 000",
        "鄂A12345",
        "鄂A·D12345",
        "E12345678",
    ],
)
def test_identifiers_in_every_writing(written: str) -> None:
    assert redact(f"留存信息为{written}。", Known()) == f"留存信息为{HIDDEN}。"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("住址：湖北省武汉市洪山区测试路1号3栋202室。", f"住址：{HIDDEN}。"),
        ("住武汉市洪山区测试路一号，已搬离", f"住{HIDDEN}，已搬离"),
        ("在测试街道12号3单元查获", f"在{HIDDEN}查获"),
        ("王某（男，汉族，1985年3月12日出生，35岁）", f"王某（{HIDDEN}，{HIDDEN}，{HIDDEN}出生，{HIDDEN}）"),
        ("员工患有痢疾，仍在岗", f"员工{HIDDEN}，仍在岗"),
        ("微信号：abc_123", f"微信号：{HIDDEN}"),
    ],
)
def test_particulars_of_a_person(text: str, shown: str) -> None:
    assert redact(text, Known()) == shown


@pytest.mark.parametrize(
    "text",
    [
        "建筑工程施工总承包资质",
        "罚款12.500000万元，责令停产停业",
        "2026年2月10日至2026-03-01，货值1,250,000.00元，批号20250601，执行GB 2760-2014",
        "武市监处罚〔2026〕测001号，统一社会信用代码91420199MA9TERT20X",
        "住房和城乡建设局责令改正，常住人口不受影响",
        "当事人采购食用油时查验了供货商的营业执照、许可证以及检验报告，共8桶，进货单价65元/桶",
        "将工程转包给不具备资质的单位，拖欠农民工工资35万元，涉及农民工23人",
        "驾驶机动车违反道路交通信号灯通行",
        "赵小麦早餐店超范围经营",
        "现场照片6张、《现场检查笔录》1份、书证",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert redact(text, KNOWN) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("法定代表人：李测试在场", "法定代表人：李测试在场"),
        ("李测试在场", "李某在场"),
        ("员工李测试在场", "员工李某在场"),
        ("经营者李测试在场", "经营者李某在场"),
        ("经营者赵小麦在场", "经营者赵小麦在场"),
        (
            "员工刘建国更换生产日期，员工刘强在店内销售，刘建国承认",
            "员工刘某甲更换生产日期，员工刘某乙在店内销售，刘某甲承认",
        ),
        ("员工刘 建国更换标签", "员工刘某更换标签"),
        ("准予张测试律师执业", "准予张某律师执业"),
        ("经营者：松红林，未查验", "经营者：松某，未查验"),
        ("司机欧阳测试超速", "司机欧阳某超速"),
        ("于小明在店内斗殴", "于某在店内斗殴"),
        ("阿卜杜拉·买买提，未戴头盔", "阿某，未戴头盔"),
    ],
)
def test_names_as_in_documents(text: str, shown: str) -> None:
    assert redact(text, KNOWN) == shown


def test_another_person_of_the_case_is_masked_wherever_named() -> None:
    assert redact("松红林到场", Known(others=frozenset({"松红林"}))) == "松某到场"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王建国强行闯入", "王某强行闯入"),  # a name ends where an ordinary word begins
        ("刘建国惯于更改标签", "刘某惯于更改标签"),  # or behind two characters of which names are made
        ("货物经张罄柩舀尽", f"货物经{HIDDEN}尽"),
        ("李销售假冒商品", "李销售假冒商品"),  # a family name alone names nobody
    ],
)
def test_a_possible_name_that_cannot_be_cut_is_hidden(text: str, shown: str) -> None:
    assert redact(text, Known()) == shown


def test_a_text_full_of_possible_names_is_withheld() -> None:
    assert redact("刘凿柜、陈罄柩、王舀桕、赵缜缃", Known()) is not None
    assert redact("刘凿柜罄柩桕，陈罄柩桕柜臼，王舀桕臼罄柩，赵缜缃臼罄柩", Known()) is None


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("根据周某（电话13800138000，住某处）举报，我局检查。周某系前员工。属实。", "我局检查。属实。"),
        ("周某，女，38岁，向我局举报，称其销售过期食品。经查属实。", "经查属实。"),
        ("接周建国举报，违法属实。周建国提供了录音，在案", "违法属实。在案"),
        ("当事人（被人检举）销售假药，拒不改正。", "拒不改正。"),
        ("有现场笔录，证人证言，书证。", "有现场笔录，书证。"),
        ("有保证人一名，有公证人员。", "有保证人一名，有公证人员。"),
        ("举 报属实，已立案。", "已立案。"),
        ("根据群众举报", None),
        ("经查（未闭合，周某举报。", None),
    ],
)
def test_clauses_on_informants_go_whole(text: str, stored: str | None) -> None:
    assert without_informants(text, Known()) == stored


def test_a_known_informant_is_removed_without_any_word_of_reporting() -> None:
    assert without_informants("周某到场，货物已封存", Known(informants=frozenset({"周某"}))) == "货物已封存"


WORDS = (
    *(
        "员工",
        "法定代表人",
        "李测试",
        "刘建国",
        "周某",
        "举报",
        "，根据",
        "电话",
        "住",
        "武汉市洪山区",
        "测试路",
        "1号",
    ),
    *("（", "）", "。", "[已隐去]", "王", "某甲", "于", "在", "生产", "经查"),
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.text(alphabet="0123456789０一二X-. ，", max_size=20),
        st.text(max_size=4),
    ),
    max_size=12,
).map("".join)


@given(text=TEXTS)
def test_total_and_idempotent(text: str) -> None:
    once = redact(text, KNOWN)
    assert once is None or redact(once, KNOWN) == once


@given(
    before=TEXTS,
    after=TEXTS,
    gaps=st.lists(st.sampled_from(["", " ", "-", "　", "\u200b", "，"]), min_size=17, max_size=17),
)
def test_an_identity_number_never_survives(before: str, after: str, gaps: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip(ID_NUMBER, [*gaps, ""], strict=True))
    shown = redact(f"{before}：{written}；{after}", KNOWN) or ""
    digits = "".join(str(unicodedata.digit(c)) for c in shown if unicodedata.digit(c, None) is not None)
    assert not any(ID_NUMBER[start : start + 8] in digits for start in range(11))


@given(given_name=st.text(alphabet="建国明伟丽娟", min_size=1, max_size=2), family=st.sampled_from("王李刘陈欧韩"))
def test_an_employee_is_never_named(given_name: str, family: str) -> None:
    assert redact(f"员工{family}{given_name}更换标签", Known()) == f"员工{family}某更换标签"
