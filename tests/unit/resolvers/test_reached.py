"""The items that a plan reaches: those of its rows, of rows below them, and of rows that a verdict counts."""

import pytest

from authz.frozen import EVERY_ITEM
from authz.grant import Kind
from authz.scopes import All
from resolvers.bindings import Source
from resolvers.plan import Block, Cell, NestedCell, ReadPlan, RootNode, RowNode, Shape, VerdictCell, VerdictTest
from resolvers.reached import items_reached


def block(*items: str) -> Block:
    return Block(natural=False, items=items, cases=((All(()), 0),))


def node(*cells: Cell, items: tuple[str, ...] = (), source: Source = Source.SUBJECT) -> RowNode:
    return RowNode(
        source=source,
        shape=Shape.MANY,
        entrance=None,
        attach=None,
        blocks=(block(*items),),
        cells=cells,
        views=(),
        released={},
    )


def verdict(field: str, *items: str) -> VerdictCell:
    test = VerdictTest(kind=Kind.ORGANISATION, blocks=(block(*items),))
    return VerdictCell(field=field, tests=(test,), since_years=None, supervision_field=None)


@pytest.mark.parametrize(
    ("reached", "items"),
    [
        (node(), set()),
        (node(items=("PENALTY", "LICENCE")), {"PENALTY", "LICENCE"}),
        (node(NestedCell(node(NestedCell(node(items=("JUDGMENT",)))))), {"JUDGMENT"}),
        (node(verdict("majorPenalty", "PENALTY")), {"PENALTY"}),
        (node(verdict("cleanRecord")), {EVERY_ITEM}),
        (node(verdict("sanctioned")), set()),
    ],
    ids=["a subject", "records", "records below", "a verdict", "a verdict about all", "a verdict about measures"],
)
def test_items_reached(reached: RowNode, items: set[str]) -> None:
    assert items_reached(ReadPlan(roots=(RootNode(key="a", nodes=(reached,)),))) == items


def test_a_verdict_that_is_not_answered_counts_nothing() -> None:
    silent = VerdictCell(field="cleanRecord", tests=(), since_years=None, supervision_field=None)
    assert items_reached(ReadPlan(roots=(RootNode(key="a", nodes=(node(silent),)),))) == frozenset()
