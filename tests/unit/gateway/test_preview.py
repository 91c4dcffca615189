"""A preview shows what answers will show, says what is set aside and until when rows are due, and leaves nothing."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from gateway.database.engines import owner_connection
from gateway.intake.fixture import fixture_files
from gateway.preview.questions import document
from gateway.preview.rehearsal import Line, Rehearsed, View, rehearse
from gateway.preview.terms import NoCalendarError, Term
from gateway.preview.viewers import NoSuchPurposeError, agency
from resolvers.tables.columns import METADATA
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.intake_loading import rows
from tests.scenarios.filing import File, filed, take

pytestmark = pytest.mark.anyio

COMPANY = {
    "subject_name": "鄂州测试商贸有限公司",
    "subject_kind": "法人及非法人组织",
    "uscc": "91420799MA9TERT39R",
    "document_number": "鄂市监处罚〔2026〕测501号",
    "facts": "经查，法定代表人张测试（身份证420799197909050035，电话13700137000）销售超过保质期的食品",
    "penalty_basis": "《中华人民共和国食品安全法》第一百二十四条",
    "violation_type": "销售超过保质期的食品",
    "penalty_kinds": "罚款",
    "content": "罚款2万元",
    "fine_amount": "2",
    "decided_on": "2026-05-15",
    "publication_until": "2027-05-15",
    "authority_name": "鄂州市人力资源和社会保障局",
    "severity": "一般",
    "remark": "内部掌握",
}
PERSON = {
    **COMPANY,
    "subject_name": "王测试",
    "subject_kind": "自然人",
    "uscc": "",
    "id_type": "身份证",
    "id_number": "420199199207280027",
    "document_number": "武市监处罚〔2026〕测502号",
    "facts": "王测试（身份证420199199207280027）违反规定",
    "authority_name": "武汉市市场监督管理局",
    "publication_basis": "APL-48",
}


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with city(database) as found:
        yield found


async def previewed(town: City, *files: File, purpose: str | None = None, most: int | None = None) -> Rehearsed:
    installation = town.installation
    regulation, today = installation.policy.regulation, await installation.state.business_date()
    asked = agency(regulation, installation.settings.jurisdiction, today, purpose)
    async with owner_connection(town.database.url) as owner:
        return await rehearse(files, installation, owner, town.database.credentials, asked, most=most)


async def line(town: City, file: File, **how: Any) -> Line:
    (found,) = (await previewed(town, file, **how)).lines[file[0]]
    return found


def view(found: Line, viewer: str) -> View:
    (one,) = (each for each in found.views if each.viewer == viewer)
    return one


def values(found: Line, viewer: str) -> dict[str, Any]:
    return {each.field: each.value for each in view(found, viewer).fields}


async def everything(town: City) -> list[Any]:
    names = (*METADATA.tables, "row_history", "pg_auth_members")
    return [await rows(town.database, f"SELECT * FROM {name} ORDER BY 1, 2") for name in names]  # noqa: S608


async def test_a_penalty_as_three_see_it(town: City) -> None:
    found = await line(town, filed("penalties", COMPANY))
    public, other, own = (values(found, viewer) for viewer in ("public", "agency", "subject"))
    for each in (public, other, own):
        assert "13700137000" not in str(each)
        assert "420799197909050035" not in str(each)
        assert "销售超过保质期的食品" in each["facts"]
        assert each["remark"] is None
    assert public["subject"] == {"name": "鄂州测试商贸有限公司", "uscc": "91420799MA9TERT39R"}
    assert other["fineAmount"] == "20000.00"
    assert (found.outcome, found.number, found.type) == ("loaded", 2, "Penalty")
    purpose = view(found, "agency").purpose
    assert purpose is not None
    assert purpose.code == "PM-301"


async def test_a_person_is_shown_as_answers_show_one(town: City) -> None:
    named = await line(town, filed("penalties", PERSON))
    assert values(named, "public")["subject"]["name"] == "王**"
    assert values(named, "subject")["documentNumber"] == PERSON["document_number"]
    without = await line(town, filed("penalties", {**PERSON, "publication_basis": ""}))
    assert view(without, "public").fields == ()
    assert view(without, "subject").fields != ()


async def test_what_is_previewed_is_what_will_be_answered(town: City) -> None:
    """The same question, asked by the public once the file is stored."""
    file = filed("penalties", COMPANY, PERSON)
    before = (await previewed(town, file)).lines[file[0]]
    await take(town, file)
    for found, document_number in zip(before, (COMPANY["document_number"], PERSON["document_number"]), strict=True):
        listing = "query ($n: String!) { records(filter: {documentNumber: $n}) { edges { node { id } } } }"
        answer = await town.ask(listing, {"n": document_number})
        (edge,) = answer.data["records"]["edges"]
        asked = await town.ask(document("Penalty", None), {"id": edge["node"]["id"]})
        assert asked.data["node"] == values(found, "public")


async def test_a_preview_leaves_nothing(town: City) -> None:
    before = await everything(town)
    entries = await rows(town.database, "SELECT count(*) FROM audit_pending")
    new = filed("organisations", {"name": "武汉新设测试有限公司", "uscc": "91420199MA9TERX10G", "kind": "LEGAL_PERSON"})
    corrected = filed("penalties", {**COMPANY, "document_number": "x"}, COMPANY, PERSON)
    await previewed(
        town,
        new,
        corrected,
        filed("persons", {"name": "李测试", "id_type": "身份证", "id_number": "420199198503120015"}),
    )
    assert await everything(town) == before
    assert await rows(town.database, "SELECT count(*) FROM audit_pending") == entries


async def test_rows_that_are_as_they_were_are_not_asked_about(town: City) -> None:
    await take(town, filed("penalties", COMPANY))
    same = await line(town, filed("penalties", COMPANY))
    assert (same.outcome, same.views) == ("unchanged", ())
    corrected = await line(town, filed("penalties", {**COMPANY, "fine_amount": "3"}))
    assert (corrected.outcome, values(corrected, "public")["statusLabel"]) == ("corrected", "已更正")


async def test_what_is_set_aside_says_why(town: City) -> None:
    file = filed("penalties", {**COMPANY, "subject_name": "别的公司"}, {**COMPANY, "decided_on": "昨天"}, COMPANY)
    found = await previewed(town, file)
    (told,) = found.report.files
    assert [each.line for each in told.aside] == [2, 3]
    assert "主体名称" in told.aside[0].reasons[0]
    assert [each.number for each in found.lines[file[0]]] == [4]


@pytest.mark.parametrize(
    ("decided_on", "term"),
    [
        ("2026-05-15", Term(last=date(2026, 5, 26), left=4)),
        ("2026-05-11", Term(last=date(2026, 5, 20), left=0)),
        ("2026-04-28", Term(last=date(2026, 5, 11), left=-7)),
    ],
)
async def test_days_left_to_publish_in_ezhou(town: City, decided_on: str, term: Term) -> None:
    """BASIS: EZ-4."""
    found = await line(town, filed("penalties", {**COMPANY, "decided_on": decided_on}))
    assert found.term == term


async def test_where_nothing_is_said_of_days_none_are_left(town: City) -> None:
    assert (await line(town, filed("penalties", PERSON))).term is None


async def test_a_year_that_nobody_announced_is_refused(town: City) -> None:
    await town.move_to(date(2026, 12, 30))
    with pytest.raises(NoCalendarError, match="no working-day calendar for 2027"):
        await previewed(town, filed("penalties", {**COMPANY, "decided_on": "2026-12-28"}))
    await previewed(town, filed("penalties", PERSON))


async def test_the_purpose_may_be_chosen(town: City) -> None:
    for code, natural in (("PM-401", False), ("PM-601", True)):
        found = await previewed(town, filed("penalties", COMPANY, PERSON), purpose=code)
        asked = {each.purpose.code for one in found.lines["penalties.csv"] for each in one.views if each.purpose}
        kinds = [any(each.viewer == "agency" for each in one.views) for one in found.lines["penalties.csv"]]
        assert (asked, kinds) == ({code}, [not natural, natural])
    for code in ("PM-902", "PM-999"):
        with pytest.raises(NoSuchPurposeError):
            await previewed(town, filed("penalties", COMPANY), purpose=code)


async def test_subjects_and_measures_are_shown_as_well(town: City) -> None:
    person = {"name": "李测试", "id_type": "身份证", "id_number": "420199198503120015", "phone": "13900139000"}
    found = await line(town, filed("persons", person))
    assert view(found, "public").fields == ()
    assert values(found, "subject")["phone"] == "139****9000"
    office = {"uscc": "1142019900TERT0292", "name": "洪山区住房和建设局", "kind": "GOV_DEPT", "jurisdiction": "420111"}
    measures = dict(fixture_files())["measures.csv"].replace(b"2027-03-01", b"2027-02-01")
    first, _ = (await previewed(town, ("measures.csv", measures))).lines["measures.csv"]
    assert (first.type, first.outcome, values(first, "subject")["endsOn"]) == ("Measure", "corrected", "2027-02-01")
    nobody = await line(town, filed("agencies", {**office, "name": "洪山区住建局"}))
    assert nobody.views == ()


async def test_no_more_lines_than_are_wanted(town: City) -> None:
    file = filed("penalties", COMPANY, {**COMPANY, "document_number": "鄂〔2026〕2号"}, PERSON)
    assert len((await previewed(town, file, most=2)).lines[file[0]]) == 2


async def test_every_purpose_of_the_list_can_be_asked_for(town: City) -> None:
    regulation, today = town.installation.policy.regulation, await town.installation.state.business_date()
    file = filed("penalties", COMPANY)
    for each in regulation.offered("420100", today):
        if each.organisations and not each.own_list and (each.roles or each.any_role):
            assert view(await line(town, file, purpose=each.code), "agency").purpose == each
