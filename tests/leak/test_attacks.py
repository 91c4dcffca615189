"""Attacks that once held, or must never: each asks as a caller would who wants more than the grant shows."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from authz.asked import View, Walk
from authz.compile import compile_grant
from authz.grant import Scope
from authz.principal import PUBLIC, Caller
from authz.purpose import Admission
from gateway.commands.load import load
from gateway.exchange import Arrival, GraphQLRequest
from gateway.intake.check import LONGEST, LONGEST_KEY
from gateway.intake.fixture import fixture_files
from resolvers.bindings import Source
from resolvers.prepared import Plans
from schema.demands.demand import Coordinate, TypeName
from schema.errors import Code
from tests.city import TODAY, Answer, City, city
from tests.fresh_database import FreshDatabase

pytestmark = pytest.mark.anyio

CANDIDATE = {"idNumber": "420199199207280027", "name": "王测试"}
NOBODY = {"idNumber": "420199199001010011", "name": "周无人"}
FOODS = "91420199MA9TERT20X"
OTHERS_MATTER = "WHGWY-2026-00321"

OPEN = """
    mutation Open($input: OpenMatterInput!) { openMatter(input: $input) { number } }
"""
EXPERT = """
    query Expert($matter: String!, $who: PersonLookup!)
    @purpose(code: "PM-302", matter: $matter, role: "review_expert") {
      standing(by: {person: $who}) { subject { id } identityMatch { answer } judgmentDefaulter { answer } }
    }
"""
CLEAN = """
    query Clean($by: SubjectLookup!) @purpose(code: "PM-821", matter: "QY-2026-1", role: "applicant") {
      standing(by: $by) { cleanRecord { answer } }
    }
"""


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    """One city for all attacks: each opens matters of its own."""
    async with city(module_database) as found:
        yield found


def matter(
    number: str, purpose: str = "PM-302", *people: dict[str, Any], role: str = "review_expert"
) -> dict[str, Any]:
    parties = [{"by": {"person": who}, "role": role} for who in people]
    return {"input": {"number": number, "purpose": purpose, "operators": ["1001"], "parties": parties}}


async def matter_refs(town: City, *answers: Answer) -> list[bytes | None]:
    """What the log keeps to find entries of one matter by."""
    async with town.database.owner() as owner:
        query = "SELECT matter_ref FROM audit_actor WHERE entry_id = $1::uuid"
        return [await owner.fetchval(query, answer.entry) for answer in answers]


async def subjects_told(town: City, answer: Answer) -> set[bytes]:
    async with town.database.owner() as owner:
        query = "SELECT subject_ref FROM audit_disclosure WHERE entry_id = $1::uuid"
        return {row["subject_ref"] for row in await owner.fetch(query, answer.entry)}


# The log -------------------------------------------------------------------------------------------------------------


async def test_whoever_changes_a_matter_is_found_by_the_matter(town: City) -> None:
    """Naming someone in one's own matter is how a person comes within reach: that step must be traceable."""
    opened = await town.ask(OPEN, matter("PS-2026-1"), client="A1")
    named = await town.ask(
        """mutation Name($parties: [MatterPartyInput!]!)
           @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder")
           { addMatterParties(number: "PS-2026-1", parties: $parties) { number } }""",
        {"parties": matter("", "", CANDIDATE)["input"]["parties"]},
        client="A1",
    )
    asked = await town.ask(EXPERT, {"matter": "PS-2026-1", "who": CANDIDATE}, client="A1")

    assert asked.data["standing"]["identityMatch"] == {"answer": "YES"}
    refs = await matter_refs(town, opened, named, asked)
    assert None not in refs
    assert len(set(refs)) == 1


async def test_an_attempt_on_a_matter_of_others_is_found_by_the_matter_too(town: City) -> None:
    refused = await town.ask('mutation { closeMatter(number: "WHGWY-2026-00321") { number } }', client="A1")
    own = await town.ask(
        """query ($who: PersonLookup!) @purpose(code: "PM-601", matter: "WHGWY-2026-00321", role: "candidate")
           { standing(by: {person: $who}) { identityMatch { answer } } }""",
        {"who": CANDIDATE},
        client="A2",
    )

    assert refused.code is Code.MATTER_NOT_OPEN
    assert own.code is None
    assert len(set(await matter_refs(town, refused, own))) == 1


async def test_no_change_hides_behind_another_of_the_same_operation(town: City) -> None:
    both = """
        mutation ($decoy: OpenMatterInput!, $input: OpenMatterInput!) {
          decoy: openMatter(input: $decoy) { number }
          openMatter(input: $input) { number }
        }
    """
    given = {"decoy": matter("PS-2026-2")["input"], **matter("PS-2026-3", "PM-302", CANDIDATE)}
    answer = await town.ask(both, given, client="A1")
    kept = await town.ask('{ matter(number: "PS-2026-3") { number } }', client="A1")

    assert answer.code is Code.MATTER_NOT_OPEN
    assert kept.data == {"matter": None}


async def test_whoever_is_asked_about_is_told_alike_however_the_number_is_written(town: City) -> None:
    wide = {**NOBODY, "idNumber": NOBODY["idNumber"].translate({ord("0") + n: 0xFF10 + n for n in range(10)})}
    await town.ask(OPEN, matter("PS-2026-4", "PM-302", NOBODY), client="A1")
    plain = await town.ask(EXPERT, {"matter": "PS-2026-4", "who": NOBODY}, client="A1")
    written = await town.ask(EXPERT, {"matter": "PS-2026-4", "who": wide}, client="A1")

    assert written.data == plain.data
    assert await subjects_told(town, written) == await subjects_told(town, plain)
    assert len(await subjects_told(town, plain)) == 1


async def test_names_that_a_caller_chose_bring_no_number_into_a_leaf(town: City) -> None:
    number = CANDIDATE["idNumber"]
    answer = await town.ask(
        f"query P{number}($v{number}: String!) {{ a{number}: subject(by: {{uscc: $v{number}}}) {{ name }} }}",
        {f"v{number}": number},
    )
    assert answer.code is None
    assert number not in json.dumps(await town.entry(answer.entry))


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", ["{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }'])
async def test_explaining_introspection_is_a_refusal_and_no_failure(town: City, document: str) -> None:
    answer = await town.ask(
        "query ($document: String!) { explain(document: $document) { refusal { code } fields { path } } }",
        {"document": document},
    )
    assert answer.code is None
    assert answer.data["explain"] == {"refusal": {"code": "DOCUMENT_INVALID"}, "fields": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": ""},
        {"number": " PS-2026-5"},
        {"number": "".join(chr(0x4E00 + n) for n in range(4000))},  # no index would take it
        {"operators": ["王测试 420199199207280027"]},
    ],
)
async def test_what_can_be_no_number_opens_no_matter(town: City, changes: dict[str, Any]) -> None:
    given = {"input": {**matter("PS-2026-5")["input"], **changes}}
    answer = await town.ask(OPEN, given, client="A1")

    assert answer.code is Code.DOCUMENT_INVALID
    assert "王测试" not in answer.raw.decode()


async def test_matters_of_others_and_matters_of_nobody_are_told_alike(town: City) -> None:
    documents = (
        'query {{ matter(number: "{}") {{ number }} }}',
        'mutation {{ closeMatter(number: "{}") {{ number }} }}',
        'mutation {{ addMatterParties(number: "{}", parties: []) {{ number }} }}',
        'query @purpose(code: "PM-301", matter: "{}", role: "bidder") {{ records {{ totalCount }} }}',
        'query @purpose(code: "PM-601", matter: "{}", role: "candidate") {{ records {{ totalCount }} }}',
    )
    for document in documents:
        theirs = await town.ask(document.format(OTHERS_MATTER), client="A1")
        nobodys = await town.ask(document.format("WHGWY-2026-99999"), client="A1")
        assert theirs.raw == nobodys.raw


async def test_no_position_of_a_wrong_type_echoes_a_number(town: City) -> None:
    number = CANDIDATE["idNumber"]
    documents = (
        f'{{ records(first: "{number}") {{ totalCount }} }}',
        f"{{ records(filter: {{severity: P{number}}}) {{ totalCount }} }}",
        f'{{ records(filter: {{decidedFrom: "{number}"}}) {{ totalCount }} }}',
        f'{{ records(after: "{number}") {{ totalCount }} }}',
        f"{{ subject(by: {{p{number}: 1}}) {{ name }} }}",
        f'query @purpose(code: "{number}") {{ records {{ totalCount }} }}',
        f'query @purpose(code: "PM-301", role: "{number}") {{ records {{ totalCount }} }}',
        f'query @purpose(code: "PM-301", matter: "{number}", role: "bidder") {{ records {{ totalCount }} }}',
        f"{{ ...F{number} }}",
    )
    for document in documents:
        answer = await town.ask(document, client="A1")
        assert answer.code is not None
        assert number not in answer.raw.decode()
        assert number not in json.dumps(await town.entry(answer.entry))


# Ids -----------------------------------------------------------------------------------------------------------------


async def test_an_id_names_one_kind_of_row_to_one_organisation(town: City) -> None:
    found = await town.ask(f'{{ subject(by: {{uscc: "{FOODS}"}}) {{ id records {{ edges {{ node {{ id }} }} }} }} }}')
    subject = found.data["subject"]["id"]
    record = found.data["subject"]["records"]["edges"][0]["node"]["id"]
    by_subject = (
        "query ($id: ID!) { subject(by: {id: $id}) { id } standing(by: {id: $id}) { identityMatch { answer } } }"
    )

    assert (await town.ask(by_subject, {"id": subject})).data["subject"] == {"id": subject}
    assert (await town.ask(by_subject, {"id": record})).data == {"subject": None, "standing": None}
    assert (await town.ask(by_subject, {"id": subject}, client="A4")).data == {"subject": None, "standing": None}


async def test_an_id_from_one_purpose_reaches_no_person_outside_it(town: City) -> None:
    await town.ask(OPEN, matter("PS-2026-6", "PM-302", CANDIDATE), client="A1")
    asked = await town.ask(EXPERT, {"matter": "PS-2026-6", "who": CANDIDATE}, client="A1")
    given = {"id": asked.data["standing"]["subject"]["id"]}
    by_id = (
        "{ node(id: $id) { id } subject(by: {id: $id}) { name } standing(by: {id: $id}) { identityMatch { answer } } }"
    )
    nothing = {"node": None, "subject": None, "standing": None}

    assert (await town.ask(f"query ($id: ID!) {by_id}", given, client="A1")).data == nothing
    elsewhere = f'query ($id: ID!) @purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder") {by_id}'
    assert (await town.ask(elsewhere, given, client="A1")).data == nothing


async def test_a_person_who_is_no_party_is_not_judged_by_id_either(town: City) -> None:
    """The purpose shows nobody, it only judges: by id as by number, parties of the matter alone."""
    asker = await with_purpose(town, "PM-821")
    opened = await ask_as(town, asker, OPEN, matter("QY-2026-1", "PM-821", CANDIDATE, role="applicant"))
    assert opened["data"]["openMatter"] == {"number": "QY-2026-1"}
    async with town.database.owner() as owner:
        people = await owner.fetch('SELECT id, person_name_ct AS name FROM subject WHERE "natural"')
    sealer, viewer = town.installation.sealer, asker.principal.organisation
    judged = set()
    for person in people:
        given = {"by": {"id": sealer.seal_id(viewer, Source.SUBJECT, person["id"])}}
        answer = await ask_as(town, asker, CLEAN, given)
        if answer["data"]["standing"] is not None:
            judged.add(sealer.open_value(person["name"]))

    assert len(people) > 1
    assert judged == {CANDIDATE["name"]}


async def with_purpose(town: City, purpose: str) -> Caller:
    """A4, as if its list had one more purpose."""
    caller = await town.caller("A4")
    return replace(caller, principal=replace(caller.principal, purposes=caller.principal.purposes | {purpose}))


async def ask_as(town: City, caller: Caller, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    request = GraphQLRequest(query=document, variables=variables)
    reply = await town.pipeline(request, caller, Arrival(address=None))
    body: dict[str, Any] = json.loads(reply.body)
    return body


# What an answer costs ------------------------------------------------------------------------------------------------


async def test_plans_are_forgotten_by_their_size(town: City) -> None:
    """Documents of anyone become plans of megabytes; two thousand of them must not fit."""
    plans = Plans(room=40_000)
    asker = replace(town.pipeline, plans=plans)
    fields = "id documentNumber decidedOn severity facts measures { edges { node { id record { id facts } } } }"
    for number in range(8):
        document = f"{{ r{number}: records {{ edges {{ node {{ {fields} }} }} }} }}"
        await asker(GraphQLRequest(query=document), Caller(principal=PUBLIC), Arrival(address=None))

    assert 1 <= plans.size < 8


async def test_the_parts_that_decide_a_field_are_looked_up_once_for_each_view(town: City) -> None:
    """A document of a thousand fields is walked at every place where a field may stand, and so is each grant."""
    policy = town.installation.policy
    grant = compile_grant(policy, PUBLIC, Admission(scope=Scope.PUBLICATION, purpose="PM-903"), TODAY)
    document = town.pipeline.documents.prepare("{ records { edges { node { facts severity } } } }")
    demand = town.pipeline.demands.ask(document, document.operation(), {}).demand
    walk = Walk(demand=demand, grant=grant, catalogue=policy.catalogue)
    list(walk.occurrences())

    assert len(walk.known) > len(demand.roots)
    view = View(listed=True)
    severity = Coordinate("Record.severity")
    assert walk.parts_of(TypeName("Penalty"), severity, view) is walk.parts_of(TypeName("Penalty"), severity, view)
    below = replace(view, listed=False)
    assert walk.parts_of(TypeName("Penalty"), severity, below) is not walk.parts_of(TypeName("Penalty"), severity, view)


# Files of departments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("header", "longest"), [("CF_WSH", LONGEST_KEY), ("CF_SY", LONGEST)])
async def test_one_endless_cell_stops_no_file(town: City, header: str, longest: int) -> None:
    """An index refuses it, and with it went every other row of the load; or each page of records held all of it."""
    content = dict(fixture_files())["penalties.csv"].decode("utf-8-sig")
    names, *rows = csv.reader(io.StringIO(content))
    endless = "".join(chr(0x4E00 + number % 0x5000) for number in range(longest + 1))
    first = {**dict(zip(names, rows[1], strict=True)), header: endless}
    second = {**dict(zip(names, rows[1], strict=True)), "CF_WSH": f"武市监处罚〔2026〕测9{len(header)}号"}
    written = io.StringIO()
    writer = csv.DictWriter(written, names)
    writer.writeheader()
    writer.writerows((first, second))

    report = await load((("penalties.csv", written.getvalue().encode()),), town.installation)

    assert (report.loaded, report.quarantined) == (1, 1)
