"""Generated shapers: rows become what was asked, in order, whatever the response keys are called."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from resolvers.compose import compose
from resolvers.labels import Labels
from resolvers.plan import ColumnCell, RowNode
from resolvers.readings import Reading
from resolvers.reference import References
from resolvers.shape import shaper
from tests.city import TODAY
from tests.unit.resolvers.planning import asked_of, grant_of, planned, policy
from tests.unit.resolvers.sealers import keys_of, sealer_of

SEALER = sealer_of(keys_of(1))
NOW = datetime.fromisoformat("2026-05-20T10:00:00+08:00")
CATALOGUE, REGULATION = policy().catalogue, policy().regulation


def shaped(text: str, row: Sequence[Any], caller: str = "public") -> tuple[dict[str, Any], Reading]:
    """The answer that the row of a statement becomes, and what was noted of it."""
    asked, grant = asked_of(text), grant_of(caller)
    plan = compose(asked.demand, grant, CATALOGUE)
    reading = Reading(
        sealer=SEALER,
        viewer="public",
        asking="",
        scope=grant.scope,
        variables=asked.variables,
        today=TODAY,
        years=grant.years,
        now=NOW,
    )
    return shaper(plan, References(CATALOGUE, REGULATION, TODAY), Labels())(row, reading), reading


def cells_of(text: str, caller: str = "public", **values: Any) -> tuple[Any, ...]:
    """A row of the one root, by the names of its columns; everything else is null."""
    [root] = planned(text, caller).plan.roots
    return row_of(root.nodes[0], **values)


def row_of(node: RowNode, **values: Any) -> tuple[Any, ...]:
    return tuple(values.get(cell.name) if isinstance(cell, ColumnCell) else None for cell in node.cells)


COMPANY: dict[str, Any] = {"id": 5, "natural": False, "name": "武汉测试", "uscc": "91420199MA9TERT20X"}


def test_a_row_becomes_what_was_asked_in_order() -> None:
    text = '{ subject(by: {uscc: "x"}) { ... on Organisation { uscc } name __typename id } }'
    found, _ = shaped(text, (cells_of(text, **COMPANY),))
    assert list(found["subject"].items()) == [
        ("uscc", "91420199MA9TERT20X"),
        ("name", "武汉测试"),
        ("__typename", "Organisation"),
        ("id", SEALER.seal_id("public", "subject", 5)),
    ]


@pytest.mark.parametrize(
    "key", ["r", "c", "x", "b", "rows", "info", "total", "label", "answer", "None", "class", "__t"]
)
def test_response_keys_may_be_called_anything(key: str) -> None:
    """Keys are quoted in the generated text, so none of them means anything there."""
    text = f'{{ {key}: subject(by: {{uscc: "x"}}) {{ {key}: name }} }}'
    found, _ = shaped(text, (cells_of(text, **COMPANY),))
    assert found == {key: {key: "武汉测试"}}


def test_no_row_is_null_and_nothing_is_noted() -> None:
    found, reading = shaped('{ subject(by: {uscc: "x"}) { name } }', (None,))
    assert found == {"subject": None}
    assert reading.shown == []


def test_a_row_of_which_nothing_was_asked_is_there_all_the_same() -> None:
    text = '{ node(id: "x") { ... on Penalty { facts } } }'
    found, reading = shaped(text, ((5, False), None, None))
    assert found == {"node": {}}
    assert [shown.internal for shown in reading.shown] == [5]


def test_what_is_withheld_is_null_and_not_read() -> None:
    text = '{ subject(by: {uscc: "x"}) { ... on Organisation { contactPhone financials name } } }'
    row = cells_of(text, **COMPANY)
    assert len(row) == 3
    found, _ = shaped(text, (row,))
    assert found == {"subject": {"contactPhone": None, "financials": None, "name": "武汉测试"}}


def test_stored_values_become_their_wire_forms() -> None:
    text = """{ subject(by: {uscc: "x"}) { kindLabel(lang: EN) ... on Organisation {
        registeredCapital establishedOn otherCodes { kindLabel value }
        taxRegistrationNumber jurisdiction { name } } } }"""
    values = COMPANY | {
        "kind": "LEGAL_PERSON",
        "registered_capital": 12_345,
        "established_on": date(2020, 2, 29),
        "other_codes": ["ORG_CODE A"],
        "tax_registration_number__tax_no": "4201**",
        "jurisdiction": "420111",
    }
    found, _ = shaped(text, (cells_of(text, **values),))
    assert found["subject"] == {
        "kindLabel": "Legal person",
        "registeredCapital": "123.45",
        "establishedOn": "2020-02-29",
        "otherCodes": [{"kindLabel": "组织机构代码", "value": "A"}],
        "taxRegistrationNumber": "4201**",
        "jurisdiction": {"name": "武汉市洪山区"},
    }


def test_every_null_stays_null() -> None:
    text = """{ subject(by: {uscc: "x"}) { statusLabel jurisdiction { code } ... on Organisation {
        registeredCapital establishedOn otherCodes { value } formerNames } } }"""
    found, _ = shaped(text, (cells_of(text, id=5, natural=False),))
    assert set(found["subject"].values()) == {None}


def test_a_page_of_rows() -> None:
    text = """{ records(first: 2) { totalCount edges { cursor node { documentNumber } }
        pageInfo { hasNextPage startCursor } } }"""
    [root] = planned(text, "public").plan.roots
    day = {"natural": False, "family": "Penalty", "item": "PENALTY", "decided_on": date(2026, 2, 10)}
    rows = [row_of(root.nodes[0], id=n, subject_id=5, document_number=f"d{n}", **day) for n in (3, 2, 1)]
    found, reading = shaped(text, ((rows, (3, 0)),))
    page = found["records"]
    assert [edge["node"] for edge in page["edges"]] == [{"documentNumber": "d3"}, {"documentNumber": "d2"}]
    assert page["pageInfo"] == {"hasNextPage": True, "startCursor": page["edges"][0]["cursor"]}
    assert page["totalCount"] == 3
    assert [shown.internal for shown in reading.shown] == [3, 2]  # the row that only says there are more is not shown


def test_a_shown_row_is_noted_with_what_was_shown_of_it() -> None:
    text = '{ subject(by: {uscc: "x"}) { name ... on Organisation { contactPhone taxRegistrationNumber } } }'
    _, reading = shaped(text, (cells_of(text, **COMPANY),))
    [shown] = reading.shown
    assert (shown.source, shown.type, shown.subject, shown.natural) == ("subject", "Organisation", 5, False)
    assert shown.released.clear == ("Organisation.name",)
    assert shown.released.masked == ("Organisation.taxRegistrationNumber",)
    assert shown.released.withheld == 1
