"""Probes of what is shown of rows that exist: forms, withheld fields, and the person as named in a record."""

from tests.generation.identities import person
from tests.mutants import edge_city as city
from tests.mutants.edge_city import NUMBER
from tests.mutants.operations import EXPERT, HIDDEN_OF_PERSONS, PUBLIC, SUPERVISED, by_number, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Town


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
    fields = "documentNumber facts ... on Penalty { suspendedLicence }"
    fields = f"{{ subject(by: $by) {{ records {{ edges {{ node {{ {fields} }} }} }} }} }}"
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
    fields = "id subject { __typename name ... on NaturalPerson { idNumber sex } }"
    fields = f"{{ records(first: 100) {{ edges {{ node {{ {fields} }} }} }} }}"
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
