"""An operation -> the names of its variables that only turn pages: nothing else of the question depends on them."""

from collections.abc import Iterator

from graphql import ArgumentNode, Node, VariableDefinitionNode, VariableNode

from schema.documents.document import Document, Operation

_TURNING = frozenset({"first", "after"})


def paging_variables(document: Document, operation: Operation) -> frozenset[str]:
    """Those that stand for ``first`` or ``after`` of a connection, and nowhere else."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for node in (operation.node, *document.fragments.values()):
        for name, turning in _used(node, turning=False):
            found[turning].add(name)
    return frozenset(found[True] - found[False])


def _used(node: Node, *, turning: bool) -> Iterator[tuple[str, bool]]:
    """Names of variables below a node, with whether they are the whole value of such an argument."""
    if isinstance(node, VariableNode):
        yield node.name.value, turning
    elif not isinstance(node, VariableDefinitionNode):
        turns = isinstance(node, ArgumentNode) and node.name.value in _TURNING
        for key in node.keys:
            below = getattr(node, key, None)
            for each in below if isinstance(below, list | tuple) else (below,):
                if isinstance(each, Node):
                    yield from _used(each, turning=turns)
