"""US-2: a civil-service recruitment check of a natural person by name and number."""

from datetime import date

import pytest

from schema.errors import Code
from tests.city import City
from tests.scenarios.filing import on_day

pytestmark = pytest.mark.anyio

N2 = {"idNumber": "420199199207280027", "name": "王测试"}

CANDIDATE = """
query Candidate($who: PersonLookup!) @purpose(code: "PM-601", matter: "WHGWY-2026-00321", role: "candidate") {
  standing(by: {person: $who}) {
    identityMatch { answer } judgmentDefaulter { answer } seriousList { answer }
    sanctioned { answer basis { citation } }
  }
  subject(by: {person: $who}) {
    name kind
    ... on NaturalPerson { idType idNumber phone homeAddress birthDate sex }
    records { totalCount edges { node { __typename documentNumber ... on Honour { title } } } }
  }
}
"""


async def test_the_candidate_is_answered_by_verdicts_and_the_honour(town: City) -> None:
    answer = await town.ask(CANDIDATE, {"who": N2}, client="A2")
    answers = {name: verdict["answer"] for name, verdict in answer.data["standing"].items()}
    assert answers == {"identityMatch": "YES", "judgmentDefaulter": "NO", "seriousList": "NO", "sanctioned": "NO"}
    nodes = [edge["node"] for edge in answer.data["subject"]["records"]["edges"]]
    assert [(node["__typename"], node["title"]) for node in nodes] == [("Honour", "市优秀青年志愿者")]
    assert answer.data["subject"]["records"]["totalCount"] == 1


async def test_the_number_comes_back_masked_and_the_rest_not_at_all(town: City) -> None:
    answer = await town.ask(CANDIDATE, {"who": N2}, client="A2")
    subject = answer.data["subject"]
    assert subject["name"] == "王测试"
    assert subject["idNumber"] == "420199********0027"
    assert [subject[field] for field in ("phone", "homeAddress", "birthDate", "sex")] == [None] * 4
    assert answer.disclosure["subject.idNumber"]["mask"] == "MASK_ID_BIRTH8"
    assert answer.disclosure["subject.phone"]["level"] == "WITHHELD"


async def test_the_statement_reads_neither_number_nor_phone_in_clear(town: City) -> None:
    (statement,) = (await town.ask(CANDIDATE, {"who": N2}, client="A2")).statements
    assert "person_id_number__id_birth8" in statement
    for column in ("person_id_number_ct", "person_phone", "person_home_address", "person_birth", "person_sex"):
        assert column not in statement
    for value in N2.values():
        assert value not in statement


async def test_the_entry_names_no_one(town: City) -> None:
    answer = await town.ask(CANDIDATE, {"who": N2}, client="A2")
    entry = str(await town.entry(answer.entry))
    for value in (*N2.values(), "420199********0027", "WHGWY-2026-00321"):
        assert value not in entry


async def test_name_and_number_must_both_match(town: City) -> None:
    wrong = await town.ask(CANDIDATE, {"who": N2 | {"name": "王测"}}, client="A2")
    assert wrong.code is Code.SUBJECT_NOT_COVERED


async def test_a_name_alone_is_no_look_up(town: City) -> None:
    answer = await town.ask(CANDIDATE, {"who": {"name": "王测试"}}, client="A2")
    assert answer.code is Code.DOCUMENT_INVALID
    assert "王测试" not in answer.raw.decode()


async def test_more_candidates_than_the_matter_names_are_refused(town: City) -> None:
    document = """
    query Batch($who: [SubjectLookup!]!) @purpose(code: "PM-601", matter: "WHGWY-2026-00321", role: "candidate") {
      standings(by: $who) { seriousList { answer } }
    }"""
    n1 = {"idNumber": "420199198503120015", "name": "李测试"}
    answer = await town.ask(document, {"who": [{"person": N2}, {"person": n1}]}, client="A2")
    assert answer.code is Code.SUBJECT_NOT_COVERED
    alone = await town.ask(document, {"who": [{"person": N2}]}, client="A2")
    assert alone.data == {"standings": [{"seriousList": {"answer": "NO"}}]}


async def test_an_officer_who_is_not_assigned_may_not_ask(town: City) -> None:
    document = CANDIDATE.replace("WHGWY-2026-00321", "EZRS-2026-0012")
    assert (await town.ask(document, {"who": N2}, client="A2")).code is Code.MATTER_NOT_OPEN


async def test_the_matter_serves_from_the_day_it_was_opened(town: City) -> None:
    codes = []
    for day in (date(2026, 5, 10), date(2026, 5, 11)):
        async with on_day(town, day):
            codes.append((await town.ask(CANDIDATE, {"who": N2}, client="A2")).code)
    assert codes == [Code.MATTER_NOT_OPEN, None]
