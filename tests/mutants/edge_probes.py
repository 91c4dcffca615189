"""Probes of edges from one row to another: the row at the end exists for the caller, or there is none."""

from tests.generation.identities import person
from tests.mutants import edge_city as city
from tests.mutants.operations import AWARD, HANDLED, PUBLIC, RECORDS, SUPERVISED, by_number, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Town

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
async def subjects_of_rows_are_their_own(town: Town) -> None:
    """From a record or a measure back to its subject, and from a subject to its own records alone."""
    fields = """{ subject(by: $by) { measures(first: 100) { edges { node {
      subject { name } record { subject { name } measures { totalCount } } } } } } }"""
    told = await town.ask(PUBLIC + fields, organisation(city.MEASURED))
    nodes = [edge["node"] for edge in told.data["subject"]["measures"]["edges"]]
    assert {node["subject"]["name"] for node in nodes} == {"武汉测试4号有限公司"}
    assert {node["record"]["subject"]["name"] for node in nodes} == {"武汉测试1号有限公司"}
    empty = await town.ask(PUBLIC + RECORDS, organisation(city.EMPTY))
    assert empty.data["subject"]["records"]["edges"] == []
