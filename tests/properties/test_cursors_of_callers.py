"""A cursor that an answer gave is good for the next page of that very connection of that very caller, and refused
everywhere else: always with the same bytes.
"""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from schema.errors import Code
from tests.city import Answer
from tests.fresh_database import FreshDatabase
from tests.generation.identities import uscc
from tests.properties.heard_city import asker_named, heard_city
from tests.reference.hearing import Hearing

pytestmark = pytest.mark.anyio

STATED = '@purpose(code: "PM-301", matter: "HSZB-2026-0117", role: "bidder")'
PLAIN = "records(first: 1, after: $after) { edges { cursor node { id decidedOn } } pageInfo { endCursor } }"


def of_subject(inner: str = PLAIN, stated: str = STATED) -> str:
    return f"query ($u: String!, $after: String) {stated} {{ subject(by: {{uscc: $u}}) {{ id {inner} }} }}"


ELSEWHERE: Mapping[str, tuple[str, str | None]] = {
    "another alias": (of_subject(PLAIN.replace("records(", "r: records(", 1)), "A1"),
    "a filter": (of_subject(PLAIN.replace("first: 1", 'filter: {item: ["PENALTY"]}, first: 1')), "A1"),
    "an order": (of_subject(PLAIN.replace("first: 1", "orderBy: [{by: DECIDED_ON, direction: ASC}], first: 1")), "A1"),
    "another connection": (
        of_subject("measures(first: 1, after: $after) { edges { cursor } }"),
        "A1",
    ),
    "the list of all": (
        f"query ($u: String!, $after: String) {STATED} {{ subject(by: {{uscc: $u}}) {{ id }} {PLAIN} }}",
        "A1",
    ),
    "another purpose": (
        of_subject(stated='@purpose(code: "PM-831", matter: "HSZB-2026-0118", role: "listed_target")'),
        "A1",
    ),
    "no purpose": (of_subject(stated=""), "A1"),
    "the public": (of_subject(stated=""), None),
    "another agency": (
        of_subject(stated='@purpose(code: "PM-401", matter: "WHSJ-2026-0031", role: "supervised")'),
        "A4",
    ),
}


@pytest.fixture(scope="module")
async def heard(module_database: FreshDatabase) -> AsyncIterator[Hearing]:
    async with heard_city(module_database) as (found, _):
        yield found


async def ask(heard: Hearing, text: str, variables: Mapping[str, Any], client: str | None = "A1") -> Answer:
    return await heard.city.ask(text, variables, client=client)


async def first_cursor(heard: Hearing, number: int) -> str:
    answer = await ask(heard, of_subject(), {"u": uscc(number)})
    cursor: str = answer.data["subject"]["records"]["pageInfo"]["endCursor"]
    return cursor


async def rich(heard: Hearing) -> int:
    """An organisation of the matter that has at least three records."""
    for number in range(10):
        page = "records(first: 3) { edges { cursor } }"
        answer = await ask(heard, of_subject(page).replace(", $after: String", ""), {"u": uscc(number)})
        if len(answer.data["subject"]["records"]["edges"]) == 3:
            return number
    raise AssertionError("no organisation has three records")


async def test_pages_add_up_to_the_list(heard: Hearing) -> None:
    number = await rich(heard)
    whole = await ask(heard, of_subject(PLAIN.replace("first: 1", "first: 100")), {"u": uscc(number)})
    expected = [edge["node"]["id"] for edge in whole.data["subject"]["records"]["edges"]]
    found, after = [], None
    for _ in expected:
        answer = await ask(heard, of_subject(), {"u": uscc(number), "after": after})
        [edge] = answer.data["subject"]["records"]["edges"]
        found.append(edge["node"]["id"])
        after = edge["cursor"]
    assert found == expected
    last = await ask(heard, of_subject(), {"u": uscc(number), "after": after})
    assert last.data["subject"]["records"]["edges"] == []


async def test_rows_without_a_date_are_paged_once(heard: Hearing) -> None:
    """They stand at the end of time, and time goes on from there."""
    page = "measures(first: 1, after: $after) { edges { cursor node { id } } }"
    text = f"query ($after: String) {STATED} {{ {page} }}"
    seen, after = [], None
    for _ in range(100):
        answer = await ask(heard, text, {"after": after})
        edges = answer.data["measures"]["edges"]
        if not edges:
            break
        seen.append(edges[0]["node"]["id"])
        after = edges[0]["cursor"]
    assert len(seen) == len(set(seen)) > 5


@pytest.mark.parametrize("where", ELSEWHERE)
async def test_a_cursor_is_refused_elsewhere(where: str, heard: Hearing) -> None:
    number = await rich(heard)
    cursor = await first_cursor(heard, number)
    text, client = ELSEWHERE[where]
    variables = {"u": uscc(number), "after": cursor}
    refused = await ask(heard, text, variables, client)
    assert refused.code is Code.CURSOR_INVALID
    assert refused.raw == (await ask(heard, of_subject(), {"u": uscc(number), "after": "x"})).raw
    without = await ask(heard, text, {"u": uscc(number)}, client)
    assert without.code is None


async def test_a_cursor_is_refused_for_another_subject(heard: Hearing) -> None:
    number = await rich(heard)
    cursor = await first_cursor(heard, number)
    other = next(each for each in (0, 1, 2, 3) if each != number)
    assert (await ask(heard, of_subject(), {"u": uscc(other), "after": cursor})).code is Code.CURSOR_INVALID


@pytest.mark.parametrize("place", [0, 1, 95, 190, 191])
async def test_a_changed_cursor_is_refused_in_the_same_words(place: int, heard: Hearing) -> None:
    number = await rich(heard)
    cursor = await first_cursor(heard, number)
    changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    refused = await ask(heard, of_subject(), {"u": uscc(number), "after": changed})
    assert refused.code is Code.CURSOR_INVALID
    assert refused.raw == (await ask(heard, of_subject(), {"u": uscc(number), "after": ""})).raw
    assert changed not in json.dumps(refused.body)


def test_the_matter_of_these_tests_is_that_of_the_asker() -> None:
    matter = asker_named("A1-PM-301").matter
    assert matter is not None
    assert f'matter: "{matter.number}"' in STATED
