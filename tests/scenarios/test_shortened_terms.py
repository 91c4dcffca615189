"""A department shortens the term of what it published: it takes effect the same day, and corrects nothing."""

from collections.abc import AsyncIterator, Mapping
from datetime import date

import pytest

from tests.city import TODAY, City, city
from tests.fresh_database import FreshDatabase
from tests.scenarios.filing import DAY, filed, on_day, take

pytestmark = pytest.mark.anyio

ASKED = """
query ($n: String!) {
  records(filter: {documentNumber: $n}) { edges { node { statusLabel publication { until } } } }
}
"""
PENALTY = {
    "subject_name": "武汉测试食品有限公司",
    "subject_kind": "法人及非法人组织",
    "uscc": "91420199MA9TERT20X",
    "document_number": "武市监处罚〔2026〕测077号",
    "facts": "销售超过保质期的食品",
    "violation_type": "销售超过保质期的食品",
    "penalty_basis": "《中华人民共和国食品安全法》第一百二十四条",
    "penalty_kinds": "罚款",
    "content": "罚款2万元",
    "decided_on": "2026-03-01",
    "authority_name": "武汉市市场监督管理局",
    "severity": "一般",
}


@pytest.fixture
async def town(database: FreshDatabase) -> AsyncIterator[City]:
    async with city(database) as found:
        await take(found, filed("penalties", {**PENALTY, "publication_until": "2027-03-01"}))
        yield found


async def shown(town: City, on: date = TODAY) -> list[Mapping[str, object]]:
    async with on_day(town, on):
        answer = await town.ask(ASKED, {"n": PENALTY["document_number"]})
    return [edge["node"] for edge in answer.data["records"]["edges"]]


async def test_it_is_gone_at_once(town: City) -> None:
    assert len(await shown(town)) == 1
    await take(town, filed("penalties", {**PENALTY, "publication_until": str(TODAY - DAY)}))
    assert await shown(town) == []


async def test_its_new_last_day_counts(town: City) -> None:
    await take(town, filed("penalties", {**PENALTY, "publication_until": str(TODAY)}))
    assert await shown(town) == [{"statusLabel": "有效", "publication": {"until": str(TODAY)}}]
    assert await shown(town, TODAY + DAY) == []
