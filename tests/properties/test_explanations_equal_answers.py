"""Generated documents of every kind of caller: what is explained is what the very answer says about itself, or the very
refusal. The explanation goes by the grant that would answer, so no level may differ.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from random import Random
from typing import Any

import pytest

from schema.errors import Code
from tests.city import Answer
from tests.fresh_database import FreshDatabase
from tests.generation.askers import Asker, viewer_ids
from tests.generation.documents import ask
from tests.generation.rows import Rows
from tests.properties.heard_city import EVERYBODY, heard_city
from tests.reference.hearing import Hearing

pytestmark = pytest.mark.anyio

QUESTIONS = 40
EXPLAIN = """
    query ($document: String!, $variables: JSON) { explain(document: $document, variables: $variables) {
        scope purpose role policyVersion refusal { code detail }
        fields { coordinate path kind level mask reason rules { id allows } } } }
"""


@pytest.fixture(scope="module")
async def heard(module_database: FreshDatabase) -> AsyncIterator[tuple[Hearing, Rows]]:
    async with heard_city(module_database) as found:
        yield found


@pytest.mark.parametrize("asker", EVERYBODY, ids=lambda asker: asker.name)
async def test_an_explanation_is_of_the_very_answer(
    asker: Asker, heard: tuple[Hearing, Rows], request: pytest.FixtureRequest
) -> None:
    hearing, rows = heard
    random = Random(request.node.name)
    viewer = (await hearing.caller(asker)).principal.organisation
    ids = viewer_ids(rows, hearing.city.installation.sealer, viewer)
    codes = Counter[Code | None]()
    for _ in range(QUESTIONS):
        question = ask(random, asker, ids)
        variables = question.variables(random)
        said = await hearing.asked(asker, EXPLAIN, {"document": question.text, "variables": variables})
        answer = await hearing.asked(asker, question.text, variables)
        compare(said.data["explain"], answer)
        codes[answer.code] += 1
    assert codes[None] > QUESTIONS // 5, codes


def compare(said: Mapping[str, Any], answer: Answer) -> None:
    if answer.code is not None:
        (error,) = answer.body["errors"]
        assert said["refusal"] == {"code": error["extensions"]["code"], "detail": error["message"]}
        assert said["fields"] == []
        return
    disclosure = answer.body["extensions"]["disclosure"]
    for name in ("scope", "purpose", "policyVersion"):
        assert said[name] == disclosure[name]
    explained, told = by_path(said["fields"]), by_path(disclosure["fields"])
    assert told.keys() <= explained.keys()
    for path, fields in explained.items():
        levels = {each["level"] for each in fields}
        assert {each["level"] for each in told.get(path, ())} <= levels, path
        assert (levels == {"CLEAR"}) == (path not in told), path
        assert all(each["rules"] for each in fields if each["level"] != "WITHHELD"), path
        assert {each["reason"] for each in fields if each["level"] == "CLEAR"} <= {None}, path


def by_path(fields: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in fields:
        found.setdefault(each["path"], []).append(each)
    return found
