"""Typical questions go by indexes, and cost hardly more in a city ten times as large.

The planner is left free: nothing is switched off, so that what is proven is what it chooses, both for these values and
for any (the plan that a connection comes to use after some calls). Pages are counted, not seconds.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest

from benchmarks.plans import Plan, plan_of, reads_of
from benchmarks.serving.peers import PEERS
from benchmarks.serving.questions import QUESTIONS
from tests.city import City, city
from tests.copies import FOOD, copy_subjects
from tests.fresh_database import FreshDatabase
from tests.unit.resolvers.typical import TYPICAL

pytestmark = pytest.mark.anyio

SMALL, LARGE = 500, 5000
"""Copies of an organisation and a person of the fixture, with all that they have."""

PURPOSES = {
    "A1-PM-301": '@purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder")',
    "A2-PM-601": '@purpose(code: "PM-601", matter: "WHGWY-2026-00321", role: "candidate")',
    "A7-PM-831": '@purpose(code: "PM-831", matter: "EZJY-2026-077", role: "listed_target")',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    client: str | None
    document: str
    variables: Mapping[str, object]


def asked() -> Mapping[str, Asked]:
    """The typical questions of the resolvers' tests, first pages of them, and those of the benchmark."""
    found = {}
    for name, (caller, text, variables) in TYPICAL.items():
        stated = text.replace(") {", f") {PURPOSES[caller]} {{", 1) if caller in PURPOSES else text
        kept = {key: value for key, value in variables.items() if key != "after"}
        found[name] = Asked(client=caller[:2] if caller in PURPOSES else None, document=stated, variables=kept)
    for question in QUESTIONS:
        document = (PEERS / "gateway" / f"{question.name}.graphql").read_text("utf-8")
        variables = {"uscc": FOOD} if question.by_code else {}
        found[f"benchmark {question.name}"] = Asked(client="A1", document=document, variables=variables)
    return found


ASKED = asked()


async def plans(town: City) -> dict[str, Plan]:
    """How each question is read."""
    found = {}
    for name, each in ASKED.items():
        caller = await town.caller(each.client)
        _, (read,) = await reads_of(town.installation, each.document, each.variables, caller)
        found[name] = await plan_of(town.installation, read)
    return found


@pytest.fixture(scope="module")
async def grown(module_database: FreshDatabase) -> AsyncIterator[tuple[dict[str, Plan], dict[str, Plan]]]:
    """The plans in a city, and in the same city grown to ten times its size."""
    async with city(module_database) as town:
        async with module_database.owner() as owner:
            await copy_subjects(owner, 1, SMALL)
        small = await plans(town)
        async with module_database.owner() as owner:
            await copy_subjects(owner, SMALL + 1, LARGE)
        yield small, await plans(town)


@pytest.mark.parametrize("name", ASKED)
async def test_nothing_that_grows_is_read_from_end_to_end(
    grown: tuple[dict[str, Plan], dict[str, Plan]], name: str
) -> None:
    _, large = grown
    assert large[name].indexes()
    assert large[name].walks() == []


@pytest.mark.parametrize("name", ASKED)
async def test_ten_times_the_city_is_nothing_like_ten_times_the_pages(
    grown: tuple[dict[str, Plan], dict[str, Plan]], name: str
) -> None:
    """The bound leaves room for a level of an index more, rows that lie less close together, and kinds so small that
    to sort all of one is cheaper than to look for the newest. ``benchmarks.growth`` measures what real sizes cost."""
    small, large = grown
    assert large[name].pages <= 2.5 * small[name].pages + 20
