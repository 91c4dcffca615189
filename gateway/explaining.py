"""A demand and its grant -> an ``Explanation``: ``authz`` explains the decision, the plan adds the columns.

It uses the very grant and plan that would answer, reads no row, and says of a refusal no more than the refusal would.
"""

from collections.abc import Mapping
from typing import Any

from authz.explain import Decided, Explained, Ground, explain
from authz.grant import Level, Scope
from authz.principal import Caller
from authz.purpose import Admission
from authz.sentences import sentence
from gateway.granting import Granted
from gateway.in_force import InForce
from resolvers.asks import form_at
from resolvers.bindings import column_of
from resolvers.reference import References
from schema.demands.demand import Demand
from schema.errors import Refusal

_LEVELS = {Level.NONE: "WITHHELD"}


def explanation(demand: Demand, granted: Granted, in_force: InForce, caller: Caller) -> Mapping[str, Any]:
    """An ``Explanation`` by GraphQL field name."""
    grant = granted.grant
    admission = Admission(scope=grant.scope, purpose=grant.purpose, role=grant.role)
    explained = explain(demand, grant, in_force.policy, caller.principal, admission)
    return {
        **_head(in_force),
        "scope": grant.scope.value,
        "purpose": grant.purpose,
        "role": grant.role,
        "refusal": None,
        "fields": [field for each in explained for field in _fields(each, in_force)],
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


def _fields(explained: Explained, in_force: InForce) -> list[Mapping[str, Any]]:
    """One entry for each way in which the field is decided, items that are decided alike together."""
    alike: dict[tuple[object, ...], list[Decided]] = {}
    for each in explained.decided:
        key = (each.kind, each.relation, each.published, each.rows, each.level, each.mask, each.reason, each.reasons)
        alike.setdefault(key, []).append(each)
    if not alike:
        return [_nothing(explained)]
    return [_field(explained, decided, in_force) for decided in alike.values()]


def _field(explained: Explained, decided: list[Decided], in_force: InForce) -> Mapping[str, Any]:
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
        "rules": [_rule(ground, in_force.references) for ground in first.reasons],
        "nearestFailedCondition": _nearest(explained.nearest),
        "rows": sentence(first.rows),
        "columns": _columns(explained, first, in_force),
    }


def _nothing(explained: Explained) -> Mapping[str, Any]:
    """No row can stand at this place."""
    return {
        "coordinate": explained.coordinate,
        "path": explained.path,
        "items": [],
        "kind": None,
        "relation": None,
        "published": None,
        "level": "WITHHELD",
        "mask": None,
        "reason": "POLICY",
        "rules": [],
        "nearestFailedCondition": _nearest(explained.nearest),
        "rows": "no row",
        "columns": [],
    }


def _rule(ground: Ground, references: References) -> Mapping[str, Any]:
    """``level``: the highest that an allow opens, or the lowest that a deny closes."""
    found = [references.basis(citation) for citation in ground.basis]
    basis = [each for each in found if each]
    return {"id": ground.rule, "allows": ground.allows, "level": ground.level.name, "basis": basis}


def _nearest(ground: Ground | None) -> str | None:
    return None if ground is None else f"{ground.rule}: {', '.join(ground.failed) or 'no row of its scope stands here'}"


def _columns(explained: Explained, decided: Decided, in_force: InForce) -> list[str]:
    """The column that the level names; none where the field is computed, or not shown."""
    field = in_force.policy.catalogue.fields[explained.coordinate]
    form = form_at(decided.level, decided.mask)
    try:
        found = column_of(field, form) if form is not None else None
    except KeyError:
        return []
    return [] if found is None else [f"{found.source.value}.{found.name}"]
