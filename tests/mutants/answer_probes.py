"""Probes of what is shown of rows that exist: forms and withheld fields, edges to other rows, verdicts, lists and pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from authz.grant import Scope
from authz.principal import PUBLIC as PUBLIC_CALLER
from authz.principal import Caller
from resolvers.readings import Reading, total
from schema.errors import Code
from tests.generation.identities import person, uscc
from tests.mutants import edge_city as city
from tests.mutants.edge_city import NUMBER, TODAY, TOMORROW, caller
from tests.mutants.probing import probe
from tests.mutants.row_probes import (
    CANDIDATE,
    EXPERT,
    PUBLIC,
    RECORDS,
    SUPERVISED,
    TARGETED,
    natural,
    organisation,
)
from tests.mutants.town import Line, Told, Town

AWARD = PUBLIC + ' @purpose(code: "PM-812", matter: "CASE-812", role: "candidate")'
HANDLED = PUBLIC + ' @purpose(code: "PM-813", matter: "CASE-813", role: "party")'
CLEAN = PUBLIC + ' @purpose(code: "PM-821", matter: "CASE-821", role: "applicant")'
SUPPLIER = PUBLIC + ' @purpose(code: "PM-805", matter: "CASE-805", role: "supplier")'


def by_number(told: Told) -> dict[str, dict[str, object]]:
    """The records of the subject by document number."""
    nodes = [edge["node"] for edge in told.data["subject"]["records"]["edges"]]
    return {node["documentNumber"]: node for node in nodes}


# Fields -----------------------------------------------------------------------------------------------------------------


@probe
async def organisations_are_shown_in_their_forms(town: Town) -> None:
    fields = "{ subject(by: $by) { ... on Organisation { officePhone financials taxRegistrationNumber } } }"
    agency = await town.ask(SUPERVISED + fields, organisation(city.MAIN), client="SUPERVISOR")
    public = await town.ask(PUBLIC + fields, organisation(city.MAIN))
    assert agency.data["subject"]["officePhone"] == "027-****0001"
    assert agency.data["subject"]["financials"] is None
    assert public.data["subject"] == {"officePhone": None, "financials": None, "taxRegistrationNumber": None}


@probe
async def persons_are_shown_in_their_forms(town: Town) -> None:
    fields = "{ subject(by: $by) { name ... on NaturalPerson { idNumber phone sex minor } } }"
    told = await town.ask(EXPERT + fields, natural(city.PARTY), client="TENDER")
    shown = told.data["subject"]
    assert shown == {"name": person(city.PARTY).name, "idNumber": "4201**", "phone": None, "sex": None, "minor": None}
    assert {path: each["level"] for path, each in told.disclosure.items()} == {
        "subject.idNumber": "MASKED",
        "subject.phone": "WITHHELD",
        "subject.sex": "WITHHELD",
        "subject.minor": "WITHHELD",
    }


@probe
async def what_supervisors_are_shown(town: Town) -> None:
    """More of their own field; and of other fields what is public besides (WC-二(三)4)."""
    fields = "{ subject(by: $by) { records { edges { node { documentNumber facts ... on Penalty { suspendedLicence } } } } } }"
    told = await town.ask(SUPERVISED + fields, organisation(city.FIELD), client="SUPERVISOR")
    shown = {name: (node["facts"], node["suspendedLicence"]) for name, node in by_number(told).items()}
    full = ("[已隐去]的事实", "许可证")
    assert shown == {
        "own field, public": full,
        "own field": full,
        "other field": (None, None),
        "other field, public": full,
    }


@probe
async def what_the_source_is_shown(town: Town) -> None:
    """The text in clear of what it provided, and of nothing else."""
    fields = "{ subject(by: $by) { records { edges { node { documentNumber facts } } } } }"
    told = await town.ask(SUPERVISED + fields, organisation(city.SEEN), client="SUPERVISOR")
    shown = {name: node["facts"] for name, node in by_number(told).items()}
    assert shown == {"own": "李测试的事实", "own by decision": "李测试的事实", "another's": "[已隐去]的事实"}


@probe
async def persons_as_named_in_public(town: Town) -> None:
    """A person in the list of everything public is named as in that record; an organisation stands for itself."""
    fields = "{ records(first: 100) { edges { node { id subject { __typename name ... on NaturalPerson { idNumber sex } } } } } }"
    told = await town.ask(fields)
    names = {number: name for name, number in NUMBER.items()}
    nodes = [edge["node"] for edge in told.data["records"]["edges"]]
    shown = {names[town.opened(None, node["id"])]: node["subject"] for node in nodes}
    full = {"__typename": "NaturalPerson", "name": "王测试", "idNumber": "4201991992****0027", "sex": "MALE"}
    assert shown["defaulter"] == full
    assert shown["person's honour"] == {**full, "idNumber": None, "sex": None}
    assert shown["person"] == {**full, "name": "王**", "idNumber": None, "sex": None}
    assert shown["plain"] == {"__typename": "Organisation", "name": "武汉测试1号有限公司"}


@probe
async def persons_as_named_have_ids_of_their_records(town: Town) -> None:
    """The public cannot tell from an id that two records are of one person."""
    told = await town.ask("{ records(first: 100) { edges { node { id subject { id __typename } } } } }")
    nodes = [edge["node"] for edge in told.data["records"]["edges"]]
    named = [node for node in nodes if node["subject"]["__typename"] == "NaturalPerson"]
    assert len(named) == len(city.names("P", city.PERSONS))
    for node in named:
        assert town.opened(None, node["subject"]["id"]) == town.opened(None, node["id"])
        by = {"by": {"id": node["subject"]["id"]}}
        assert town.kind(None, node["subject"]["id"]) == "named"
        assert (await town.ask(PUBLIC + "{ subject(by: $by) { kind } }", by)).data["subject"] is None


@probe
async def nothing_more_is_read(town: Town) -> None:
    """A value that may not be shown is not even read: two families share its column."""
    fields = "{ subject(by: $by) { records { edges { node { __typename ... on Reward { amount } } } } } }"
    told = await town.ask(PUBLIC + fields, organisation(city.LINKED))
    assert {edge["node"]["__typename"] for edge in told.data["subject"]["records"]["edges"]} == {"Contract", "Reward"}
    assert {edge["node"].get("amount") for edge in told.data["subject"]["records"]["edges"]} == {None, "1.00"}
    assert str(city.SECRET) not in town.read


HIDDEN_OF_PERSONS = {"channel": "publication", "item": "any", "kind": "person", "level": "VERDICT", "effect": "deny"}


@probe
async def kinds_share_no_columns(town: Town) -> None:
    """Two kinds of one family, of which one is shown a field, are told apart before it is read."""
    rule = HIDDEN_OF_PERSONS | {"field": "Penalty.penaltyBasis"}
    fields = "{ records(first: 100) { edges { node { id ... on Penalty { penaltyBasis } } } } }"
    told = await town.ask(fields, rule=rule)
    names = {number: name for name, number in NUMBER.items()}
    nodes = {names[town.opened(None, edge["node"]["id"])]: edge["node"] for edge in told.data["records"]["edges"]}
    assert nodes["person"]["penaltyBasis"] is None
    assert nodes["plain"]["penaltyBasis"] == "第plain条"
    assert "第person条" not in town.read


# Edges ------------------------------------------------------------------------------------------------------------------

LINKED = """{ subject(by: $by) { ... on Organisation {
  legalRepresentative { name } executives { name } shareholders { name } practitioners { name }
} } }"""


@probe
async def links_are_current_and_of_their_role(town: Town) -> None:
    told = await town.ask(SUPERVISED + LINKED, organisation(city.LINKED), client="SUPERVISOR")
    assert told.data["subject"] == {
        "legalRepresentative": {"name": "王当前"},
        "executives": [{"name": "陈高管"}],
        "shareholders": [{"name": "赵股东"}],
        "practitioners": [],
    }
    other = await town.ask(SUPERVISED + LINKED, organisation(city.MAIN), client="SUPERVISOR")
    assert other.data["subject"]["legalRepresentative"] is None


@probe
async def the_public_sees_registered_links(town: Town) -> None:
    told = await town.ask(PUBLIC + LINKED, organisation(city.LINKED))
    assert told.data["subject"]["legalRepresentative"] == {"name": "王当前"}
    assert told.data["subject"]["executives"] is None


@probe
async def linked_persons_are_parties(town: Town) -> None:
    """BASIS: EZ-12. A link alone makes nobody known: the person is reached as a party of the matter, or not at all."""
    fields = """{ subject(by: $by) { ... on Organisation {
      legalRepresentative { person { name } } executives { person { name } } } } }"""
    told = await town.ask(AWARD + fields, organisation(city.LINKED), client="EXECUTOR")
    assert told.data["subject"] == {
        "legalRepresentative": {"person": {"name": person(city.PARTY).name}},
        "executives": [{"person": None}],
    }
    other = await town.ask(SUPERVISED + fields, organisation(city.LINKED), client="SUPERVISOR")
    assert other.data["subject"]["legalRepresentative"] == {"person": None}


@probe
async def responsible_persons_hang_on_their_entry(town: Town) -> None:
    """No rule opens them today; where one does, an entry shows its own."""
    fields = "documentNumber ... on ListEntry { personTargets { name } }"
    fields = f"{{ subject(by: $by) {{ records(first: 100) {{ edges {{ node {{ {fields} }} }} }} }} }}"
    rule = {"channel": "publication", "item": "SERIOUS_LIST", "field": "ListEntry.personTargets", "level": "CLEAR"}
    rule |= {"row": "published", "effect": "allow", "basis": "WH-二(二)2", "kind": "organisation"}
    target = await town.ask(PUBLIC + fields, organisation(city.TARGET), rule=rule)
    other = await town.ask(PUBLIC + fields, organisation(city.MAIN), rule=rule)
    closed = await town.ask(PUBLIC + fields, organisation(city.TARGET))
    assert by_number(target)["target's list"]["personTargets"] == [{"name": "周责任"}]
    assert by_number(other)["listed"]["personTargets"] == []
    assert by_number(closed)["target's list"]["personTargets"] is None


@probe
async def feedback_by_relation(town: Town) -> None:
    """Feedback is shown to who initiated the measure, and hangs on that measure."""
    fields = "{ subject(by: $by) { measures(first: 100) { edges { node { id feedback { matterNumber } } } } } }"
    told = await town.ask(SUPERVISED + fields, organisation(city.TARGET), client="SUPERVISOR")
    names = {number: name for name, number in city.MEASURE.items()}
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    shown = {names[town.opened("SUPERVISOR", node["id"])]: node["feedback"] for node in nodes}
    own = "initiated by the supervisor"
    assert shown.pop(own) == [{"matterNumber": own}]
    assert "neither" in shown
    assert set(map(str, shown.values())) == {"None"}


@probe
async def initiators_see_their_measures(town: Town) -> None:
    fields = "{ subject(by: $by) { measures(first: 100) { edges { node { id } } } } }"
    told = await town.ask(HANDLED + fields, organisation(city.TARGET), client="LABOUR")
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    assert [town.opened("LABOUR", node["id"]) for node in nodes] == [city.MEASURE["initiated by labour"]]


@probe
async def a_sealed_trigger_is_no_record(town: Town) -> None:
    """An edge leads to a row that exists for the caller, or nowhere."""
    fields = "{ subject(by: $by) { measures(first: 100) { edges { node { id record { documentNumber } } } } } }"
    told = await town.ask(SUPERVISED + fields, organisation(city.MEASURED), client="SUPERVISOR")
    names = {number: name for name, number in city.MEASURE.items()}
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    shown = {names[town.opened("SUPERVISOR", node["id"])]: node["record"] for node in nodes}
    assert shown["trigger sealed"] is None
    assert shown["without a trigger"] is None
    assert shown["current"] == {"documentNumber": "plain"}


@probe
async def subjects_of_rows_are_their_own(town: Town) -> None:
    """From a record or a measure back to its subject, and from a subject to its own records alone."""
    fields = """{ subject(by: $by) { measures(first: 100) { edges { node {
      subject { name } record { subject { name } measures { totalCount } } } } } } }"""
    told = await town.ask(PUBLIC + fields, organisation(city.MEASURED))
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    assert {node["subject"]["name"] for node in nodes} == {"武汉测试4号有限公司"}
    assert {node["record"]["subject"]["name"] for node in nodes} == {"武汉测试1号有限公司"}
    empty = await town.ask(PUBLIC + RECORDS, organisation(12))
    assert empty.data["subject"]["records"]["edges"] == []


# Verdicts ---------------------------------------------------------------------------------------------------------------


async def standings(town: Town, head: str, verdicts: str, *numbers: int, client: str | None) -> dict[int, dict[str, str]]:
    """The answers about organisations, by their number."""
    head = head.replace("SubjectLookup!", "[SubjectLookup!]!")
    fields = " ".join(f"{verdict} {{ answer }}" for verdict in verdicts.split())
    by = {"by": [{"uscc": uscc(number)} for number in numbers]}
    told = await town.ask(f"{head} {{ standings(by: $by) {{ {fields} }} }}", by, client=client)
    answers = [{name: each and each["answer"] for name, each in found.items()} for found in told.data["standings"]]
    assert len(answers) == len(numbers)
    return dict(zip(numbers, answers, strict=True))


@probe
async def penalties_that_count(town: Town) -> None:
    """Major ones of three years; those of the caller's own field; none that is hidden."""
    numbers = (city.FINED, city.FINED_MUCH, city.CLOSED, city.PRAISED, city.REWARDED, city.FIELD, 39)
    found = await standings(town, SUPERVISED, "majorPenalty fieldPenalty", *numbers, client="SUPERVISOR")
    assert {number for number, each in found.items() if each["majorPenalty"] == "YES"} == {city.FINED_MUCH, city.CLOSED}
    assert {number for number, each in found.items() if each["fieldPenalty"] == "YES"} == {city.FIELD}
    assert found[39] == {"majorPenalty": "NO", "fieldPenalty": "NO"}


@probe
async def measures_that_count(town: Town) -> None:
    """Sanctions in force, and no incentives."""
    numbers = (city.FINED, city.REWARDED, city.PRAISED)
    found = await standings(town, SUPERVISED, "sanctioned judgmentDefaulter", *numbers, client="SUPERVISOR")
    assert {number for number, each in found.items() if each["sanctioned"] == "YES"} == {city.FINED}
    assert {number for number, each in found.items() if each["judgmentDefaulter"] == "YES"} == {city.PRAISED}


@probe
async def clean_records(town: Town) -> None:
    """BASIS: HS-8, EZ-8. Without adverse record in three years; praise is not adverse."""
    numbers = (city.FINED, city.PRAISED, city.REWARDED)
    found = await standings(town, CLEAN, "cleanRecord", *numbers, client="SUPERVISOR")
    assert {number for number, each in found.items() if each["cleanRecord"] == "YES"} == {city.PRAISED, city.REWARDED}


@probe
async def verdicts_need_a_rule(town: Town) -> None:
    """Whether an item's rows count is asked of the grant, verdict by verdict."""
    found = await standings(town, PUBLIC, "majorPenalty fieldPenalty cleanRecord", city.FIELD, 39, client=None)
    assert found[city.FIELD] == found[39] == {"majorPenalty": "NO", "fieldPenalty": None, "cleanRecord": None}


@probe
async def verdicts_show_nothing_else(town: Town) -> None:
    """Rows that only count are not listed, and a subject of which only a verdict is granted is not found."""
    fields = "{ subject(by: $by) { records { totalCount edges { cursor } } measures { totalCount edges { cursor } } } }"
    told = await town.ask(EXPERT + fields, natural(city.PARTY), client="TENDER")
    nothing = {"totalCount": 0, "edges": []}
    assert told.data["subject"] == {"records": nothing, "measures": nothing}
    rule = {"channel": "sharing", "sub": "agency", "purpose": "PM-821", "item": "REGISTRATION_ORG", "effect": "allow"}
    rule |= {"field": "Standing.identityMatch", "level": "VERDICT", "row": "registered", "kind": "organisation"}
    document = CLEAN + "{ subject(by: $by) { kind } standing(by: $by) { identityMatch { answer } } }"
    judged = await town.ask(document, organisation(city.MAIN), client="SUPERVISOR", rule=rule)
    assert judged.data == {"subject": None, "standing": {"identityMatch": {"answer": "YES"}}}


@probe
async def statuses_of_measures(town: Town) -> None:
    fields = "{ subject(by: $by) { measures(first: 100) { edges { node { id status } } } } }"
    told = await town.ask(TARGETED + fields, organisation(city.TARGET), client="EXECUTOR")
    names = {number: name for name, number in city.MEASURE.items()}
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    shown = {names[town.opened("EXECUTOR", node["id"])]: node["status"] for node in nodes}
    assert shown == {name: status for name, (status, _) in city.EXECUTED.items() if status}


@probe
async def batches_find_their_own(town: Town) -> None:
    """Each subject of a batch in its place, by whatever it is looked up."""
    head = EXPERT.replace("SubjectLookup!", "[SubjectLookup!]!")
    by = {"by": [natural(city.PARTY)["by"], {"id": town.seal("TENDER", "subject", city.PARTY)}, {"id": "x" * 48}]}
    told = await town.ask(head + "{ standings(by: $by) { identityMatch { answer } } }", by, client="TENDER")
    yes = {"identityMatch": {"answer": "YES"}}
    assert told.data["standings"] == [yes, yes, None]


@probe
async def unknown_subjects_have_no_hits(town: Town) -> None:
    """An identifier that nobody bears is answered as one that has no records; an id that is not ours gives null."""
    verdicts = "{ standing(by: $by) { identityMatch { answer } majorPenalty { answer } redList { answer } } }"
    unknown = await town.ask(SUPERVISED + verdicts, organisation(39), client="SUPERVISOR")
    assert unknown.data["standing"] == {
        "identityMatch": {"answer": "NO"},
        "majorPenalty": {"answer": "NO"},
        "redList": None,
    }
    batch = SUPPLIER.replace("SubjectLookup!", "[SubjectLookup!]!") + (
        "{ standings(by: $by) { majorPenalty { answer } } }"
    )
    both = {"by": [natural(city.NOBODY)["by"], organisation(39)["by"]]}
    named = await town.ask(batch, both, client="EXECUTOR")
    assert named.data["standings"] == [{"majorPenalty": None}, {"majorPenalty": {"answer": "NO"}}]
    foreign = {"by": {"id": town.seal("TENDER", "subject", city.MAIN)}}
    assert (await town.ask(SUPERVISED + verdicts, foreign, client="SUPERVISOR")).data["standing"] is None


@probe
async def dead_and_strangers_have_no_verdict_rows(town: Town) -> None:
    """A person's verdicts count that person's records."""
    verdicts = "{ standing(by: $by) { identityMatch { answer } sanctioned { answer } } }"
    told = await town.ask(TARGETED + verdicts, natural(city.PARTY), client="EXECUTOR")
    assert told.data["standing"] == {"identityMatch": {"answer": "YES"}, "sanctioned": {"answer": "YES"}}
    expert = await town.ask(EXPERT + verdicts, natural(city.PARTY), client="TENDER")
    assert expert.data["standing"]["identityMatch"] == {"answer": "YES"}


# Look-ups ---------------------------------------------------------------------------------------------------------------


@probe
async def look_ups_find_their_own(town: Town) -> None:
    for number in (city.MAIN, city.SEEN):
        told = await town.ask(PUBLIC + "{ subject(by: $by) { name } }", organisation(number))
        assert told.data["subject"] == {"name": f"武汉测试{number}号有限公司"}
        by = {"by": {"id": town.seal(None, "subject", number)}}
        assert (await town.ask(PUBLIC + "{ subject(by: $by) { name } }", by)).data["subject"] == told.data["subject"]
    found = await town.ask(EXPERT + "{ subject(by: $by) { name } }", natural(city.PARTY), client="TENDER")
    assert found.data["subject"] == {"name": person(city.PARTY).name}


@probe
async def ids_are_of_their_kind_and_viewer(town: Town) -> None:
    """An id of a record opens no subject, and nobody opens an id that another was given."""
    document = PUBLIC + "{ subject(by: $by) { name } }"
    for sealed in (
        town.seal(None, "record", city.MAIN),
        town.seal(None, "measure", city.MAIN),
        town.seal("SUPERVISOR", "subject", city.MAIN),
        "x" * 48,
    ):
        assert (await town.ask(document, {"by": {"id": sealed}})).data["subject"] is None


@probe
async def nodes_exist_for_whom_they_exist(town: Town) -> None:
    """By id, a hidden row is like one that is not there."""
    document = "query N($id: ID!) { node(id: $id) { __typename id } }"
    answers = {
        (await town.ask(document, {"id": town.seal(None, kind, internal)})).raw
        for kind, internal in (
            ("record", NUMBER["sealed"]),
            ("record", NUMBER["minor severity"]),
            ("record", 999),
            ("subject", city.PARTY),
            ("measure", city.MEASURE["lifted today"]),
        )
    }
    assert len(answers) == 1
    for kind, internal in (("record", NUMBER["plain"]), ("subject", city.MAIN), ("measure", city.MEASURE["current"])):
        sealed = town.seal(None, kind, internal)
        assert (await town.ask(document, {"id": sealed})).data["node"]["id"] == sealed


# Lists ------------------------------------------------------------------------------------------------------------------


@probe
async def no_list_of_persons_is_offered(town: Town) -> None:
    """In sharing scope root lists hold no natural persons but the targets of one's own measures."""
    head = CANDIDATE.replace("($by: SubjectLookup!)", "")
    records = await town.ask(head + "{ records(first: 100) { edges { node { id } } } }", client="RECRUITER")
    assert records.data["records"]["edges"] == []
    head = TARGETED.replace("($by: SubjectLookup!)", "")
    measures = await town.ask(head + "{ measures(first: 100) { edges { node { id } } } }", client="EXECUTOR")
    shown = {town.opened("EXECUTOR", edge["node"]["id"]) for edge in measures.data["measures"]["edges"]}
    assert city.MEASURE["on the party"] in shown
    assert city.MEASURE["on the stranger"] not in shown


@probe
async def searches_hold_no_persons(town: Town) -> None:
    """Not even those that the caller may look up."""
    head = AWARD.replace("($by: SubjectLookup!)", "")
    found = await town.ask(
        head + '{ subjects(first: 100, filter: {jurisdiction: "420100"}) { edges { node { __typename } } } }',
        client="EXECUTOR",
    )
    assert {edge["node"]["__typename"] for edge in found.data["subjects"]["edges"]} == {"Organisation"}


@probe
async def totals_of_own_targets(town: Town) -> None:
    """What is counted below a row is of that row, however deep the statement nests."""
    fields = "{ subject(by: $by) { records { totalCount edges { node { facts } } } } }"
    told = await town.ask(TARGETED + fields, organisation(city.MAIN), client="EXECUTOR")
    assert told.data["subject"]["records"] == {"totalCount": 0, "edges": []}


@probe
async def totals_beside_hidden_rows(town: Town) -> None:
    """Where rows are told apart by what is shown of them, one of which nothing is shown is in no total."""
    public = PUBLIC + (
        "{ subject(by: $by) { records(first: 1, filter: {decidedTo: \"%s\"}) { totalCount edges { node { facts } } } } }"
    )
    counted = await town.ask(public % TODAY, organisation(city.MAIN))
    assert counted.data["subject"]["records"]["totalCount"] == len(city.names("P", city.STATES))


@probe
async def hidden_dates_order_nothing(town: Town) -> None:
    """Where a date is hidden of some rows, the order of the list does not tell it."""
    rule = HIDDEN_OF_PERSONS | {"field": "Record.decidedOn"}
    told = await town.ask("{ records(first: 100) { edges { node { id } } } }", rule=rule)
    found = [town.opened(None, edge["node"]["id"]) for edge in told.data["records"]["edges"]]
    assert found == sorted(found)
    dated = await town.ask("{ records(first: 100) { edges { node { id } } } }")
    assert [town.opened(None, edge["node"]["id"]) for edge in dated.data["records"]["edges"]] != sorted(found)


@probe
async def searches_find_organisations_by_name(town: Town) -> None:
    document = "query S($name: String!) { subjects(filter: {name: $name}) { edges { node { name } } } }"
    for name, found in (("测试1号", 1), ("武汉测试", 12), ("号测试", 0), (person(city.PARTY).name, 0)):
        told = await town.ask(document, {"name": name})
        assert len(told.data["subjects"]["edges"]) == found, name


@probe
async def filters_narrow(town: Town) -> None:
    """Each key of the filter, over the public records of one organisation."""
    public = city.names("P", city.STATES)
    lists = {name for name in public if "family" in city.STATES[name][1]}
    objected = {"objected to in Ezhou", "doubted in Wuhan", "doubted in Ezhou from tomorrow"}
    cases: dict[str, set[str]] = {
        'item: ["RED_LIST"]': {"red list"},
        "category: [HONOUR]": {"red list"},
        "category: [ADMIN]": public - lists,
        "severity: [SERIOUS]": public - {"no severity"},
        "polarity: POSITIVE": set(),
        "status: [CORRECTED]": {"corrected"},
        f'decidedFrom: "{TODAY}"': {"decided today"},
        'decidedTo: "2023-12-31"': {"decided three years ago"},
        'documentNumber: "plain"': {"plain"},
        f'authority: "{town.seal(None, "agency", 900)}"': public,
        f'authority: "{town.seal(None, "agency", 801)}"': set(),
        "underObjection: true": objected,
    }
    document = PUBLIC + "{ subject(by: $by) { records(first: 100, filter: {%s}) { edges { node { documentNumber } } } } }"
    for key, expected in cases.items():
        told = await town.ask(document % key, organisation(city.MAIN))
        assert set(by_number(told)) == expected, key


@probe
async def hidden_fields_filter_nothing(town: Town) -> None:
    """Where one kind of row hides a field, nobody finds out whose it is by asking for it."""
    document = '{ records(filter: {documentNumber: "person"}) { totalCount } }'
    told = await town.ask(document, rule=HIDDEN_OF_PERSONS | {"field": "Record.documentNumber"})
    assert told.code is Code.FIELD_NOT_FILTERABLE
    assert (await town.ask(document)).code is None


@probe
async def hidden_fields_order_nothing(town: Town) -> None:
    document = "{ records(orderBy: [{by: VALID_UNTIL}]) { totalCount } }"
    told = await town.ask(document, rule=HIDDEN_OF_PERSONS | {"field": "Record.validUntil"})
    assert told.code is Code.FIELD_NOT_FILTERABLE
    assert (await town.ask(document)).code is None


@probe
async def masked_fields_filter_nothing(town: Town) -> None:
    """Less than in clear is hidden, for a filter."""
    rule = {"channel": "publication", "item": "any", "field": "Record.documentNumber", "level": "CLEAR"}
    document = PUBLIC + '{ subject(by: $by) { records(filter: {documentNumber: "plain"}) { totalCount } } }'
    told = await town.ask(document, organisation(city.MAIN), rule={**rule, "effect": "deny"})
    assert told.code is Code.FIELD_NOT_FILTERABLE
    assert (await town.ask(document, organisation(city.MAIN))).code is None


@probe
async def the_report_says_the_least(town: Town) -> None:
    """Of a field that one kind of row shows and another does not, that it is withheld, and of whom."""
    document = "{ records { edges { node { documentNumber status } } } }"
    told = await town.ask(document, rule=HIDDEN_OF_PERSONS | {"field": "Record.documentNumber"})
    found = told.extensions["disclosure"]["fields"]
    assert [(each["coordinate"], each["kind"], each["level"]) for each in found] == [
        ("Record.documentNumber", "person", "WITHHELD")
    ]
    facts = await town.ask(PUBLIC + "{ subject(by: $by) { records { edges { node { facts } } } } }", organisation(1))
    assert facts.disclosure["subject.records.edges.node.facts"]["level"] == "WITHHELD"


# Pages ------------------------------------------------------------------------------------------------------------------

PAGE = (
    PUBLIC.replace(")", ", $after: String, $first: Int)")
    + "{ subject(by: $by) { records(first: $first, after: $after) "
    + "{ pageInfo { hasNextPage endCursor } edges { node { documentNumber } } } } }"
)


@probe
async def pages_hold_every_row_once(town: Town) -> None:
    """Many rows share a date; whoever turns pages meets each of them."""
    found: list[str] = []
    after = None
    while len(found) == len(set(found)):
        told = await town.ask(PAGE, {**organisation(city.MAIN), "first": 3, "after": after})
        page = told.data["subject"]["records"]
        assert len(page["edges"]) <= 3
        found += [edge["node"]["documentNumber"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(found) == len(set(found))
    assert set(found) == city.names("P", city.STATES)


@probe
async def rows_without_a_date_are_in_their_place(town: Town) -> None:
    """At the end of time: first where the latest come first, and on one page only."""
    document = PUBLIC.replace(")", ", $after: String)") + (
        "{ subject(by: $by) { measures(first: 4, after: $after, orderBy: [{by: ENDS_ON}]) "
        "{ pageInfo { hasNextPage endCursor } edges { node { id } } } } }"
    )
    found: list[int] = []
    after = None
    for _ in range(10):
        told = await town.ask(
            document.replace(PUBLIC.replace(")", ""), SUPERVISED.split(")")[0])
            .replace("$after: String)", '$after: String) @purpose(code: "PM-401", matter: "CASE-401", role: "supervised")'),
            {**organisation(city.MEASURED), "after": after},
            client="SUPERVISOR",
        )
        page = told.data["subject"]["measures"]
        found += [town.opened("SUPERVISOR", edge["node"]["id"]) for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    names = {number: name for name, number in city.MEASURE.items()}
    assert sorted(names[each] for each in found) == sorted(city.names("S", city.MEASURES))
    assert names[found[-1]] == "ends today"


@probe
async def mixed_orders_hold_every_row_once(town: Town) -> None:
    """Where one date falls and the other rises, the cursor's position is compared date by date."""
    document = PUBLIC.replace(")", ", $after: String)") + (
        "{ subject(by: $by) { records(first: 5, after: $after, "
        "orderBy: [{by: DECIDED_ON, direction: DESC}, {by: PUBLICATION_UNTIL, direction: ASC}]) "
        "{ pageInfo { hasNextPage endCursor } edges { node { documentNumber } } } } }"
    )
    found: list[str] = []
    after = None
    for _ in range(20):
        told = await town.ask(document, {**organisation(city.MAIN), "after": after})
        page = told.data["subject"]["records"]
        found += [edge["node"]["documentNumber"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(found) == len(set(found))
    assert set(found) == city.names("P", city.STATES)


@probe
async def cursors_are_good_for_nothing_else(town: Town) -> None:
    """Bound to path, arguments and order; and to the caller, purpose and matter."""
    body = "{ subject(by: $by) { %s: records(first: 2, after: $after%s) { edges { cursor } } } }"
    head = PUBLIC.replace(")", ", $after: String)")
    first = await town.ask(head + body % ("page", ""), organisation(city.MAIN))
    cursor = first.data["subject"]["page"]["edges"][-1]["cursor"]
    good = await town.ask(head + body % ("page", ""), {**organisation(city.MAIN), "after": cursor})
    assert good.code is None
    purpose = '@purpose(code: "PM-401", matter: "CASE-401", role: "supervised")'
    for document, by, client in (
        (head + body % ("other", ""), city.MAIN, None),
        (head + body % ("page", ", filter: {category: [ADMIN]}"), city.MAIN, None),
        (head + body % ("page", ", orderBy: [{by: DECIDED_ON, direction: ASC}]"), city.MAIN, None),
        (head + body % ("page", ""), city.SEEN, None),
        (head + purpose + body % ("page", ""), city.MAIN, "SUPERVISOR"),
        (head + body % ("page", ""), city.MAIN, "SUPERVISOR"),
    ):
        told = await town.ask(document, {**organisation(by), "after": cursor}, client=client)
        assert told.code is Code.CURSOR_INVALID, document


@probe
async def cursors_are_bound_to_who_asks(town: Town) -> None:
    """Whoever asks as another client, for another purpose, in another matter or under another consent, pages anew."""
    body = "{ subject(by: $by) { records(first: 2, after: $after) { edges { cursor } } } }"
    head = SUPERVISED.replace(")", ", $after: String)", 1)
    one = caller("SUPERVISOR")
    first = await town.ask(head + body, organisation(city.MAIN), client=one)
    cursor = first.data["subject"]["records"]["edges"][-1]["cursor"]
    two = replace(one.principal, client="SUPERVISOR-2")
    more = replace(one.principal, purposes=one.principal.purposes | {"PM-402"})
    same = {**organisation(city.MAIN), "after": cursor}
    assert (await town.ask(head + body, same, client=one)).code is None
    for document, client in (
        (head.replace("CASE-401", "CASE-401-2") + body, replace(one, principal=two)),
        (head.replace("PM-401", "PM-402").replace("CASE-401", "CASE-402") + body, replace(one, principal=more)),
        (head.replace("CASE-401", "CASE-401-B") + body, one),
    ):
        assert (await town.ask(document, same, client=client)).code is Code.CURSOR_INVALID, document


@probe
async def totals_are_of_what_is_visible(town: Town) -> None:
    document = PUBLIC + "{ subject(by: $by) { records(first: 1) { totalCount edges { cursor } } } }"
    told = await town.ask(document, organisation(city.MAIN))
    assert told.data["subject"]["records"]["totalCount"] == len(city.names("P", city.STATES))
    assert len(told.data["subject"]["records"]["edges"]) == 1


@probe
async def small_groups_are_not_counted(town: Town) -> None:
    """Fewer than five natural persons among the rows: the public is told no total."""
    told = await town.ask('{ records(filter: {item: ["HONOUR"]}) { totalCount edges { cursor } } }')
    assert told.data["records"]["totalCount"] is None
    assert len(told.data["records"]["edges"]) == 1
    other = await town.ask('{ records(filter: {item: ["ABNORMAL_OPERATION"]}) { totalCount } }')
    assert other.data["records"]["totalCount"] == 1
    agency = await town.ask(
        CANDIDATE + "{ subject(by: $by) { records { totalCount } } }", natural(city.PARTY), client="RECRUITER"
    )
    assert agency.data["subject"]["records"]["totalCount"] == 1


@probe
async def counting_ends(town: Town) -> None:
    """At ten thousand and one: beyond that a total would cost more than it tells."""
    await town.ask("{ records(first: 1) { totalCount edges { cursor } } }")
    assert "LIMIT 10001" in town.read
    reading = Reading(
        sealer=town.city.installation.sealer,
        viewer="public",
        asking="",
        scope=Scope.SHARING,
        variables={},
        today=TODAY,
        years=3,
        now=datetime(2026, 5, 20, tzinfo=UTC),
    )
    assert total((10_000, 0), reading) == 10_000
    assert total((10_001, 0), reading) is None


# Under one policy -------------------------------------------------------------------------------------------------------


async def answered(town: Town, line: Line) -> bool:
    """Whether the public is answered at all."""
    told = await line.told("{ subjects(filter: {name: \"测试\"}) { totalCount } }", None, Caller(principal=PUBLIC_CALLER))
    return told.code is None


@probe
async def statements_hold_under_their_policy(town: Town) -> None:
    """INVARIANT: data and policy version are of one snapshot. What was prepared under another version reads nothing."""
    assert await answered(town, town.line())
    async with changed(town, "UPDATE authz_state SET policy_version = 'another'"):
        assert not await answered(town, town.line())


@probe
async def statements_hold_on_their_day(town: Town) -> None:
    """Nor on another day than the one that the database sets, if it sets one."""
    async with changed(town, "UPDATE authz_state SET business_date = '2026-05-20'"):
        assert await answered(town, town.line(fixed=True))
        assert not await answered(town, town.line(TOMORROW, fixed=True))
        assert not await answered(town, town.line())
    assert not await answered(town, town.line(fixed=True))


@asynccontextmanager
async def changed(town: Town, statement: str) -> AsyncIterator[None]:
    """The database after this statement, until the block ends."""
    change = town.owner.transaction()
    await change.start()
    try:
        await town.owner.execute(statement)
        yield
    finally:
        await change.rollback()


@probe
async def plans_are_kept_apart(town: Town) -> None:
    """One memory serves all callers: another question is another plan, and so is another grant."""
    line, one = town.line(), caller("SUPERVISOR")
    other = replace(one, principal=replace(one.principal, supervision_field="LABOUR"))
    fields = "{ subject(by: $by) { records { edges { node { documentNumber facts } } } } }"
    shown = []
    for who in (one, other):
        told = await line.ask(SUPERVISED + fields, organisation(city.FIELD), who)
        shown.append({name for name, node in by_number(told).items() if node["facts"] is not None})
    assert shown == [set(city.FIELDS) - {"other field"}, set(city.FIELDS) - {"own field"}]
    named = await line.ask(SUPERVISED + "{ subject(by: $by) { name } }", organisation(city.FIELD), one)
    assert named.data["subject"] == {"name": "武汉测试3号有限公司"}
