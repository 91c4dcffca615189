"""A document and the values of one request -> the demand and its coerced values, held against the limits on values.

Demands are kept by document, operation and structure of the variables, so a question asked again of another subject
costs its coercion and nothing more. Kept demands never hold a value of a variable.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from graphql import GraphQLSchema

from schema.demands.collect import demand_of
from schema.demands.demand import Ask, Branch, Demand, Page, Selection, Slot, value_of
from schema.demands.variables import coerce, structure
from schema.documents.document import CHARACTERS_KEPT, Document, Operation
from schema.documents.limits import LIMITS, SENTENCES, Limits
from schema.errors import Code, DocumentError
from schema.recent import Recent

SHORT_NAME = "a name to search for has at least two characters"

_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: what it asks, and of whom. ``variables`` may identify persons."""

    demand: Demand
    variables: Mapping[str, object]

    def __repr__(self) -> str:
        return f"Asked(demand={self.demand.digest})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A demand, and the slots whose values are limited."""

    demand: Demand
    firsts: tuple[Slot, ...]
    batches: tuple[Slot, ...]
    names: tuple[Slot, ...]


class Demands:
    """The demands last made, at most ``capacity`` of them with ``room`` for the characters of their documents; each
    takes up to seventy bytes for one."""

    def __init__(
        self, schema: GraphQLSchema, capacity: int, limits: Limits = LIMITS, *, room: int = CHARACTERS_KEPT
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._kept = Recent[tuple[str, str | None, Hashable], _Kept](capacity, room)

    def ask(self, document: Document, operation: Operation, given: Mapping[str, object]) -> Asked:
        """The demand of an operation that asks for data. Errors: those of ``coerce``, ``demand_of``; LIMIT_EXCEEDED."""
        variables = coerce(operation.variables, given, self._limits)
        kept = self._demand(document, operation, variables)
        self._keep(kept, variables)
        return Asked(demand=kept.demand, variables=variables)

    @property
    def size(self) -> int:
        return len(self._kept)

    def _demand(self, document: Document, operation: Operation, variables: Mapping[str, object]) -> _Kept:
        key = (document.digest, operation.name, structure(operation.variables, variables))
        kept = self._kept.get(key)
        if kept is None:
            demand = demand_of(document, operation, variables, self._schema, self._limits)
            kept = self._kept.keep(key, _limited(demand), document.size)
        return kept

    def _keep(self, kept: _Kept, variables: Mapping[str, object]) -> None:
        for slot in kept.firsts:
            rows = value_of(slot, variables)
            if not isinstance(rows, int) or not 1 <= rows <= self._limits.first:
                raise _over("first", self._limits)
        for slot in kept.batches:
            subjects = value_of(slot, variables)
            if isinstance(subjects, list) and len(subjects) > self._limits.items:
                raise _over("items", self._limits)
        for slot in kept.names:
            name = value_of(slot, variables)
            if isinstance(name, str) and len(name.strip()) < _SHORTEST_NAME:
                raise DocumentError(Code.DOCUMENT_INVALID, SHORT_NAME)


def _over(name: str, limits: Limits) -> DocumentError:
    return DocumentError(Code.LIMIT_EXCEEDED, SENTENCES[name].format(getattr(limits, name)))


def _limited(demand: Demand) -> _Kept:
    pages = tuple(page for root in demand.roots for page in _pages(root.ask, set()))
    searched = (condition for page in pages for condition in page.conditions)
    return _Kept(
        demand=demand,
        firsts=tuple(page.first for page in pages),
        batches=tuple(root.lookups for root in demand.roots if root.lookups is not None),
        names=tuple(condition.value for condition in searched if condition.operator == "contains"),
    )


def _pages(ask: Ask, seen: set[int]) -> Iterator[Page]:
    """The pages of a tree, each shared level entered once."""
    if isinstance(ask, Page):
        yield ask
    if isinstance(ask, Page | Branch):
        yield from _pages_of(ask.selection, seen)


def _pages_of(selection: Selection, seen: set[int]) -> Iterator[Page]:
    if id(selection) in seen:
        return
    seen.add(id(selection))
    for asks in selection.types.values():
        for ask in asks:
            yield from _pages(ask, seen)
