"""A demand and its grant -> an ``Explanation``: ``authz`` explains the decision and what would show more, the plan adds
the columns.

It uses the very grant and plan that would answer, reads no row, and says of a refusal no more than the refusal would.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from authz.access_log import REACHES, asked_of_log
from authz.access_log import Asked as AskedOfLog
from authz.explain import Decided, Explained, Ground, explain, held_by
from authz.grant import Grant, Level, Relation, Scope
from authz.parts import is_verdict
from authz.principal import Caller
from authz.sentences import sentence
from authz.ways import Place, Terms, Way, Ways
from gateway.granting import Granted
from gateway.in_force import InForce
from resolvers.asks import form_at
from resolvers.bindings import column_of
from resolvers.reference import References
from schema.demands.demand import Demand
from schema.errors import Refusal
from schema.vocabulary.administration import Role

_LEVELS = {Level.NONE: "WITHHELD"}
_OF_ROWS = {
    Relation.SOURCE: " of what the caller provided or initiated",
    Relation.TARGET: " of targets of the caller's own measures",
    Relation.OWN_FIELD: " in the caller's field of supervision",
    Relation.REPORTED: " of what is fed back to the caller's office",
}


def explanation(demand: Demand, granted: Granted, in_force: InForce, caller: Caller) -> Mapping[str, Any]:
    """An ``Explanation`` by GraphQL field name."""
    grant = granted.grant
    ways = Ways(
        demand=demand,
        asked=granted.asked,
        who=caller.principal,
        policy=in_force.policy,
        grant=in_force.grants.grant,
        today=in_force.today,
    )
    explaining = _Explaining(grant=grant, in_force=in_force, ways=ways)
    return {
        **_head(in_force),
        "scope": grant.scope.value,
        "purpose": grant.purpose,
        "role": grant.role,
        "refusal": None,
        "fields": [
            *(field for each in explain(demand, grant, in_force.policy) for field in explaining.fields(each)),
            *(explaining.entry(each) for each in asked_of_log(demand, grant.scope)),
        ],
    }


def refused_explanation(refusal: Refusal, in_force: InForce) -> Mapping[str, Any]:
    """The explanation of an operation that would be refused whole."""
    return {
        **_head(in_force),
        "scope": Scope.PUBLICATION.value,
        "purpose": None,
        "role": None,
        "refusal": {"code": refusal.code.value, "detail": refusal.detail},
        "fields": [],
    }


def _head(in_force: InForce) -> Mapping[str, Any]:
    policy = in_force.policy
    return {"policyVersion": policy.version, "catalogueVersion": policy.catalogue.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explaining:
    grant: Grant
    in_force: InForce
    ways: Ways

    def fields(self, explained: Explained) -> list[Mapping[str, Any]]:
        """One entry for each way in which the field is decided, items that are decided alike together."""
        alike: dict[tuple[object, ...], list[Decided]] = {}
        for each in explained.decided:
            key = (each.kind, each.relation, each.published, each.rows, each.level, each.mask, each.reason)
            alike.setdefault((*key, each.reasons), []).append(each)
        if not alike:
            return [self._nothing(explained)]
        return [self._field(explained, decided) for decided in alike.values()]

    def _field(self, explained: Explained, decided: list[Decided]) -> Mapping[str, Any]:
        first = decided[0]
        return {
            "coordinate": explained.coordinate,
            "path": explained.path,
            "items": [each.item for each in decided],
            "kind": first.kind,
            "relation": first.relation,
            "published": first.published,
            "level": _LEVELS.get(first.level, first.level.name),
            "mask": first.mask,
            "reason": first.reason,
            "rules": [_rule(ground, self.in_force.references) for ground in first.reasons],
            "nearestFailedCondition": self._lacking(explained, decided),
            "rows": sentence(first.rows),
            "columns": _columns(explained, first, self.in_force),
        }

    def _nothing(self, explained: Explained) -> Mapping[str, Any]:
        """No row can stand at this place."""
        return _of_no_item(explained, level="WITHHELD", reason="POLICY") | {
            "nearestFailedCondition": self._lacking(explained, [])
        }

    def entry(self, asked: AskedOfLog) -> Mapping[str, Any]:
        """A field of the log's entries, which no rule decides."""
        reach = REACHES[self.grant.scope]
        if asked.shown:
            return _of_no_item(asked, level="CLEAR", reason=None) | {"rows": reach.rows}
        lacking = f"no purpose of this caller shows more: {' '.join(reach.basis)}"
        told = {"rows": reach.rows, "nearestFailedCondition": lacking}
        return _of_no_item(asked, level="WITHHELD", reason="POLICY") | told

    def _lacking(self, explained: Explained, decided: list[Decided]) -> str | None:
        """What to ask for, to be shown more; None where nobody is."""
        first = decided[0] if decided else None
        level = first.level if first is not None else Level.NONE
        if level is (Level.VERDICT if is_verdict(explained.coordinate) else Level.CLEAR):
            return None
        kind, items = first.kind if first is not None else None, frozenset(each.item for each in decided)
        ways = self.ways.beyond(
            Place(
                path=explained.path,
                coordinate=explained.coordinate,
                kind=kind,
                items=items,
                published=first.published if first is not None else None,
                level=level,
            )
        )
        if ways:
            return "; or ".join(_said(ways))
        grounds = first.reasons if first is not None else ()
        articles = held_by(self.grant, self.in_force.policy, kind, items, grounds)
        return f"no purpose of this caller shows more: {articles}"


def _of_no_item(at: Explained | AskedOfLog, *, level: str, reason: str | None) -> dict[str, Any]:
    return {
        "coordinate": at.coordinate,
        "path": at.path,
        "items": [],
        "kind": None,
        "relation": None,
        "published": None,
        "level": level,
        "mask": None,
        "reason": reason,
        "rules": [],
        "nearestFailedCondition": None,
        "rows": "no row",
        "columns": [],
    }


def _said(ways: Iterable[Way]) -> Iterable[str]:
    """Purposes that are alike together: "PM-401 PM-402 as supervised, in a registered matter: CLEAR"."""
    alike: dict[tuple[str, str], list[str]] = {}
    for way in ways:
        shown = way.level.name if way.mask is None else f"{way.level.name} ({way.mask})"
        rows = _OF_ROWS.get(way.relation, "") + (" of what is public" if way.published else "")
        for each in way.terms:
            alike.setdefault((_terms(each), f"{shown}{rows}"), []).append(each.purpose)
    return (f"{' '.join(dict.fromkeys(purposes))}{terms}: {shown}" for (terms, shown), purposes in alike.items())


def _terms(terms: Terms) -> str:
    roles = "any role" if len(terms.roles) == len(Role) else " or ".join(terms.roles)
    stated = f" as {roles}" if roles else ""
    matter = ", in a registered matter" if terms.matter else ""
    return stated + matter + (", with a consent that ticks it" if terms.consent else "")


def _rule(ground: Ground, references: References) -> Mapping[str, Any]:
    """``level``: the highest that an allow opens, or the lowest that a deny closes."""
    found = [references.basis(citation) for citation in ground.basis]
    basis = [each for each in found if each]
    return {"id": ground.rule, "allows": ground.allows, "level": ground.level.name, "basis": basis}


def _columns(explained: Explained, decided: Decided, in_force: InForce) -> list[str]:
    """The column that the level names; none where the field is computed, or not shown."""
    field = in_force.policy.catalogue.fields[explained.coordinate]
    form = form_at(decided.level, decided.mask)
    try:
        found = column_of(field, form) if form is not None else None
    except KeyError:
        return []
    return [] if found is None else [f"{found.source.value}.{found.name}"]
