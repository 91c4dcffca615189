"""A syntax tree -> its operations, its fragments, and what each would weigh with all fragments spread.

Every selection is visited once and every fragment is weighed once, so the work is linear in the document however often
fragments spread each other. Never spreads a fragment, and never looks at the schema.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
)

from schema.documents.limits import Limits, invalid, keep

SENTENCES = {
    "definition": "the document defines something that is neither an operation nor a fragment",
    "operation": "the document has no operation",
    "subscription": "subscriptions are not served",
    "incremental": "answers are not sent in parts",
    "twice": "two fragments of the document have one name",
    "cycle": "fragments of the document spread themselves",
}

_INCREMENTAL = frozenset({"defer", "stream"})

Definition = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(slots=True)
class Tally:
    """Nodes visited so far: the work done, counted."""

    steps: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """Selections and nesting of one definition with its fragments spread; saturated above the limits."""

    selections: int
    nesting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    operations: tuple[OperationDefinitionNode, ...]
    fragments: Mapping[str, FragmentDefinitionNode]


@dataclass(slots=True, kw_only=True)
class _Outline:
    """One definition as it stands: its own selections, and the depth at which it spreads what."""

    selections: int = 0
    nesting: int = 0
    spreads: list[tuple[FragmentSpreadNode, int]] = field(default_factory=list)


def survey(document: DocumentNode, limits: Limits, tally: Tally) -> Survey:
    """Refuse what is too large before anything spreads a fragment. Errors: LIMIT_EXCEEDED, DOCUMENT_INVALID."""
    definitions = tuple(_definitions(document))
    operations = tuple(found for found in definitions if isinstance(found, OperationDefinitionNode))
    fragments = {found.name.value: found for found in definitions if isinstance(found, FragmentDefinitionNode)}
    keep(limits, "operations", len(operations))
    keep(limits, "fragments", len(definitions) - len(operations))
    if not operations:
        raise invalid(SENTENCES["operation"])
    if len(fragments) < len(definitions) - len(operations):
        raise invalid(SENTENCES["twice"])
    _keep_directives(definitions, limits, tally)
    _Scales(fragments, limits, tally).keep(operations)
    return Survey(operations=operations, fragments=MappingProxyType(fragments))


def _definitions(document: DocumentNode) -> Iterator[Definition]:
    for definition in document.definitions:
        if not isinstance(definition, Definition):
            raise invalid(SENTENCES["definition"], definition)
        if isinstance(definition, OperationDefinitionNode) and definition.operation is OperationType.SUBSCRIPTION:
            raise invalid(SENTENCES["subscription"], definition)
        yield definition


def selections_of(definition: Definition) -> Iterator[tuple[SelectionNode, int]]:
    """Every selection written in a definition, with its nesting; fragments are not entered."""
    waiting = [(definition.selection_set, 1)]
    while waiting:
        found, nesting = waiting.pop()
        for selection in found.selections:
            yield selection, nesting
            if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append((selection.selection_set, nesting + 1))


def _keep_directives(definitions: tuple[Definition, ...], limits: Limits, tally: Tally) -> None:
    total = 0
    for definition in definitions:
        variables = definition.variable_definitions or ()
        keep(limits, "variables", len(variables), definition)
        for node in (definition, *variables, *(selection for selection, _ in selections_of(definition))):
            tally.steps += 1
            directives = node.directives or ()
            total += len(directives)
            keep(limits, "directives_here", len(directives), node)
            for directive in directives:
                if directive.name.value in _INCREMENTAL:
                    raise invalid(SENTENCES["incremental"], directive)
    keep(limits, "directives", total)


class _Scales:
    """Weighs fragments by what they spread, each once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits, tally: Tally) -> None:
        self._limits = limits
        self._tally = tally
        self._outlines = {name: self._outline(node) for name, node in fragments.items()}
        self._weights: dict[str, Weight] = {}
        self._open: set[str] = set()

    def keep(self, operations: tuple[OperationDefinitionNode, ...]) -> None:
        """Hold all definitions against the limits: validation goes through every one of them."""
        outlines = [self._outline(operation) for operation in operations]
        outlines += self._outlines.values()
        keep(self._limits, "spreads", sum(len(outline.spreads) for outline in outlines))
        weights = [self._weight(outline) for outline in outlines]
        keep(self._limits, "nesting", max(weight.nesting for weight in weights))
        keep(self._limits, "selections", sum(weight.selections for weight in weights))

    def _outline(self, definition: Definition) -> _Outline:
        outline = _Outline()
        for selection, nesting in selections_of(definition):
            self._tally.steps += 1
            outline.selections += 1
            outline.nesting = max(outline.nesting, nesting)
            if isinstance(selection, FragmentSpreadNode):
                outline.spreads.append((selection, nesting))
        return outline

    def _weight(self, outline: _Outline) -> Weight:
        selections, nesting = outline.selections, outline.nesting
        for spread, above in outline.spreads:
            self._tally.steps += 1
            weight = self._fragment(spread)
            selections = min(selections + weight.selections, self._limits.selections + 1)
            nesting = min(max(nesting, above + weight.nesting), self._limits.nesting + 1)
        return Weight(selections, nesting)

    def _fragment(self, spread: FragmentSpreadNode) -> Weight:
        name = spread.name.value
        if name in self._open:
            raise invalid(SENTENCES["cycle"], spread)
        if name not in self._outlines:
            return Weight(0, 0)  # validation names it
        if name not in self._weights:
            self._open.add(name)
            self._weights[name] = self._weight(self._outlines[name])
            self._open.remove(name)
        return self._weights[name]
