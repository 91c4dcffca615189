"""A plan -> the items of the catalogue whose rows it reads, or counts for a verdict.

What an operation cannot reach under its grant is in no block of its plan. It never looks at rows.
"""

from collections.abc import Iterable, Iterator

from authz.frozen import EVERY_ITEM
from resolvers.bindings import Source
from resolvers.plan import Block, NestedCell, ReadPlan, RowNode, VerdictCell
from resolvers.verdicts import VERDICTS


def items_reached(plan: ReadPlan) -> frozenset[str]:
    """Codes of items; ``EVERY_ITEM`` where rows of all of them count."""
    return frozenset(item for root in plan.roots for node in root.nodes for item in _of_node(node))


def _of_node(node: RowNode) -> Iterator[str]:
    yield from _of_blocks(node.blocks)
    for cell in node.cells:
        if isinstance(cell, NestedCell):
            yield from _of_node(cell.node)
        elif isinstance(cell, VerdictCell):
            yield from _of_verdict(cell)


def _of_verdict(cell: VerdictCell) -> Iterator[str]:
    rule = VERDICTS[cell.field]
    if rule.rows is Source.RECORD and not rule.by_item and cell.tests:
        yield EVERY_ITEM
    for test in cell.tests:
        yield from _of_blocks(test.blocks)


def _of_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from block.items
