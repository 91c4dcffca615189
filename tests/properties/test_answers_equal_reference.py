"""Generated documents of every kind of caller: the planned answer is the one that the reference executor gives.

Pages are followed by each side's own cursors. What the gateway refuses is refused for a reason that generated documents
can have, and at least a quarter are answered.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest

from gateway.database.embedded import EmbeddedServer
from gateway.database.roles import Credentials
from schema.errors import Code
from tests.city import city
from tests.fresh_database import FreshDatabase, fresh_database
from tests.generation.askers import Asker, viewer_ids
from tests.generation.documents import Question, ask
from tests.generation.rows import Rows, generate, write
from tests.properties.heard_city import EVERYBODY
from tests.reference.hearing import Hearing, at, different
from tests.reference.world import read

pytestmark = pytest.mark.anyio

SEEDS = (1, 2, 3)
QUESTIONS = 40
DRAWS = 2
PAGES = 3
REFUSED = {
    Code.FIELD_NOT_FILTERABLE,
    Code.LIMIT_EXCEEDED,
    Code.MATTER_NOT_OPEN,
    Code.MATTER_REQUIRED,
    Code.OUT_OF_CONSENT,
    Code.PURPOSE_REQUIRED,
    Code.SUBJECT_NOT_COVERED,
}
"""What generated documents may be refused for: they state wrong matters and look up whom the purpose does not cover."""


@pytest.fixture(scope="module", params=SEEDS)
def seeded(
    request: pytest.FixtureRequest,
    database_server: EmbeddedServer,
    database_home: Path,
    database_credentials: Credentials,
) -> Iterator[tuple[int, FreshDatabase]]:
    """A database of its own for each seed."""
    with fresh_database(database_server, database_home, database_credentials) as fresh:
        yield request.param, fresh


@pytest.fixture(scope="module")
async def hearing(seeded: tuple[int, FreshDatabase]) -> AsyncIterator[tuple[Hearing, Rows]]:
    seed, database = seeded
    async with city(database, empty=True) as found:
        rows = generate(seed, found.installation.sealer)
        async with database.owner() as owner:
            await write(owner, rows)
            world = await read(owner)
        yield Hearing(city=found, world=world), rows


@pytest.mark.parametrize("asker", EVERYBODY, ids=lambda asker: asker.name)
async def test_answers_equal_the_reference(
    asker: Asker, hearing: tuple[Hearing, Rows], request: pytest.FixtureRequest
) -> None:
    heard, rows = hearing
    random = Random(f"{request.node.name}")
    viewer = (await heard.caller(asker)).principal.organisation
    ids = viewer_ids(rows, heard.city.installation.sealer, viewer)
    codes: Counter[Code | None] = Counter()
    for _ in range(QUESTIONS):
        question = ask(random, asker, ids)
        for _ in range(DRAWS):
            codes += await _compare(heard, asker, question, question.variables(random))
    assert codes.keys() <= {None, *REFUSED}
    assert codes[None] > QUESTIONS * DRAWS // 4, codes  # most refusals are of people whom the matter does not name


async def _compare(
    heard: Hearing, asker: Asker, question: Question, variables: dict[str, object]
) -> Counter[Code | None]:
    """Ask, and ask for the next pages as long as there are any; the outcomes."""
    ours, theirs = dict(variables), dict(variables)
    outcomes: Counter[Code | None] = Counter()
    for _ in range(PAGES):
        answer = await heard.asked(asker, question.text, ours)
        outcomes[answer.code] += 1
        if answer.code is not None:
            break
        expected = await heard.expected(asker, question.text, theirs)
        found = list(different(answer.data, expected))
        assert not found, f"{asker.name}: {found[:5]}\n{question.text}\n{ours}"
        ends = {name: (*path, "pageInfo", "endCursor") for name, path in question.pages.items()}
        following = [name for name, path in ends.items() if at(answer.data, path) is not None]
        if not following:
            break
        ours |= {name: at(answer.data, ends[name]) for name in following}
        theirs |= {name: at(expected, ends[name]) for name in following}
    return outcomes
