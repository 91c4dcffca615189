"""A document and who asks -> what its asker might state instead, and what each field would then be shown as.

It goes by the grants that would answer and by the walk of the answer, so that whoever asks as it says is shown what it
says. It tells policy alone: it reads no row, and looks for no matter and no consent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from authz.asked import Occurrence, Walk
from authz.disclosure import check_uses
from authz.grant import Grant, Kind, Level, Part, Relation, Scope
from authz.policy import Policy
from authz.principal import BY_CONSENT, Principal
from authz.purpose import Admission, Asked, open_to
from authz.trees import ROOT
from schema.demands.demand import Coordinate, Demand
from schema.errors import PolicyError
from schema.regulations.regulation import Purpose
from schema.vocabulary.administration import Role

Compile = Callable[[Principal, Admission, date], Grant]
"""The grant of a principal on a day, remembered or made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What has to be stated: the purpose, and one of the roles where there are any; and what has to be there: a
    registered matter, or a consent that ticks the field."""

    purpose: str
    roles: tuple[str, ...]
    matter: bool
    consent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """On any of these terms, rows with this relation to the caller show the field at this level. ``published``: only
    rows that the public may see as well."""

    terms: tuple[Terms, ...]
    relation: Relation
    published: bool
    level: Level
    mask: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a field is shown as it is now: its kind of subject and items (none: whichever stand there), and whether the
    rows are public anyway (None: it is not said)."""

    path: str
    coordinate: Coordinate
    kind: Kind | None
    items: frozenset[str]
    published: bool | None
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alternative:
    """What is shown on any of these terms: each asked field at its place, with the parts that decide it."""

    terms: tuple[Terms, ...]
    shown: Mapping[tuple[str, Coordinate], tuple[Part, ...]]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Of one demand. ``asked``: which kinds of subject it looks up."""

    demand: Demand
    asked: Asked
    who: Principal
    policy: Policy
    grant: Compile
    today: date

    def beyond(self, place: Place) -> tuple[Way, ...]:
        """The ways to the most that rows of each relation show, where that is more than is shown now."""
        found = dict.fromkeys(
            way for each in self._alternatives for way in _ways(each, place) if way.level > place.level
        )
        most = {way.relation: max(each.level for each in found if each.relation is way.relation) for way in found}
        anyhow = most.get(Relation.OTHER, Level.NONE)
        best = [
            way
            for way in found
            if way.level == most[way.relation] and (way.relation is Relation.OTHER or way.level > anyhow)
            if not way.published or replace(way, published=False) not in found
        ]
        return tuple(sorted(best, key=lambda way: (way.relation is not Relation.OTHER, -way.level)))

    @cached_property
    def _alternatives(self) -> tuple[_Alternative, ...]:
        """Purposes that show the same, as most of a group do, are one: the document is walked once for them all."""
        alike: list[tuple[Grant, list[Terms]]] = []
        for terms, grant in self._admitted():
            stated = next((stated for other, stated in alike if _alike(other, grant)), None)
            if stated is None:
                alike.append((grant, stated := []))
            stated.append(terms)
        return tuple(_Alternative(terms=tuple(stated), shown=self._shown(grant)) for grant, stated in alike)

    def _admitted(self) -> Iterator[tuple[Terms, Grant]]:
        """Whatever the caller may state about those whom the document looks up, and what it would be granted."""
        by_consent = self.who.role in BY_CONSENT
        for purpose in open_to(self.who, self.policy.regulation, self.today):
            for roles in self._roles(purpose) if _covers(purpose, self.asked, one=by_consent) else ():
                matter = not by_consent and (purpose.matter_required or self.asked.persons)
                scope = Scope.CONSENT if by_consent else Scope.SHARING
                admission = Admission(scope=scope, purpose=purpose.code, role=next(iter(roles), None))
                terms = Terms(purpose=purpose.code, roles=roles, matter=matter, consent=by_consent)
                yield terms, self.grant(self.who, admission, self.today)

    def _roles(self, purpose: Purpose) -> Iterable[tuple[str, ...]]:
        """The roles that may be stated: together, as long as no rule tells one from another."""
        roles = tuple(map(str, Role if purpose.any_role else purpose.roles))
        told_apart = any(rule.role != ROOT for rule in self.policy.rules)
        return ((role,) for role in roles) if told_apart and roles else (roles,)

    def _shown(self, grant: Grant) -> Mapping[tuple[str, Coordinate], tuple[Part, ...]]:
        """Nothing where the very document would be refused."""
        try:
            check_uses(self.demand, grant, self.policy.catalogue)
        except PolicyError:
            return {}
        return dict(_reached(Walk(demand=self.demand, grant=grant, catalogue=self.policy.catalogue).occurrences()))


def _alike(one: Grant, other: Grant) -> bool:
    return (one.scope, one.parts, one.beyond_consent) == (other.scope, other.parts, other.beyond_consent)


def _covers(purpose: Purpose, asked: Asked, *, one: bool) -> bool:
    """``one``: of one subject alone, which is not searched for; otherwise a person is named in a role of the matter."""
    if one and (asked.searched or (asked.persons and asked.organisations)):
        return False
    named = purpose.persons and (one or purpose.any_role or bool(purpose.roles))
    return (named or not asked.persons) and (purpose.organisations or not asked.organisations)


def _reached(occurrences: Iterable[Occurrence]) -> Iterator[tuple[tuple[str, Coordinate], tuple[Part, ...]]]:
    """Each field with the parts that decide it, if every edge on the way to it leads on for their kind of subject."""
    edges: dict[str, dict[Kind, bool]] = {}
    for found in occurrences:
        above = [edges[path] for path in _above(found.path) if path in edges]
        parts = tuple(part for part in found.parts if all(_leads_on(edge, part.kind) for edge in above))
        yield (found.path, found.coordinate), parts
        edge = edges.setdefault(found.path, {})
        for part in parts:
            edge[part.kind] = edge.get(part.kind, False) or part.of(found.coordinate).level >= Level.MASKED


def _above(path: str) -> Iterator[str]:
    """The places on the way there, from the root on."""
    for number, character in enumerate(path):
        if character == ".":
            yield path[:number]


def _leads_on(edge: dict[Kind, bool], kind: Kind) -> bool:
    """An edge that rows of the kind do not have may lead to them from rows of the other (a measure and its trigger)."""
    return edge[kind] if kind in edge else any(edge.values())


def _ways(alternative: _Alternative, place: Place) -> Iterator[Way]:
    for part in alternative.shown.get((place.path, place.coordinate), ()):
        fits = part.kind in (place.kind or part.kind,) and (not place.items or part.item in place.items)
        if fits and (place.published is not False or not part.published):
            disclosure = part.of(place.coordinate)
            yield Way(
                terms=alternative.terms,
                relation=part.relation,
                published=part.published,
                level=disclosure.level,
                mask=disclosure.mask,
            )
