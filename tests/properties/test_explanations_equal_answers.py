"""Generated documents of every kind of caller: what is explained is what the very answer says about itself, or the very
refusal; and the rows that it names are those that are answered. The explanation goes by the grant that would answer, so
no level may differ, and no row may be named that the second wall then hides.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from random import Random
from typing import Any

import pytest

from authz.grant import Kind
from authz.sentences import sentence
from schema.errors import Code
from tests.city import Answer
from tests.fresh_database import FreshDatabase
from tests.generation.askers import Asker, viewer_ids
from tests.generation.documents import ask
from tests.generation.rows import Rows
from tests.properties.heard_city import EVERYBODY, heard_city
from tests.reference.hearing import Hearing
from tests.reference.sight import Sight, kind_of

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


NAMED = """
    query ($document: String!) { explain(document: $document) { refusal { code }
        fields { path items kind relation published rows } } }
"""
LISTS = {"records": "Record", "measures": "Measure"}


@pytest.mark.parametrize("root", LISTS)
@pytest.mark.parametrize("asker", EVERYBODY, ids=lambda asker: asker.name)
async def test_the_rows_that_are_named_are_those_that_are_listed(
    asker: Asker, root: str, heard: tuple[Hearing, Rows]
) -> None:
    """Whatever lies in a part of which it speaks, even if somebody else would rather hide it."""
    hearing, _ = heard
    stated = asker.matter.stated if asker.matter is not None else ""
    document = f"query ($after: String) {stated} {{ {root} {LISTED} }}"
    said = (await hearing.asked(asker, NAMED, {"document": document})).data["explain"]
    assert said["refusal"] is None

    sight = hearing.sight(asker, await hearing.caller(asker), stated=bool(stated))
    promised = set(rows_named(said["fields"], sight, root.removesuffix("s")))

    assert await ids_of(hearing, asker, document, root) == promised


LISTED = "(first: 100, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }"


def rows_named(fields: Iterable[Mapping[str, Any]], sight: Sight, table: str) -> Iterator[str]:
    """The ids of the rows of which an explanation says that they are listed."""
    named = {
        (item, each["kind"], each["relation"], each["published"], each["rows"])
        for each in fields
        for item in each["items"]
    }
    parts = [
        part
        for part in sight.listed_parts(f"{table.title()}.id", frozenset(Kind), root=True)
        if (part.item, part.kind, part.relation, part.published, sentence(part.rows)) in named
    ]
    for row in sight.world.tables[table]:
        place = (row.get("item", "MEASURE"), kind_of(row))
        if any((part.item, part.kind) == place and sight.lies_in(part, row) for part in parts):
            yield sight.seal(table, row["id"])


async def ids_of(hearing: Hearing, asker: Asker, document: str, root: str) -> set[str]:
    """Page after page."""
    found, after, more = set[str](), None, True
    while more:
        page = (await hearing.asked(asker, document, {"after": after})).data[root]
        found |= {edge["node"]["id"] for edge in page["edges"]}
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


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
