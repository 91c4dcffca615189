"""Probes of look-ups, searches, filters and orders: what is found, and what must not be found out."""

from schema.errors import Code
from tests.generation.identities import person
from tests.mutants import edge_city as city
from tests.mutants.edge_city import NUMBER, TODAY
from tests.mutants.operations import (
    AWARD,
    CANDIDATE,
    EXPERT,
    HIDDEN_OF_PERSONS,
    PUBLIC,
    TARGETED,
    by_number,
    natural,
    organisation,
)
from tests.mutants.probing import probe
from tests.mutants.town import Town


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
        '{ subject(by: $by) { records(first: 1, filter: {decidedTo: "%s"}) { totalCount edges { node { facts } } } } }'
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
    for name, found in (("测试1号", 1), ("武汉测试", 13), ("号测试", 0), (person(city.PARTY).name, 0)):
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
    document = (
        PUBLIC + "{ subject(by: $by) { records(first: 100, filter: {%s}) { edges { node { documentNumber } } } } }"
    )
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
