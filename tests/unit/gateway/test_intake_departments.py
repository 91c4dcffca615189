"""Files as departments really send them, into a real database: old codes, renames, every reason at once."""

from datetime import date

import pytest

from gateway.database.scopes import DatabaseRole
from gateway.intake.register import CODED, WITH_ORG_CODE
from gateway.intake.report import LoadReport
from tests.fresh_database import FreshDatabase
from tests.intake_loading import SEALER, load, load_city, row
from tests.spreadsheets import PENALTY, gb18030, xls, xlsx

pytestmark = pytest.mark.anyio

ORGANISATION = {
    "名称": "武汉测试食品有限公司",
    "统一社会信用代码": "91420199MA9TERT20X",
    "主体类型": "企业法人",
    "工商注册号": "420199000012345",
}
BY_NUMBER = "SELECT * FROM record WHERE document_number = $1"
NUMBER = PENALTY["行政处罚决定书文号"]
OLD = (
    "CF_WSH,CF_CFMC,CF_CFLB1,CF_SY,CF_YJ,CF_XDR_MC,CF_XDR_SHXYM,CF_XDR_ZDM,CF_XDR_GSDJ,CF_XDR_SFZ,CF_JG,CF_JDRQ,CF_XZJG"
)


def penalty(**changes: object) -> bytes:
    found = {**PENALTY, "行政处罚决定书文号": "武市监处罚〔2026〕测099号", **changes}
    return xlsx([list(found), list(found.values())])


async def organisation(database: FreshDatabase, **changes: object) -> LoadReport:
    found = {**ORGANISATION, **changes}
    return await load(database, ("organisations.xlsx", xlsx([list(found), list(found.values())])))


def reasons(report: LoadReport) -> tuple[str, ...]:
    ((aside,),) = (file.aside for file in report.files)
    return aside.reasons


@pytest.mark.parametrize(
    "codes",
    [
        {"组织机构代码": "MA9TERT2-0"},
        {"工商注册号": "420199000012345"},
        {"工商注册号": "420199000012345", "组织机构代码": "MA9TERT20"},
    ],
)
async def test_old_and_new_codes_are_one_subject(database: FreshDatabase, codes: dict[str, str]) -> None:
    await load_city(database)
    await organisation(database)
    first = await load(database, ("new.xlsx", penalty()))
    again = await load(database, ("old.xlsx", penalty(**{"统一社会信用代码": None, **codes})))
    assert (first.loaded, again.unchanged, again.quarantined) == (1, 1, 0)
    found = await row(database, BY_NUMBER, "武市监处罚〔2026〕测099号")
    assert found["subject_id"] == SEALER.internal_id("organisation", "91420199MA9TERT20X")


async def test_codes_of_nobody_and_of_two(database: FreshDatabase) -> None:
    await load_city(database)
    await organisation(database)
    unknown = await load(database, ("a.xlsx", penalty(统一社会信用代码=None, 工商注册号="420199000099999")))
    assert reasons(unknown) == ("主体未登记",)
    mixed = await load(
        database, ("b.xlsx", penalty(统一社会信用代码="91420199MA9TERT123", 工商注册号="420199000012345"))
    )
    assert "登记代码与统一社会信用代码属于不同主体" in reasons(mixed)
    twice = {"名称": "武汉测试建设有限公司", "统一社会信用代码": "91420199MA9TERT123"}
    assert reasons(await organisation(database, **twice)) == ("登记代码与统一社会信用代码属于不同主体",)
    async with database.owner() as owner:
        await owner.execute("UPDATE subject SET other_codes = '{BIZ_REG_NO 420199000012345}' WHERE uscc LIKE '91420%'")
    ambiguous = await load(database, ("c.xlsx", penalty(统一社会信用代码=None, 工商注册号="420199000012345")))
    assert reasons(ambiguous) == ("不止一个主体有该登记代码，须注明统一社会信用代码",)


async def test_a_renamed_organisation_keeps_its_names(database: FreshDatabase) -> None:
    await load_city(database)
    assert (await organisation(database)).corrected == 1
    renamed = await organisation(database, 名称="武汉测试饮食有限公司")
    assert (renamed.corrected, (await organisation(database, 名称="武汉测试饮食有限公司")).unchanged) == (1, 1)
    await organisation(database, 名称="武汉测试餐饮有限公司", 曾用名="武汉测试小吃店")
    found = await row(database, "SELECT * FROM subject WHERE uscc = '91420199MA9TERT20X'")
    assert found["name"] == "武汉测试餐饮有限公司"
    assert found["former_names"] == ["武汉测试食品有限公司", "武汉测试饮食有限公司", "武汉测试小吃店"]
    by_old_name = await load(database, ("p.xlsx", penalty()))
    assert (by_old_name.loaded, by_old_name.quarantined) == (1, 0)
    stale = await organisation(database)
    assert reasons(stale) == ("名称是该主体的曾用名，请填写现名",)


async def test_a_bad_row_is_told_everything_at_once(database: FreshDatabase) -> None:
    await load_city(database)
    report = await load(
        database,
        (
            "bad.xlsx",
            penalty(
                统一社会信用代码="91420199MA9TERT120",
                违法事实=None,
                处罚类别="罚酒",
                处罚机关="测试没有的机关",
                目录项="NO_SUCH_ITEM",
                公示截止期="2020-01-01",
            ),
        ),
    )
    assert set(reasons(report)) == {
        *("统一社会信用代码校验不通过", "“处罚类别”含有代码表以外的值", "缺少“违法事实”", "公示截止期早于决定日期"),
        *("作出机关未登记", "目录中没有该信息项"),
    }


async def test_a_measure_is_told_everything_at_once(database: FreshDatabase) -> None:
    await load_city(database)
    values = {
        "措施编号": "T-1",
        "主体名称": "没有的公司",
        "统一社会信用代码": "91420199MA9TERT98X",
        "措施清单条目": "ADM-77",
        "依据条款": "某规定第一条",
        "发起部门统一社会信用代码": "1142019900TERT037W",
        "执行部门统一社会信用代码": "91420199MA9TERT123",
    }
    report = await load(database, ("measures.csv", gb18030([list(values), list(values.values())])))
    assert set(reasons(report)) == {"主体未登记", "措施不在措施清单内", "依据条款不在文件目录内", "执行部门未登记"}


async def test_no_decision_before_its_subject(database: FreshDatabase) -> None:
    await load_city(database)
    await organisation(database, 成立日期="2026-02-11")
    assert reasons(await load(database, ("p.xlsx", penalty()))) == ("决定日期早于主体成立日期",)
    child = {
        "行政相对人名称": "孙小小",
        "行政相对人类别": "自然人",
        "统一社会信用代码": None,
        "证件号码": "420199201409160058",
    }
    early = await load(database, ("c.xlsx", penalty(**child, 处罚决定日期=date(2013, 12, 31))))
    assert reasons(early) == ("决定日期早于主体出生日期",)


@pytest.mark.parametrize(
    ("told", "basis", "why"),
    [
        ("乡镇（街道）级", "GF2016-33-三(九)", {"认定部门层级低于县（区）级", "认定层级与认定部门的登记不一致"}),
        ("国家级", "GF2016-33-三(九)", {"认定层级与认定部门的登记不一致"}),
        ("市级", "GF2016-33-三(九)", set()),
        ("乡镇（街道）级", "APL-48", {"认定层级与认定部门的登记不一致"}),  # a law says otherwise
    ],
)
async def test_the_level_of_a_listing_department(database: FreshDatabase, told: str, basis: str, why: set[str]) -> None:
    await load_city(database)
    values = {
        "主体名称": "武汉测试食品有限公司",
        "统一社会信用代码": "91420199MA9TERT20X",
        "认定决定文书号": "武列〔2026〕测1号",
        "决定日期": "2026-03-02",
        "认定部门统一社会信用代码": "1142019900TERT045P",
        "名单类型": "严重失信主体名单",
        "认定层级": told,
        "列入日期": "2026-03-02",
        "列入依据": basis,
        **dict.fromkeys(("事实", "惩戒提示", "移出条件", "移出程序", "救济措施"), "载明"),
        "告知书文号": "武告〔2026〕测1号",
        "告知日期": "2026-02-02",
    }
    report = await load(database, ("lists.csv", gb18030([list(values), list(values.values())])))
    assert {reason for each in report.files[0].aside for reason in each.reasons} == why


async def test_a_masked_number_is_matched_with_nobody(database: FreshDatabase) -> None:
    await load_city(database)
    person = {"行政相对人名称": "李测试", "行政相对人类别": "自然人", "统一社会信用代码": None}
    report = await load(database, ("p.xlsx", penalty(**person, 证件号码="4201991985****0015")))
    assert reasons(report) == ("身份证号码已脱敏，无法匹配主体",)
    old_number = await load(database, ("q.xlsx", penalty(**person, 证件号码="420199850312001")))
    assert old_number.loaded == 1
    found = await row(database, BY_NUMBER, "武市监处罚〔2026〕测099号")
    assert found["subject_id"] == SEALER.internal_id("person", "RESIDENT_ID:420199198503120015")


@pytest.mark.parametrize("written", [gb18030, xlsx, xls], ids=["csv", "xlsx", "xls"])
async def test_a_file_of_the_older_standard(database: FreshDatabase, written: object) -> None:
    assert callable(written)
    await load_city(database)
    line = [
        *(
            "测旧〔2026〕1号",
            "某案",
            "警告、罚款",
            "销售过期食品",
            "《食品安全法》第一百二十四条",
            "武汉测试食品有限公司",
            None,
        ),
        *("MA9TERT2-0", "", "", "罚款", "二〇二六年三月一日", "武汉市市场监督管理局"),
    ]
    rows_ = [["行政处罚公示表"], OLD.split(","), line, ["填表人：张三", None, "审核人：李四"]]
    report = await load(database, ("old", written(rows_)))
    assert (report.loaded, report.quarantined) == (1, 0)
    assert [(each.line, each.sentence) for each in report.files[0].passed] == [(4, "表尾说明，未作为数据")]
    assert report.lines()[1] == "  line 4: 表尾说明，未作为数据"
    found = await row(database, BY_NUMBER, "测旧〔2026〕1号")
    assert (found["decided_on"], found["penalty_kinds"]) == (date(2026, 3, 1), ["WARNING", "FINE"])


async def test_old_codes_are_found_by_indexes(database: FreshDatabase) -> None:
    """By the role that loads, whose rights do not stand in the way of an index."""
    async with database.connect(DatabaseRole.INTAKE) as intake:
        await intake.execute("SET enable_seqscan = off")
        for query, argument in ((CODED, "BIZ_REG_NO 1"), (WITH_ORG_CODE, "MA9TERT20")):
            told = f"ARRAY['{argument}']"
            plan = await intake.fetch(f"EXPLAIN {query.replace('$1', told)}")
            assert "Index" in str(plan)


@pytest.mark.parametrize(
    ("severity", "told", "until"),
    [
        ("一般", "2099-12-31", date(2027, 2, 10)),
        ("一般", "2026-08-10", date(2026, 8, 10)),
        ("严重", "长期", date(2029, 2, 10)),
        ("轻微", "2099-12-31", None),
        (None, "2027-02-10", date(2027, 2, 10)),
    ],
)
async def test_publication_stops_at_the_maximum_of_the_severity(
    database: FreshDatabase, severity: str | None, told: str, until: date | None
) -> None:
    await load_city(database)
    await load(database, ("p.xlsx", penalty(失信程度=severity, 公示截止期=told)))
    assert (await row(database, BY_NUMBER, "武市监处罚〔2026〕测099号"))["publication_until"] == until
