"""Random numbers and a kind of caller -> an operation over the data roots that is valid, and values of its variables.

    question = ask(random, asker, ids)
    question.text, question.variables(random), question.variables(random)

One text serves many draws of its variables, as clients do it. Everything the schema offers is asked sooner or later,
withheld fields as often as others: fragments on interfaces and families, named fragments, aliases, fields that merge,
@skip and @include, labels in both languages, filters, orders and pages. Some operations are refused for what they ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type

from schema.build import graphql_schema
from tests.generation import arguments
from tests.generation.arguments import Declared, Values
from tests.generation.askers import Asker

Taken = dict[str, tuple[str, "Taken"]]
"""The response keys of one place: what each was asked with, and the keys below it."""

_DEEPEST = 4
_ROOM = (5, 50)
"""About how many fields a document has: when it is full, no object and no fragment is begun."""
_ALIASES = 20
_CONNECTIONS = frozenset({"records", "measures"})
_DATA = ("subject", "subject", "subject", "standing", "standings", "node", "records", "records", "measures", "subjects")
_REFERENCE = "fragment Bureau on Agency { name kind kindLabel(lang: EN) }"
_PUBLIC_OF_PERSONS = ("Penalty", "ListEntry", "Defaulter", "Honour", "Licence")
"""Families under which natural persons can be named to the public: asked more often than others."""
_VERDICTS = ("label", "basis", "period", "asOf", "remedy", "caution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``pages``: for each variable that takes a cursor, the response keys of its connection, if they pass no list."""

    text: str
    declared: Mapping[str, Declared]
    pages: Mapping[str, tuple[str, ...]]

    def variables(self, random: Random) -> dict[str, Any]:
        """A new draw. Cursors are null: they must have been given by an answer before."""
        drawn = {name: each.draw(random) for name, each in self.declared.items()}
        return {name: value for name, value in drawn.items() if value is not arguments.ABSENT}


def document(random: Random, asker: Asker, ids: tuple[str, ...] = ("none",)) -> tuple[str, dict[str, Any]]:
    """A document and one draw of its variables."""
    question = ask(random, asker, ids)
    return question.text, question.variables(random)


def ask(random: Random, asker: Asker, ids: tuple[str, ...] = ("none",)) -> Question:
    """A question of this kind of caller; ``ids`` are those it may try to open."""
    writer = _Writer(random=random, values=Values(random=random, asker=asker, ids=ids))
    return writer.question()


@cache
def _schema() -> GraphQLSchema:
    return graphql_schema()


def _fields(name: str) -> Mapping[str, Any]:
    found = _schema().type_map[name]
    if not isinstance(found, GraphQLObjectType | GraphQLInterfaceType):
        raise TypeError(f"{name} has no fields")
    fields: Mapping[str, Any] = found.fields
    return fields


@cache
def _families() -> frozenset[str]:
    record = _schema().type_map["Record"]
    possible = _schema().get_possible_types(record) if isinstance(record, GraphQLInterfaceType) else []
    return frozenset(each.name for each in possible)


@dataclass(slots=True, kw_only=True)
class _Writer:
    random: Random
    values: Values
    fragments: list[str] = field(default_factory=list)
    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: int = 0
    room: int = 0

    def question(self) -> Question:
        taken: Taken = {}
        self.room = self.random.randint(*_ROOM)
        names = [self.random.choice(_DATA) for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        roots = " ".join(self.root(name, taken) for name in names)
        purpose = self.values.purpose()
        declared = self.values.declared
        header = ", ".join(f"${name}: {each.type}" for name, each in declared.items())
        text = f"query{f' ({header})' if header else ''}{purpose} {{ {roots} }}"
        used = [_REFERENCE] if any("...Bureau" in part for part in (text, *self.fragments)) else []
        return Question(text=" ".join((text, *self.fragments, *used)), declared=declared, pages=self.pages)

    # fields --------------------------------------------------------------------------------------------------------

    def root(self, name: str, taken: Taken) -> str:
        if name in {"subjects", *_CONNECTIONS}:
            return self.connection("Query", name, 0, taken, ())
        given = {"node": self.values.node, "standings": self.values.lookups}.get(name, self.values.lookup)()
        return self.field("Query", name, 0, taken, (), given)

    def field(
        self, parent: str, name: str, depth: int, taken: Taken, path: tuple[str, ...] | None, given: str = ""
    ) -> str:
        """One field with what is below it. ``path``: the keys down to here, None below a list."""
        kind = _fields(parent)[name].type
        if name in _CONNECTIONS:
            return self.connection(parent, name, depth, taken, path)
        if not given and "lang" in _fields(parent)[name].args:
            given = self.values.language()
        key, below = self.key(name, f"{name}{given}{kind}", taken)
        text = f"{_as(key, name)}{given}"
        bare = get_named_type(kind)
        if is_leaf_type(bare):
            return text + self.condition()
        inner = None if path is None or "[" in str(kind) else (*path, key)
        return f"{text}{self.condition()} {self.selection(bare.name, depth + 1, below, inner)}"

    def connection(self, parent: str, name: str, depth: int, taken: Taken, path: tuple[str, ...] | None) -> str:
        kind = _fields(parent)[name].type
        node = {"records": "Record", "measures": "Measure", "subjects": "Subject"}[name]
        with_filter = "filter" in _fields(parent)[name].args
        given, cursor = self.values.page(node, depth, with_filter=with_filter, follow=path is not None)
        key, below = self.key(name, f"{name}{given}{kind}", taken)
        if cursor is not None and path is not None:
            self.pages[cursor] = (*path, key)
        text = f"{_as(key, name)}{given}"
        return f"{text} {{ {self.inside(node, depth, below, follow=cursor is not None)} }}"

    def inside(self, node: str, depth: int, taken: Taken, *, follow: bool) -> str:
        """Of a connection: a page that is to be followed tells its end."""
        parts = [self.edges(node, depth, taken)]
        if self.random.random() < 0.1:
            parts.append(self.edges(node, depth, taken))
        if self.random.random() < 0.5:
            parts.append("totalCount")
        if follow or self.random.random() < 0.2:
            parts.append("pageInfo { hasNextPage hasPreviousPage startCursor endCursor }")
        return " ".join(parts)

    def edges(self, node: str, depth: int, taken: Taken) -> str:
        """The rows of a connection: now and then twice, under one response key or under two."""
        key, edges = self.key("edges", "edges", taken)
        rows = []
        for _ in range(2 if self.random.random() < 0.05 else 1):
            row, below = self.key("node", "node", edges)
            rows.append(f"{_as(row, 'node')} {self.selection(node, depth + 1, below, None)}")
        cursor = "cursor " if self.random.random() < 0.3 else ""
        return f"{_as(key, 'edges')} {{ {cursor}{' '.join(rows)} }}"

    def key(self, name: str, asked: str, taken: Taken) -> tuple[str, Taken]:
        """A response key under which this can stand here: the name, unless it is taken for something else."""
        free = name not in taken or taken[name][0] == asked
        if free and (self.aliases >= _ALIASES or self.random.random() < 0.95):
            return name, taken.setdefault(name, (asked, {}))[1]
        self.aliases += 1
        key = f"a{self.aliases}"
        return key, taken.setdefault(key, (asked, {}))[1]

    def condition(self) -> str:
        if self.random.random() > 0.02:
            return ""
        return f" @{self.random.choice(('skip', 'include'))}(if: {self.values.flag()})"

    # selections ----------------------------------------------------------------------------------------------------

    def selection(self, name: str, depth: int, taken: Taken, path: tuple[str, ...] | None) -> str:
        if name == "Agency" and self.random.random() < 0.4 and not taken:
            taken |= {each: (f"Bureau {each}", {}) for each in ("name", "kind", "kindLabel")}
            return "{ ...Bureau }"
        parts = [self.field(name, each, depth, taken, path) for each in self.chosen(name, depth)]
        parts += [self.fragment(each, depth, taken, path) for each in self.narrower(name)]
        if self.random.random() < 0.15:
            parts.append("__typename")
        if len(parts) > 1 and self.random.random() < 0.1:
            parts.append(self.random.choice(parts))  # merges with itself
        self.random.shuffle(parts)
        return f"{{ {' '.join(parts) or '__typename'} }}"

    def chosen(self, name: str, depth: int) -> list[str]:
        """Fields of the type: some values, and fewer objects the deeper it is."""
        if name == "Verdict":
            return ["answer", *(each for each in _VERDICTS if self.random.random() < 0.2)]
        fields = _fields(name)
        values = [each for each in fields if is_leaf_type(get_named_type(fields[each].type))]
        objects = [each for each in fields if each not in values]
        most = 0 if depth >= _DEEPEST or self.room < 0 else 3 if name == "Standing" else 2
        own = [each for each in values if each not in _fields("Record")] if name in _families() else []
        found = self.random.sample(own, min(len(own), 3))
        found += self.random.sample(values, min(len(values), self.random.randint(1, 6)))
        found += self.random.sample(objects, min(len(objects), self.random.randint(0, most)))
        self.room -= len(found)
        return found

    def narrower(self, name: str) -> list[str]:
        """Types that fragments here can be on: what it can be, and its interfaces."""
        found = _schema().type_map[name]
        if self.room < 0:
            return []
        if not isinstance(found, GraphQLInterfaceType):
            wide = [each.name for each in getattr(found, "interfaces", ())]
            return self.random.sample([name, *wide], 1) if wide and self.random.random() < 0.1 else []
        possible = [each.name for each in _schema().get_possible_types(found)]
        if name in {"Subject", "Node"}:
            possible = ["Organisation", "NaturalPerson", "Subject", "Record", "Measure"] if name == "Node" else possible
            return [each for each in possible if self.random.random() < 0.6]
        return [*self.random.sample(_PUBLIC_OF_PERSONS, 1), *self.random.sample(possible, self.random.randint(0, 3))]

    def fragment(self, name: str, depth: int, taken: Taken, path: tuple[str, ...] | None) -> str:
        """Inline or named; a path into a fragment may not be there, so nothing below it is followed."""
        text = self.selection(name, depth, taken, None)
        if self.random.random() < 0.7 or len(self.fragments) > 20:
            return f"... on {name}{self.condition()} {text}"
        called = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {called} on {name} {text}")
        return f"...{called}{self.condition()}"


def _as(key: str, name: str) -> str:
    return name if key == name else f"{key}: {name}"
