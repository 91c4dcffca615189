"""Probes of what an operation costs: as much as its questions asked one by one, and more where they may be large."""

from collections.abc import Mapping

from gateway.exchange import Arrival, GraphQLRequest
from gateway.points import COST_OF_A_POINT
from gateway.problems import RateRefusal
from schema.errors import Code
from tests.mutants import edge_city as city
from tests.mutants.edge_city import caller
from tests.mutants.operations import NAME, SUPERVISED, organisation
from tests.mutants.probing import probe
from tests.mutants.town import Town


async def charged(town: Town, document: str, variables: Mapping[str, object] | None = None) -> list[int]:
    """What the supervisor is charged for an operation beyond its request."""
    taken: list[int] = []
    arrival = Arrival(address=None, charge=taken.append)
    request = GraphQLRequest(query=document, variables=dict(variables or {}))
    reply = await town.line().pipeline(request, caller("SUPERVISOR"), arrival)
    assert reply.code is None
    return taken


@probe
async def questions_cost_points(town: Town) -> None:
    batch = SUPERVISED.replace("SubjectLookup!", "[SubjectLookup!]!") + (
        "{ standings(by: $by) { majorPenalty { answer } } }"
    )
    by = {"by": [organisation(number)["by"] for number in (city.MAIN, city.SEEN, city.FINED)]}
    twice = SUPERVISED + "{ a: subject(by: $by) { name } b: subject(by: $by) { name } }"
    page = "subject { name kind id } documentNumber decidedOn facts measures(first: 20) { edges { node { id } } }"
    large = f"{{ records(first: 100) {{ edges {{ node {{ {page} }} }} }} }}"
    assert await charged(town, SUPERVISED + "{ subject(by: $by) { name } }", organisation(city.MAIN)) == [0]
    assert await charged(town, batch, by) == [2]
    assert await charged(town, twice, organisation(city.MAIN)) == [1]
    assert (await charged(town, large))[0] > 2000 // COST_OF_A_POINT - 1


@probe
async def whoever_has_no_points_reads_nothing(town: Town) -> None:
    """Refused before anything is read, and logged like any refusal."""

    def charge(points: int) -> None:
        raise RateRefusal(7)

    line, request = town.line(), GraphQLRequest(query=NAME, variables=organisation(city.MAIN))
    town.rows.clear()
    reply = await line.pipeline(request, caller("SUPERVISOR"), Arrival(address=None, charge=charge))
    assert reply.code is Code.RATE_LIMITED
    assert reply.entry is not None
    assert town.rows == []
