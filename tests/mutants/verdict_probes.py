"""Probes of verdicts: which rows count, for whom they are answered, and that they show nothing else."""

from tests.generation.identities import uscc
from tests.mutants import edge_city as city
from tests.mutants.operations import CLEAN, EXPERT, PUBLIC, SUPERVISED, SUPPLIER, TARGETED, natural, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Town


async def standings(
    town: Town, head: str, verdicts: str, *numbers: int, client: str | None
) -> dict[int, dict[str, str]]:
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
async def answers_of_executors(town: Town) -> None:
    """What its executor told of a measure: late or in time, and whether it has no basis as long as it stands."""
    fields = "{ subject(by: $by) { measures(first: 100) { edges { node { id legalityReview %s } } } } }"
    fields %= "feedback { matterNumber late }"
    told = await town.ask(TARGETED + fields, organisation(city.TOLD), client="EXECUTOR")
    names = {number: name for name, number in city.MEASURE.items()}
    shown = {
        names[town.opened("EXECUTOR", node["id"])]: (
            node["legalityReview"],
            {each["matterNumber"]: each["late"] for each in node["feedback"]},
        )
        for node in (edge["node"] for edge in told.data["subject"]["measures"]["edges"])
    }
    assert shown == {
        name: (review, {str(place): late for place, (*_, late) in enumerate(answers)})
        for name, (review, _, answers) in city.ANSWERED.items()
    }


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
async def persons_are_judged_by_their_own_rows(town: Town) -> None:
    """A person's verdicts count that person's records."""
    verdicts = "{ standing(by: $by) { identityMatch { answer } sanctioned { answer } } }"
    told = await town.ask(TARGETED + verdicts, natural(city.PARTY), client="EXECUTOR")
    assert told.data["standing"] == {"identityMatch": {"answer": "YES"}, "sanctioned": {"answer": "YES"}}
    expert = await town.ask(EXPERT + verdicts, natural(city.PARTY), client="TENDER")
    assert expert.data["standing"]["identityMatch"] == {"answer": "YES"}
