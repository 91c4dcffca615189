"""A source that reads its archive is answered as the reference answers it, hidden rows of its own included."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fresh_database import FreshDatabase
from tests.generation.agencies import Matter
from tests.generation.askers import Asker
from tests.generation.identities import uscc
from tests.properties.heard_city import heard_city
from tests.reference.hearing import Hearing

pytestmark = pytest.mark.anyio

SOURCE = Asker(name="A4-PM-834", client="A4", matter=Matter(number="", client="A4", purpose="PM-834", role=""))
"""Needs no matter for it; A4 has provided sealed and quarantined records, and initiated measures."""

NODE = """
    __typename documentNumber status sealed remark subject { ... on Organisation { uscc } } authority { name }
    measures(first: 5) { totalCount edges { node { status } } }
"""
MEASURE = "status initiatedBy { name } record { documentNumber status sealed } feedback { __typename }"
DOCUMENTS = {
    "records": f"records(first: 50) {{ totalCount edges {{ node {{ {NODE} }} }} }}",
    "filtered records": f"records(first: 50, filter: {{category: [PENALTY]}}) {{ edges {{ node {{ {NODE} }} }} }}",
    "ordered records": f"records(first: 9, orderBy: [{{by: PUBLICATION_UNTIL}}]) {{ edges {{ node {{ {NODE} }} }} }}",
    "measures": f"measures(first: 50) {{ totalCount edges {{ node {{ {MEASURE} }} }} }}",
    **{
        f"organisation {number}": f"""
            subject(by: {{uscc: "{uscc(number)}"}}) {{
              records(first: 50) {{ totalCount edges {{ node {{ {NODE} }} }} }}
              measures(first: 50) {{ edges {{ node {{ {MEASURE} }} }} }}
              standing {{ seriousList {{ answer }} majorPenalty {{ answer }} judgmentDefaulter {{ answer }} }}
            }}"""
        for number in range(8)
    },
}


@pytest.fixture(scope="module")
async def heard(module_database: FreshDatabase) -> AsyncIterator[Hearing]:
    async with heard_city(module_database) as (found, _):
        yield found


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_source_is_answered_as_by_the_reference(heard: Hearing, name: str) -> None:
    assert await heard.differences(SOURCE, asked(name), {}) == []


async def test_it_was_answered_from_its_archive(heard: Hearing) -> None:
    answers = [await heard.asked(SOURCE, asked(name), {}) for name in DOCUMENTS]
    nodes = [each for answer in answers for each in listed(answer.data)]
    assert {"SEALED", "QUARANTINED"} <= {each["status"] for each in nodes}
    assert any("initiatedBy" in each for each in nodes)


def asked(name: str) -> str:
    return f'query @purpose(code: "PM-834") {{ {DOCUMENTS[name]} }}'


def listed(value: Any) -> list[dict[str, Any]]:
    """The nodes of every connection in an answer."""
    if isinstance(value, list):
        return [node for each in value for node in listed(each)]
    if not isinstance(value, dict):
        return []
    own = [edge["node"] for edge in value.get("edges", ())]
    return [*own, *(node for each in value.values() for node in listed(each))]
