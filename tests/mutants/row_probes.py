"""Probes of which rows exist for whom: records, measures and persons of the edge city, by each way of asking."""

from datetime import date

from tests.mutants import edge_city as city
from tests.mutants.operations import (
    ARCHIVE,
    EXPERT,
    MEASURES,
    PUBLIC,
    RECORDS,
    SUPERVISED,
    TARGETED,
    TENDER,
    measures,
    natural,
    numbers,
    organisation,
)
from tests.mutants.probing import probe
from tests.mutants.town import Town


@probe
async def public_records(town: Town) -> None:
    told = await town.ask(PUBLIC + RECORDS, organisation(city.MAIN))
    assert numbers(told) == city.names("P", city.STATES)


@probe
async def published_records_of_persons(town: Town) -> None:
    """Natural persons are found in no other way than in the list of everything public."""
    told = await town.ask("{ records(first: 100) { edges { node { id } } } }")
    names = {number: name for name, number in city.NUMBER.items()}
    shown = {names[town.opened(None, edge["node"]["id"])] for edge in told.data["records"]["edges"]}
    assert shown & set(city.PERSONS) == city.names("P", city.PERSONS)


@probe
async def shared_records(town: Town) -> None:
    told = await town.ask(SUPERVISED + RECORDS, organisation(city.MAIN), client="SUPERVISOR")
    assert numbers(told) == city.names("S", city.STATES)


@probe
async def penalties_of_three_years(town: Town) -> None:
    told = await town.ask(TENDER + RECORDS, organisation(city.MAIN), client="TENDER")
    penalties = {name for name, (_, each) in city.STATES.items() if "family" not in each}
    assert numbers(told, "Penalty") == city.names("Y", city.STATES) & penalties


@probe
async def own_archive(town: Town) -> None:
    told = await town.ask(ARCHIVE + RECORDS, organisation(city.SEEN), client="SUPERVISOR")
    assert numbers(told) == city.names("A", city.OWN)


@probe
async def repairs_before_order_36(town: Town) -> None:
    """What a repair stopped was its own business until 31 March 2026."""
    day, old = date(2026, 3, 31), {name for name in city.STATES if name.startswith("repaired long ago")}
    public = await town.ask(PUBLIC + RECORDS, organisation(city.MAIN), day=day)
    shared = await town.ask(SUPERVISED + RECORDS, organisation(city.MAIN), client="SUPERVISOR", day=day)
    assert numbers(public) & old == {"repaired long ago", "repaired long ago, sharing stopped"}
    assert numbers(shared) & old == {"repaired long ago", "repaired long ago, publication stopped"}


@probe
async def public_measures(town: Town) -> None:
    told = await town.ask(PUBLIC + MEASURES, organisation(city.MEASURED))
    assert measures(told, town) == city.names("P", city.MEASURES)


@probe
async def shared_measures(town: Town) -> None:
    told = await town.ask(SUPERVISED + MEASURES, organisation(city.MEASURED), client="SUPERVISOR")
    assert measures(told, town, "SUPERVISOR") == city.names("S", city.MEASURES)


@probe
async def own_measures(town: Town) -> None:
    """An executor sees what it executes or initiated, in whatever state, and nobody else's."""
    told = await town.ask(TARGETED + MEASURES, organisation(city.TARGET), client="EXECUTOR")
    assert measures(told, town, "EXECUTOR") == {name for name, (status, _) in city.EXECUTED.items() if status}


@probe
async def lists_of_own_targets(town: Town) -> None:
    target = await town.ask(TARGETED + RECORDS, organisation(city.TARGET), client="EXECUTOR")
    other = await town.ask(TARGETED + RECORDS, organisation(city.MAIN), client="EXECUTOR")
    assert numbers(target) == {"target's list"}
    assert numbers(other) == set()


@probe
async def persons_by_matter(town: Town) -> None:
    """A person exists for whoever asks in a matter that names them in the stated role, and while they live."""
    for number in (city.PARTY, city.STRANGER, city.NAMED_ELSEWHERE, city.OTHER_ROLE, city.DEAD, city.DIED_TODAY):
        by = {"by": {"id": town.seal("TENDER", "subject", number)}}
        told = await town.ask(EXPERT + "{ subject(by: $by) { kind } }", by, client="TENDER")
        assert (told.data["subject"] is not None) == (number == city.PARTY), number


@probe
async def persons_by_own_measure(town: Town) -> None:
    for number in (city.PARTY, city.STRANGER):
        told = await town.ask(TARGETED + "{ subject(by: $by) { kind } }", natural(number), client="EXECUTOR")
        assert (told.data["subject"] is not None) == (number == city.PARTY), number


@probe
async def persons_in_public(town: Town) -> None:
    """Nobody who is no organisation exists for the public, by whatever id."""
    by = {"by": {"id": town.seal(None, "subject", city.PARTY)}}
    told = await town.ask(PUBLIC + "{ subject(by: $by) { kind } }", by)
    assert told.data["subject"] is None
