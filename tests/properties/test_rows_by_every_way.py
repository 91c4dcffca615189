"""One row by every way to it, one id as every type, one field by every spelling: always the same decision.

A row that may not be seen and a row that is not there answer with the same bytes.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from authz.grant import Kind
from tests.city import Answer
from tests.fresh_database import FreshDatabase
from tests.generation.askers import Asker
from tests.generation.identities import ORGANISATIONS, person, uscc
from tests.generation.rows import Rows
from tests.properties.heard_city import asker_named, heard_city
from tests.reference.hearing import Hearing
from tests.reference.sight import Sight, kind_of
from tests.reference.world import Row

pytestmark = pytest.mark.anyio

CALLERS = ("public", "A1-PM-301", "A4-PM-401", "A7-PM-831")

RECORD = """fragment R on Record {
  __typename id documentNumber decidedOn severity status facts content remark leniency sealed
  catalogueItem { code } authority { id } publication { until }
  subject { __typename id name ... on NaturalPerson { idNumber } ... on Organisation { uscc officePhone } }
  ... on Penalty { fineAmount penaltyKinds } ... on ListEntry { listType noticeDocumentNumber } }"""
MEASURE = """fragment M on Measure {
  __typename id status force startsOn humanDecision suspendedByObjection initiatedBy { id }
  record { id } subject { id } feedback { action matterNumber result } }"""
SUBJECT = """fragment S on Subject { __typename id kind name status
  ... on Organisation { uscc taxRegistrationNumber officePhone financials }
  ... on NaturalPerson { idType idNumber phone } }"""


@pytest.fixture(scope="module")
async def city_heard(module_database: FreshDatabase) -> AsyncIterator[tuple[Hearing, Rows]]:
    async with heard_city(module_database) as found:
        yield found


class Ways:
    """Asks as one kind of caller."""

    def __init__(self, heard: Hearing, asker: Asker) -> None:
        self.heard, self.asker = heard, asker

    async def ask(self, body: str, variables: dict[str, Any] | None = None, header: str = "") -> Answer:
        matter, declared = self.asker.matter, header or "query"
        if matter is not None:
            declared += f" {matter.stated}"
        return await self.heard.asked(self.asker, f"{declared} {body}", variables or {})

    async def data(self, body: str, variables: dict[str, Any] | None = None, header: str = "") -> dict[str, Any]:
        answer = await self.ask(body, variables, header)
        assert answer.code is None, answer.body
        return answer.data

    async def sight(self) -> Sight:
        caller = await self.heard.city.caller(self.asker.client)
        return self.heard.sight(self.asker, caller, stated=self.asker.matter is not None)


@pytest.fixture(params=CALLERS)
def ways(request: pytest.FixtureRequest, city_heard: tuple[Hearing, Rows]) -> Ways:
    return Ways(city_heard[0], asker_named(request.param))


# F6: by list, by relation, by node -----------------------------------------------------------------------------------


async def test_a_record_shows_the_same_by_every_way(ways: Ways) -> None:
    listed = await ways.data(f"{{ records(first: 100) {{ edges {{ node {{ ...R }} }} }} }} {RECORD}")
    rows = [edge["node"] for edge in listed["records"]["edges"]]
    assert rows
    for row in rows[::4]:
        found = await ways.data(f"{{ node(id: $id) {{ ...R }} }} {RECORD}", {"id": row["id"]}, "query ($id: ID!)")
        assert found["node"] == row
        code = (row["subject"] or {}).get("uscc")
        if code is not None:
            body = (
                f"{{ subject(by: {{uscc: $u}}) {{ records(first: 100) {{ edges {{ node {{ ...R }} }} }} }} }} {RECORD}"
            )
            of_subject = await ways.data(body, {"u": code}, "query ($u: String!)")
            assert row in [edge["node"] for edge in of_subject["subject"]["records"]["edges"]]


async def test_a_measure_shows_the_same_by_every_way(ways: Ways) -> None:
    listed = await ways.data(f"{{ measures(first: 100) {{ edges {{ node {{ ...M }} }} }} }} {MEASURE}")
    rows = [edge["node"] for edge in listed["measures"]["edges"]]
    assert rows
    for row in rows[::3]:
        found = await ways.data(f"{{ node(id: $id) {{ ...M }} }} {MEASURE}", {"id": row["id"]}, "query ($id: ID!)")
        assert found["node"] == row
        for edge, word in (("record", "Record"), ("subject", "Subject")):
            if row[edge] is not None:
                body = f"... on {word} {{ measures(first: 100) {{ edges {{ node {{ ...M }} }} }} }}"
                beside = await ways.data(
                    f"{{ node(id: $id) {{ {body} }} }} {MEASURE}", {"id": row[edge]["id"]}, "query ($id: ID!)"
                )
                assert row in [each["node"] for each in beside["node"]["measures"]["edges"]]


async def test_a_subject_shows_the_same_by_every_way(ways: Ways) -> None:
    for number in range(0, 12, 2):
        found = await ways.data(
            f"{{ subject(by: {{uscc: $u}}) {{ ...S standing {{ subject {{ ...S }} }} }} }} {SUBJECT}",
            {"u": uscc(number)},
            "query ($u: String!)",
        )
        row = found["subject"]
        standing = row.pop("standing")
        assert standing is None or standing["subject"] == row
        again = await ways.data(
            f"{{ node(id: $id) {{ ...S }} subject(by: {{id: $id}}) {{ ...S }}"
            f" standing(by: {{id: $id}}) {{ subject {{ ...S }} }} }} {SUBJECT}",
            {"id": row["id"]},
            "query ($id: ID!)",
        )
        assert again["node"] == again["subject"] == row
        assert again["standing"]["subject"] == row


# F7, F8: ids of another type, rows that may not be seen ---------------------------------------------------------------


async def test_an_id_is_good_for_its_own_type_alone(ways: Ways, city_heard: tuple[Hearing, Rows]) -> None:
    sight, rows = await ways.sight(), city_heard[1]
    sealer, viewer = ways.heard.city.installation.sealer, sight.viewer
    seen = next(row for row in rows["subject"] if not row["natural"])
    visible = next(row for row in rows["record"] if sight.part_of_record(row) is not None)
    nothing = await _by_id(ways, "none")
    assert b"null" in nothing
    for word, internal in (
        ("record", seen["id"]),
        ("measure", seen["id"]),
        ("subject", visible["id"]),
        ("named", visible["id"]),
        ("agency", rows["agency"][0]["id"]),
        ("", visible["id"] and 1),
    ):
        wrong = sealer.seal_id(viewer, word, internal) if word else "A" * 48
        assert await _by_id(ways, wrong) == nothing
    assert await _by_id(ways, sealer.seal_id("somebody else", "subject", seen["id"])) == nothing
    assert await _by_id(ways, sealer.seal_id(viewer, "subject", seen["id"])) != nothing


async def test_what_may_not_be_seen_is_not_there(ways: Ways, city_heard: tuple[Hearing, Rows]) -> None:
    sight, rows = await ways.sight(), city_heard[1]
    sealer, viewer = ways.heard.city.installation.sealer, sight.viewer
    nothing = await _by_id(ways, sealer.seal_id(viewer, "record", 1))
    hidden = [row for row in rows["record"] if _hidden(sight, row)]
    persons = [row for row in rows["subject"] if row["natural"] and sight.part_of_subject(row) is None]
    measures = [row for row in rows["measure"] if sight.part_of_measure(row) is None]
    assert hidden
    assert persons
    assert measures
    for word, found in (("record", hidden), ("subject", persons), ("measure", measures)):
        for row in found[::9]:
            assert await _by_id(ways, sealer.seal_id(viewer, word, row["id"])) == nothing


def _hidden(sight: Sight, row: Row) -> bool:
    left = sight.world.by_id("record", row["id"])
    return left is None or sight.part_of_record(left) is None


async def _by_id(ways: Ways, text: str) -> bytes:
    """Everything that an id can be asked for; the answer without the id itself."""
    body = """{ node(id: $id) { __typename id } subject(by: {id: $id}) { id } standing(by: {id: $id}) { subject { id } }
                standings(by: [{id: $id}]) { subject { id } } }"""
    answer = await ways.ask(body, {"id": text}, "query ($id: ID!)")
    return answer.raw


async def test_an_unknown_identifier_answers_as_a_subject_without_rows(ways: Ways) -> None:
    """Verdicts about one code that nobody bears are those about any other, and no hit in any of them."""
    verdicts = ("identityMatch", "seriousList", "majorPenalty", "sanctioned", "redList", "judgmentDefaulter")
    body = f"{{ standing(by: {{uscc: $u}}) {{ {' '.join(f'{each} {{ answer remedy }}' for each in verdicts)} }} }}"
    unknown = await ways.ask(body, {"u": uscc(ORGANISATIONS + 3)}, "query ($u: String!)")
    other = await ways.ask(body, {"u": uscc(ORGANISATIONS + 4)}, "query ($u: String!)")
    assert unknown.raw == other.raw
    assert {each["answer"] for each in unknown.data["standing"].values() if each} <= {"NO"}


# F9, F12, F14: by whatever spelling -----------------------------------------------------------------------------------

SPELLINGS = (
    "{ ... on Record { facts } }",
    "{ ... on Node { ... on Record { facts } } }",
    "{ ...F }",
    "{ ... on Penalty { facts } ... on ListEntry { facts } ... on Defaulter { facts } ... on Licence { facts } }",
    "{ documentNumber: facts }",
    "{ facts @include(if: true) }",
    "{ facts @skip(if: $no) }",
    "{ ... @include(if: $yes) { facts } }",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_field_is_decided_the_same_by_every_spelling(spelling: str, ways: Ways) -> None:
    query = "records(filter: {item: $items}, first: 100) { edges { node "
    items = {"items": ["PENALTY", "SERIOUS_LIST", "DEFAULTER", "LICENCE"]}
    plain = await ways.data(f"{{ {query} {{ facts }} }} }} }}", items, "query ($items: [String!]!)")
    declared = "query ($items: [String!]!, $yes: Boolean! = true, $no: Boolean! = false)"
    used = declared
    for name in ("yes", "no"):
        if f"${name}" not in spelling:
            used = used.replace(f", ${name}: Boolean! = {'true' if name == 'yes' else 'false'}", "")
    fragment = " fragment F on Record { facts }" if "...F" in spelling else ""
    found = await ways.data(f"{{ {query} {spelling} }} }} }}{fragment}", items, used)
    expected = [edge["node"]["facts"] for edge in plain["records"]["edges"]]
    nodes = [edge["node"] for edge in found["records"]["edges"]]
    assert [node.get("facts", node.get("documentNumber")) for node in nodes] == expected


async def test_a_field_that_is_conditioned_away_is_not_disclosed(ways: Ways) -> None:
    """Neither in the answer, nor in what it says about itself, nor in the columns that are read."""
    declared = "query ($yes: Boolean! = false)"
    body = "{ records(first: 5) { edges { node { id facts @include(if: $yes) remark @include(if: $yes) } } } }"
    without = await ways.ask(body, {}, declared)
    assert "facts" not in json.dumps(without.body)
    assert "facts" not in "".join(without.statements)
    assert all("remark" not in path for path in without.disclosure)
    asked = await ways.ask(body, {"yes": True}, declared)
    assert any("remark" in path for path in asked.disclosure)


PERSONAL = ("A1-PM-302", "A2-PM-601", "A7-PM-831")


@pytest.mark.parametrize("name", PERSONAL)
async def test_verdicts_about_a_person_do_not_tell_whether_the_person_is_known(
    name: str, city_heard: tuple[Hearing, Rows], database: FreshDatabase
) -> None:
    """Of a party without hits in a full city, and of the same party in a city without subjects: the same bytes."""
    asker = asker_named(name)
    assert asker.matter is not None
    verdicts = ("seriousList", "judgmentDefaulter", "sanctioned", "fieldPenalty", "redList")
    spelled = " ".join(
        f"{each} {{ answer label basis {{ citation }} remedy caution period {{ from }} }}" for each in verdicts
    )
    body = f"{{ standings(by: [{{person: $p}}]) {{ {spelled} }} standing(by: {{person: $p}}) {{ {spelled} }} }}"
    async with heard_city(database, subjects=False) as (empty, _):
        alike = 0
        for number in asker.matter.persons:
            who = person(number)
            variables = {"p": {"idNumber": who.number, "name": who.name}}
            said = [
                await Ways(heard, asker).ask(body, variables, "query ($p: PersonLookup!)")
                for heard in (city_heard[0], empty)
            ]
            hits = [each for each in said[0].data["standing"].values() if each and each["answer"] == "YES"]
            if not hits:
                assert said[0].raw == said[1].raw
                alike += 1
        assert alike


# what an answer says about itself -------------------------------------------------------------------------------------


async def test_what_an_answer_says_about_itself_does_not_depend_on_rows(
    city_heard: tuple[Hearing, Rows], database: FreshDatabase
) -> None:
    body = f"""{{ subject(by: {{uscc: $u}}) {{ ...S records {{ edges {{ node {{ ...R }} }} }}
        standing {{ majorPenalty {{ answer }} cleanRecord {{ answer }} }} }}
        measures {{ edges {{ node {{ ...M }} }} }} records {{ edges {{ node {{ ...R }} }} }} }}
        {SUBJECT} {RECORD} {MEASURE}"""
    async with heard_city(database, subjects=False) as (empty, _):
        for name in CALLERS:
            said = []
            for heard in (city_heard[0], empty):
                answer = await Ways(heard, asker_named(name)).ask(body, {"u": uscc(0)}, "query ($u: String!)")
                said.append(answer.body["extensions"]["disclosure"])
            assert said[0] == said[1]
            assert said[0]["fields"]


def test_the_city_has_both_kinds_of_rows(city_heard: tuple[Hearing, Rows]) -> None:
    assert {kind_of(row) for row in city_heard[1]["record"]} == set(Kind)
