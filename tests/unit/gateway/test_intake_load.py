"""Files to stored rows, in a real database under the roles that load: the fixture, corrections, quarantine, secrecy."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from gateway.intake.fixture import fixture_files
from resolvers.tables.columns import METADATA
from tests.fresh_database import FreshDatabase
from tests.intake_loading import SEALER, csv_file, load, load_city, row, rows

pytestmark = pytest.mark.anyio

FILES = dict(fixture_files(objections=True))
RECORD = "SELECT * FROM record WHERE document_number = $1"
R2, R10, R11 = "武市监处罚〔2026〕测001号", "武市监处罚〔2024〕测010号", "武市监处罚〔2025〕测011号"
NUMBERS = ("420199198503120015", "420199199207280027", "420199199006060079", "13800138000", "19900000002")
PENALTY = {
    "行政相对人名称": "武汉测试食品有限公司",
    "行政相对人类别": "法人及非法人组织",
    "统一社会信用代码": "91420199MA9TERT20X",
    "证件类型": "",
    "证件号码": "",
    "行政处罚决定书文号": "武市监处罚〔2026〕测099号",
    "违法事实": "销售超过保质期的食品",
    "处罚依据": "《中华人民共和国食品安全法》第一百二十四条",
    "处罚类别": "罚款",
    "处罚内容": "罚款2万元",
    "罚款金额（万元）": "2",
    "处罚决定日期": "2026-03-01",
    "公示截止期": "2027-03-01",
    "处罚机关": "武汉市市场监督管理局",
    "失信程度": "一般",
    "公示依据": "",
    "封存": "",
    "文书生效日期": "",
    "举报来源": "",
    "备注": "",
}
PERSON = {
    "行政相对人名称": "王测试",
    "行政相对人类别": "自然人",
    "统一社会信用代码": "",
    "证件类型": "身份证",
    "证件号码": "420199199207280027",
}


def penalties(*changes: dict[str, str]) -> tuple[str, bytes]:
    return csv_file("penalties.csv", tuple(PENALTY), *(tuple({**PENALTY, **each}.values()) for each in changes))


def changed(name: str, old: str, new: str) -> tuple[str, bytes]:
    text = FILES[name].decode()
    assert old in text
    return name, text.replace(old, new).encode()


async def contents(database: FreshDatabase) -> dict[str, list[Any]]:
    """Every value of every table of subjects, records and measures, ciphertexts included."""
    names = sorted(table for table in METADATA.tables if table not in {"client", "authz_state", "wall_item"})
    return {name: sorted(str(dict(each)) for each in await rows(database, f"SELECT * FROM {name}")) for name in names}  # noqa: S608


async def texts(database: FreshDatabase, *, opened: bool) -> str:
    """All texts of all rows; with sealed values opened or left out."""
    found = []
    for table in METADATA.tables:
        for each in await rows(database, f'SELECT * FROM "{table}"'):  # noqa: S608
            for name, value in each.items():
                if name.endswith("_ct") and value is not None:
                    found.append(SEALER.open_value(value) if opened else "")
                elif isinstance(value, str | list):
                    found.append(str(value))
    return "\n".join(found)


async def test_the_fixture_loads_whole(database: FreshDatabase) -> None:
    report = await load_city(database, objections=True)
    assert (report.quarantined, report.corrected, report.unchanged) == (0, 0, 0)
    assert report.loaded == sum(len(list(csv.reader(io.StringIO(_text(content))))) - 1 for content in _but_agencies())


async def test_loading_twice_changes_nothing(database: FreshDatabase) -> None:
    first = await load_city(database, objections=True)
    before = await contents(database)
    again = await load(database, *reversed(FILES.items()))
    assert (again.loaded, again.corrected, again.quarantined) == (0, 0, 0)
    assert again.unchanged == first.loaded + 15
    assert await contents(database) == before


async def test_the_penalty_of_the_first_story(database: FreshDatabase) -> None:
    await load_city(database)
    found = await row(database, RECORD, R2)
    assert (found["family"], found["item"], found["category"], found["subcategory"]) == (
        *("Penalty", "PENALTY", "ADMIN", "PENALTY"),
    )
    assert (found["severity"], found["fine_amount"], found["fine_band"]) == ("SERIOUS", 12_500_000, "10–50万元")
    assert (found["published_from"], found["publication_until"]) == (date(2026, 2, 13), date(2029, 2, 10))
    assert (found["jurisdiction"], found["supervision_field"]) == ("420100", "FOOD_DRUG_SAFETY")
    assert (
        "法定代表人李测试（身份证[已隐去]，住[已隐去]，电话[已隐去]）指使员工刘某更换生产日期，"
        in found["facts__redact_text"]
    )
    clear = SEALER.open_value(found["facts_ct"])
    assert "李测试（身份证420199198503120015" in clear
    assert "举报" not in clear + found["facts__redact_text"]
    assert "周某" not in clear + found["facts__redact_text"]


async def test_no_number_of_a_person_lies_in_clear(database: FreshDatabase) -> None:
    await load_city(database)
    lying, opened = await texts(database, opened=False), await texts(database, opened=True)
    assert not [number for number in NUMBERS if number in lying.replace("420199199006060079L0", "")]
    assert all(number in opened for number in NUMBERS)


async def test_a_person_is_stored_in_forms(database: FreshDatabase) -> None:
    await load_city(database)
    number = NUMBERS[0]
    found = await row(
        database,
        "SELECT * FROM subject WHERE person_digest = $1",
        SEALER.person_digest("RESIDENT_ID", number, "李测试"),
    )
    assert found["id"] == SEALER.internal_id("person", f"RESIDENT_ID:{number}")
    assert found["person_number_digest"] == SEALER.number_digest("RESIDENT_ID", number)
    assert SEALER.open_value(found["person_name_ct"]) == "李测试"
    assert found["person_name__name_surname"] == "李**"
    assert found["person_id_number__id_birth8"] == "420199********0015"
    assert found["person_id_number__id_1_1"] == "4****************5"
    assert found["person_phone__phone"] == "138****8000"
    assert found["person_home_address__addr_county"] == "湖北省武汉市洪山区***"
    assert (found["person_sex"], found["person_birth_year"], found["person_adult_on"]) == (
        *("MALE", 1985, date(2003, 3, 12)),
    )


async def test_an_organisation_is_stored_in_forms(database: FreshDatabase) -> None:
    await load_city(database)
    found = await row(database, "SELECT * FROM subject WHERE name = '赵小麦早餐店'")
    assert found["id"] == SEALER.internal_id("organisation", "92420199MA9TERT55D")
    assert (found["tax_registration_number"], found["tax_registration_number__tax_no"]) == (
        "420199199006060079L0",
        None,
    )
    grams = await rows(
        database, "SELECT gram FROM organisation_name_gram WHERE subject_id = $1 ORDER BY gram", found["id"]
    )
    assert {each["gram"] for each in grams} == {"赵小", "小麦", "麦早", "早餐", "餐店"}


async def test_a_new_name_replaces_the_grams(database: FreshDatabase) -> None:
    await load_city(database)
    report = await load(database, changed("organisations.csv", "武汉测试医院", "武汉测试ＡＢ诊所"))
    assert (report.corrected, report.unchanged) == (1, 7)
    found = await row(database, "SELECT * FROM subject WHERE uscc = '12420199MA9TERT63G'")
    grams = await rows(database, "SELECT gram FROM organisation_name_gram WHERE subject_id = $1", found["id"])
    assert found["name_folded"] == "武汉测试ab诊所"
    assert {"试a", "ab", "b诊"} <= {each["gram"] for each in grams}
    assert "医院" not in {each["gram"] for each in grams}


async def test_a_corrected_row_updates_and_is_marked(database: FreshDatabase) -> None:
    await load_city(database)
    file = changed("penalties.csv", "12.500000", "10.500000")
    report = await load(database, file, today=date(2026, 5, 25))
    assert (report.corrected, report.loaded, report.quarantined) == (1, 0, 0)
    found = await row(database, RECORD, R2)
    assert (found["fine_amount"], found["state"], found["corrected_on"]) == (10_500_000, "CORRECTED", date(2026, 5, 25))
    assert (await load(database, file)).corrected == 0
    assert (await row(database, RECORD, R2))["corrected_on"] == date(2026, 5, 25)


async def test_a_sealed_value_alone_counts_as_a_correction(database: FreshDatabase) -> None:
    await load(database, ("agencies.csv", FILES["agencies.csv"]), ("organisations.csv", FILES["organisations.csv"]))
    await load(database, penalties({"备注": "归档一"}))
    report = await load(database, penalties({"备注": "归档二"}))
    assert report.corrected == 1
    assert SEALER.open_value((await row(database, "SELECT remark_ct FROM record"))["remark_ct"]) == "归档二"


async def test_what_only_moves_on_is_no_correction(database: FreshDatabase) -> None:
    await load_city(database)
    await load(database, changed("penalties.csv", "2029-02-10", "2028-02-10"))
    found = await row(database, RECORD, R2)
    assert (found["publication_until"], found["state"], found["corrected_on"]) == (date(2028, 2, 10), "ACTIVE", None)


async def test_a_row_twice_in_one_file(database: FreshDatabase) -> None:
    await load_city(database)
    report = await load(database, penalties({}, {}, {"罚款金额（万元）": "3"}))
    assert (report.loaded, report.unchanged, report.quarantined) == (1, 1, 1)
    assert report.files[0].aside[0].reasons == ("同一文件内重复且内容不同",)
    assert report.files[0].aside[0].line == 4


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"统一社会信用代码": "91420199MA9TERT12X"}, ("统一社会信用代码校验不通过",)),
        ({"统一社会信用代码": "91350100M000100Y43"}, ("主体未登记",)),
        ({"行政相对人名称": "武汉测试建设有限公司"}, ("主体名称与统一社会信用代码的登记不一致",)),
        ({**PERSON, "行政相对人名称": "李测试"}, ("姓名与证件号码的登记不一致",)),
        ({**PERSON, "证件号码": "4201991992****0027"}, ("身份证号码已脱敏，无法匹配主体",)),
        ({"处罚机关": "武汉测试不存在局"}, ("作出机关未登记",)),
        ({"行政处罚决定书文号": "", "违法事实": ""}, ("缺少“行政处罚决定书文号”", "缺少“违法事实”")),
        ({"处罚决定日期": "2026-13-01", "失信程度": "极重"}, ("“处罚决定日期”的写法不符", "“失信程度”的写法不符")),
    ],
)
async def test_a_bad_row_is_set_aside_with_every_reason(
    database: FreshDatabase, changes: dict[str, str], reasons: tuple[str, ...]
) -> None:
    await load_city(database)
    report = await load(database, penalties(changes, {}))
    (aside,) = report.files[0].aside
    assert (report.loaded, aside.line, aside.stored, aside.reasons) == (1, 2, False, reasons)
    assert report.lines()[1] == f"  line 2: {'；'.join(reasons)}"
    assert not await rows(database, "SELECT FROM record WHERE state = 'QUARANTINED'")


async def test_a_document_not_yet_effective_is_stored_in_quarantine(database: FreshDatabase) -> None:
    await load_city(database)
    report = await load(database, penalties({"文书生效日期": "2026-06-01"}))
    (aside,) = report.files[0].aside
    assert (aside.stored, aside.reasons) == (True, ("文书尚未生效",))
    found = await row(database, RECORD, PENALTY["行政处罚决定书文号"])
    assert (found["state"], found["quarantine_reasons"], found["published_from"]) == (
        *("QUARANTINED", ["文书尚未生效"], None),
    )
    released = await load(database, penalties({"文书生效日期": "2026-06-01"}), today=date(2026, 6, 1))
    found = await row(database, RECORD, PENALTY["行政处罚决定书文号"])
    assert (released.quarantined, found["state"], found["corrected_on"]) == (0, "ACTIVE", None)


async def test_a_list_entry_of_wuhan_without_notice_is_stored_in_quarantine(database: FreshDatabase) -> None:
    await load_city(database)
    header = (
        "主体名称,统一社会信用代码,认定决定文书号,决定日期,认定部门统一社会信用代码,"
        "名单类型,失信类别,认定层级,列入日期,事实"
    )
    line = (
        "武汉测试食品有限公司,91420199MA9TERT20X,武列〔2026〕测1号,2026-03-02,1142019900TERT045P,"
        "严重失信主体名单,SD-M-WAGE_ARREARS,乡镇（街道）级,2026-03-02,拖欠工资"
    )
    report = await load(database, ("lists.csv", f"{header}\r\n{line}\r\n".encode()))
    (aside,) = report.files[0].aside
    assert aside.stored
    assert {"缺少事前告知", "认定部门层级低于县（区）级"} <= set(aside.reasons)
    found = await row(database, RECORD, "武列〔2026〕测1号")
    assert (found["state"], found["notice_complete"], found["published_from"]) == ("QUARANTINED", False, None)


@pytest.mark.parametrize("told", ["周建国 420199198308080089", "周某"])
async def test_an_informant_is_never_stored(database: FreshDatabase, told: str) -> None:
    await load_city(database)
    seen = "周建国到店查看。" if "建国" in told else "周某到店查看。"
    facts = f"{seen}销售超过保质期的食品。根据周某举报立案。"
    report = await load(database, penalties({"举报来源": told, "违法事实": facts, "备注": "证人张某，已归档"}))
    assert report.loaded == 1
    everything = await texts(database, opened=True)
    assert not [word for word in ("周建国", "周某", "420199198308080089", "举报", "证人") if word in everything]
    found = await row(database, RECORD, PENALTY["行政处罚决定书文号"])
    assert SEALER.open_value(found["facts_ct"]) == "销售超过保质期的食品。"


async def test_a_minor_penalty_is_not_published(database: FreshDatabase) -> None:
    await load_city(database)
    await load(database, penalties({"处罚类别": "警告", "失信程度": ""}))
    found = await row(database, RECORD, PENALTY["行政处罚决定书文号"])
    assert (found["severity"], found["published_from"], found["publication_until"]) == ("MINOR", None, None)


@pytest.mark.parametrize(
    ("basis", "party"),
    [
        ("", (None, None, None)),
        ("EZ-4", (None, None, None)),
        ("某规定", (None, None, None)),
        ("APL-48", ("王**", None, date(2026, 3, 1))),
        ("本人同意", ("王**", None, date(2026, 3, 1))),
    ],
)
async def test_a_persons_penalty_names_nobody_without_a_basis(
    database: FreshDatabase, basis: str, party: tuple[object, ...]
) -> None:
    await load_city(database)
    await load(database, penalties({**PERSON, "公示依据": basis}))
    found = await row(database, RECORD, PENALTY["行政处罚决定书文号"])
    assert (found["party_name__name_surname"], found["party_name_ct"], found["published_from"]) == party


async def test_an_honour_names_its_bearer(database: FreshDatabase) -> None:
    await load_city(database)
    found = await row(database, "SELECT * FROM record WHERE item = 'HONOUR'")
    assert SEALER.open_value(found["party_name_ct"]) == "王测试"
    assert (found["publication_basis"], found["party_id_number__id_court"]) == ("GF2016-33-二(三)", None)


async def test_a_defaulter_is_named_as_the_court_prints(database: FreshDatabase) -> None:
    await load_city(database)
    header = (
        "主体名称,主体类别,证件类型,证件号码,失信决定书文号,决定日期,执行机关统一社会信用代码,执行案号,执行法院,立案日期,"
        "执行依据文号,生效文书确定的义务,履行情况,公示截止期"
    )
    line = (
        "李测试,自然人,身份证,420199198503120015,（2026）鄂测执1号,2026-03-11,1142019900TERT125B,（2026）鄂测执1号,测试法院,"
        "2026-01-05,（2025）鄂测民初1号,给付货款5万元,全部未履行,2028-03-11"
    )
    report = await load(database, ("defaulters.csv", f"{header}\r\n{line}\r\n".encode()))
    assert report.quarantined == 0
    found = await row(database, "SELECT * FROM record WHERE item = 'DEFAULTER'")
    assert SEALER.open_value(found["party_name_ct"]) == "李测试"
    assert found["party_id_number__id_court"] == "4201991985****0015"
    assert (found["party_sex"], found["party_age"], found["party_home_address__addr_county"]) == (
        *("MALE", 40, "湖北省武汉市洪山区***"),
    )


async def test_a_child_and_a_dead_person(database: FreshDatabase) -> None:
    await load_city(database)
    child = {**PERSON, "行政相对人名称": "孙小小", "证件号码": "420199201409160058", "行政处罚决定书文号": "测儿1号"}
    dead = {**PERSON, "行政相对人名称": "钱老先生", "证件号码": "420199194001010053", "行政处罚决定书文号": "测亡1号"}
    await load(database, penalties({**child, "公示依据": "APL-48"}, dead))
    found = await row(database, RECORD, "测儿1号")
    assert (found["minor_at_event"], found["published_from"]) == (True, None)
    assert (await row(database, RECORD, "测亡1号"))["subject_died_on"] == date(2026, 3, 1)


async def test_a_death_reaches_the_records(database: FreshDatabase) -> None:
    await load_city(database)
    await load(database, changed("persons.csv", "1992-07-28,,存续", "1992-07-28,2026-05-01,死亡"))
    found = await rows(database, 'SELECT subject_died_on FROM record WHERE "natural"')
    assert {each["subject_died_on"] for each in found} == {date(2026, 5, 1)}


async def test_repairs_under_old_and_new_rules(database: FreshDatabase) -> None:
    await load_city(database)
    old, new = await row(database, RECORD, R10), await row(database, RECORD, R11)
    names = ("repaired_on", "repair_stops_publication", "repair_stops_sharing")
    assert tuple(old[name] for name in names) == (date(2025, 10, 15), True, False)
    assert tuple(new[name] for name in names) == (date(2026, 4, 20), True, True)


async def test_objections_reach_the_measures_whichever_comes_first(database: FreshDatabase) -> None:
    await load_city(database)
    query = "SELECT jurisdiction, objection_from, objection_doubtful_from FROM measure ORDER BY jurisdiction DESC"
    assert [each["objection_from"] for each in await rows(database, query)] == [None, None]
    await load(database, ("objections_us9.csv", FILES["objections_us9.csv"]))
    day = date(2026, 5, 6)
    told = [
        {"jurisdiction": "420700", "objection_from": day, "objection_doubtful_from": day},
        {"jurisdiction": "370115", "objection_from": day, "objection_doubtful_from": None},
    ]
    assert await rows(database, query) == told
    async with database.owner() as owner:
        await owner.execute("DELETE FROM feedback")
        await owner.execute("DELETE FROM measure")
    await load(database, ("measures.csv", FILES["measures.csv"]))
    assert await rows(database, query) == told


async def test_a_revoked_decision_lifts_its_measures(database: FreshDatabase) -> None:
    await load_city(database)
    header = "异议文书号,异议作出机关统一社会信用代码,异议提出日期,异议办结日期,异议处理结果"
    line = "鄂人社列字〔2026〕测002号,1142079900TERT053H,2026-05-06,2026-05-15,已撤销"
    await load(database, ("objections.csv", f"{header}\r\n{line}\r\n".encode()))
    found = await row(database, RECORD, "鄂人社列字〔2026〕测002号")
    assert (found["state"], found["revoked_on"], found["objection_until"]) == ("REVOKED", *[date(2026, 5, 15)] * 2)
    lifted = await row(database, "SELECT * FROM measure WHERE record_id = $1", found["id"])
    assert (lifted["lifted_on"], lifted["lift_reason"]) == (date(2026, 5, 15), "DOCUMENT_REVOKED")
    assert (await load(database, ("lists.csv", FILES["lists.csv"]))).unchanged == 2


async def test_feedback_moves_its_measure_and_comes_from_the_executor_alone(database: FreshDatabase) -> None:
    await load_city(database)
    async with database.owner() as owner:
        await owner.execute("DELETE FROM feedback")
        await owner.execute("UPDATE measure SET in_force_on = NULL")
    wrong = await load(database, changed("feedback.csv", "1242079900TERT07X1", "1142079900TERT053H"))
    assert wrong.files[0].aside[0].reasons == ("只有执行部门可以反馈",)
    await load(database, ("feedback.csv", FILES["feedback.csv"]))
    found = await row(database, "SELECT * FROM measure JOIN feedback ON measure_id = measure.id")
    assert (found["in_force_on"], found["action"]) == (date(2026, 4, 12), "APPLIED")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("ADM-09", "ADM-77", "措施不在措施清单内"),
        ("GF2016-33-三(十)", "某规定第一条", "依据条款不在文件目录内"),
        ("鄂人社列字〔2026〕测002号", "鄂人社列字〔2026〕测003号", "相应记录未登记"),
    ],
)
async def test_a_measure_stands_on_list_basis_and_trigger(
    database: FreshDatabase, old: str, new: str, reason: str
) -> None:
    await load_city(database)
    report = await load(database, changed("measures.csv", old, new))
    assert {each.reasons for each in report.files[0].aside} == {(reason,)}


async def test_person_targets_are_links_at_the_time_of_the_decision(database: FreshDatabase) -> None:
    await load_city(database)
    header, *lines = FILES["lists.csv"].decode().splitlines()
    found = await row(database, RECORD, "鄂人社列字〔2026〕测002号")
    named = await load(database, ("lists.csv", f"{header},责任人员\r\n{lines[0]},张测试\r\n".encode()))
    assert named.quarantined == 0
    (target,) = await rows(database, "SELECT * FROM record_person_target")
    assert target["record_id"] == found["id"]
    await load(database, ("lists.csv", f"{header},责任人员\r\n{lines[0]},\r\n".encode()))
    assert not await rows(database, "SELECT FROM record_person_target")
    other = await load(database, ("lists.csv", f"{header},责任人员\r\n{lines[0]},李测试\r\n".encode()))
    assert other.files[0].aside[0].reasons == ("责任人员与决定时的登记不符",)


async def test_who_asks_is_written_by_the_registry_alone(database: FreshDatabase) -> None:
    await load_city(database)
    report = await load(database, ("operators.csv", FILES["operators.csv"]), registry=False)
    assert (report.files[0].refused, report.quarantined) == ("此类文件须由登记角色载入", 1)
    unknown = await load(database, changed("operators.csv", "A9,", "Z9,"))
    assert unknown.files[0].aside[0].reasons == ("接入方未登记",)


async def test_parties_of_matters_are_digests(database: FreshDatabase) -> None:
    await load_city(database)
    digest = SEALER.person_digest("RESIDENT_ID", "420199199207280027", "王测试")
    found = await rows(
        database, "SELECT matter_number, role FROM matter_party WHERE party_digest = $1 ORDER BY role", digest
    )
    assert [(each["matter_number"], each["role"]) for each in found][:2] == [
        ("WHGWY-2026-00321", "candidate"),
        ("LN20260519-88", "data_subject"),
    ]


async def test_a_workbook_and_a_file_of_the_wrong_kind(database: FreshDatabase) -> None:
    await load_city(database)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(PENALTY))
    sheet.append(list(PENALTY.values()))
    stream = io.BytesIO()
    book.save(stream)
    report = await load(database, ("a.xlsx", stream.getvalue()), ("b.csv", b"one,two\r\n1,2\r\n"))
    assert (report.loaded, report.quarantined) == (1, 1)
    assert report.summary()["loaded"] == 1
    assert (await load(database, penalties({}))).unchanged == 1


async def test_one_bad_statement_leaves_nothing_of_the_file(database: FreshDatabase) -> None:
    await load(database, ("agencies.csv", FILES["agencies.csv"]))
    async with database.owner() as owner:
        await owner.execute("ALTER TABLE subject ADD CONSTRAINT no_hospital CHECK (name <> '武汉测试医院')")
    with pytest.raises(Exception, match="no_hospital"):
        await load(database, ("organisations.csv", FILES["organisations.csv"]))
    assert not await rows(database, "SELECT FROM subject")


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _but_agencies() -> list[bytes]:
    return [content for name, content in FILES.items() if name != "agencies.csv"]
