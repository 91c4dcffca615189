"""US-4: what anyone may see, and what nobody can find out by asking often."""

from datetime import date

import pytest

from schema.errors import Code
from tests.city import City
from tests.scenarios.filing import DAY, on_day

pytestmark = pytest.mark.anyio

L2, S5 = "91420199MA9TERT20X", "92420199MA9TERT55D"

COMPANY = """
query Company($uscc: String!) {
  subject(by: {uscc: $uscc}) {
    name
    ... on Organisation {
      uscc registeredAddress taxRegistrationNumber officePhone
      legalRepresentative { name from } operator { name }
    }
    records {
      totalCount
      edges { node { documentNumber severity facts underObjection publication { until } } }
    }
  }
}
"""


async def test_a_company_shows_its_published_penalty_and_no_other(town: City) -> None:
    subject = (await town.ask(COMPANY, {"uscc": L2})).data["subject"]
    assert subject["legalRepresentative"]["name"] == "王测试"
    assert subject["records"]["totalCount"] == 1
    (edge,) = subject["records"]["edges"]
    assert edge["node"]["documentNumber"] == "武市监处罚〔2026〕测001号"
    assert edge["node"]["publication"]["until"] == "2029-02-10"
    assert "[已隐去]" in edge["node"]["facts"]
    assert subject["officePhone"] is None


@pytest.mark.parametrize(
    ("number", "day", "seen"),
    [
        ("武市监处罚〔2026〕测001号", date(2026, 2, 13), (False, True)),  # R2: published
        ("武市监处罚〔2026〕测001号", date(2029, 2, 11), (True, False)),  # R2: the maximum term
        ("武市监处罚〔2025〕测004号", date(2026, 4, 2), (True, False)),  # R4: its term
        ("武市监处罚〔2024〕测010号", date(2025, 10, 15), (True, False)),  # R10: repaired
        ("武市监处罚〔2025〕测011号", date(2026, 4, 20), (True, False)),  # R11: repaired
        ("武市监处罚〔2026〕测003号", date(2026, 5, 6), (False, False)),  # R3: a warning
    ],
)
async def test_a_penalty_is_public_on_one_side_of_its_dates(
    town: City, number: str, day: date, seen: tuple[bool, bool]
) -> None:
    found = []
    for each in (day - DAY, day):
        async with on_day(town, each):
            records = (await town.ask(COMPANY, {"uscc": L2})).data["subject"]["records"]
        numbers = {edge["node"]["documentNumber"] for edge in records["edges"]}
        assert records["totalCount"] == len(numbers)
        found.append(number in numbers)
    assert tuple(found) == seen


async def test_the_legal_representative_is_the_one_of_the_day(town: City) -> None:
    names = []
    for day in (date(2025, 12, 31), date(2026, 1, 1)):
        async with on_day(town, day):
            subject = (await town.ask(COMPANY, {"uscc": L2})).data["subject"]
        names.append((subject["legalRepresentative"]["name"], subject["legalRepresentative"]["from"]))
    assert names == [("李测试", "2019-05-08"), ("王测试", "2026-01-01")]


@pytest.mark.parametrize(
    ("day", "seen"), [(date(2025, 12, 10), (False, True)), (date(2028, 12, 6), (True, False))], ids=["from", "until"]
)
async def test_an_honour_is_public_while_it_is_published(town: City, day: date, seen: tuple[bool, bool]) -> None:
    document = "{ records(filter: {category: [HONOUR]}) { edges { node { documentNumber } } } }"
    found = []
    for each in (day - DAY, day):
        async with on_day(town, each):
            found.append(bool((await town.ask(document)).data["records"]["edges"]))
    assert tuple(found) == seen


async def test_a_shop_shows_its_trade_name_and_not_the_tax_number_of_its_owner(town: City) -> None:
    subject = (await town.ask(COMPANY, {"uscc": S5})).data["subject"]
    assert subject["name"] == "赵小麦早餐店"
    assert subject["operator"]["name"] == "赵小麦"
    assert subject["taxRegistrationNumber"] is None


async def test_searching_finds_organisations_by_their_own_name_only(town: City) -> None:
    document = "query S($name: String!) { subjects(filter: {name: $name}) { totalCount edges { node { name } } } }"
    assert (await town.ask(document, {"name": "测试食品"})).data["subjects"]["totalCount"] == 1
    person = await town.ask(document, {"name": "李测试"})
    nobody = await town.ask(document, {"name": "无此人"})
    assert person.raw == nobody.raw
    shop = await town.ask(document, {"name": "赵小麦"})
    assert [edge["node"]["name"] for edge in shop.data["subjects"]["edges"]] == ["赵小麦早餐店"]


async def test_a_number_is_no_search_key(town: City) -> None:
    document = "query P($who: PersonLookup!) { subject(by: {person: $who}) { name } }"
    known = await town.ask(document, {"who": {"idNumber": "420199198503120015", "name": "李测试"}})
    unknown = await town.ask(document, {"who": {"idNumber": "420199198503120031", "name": "李测试"}})
    assert known.code is Code.PURPOSE_REQUIRED
    assert known.raw == unknown.raw


async def test_hidden_fields_cannot_be_filtered_or_sorted_by(town: City) -> None:
    for argument in ('filter: {fineAmount: "1"}', "orderBy: [{by: FINE_AMOUNT}]", 'filter: {subject: {idNumber: "x"}}'):
        answer = await town.ask(f"{{ records({argument}) {{ totalCount }} }}")
        assert answer.code is Code.DOCUMENT_INVALID


async def test_a_hidden_record_and_no_record_look_the_same(town: City) -> None:
    seen = await town.ask(
        'query A @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") '
        '{ subject(by: {uscc: "91420199MA9TERT20X"}) { records { edges { node { id documentNumber } } } } }',
        client="A1",
    )
    hidden = next(
        edge["node"]["id"]
        for edge in seen.data["subject"]["records"]["edges"]
        if edge["node"]["documentNumber"] == "武市监处罚〔2026〕测003号"
    )
    document = "query N($id: ID!) { node(id: $id) { __typename id } }"
    assert (await town.ask(document, {"id": hidden})).raw == (await town.ask(document, {"id": "x" * 48})).raw


async def test_the_entry_keeps_no_personal_number(town: City) -> None:
    answer = await town.ask(COMPANY, {"uscc": L2})
    entry = await town.entry(answer.entry)
    assert (entry["principal"], entry["purpose"], entry["policy"]["scope"]) == ("public", "PM-903", "PUBLICATION")
    assert "192.0.2.7" not in str(entry)


async def test_the_public_statement_reads_public_columns_only(town: City) -> None:
    (statement,) = (await town.ask(COMPANY, {"uscc": L2})).statements
    for column in ("_ct", "person_", "office_phone", "remark", "tax_registration_number,", "matter_party"):
        assert column not in statement
