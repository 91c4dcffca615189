"""Grants drawn at random over generated documents: plan, statement and shaper give what the reference gives.

Read by the owner, whom no wall stops: here nothing but the plan keeps a value from the answer.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from typing import Any

import asyncpg
import pytest

from authz.disclosure import check_uses
from authz.grant import Grant
from resolvers.compose import compose
from resolvers.derived import Moment
from resolvers.labels import Labels
from resolvers.parameters import Asking, bind
from resolvers.readings import Reading
from resolvers.reference import References
from resolvers.shape import shaper
from resolvers.statements import statement
from schema.demands.asking import Asked
from schema.errors import Code, Refusal
from tests.city import TODAY
from tests.fresh_database import FreshDatabase
from tests.generation.askers import ASKERS, viewer_ids
from tests.generation.documents import ask
from tests.generation.rows import Rows
from tests.properties.drawn_grants import drawn
from tests.properties.heard_city import asker_named, heard_city
from tests.reference.executor import execute
from tests.reference.hearing import NOW, Hearing, different
from tests.reference.sight import Sight

pytestmark = pytest.mark.anyio

GRANTS = 20
QUESTIONS = 4
BATCHES = 4


@pytest.fixture(scope="module")
async def heard(module_database: FreshDatabase) -> AsyncIterator[tuple[Hearing, Rows]]:
    async with heard_city(module_database) as found:
        yield found


@pytest.mark.parametrize("batch", range(BATCHES))
async def test_answers_of_drawn_grants_equal_the_reference(
    batch: int, heard: tuple[Hearing, Rows], module_database: FreshDatabase
) -> None:
    hearing, rows = heard
    random, answered = Random(f"drawn-{batch}"), 0
    asker = asker_named("A7-PM-831")
    sight = hearing.sight(asker, await hearing.city.caller(asker.client), stated=True)
    ids = viewer_ids(rows, hearing.city.installation.sealer, sight.viewer)
    async with module_database.owner() as owner:
        await owner.fetchval("SELECT array[row(1)]")  # asyncpg asks for the type of an array of rows once
        for number in range(GRANTS):
            grant = drawn(random, sight.grant, sight.catalogue, number)
            for _ in range(QUESTIONS):
                question = ask(random, replace(random.choice(ASKERS), matter=asker.matter), ids)
                variables = question.variables(random)
                asked = _asked(hearing, question.text, variables)
                if asked is None or not _usable(asked, grant, sight):
                    continue
                found = await _answer(owner, hearing, asked, grant, sight)
                seen = replace(sight, grant=grant)
                expected = execute(question.text, variables, seen)
                parted = list(different(found, expected))
                assert not parted, f"{batch}.{number}: {parted[:5]}\n{question.text}\n{variables}"
                answered += 1
    assert answered > GRANTS * QUESTIONS // 2


def _asked(hearing: Hearing, text: str, variables: dict[str, Any]) -> Asked | None:
    pipeline = hearing.city.pipeline
    try:
        document = pipeline.documents.prepare(text)
        return pipeline.demands.ask(document, document.operation(), variables)
    except Refusal as refusal:
        if refusal.code is Code.LIMIT_EXCEEDED:
            return None
        raise


def _usable(asked: Asked, grant: Grant, sight: Sight) -> bool:
    try:
        check_uses(asked.demand, grant, sight.catalogue)
    except Refusal:
        return False
    return True


async def _answer(owner: asyncpg.Connection, hearing: Hearing, asked: Asked, grant: Grant, sight: Sight) -> Any:
    """What the line does after the grant, without the log."""
    sealer, regulation = hearing.city.installation.sealer, hearing.city.installation.policy.regulation
    plan = compose(asked.demand, grant, sight.catalogue)
    made = statement(
        plan,
        Moment(today=TODAY, suspending=grant.suspending),
        grant.policy_version,
        persons=grant.persons,
        fixed_date=True,
    )
    asking = Asking(
        viewer=sight.viewer, binding="drawn", client="A1", agency=sight.agency, matter=sight.matter, role=sight.role
    )
    values = bind(made.names, made.parameters, asking, asked.variables, sealer)
    reading = Reading(
        sealer=sealer,
        viewer=sight.viewer,
        asking="drawn",
        scope=grant.scope,
        variables=asked.variables,
        today=TODAY,
        years=grant.years,
        now=NOW,
    )
    row = await owner.fetchrow(made.text, *values)
    return shaper(plan, References(sight.catalogue, regulation, TODAY), Labels())(row, reading)
