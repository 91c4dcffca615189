"""Root fields that are not credit data -> their objects: what the regulations say, and what the caller is and may ask.

They need no grant: reference data is public, a viewer sees itself, and an agency its own matters. Credit data never
comes this way.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from authz.access_log import ROOT as ACCESS_LOG
from authz.grant import Scope
from authz.principal import (
    AUDITOR_ROLE,
    BANK_ROLE,
    CREDIT_SERVICE_ROLE,
    PUBLIC_ROLE,
    SUBJECT_ROLE,
    Caller,
    Matter,
)
from gateway.changes import Changing
from gateway.granting import Granted
from gateway.in_force import InForce
from gateway.recent_matters import Find
from resolvers.labels import Labels
from resolvers.mappings import mapping_shaper
from resolvers.readings import Reading
from schema.demands.demand import Branch, Demand, Page, Root, Typename, value_of

_KINDS = {
    PUBLIC_ROLE: "PUBLIC",
    BANK_ROLE: "BANK",
    CREDIT_SERVICE_ROLE: "CREDIT_SERVICE",
    AUDITOR_ROLE: "AUDITOR",
    SUBJECT_ROLE: "SUBJECT",
}
_OWN = frozenset({"viewer", "matter", "openMatter", "closeMatter", "addMatterParties"})
"""Roots that name the caller's own agency."""

Described: TypeAlias = Mapping[str, Any] | None

FindAgency = Callable[[int], Awaitable[Mapping[str, Any] | None]]
"""The public data of an agency by its id, by GraphQL field name; ``jurisdiction`` is a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """Everything that the other roots depend on. ``explain`` explains a document of the caller's."""

    caller: Caller
    granted: Granted
    in_force: InForce
    seal: Callable[[str, int], str | None]
    find_agency: FindAgency
    find_matter: Find
    changing: Changing
    explain: Callable[[str, Mapping[str, object]], Awaitable[Mapping[str, Any]]]
    read_log: Callable[[Page], Awaitable[Mapping[str, Any]]]
    report_use: Callable[[Root], Awaitable[Mapping[str, Any]]]


async def other_roots(
    demand: Demand, data_roots: frozenset[str], standpoint: Standpoint, reading: Reading
) -> dict[str, Any]:
    """The roots that are not read through the plan, by response key."""
    answers: dict[str, Any] = {}
    agency = await _agency(standpoint) if any(root.field in _OWN for root in demand.roots) else None
    for root in demand.roots:
        if isinstance(root.ask, Typename):
            answers[root.key] = demand.operation.title()
        elif root.field not in data_roots and isinstance(root.ask, Branch):
            value = await _value(root, standpoint, reading.variables, agency)
            answers[root.key] = mapping_shaper(root.ask.selection, Labels())(value, reading)
        elif root.field == ACCESS_LOG and isinstance(root.ask, Page):
            answers[root.key] = await standpoint.read_log(root.ask)
    return answers


async def _value(root: Root, at: Standpoint, variables: Mapping[str, object], agency: Described) -> Any:
    arguments = {name: value_of(slot, variables) for name, slot in root.arguments.items()}
    references = at.in_force.references
    match root.field:
        case "catalogue":
            return references.catalogue(_text(arguments.get("jurisdiction")), _text(arguments.get("category")))
        case "purposes":
            return references.offered(_text(arguments.get("jurisdiction")))
        case "measureList":
            return references.measure_list(_text(arguments.get("jurisdiction")))
        case "listTypes":
            return references.list_types(_text(arguments.get("jurisdiction")))
        case "viewer":
            return _viewer(at, agency)
        case "matter":
            return _matter(await at.find_matter(at.caller.principal.client, str(arguments["number"])), at, agency)
        case "openMatter" | "closeMatter" | "addMatterParties":
            return _matter(await at.changing.apply(root.field, arguments, at.caller, at.in_force), at, agency)
        case "explain":
            given = arguments.get("variables")
            return await at.explain(str(arguments["document"]), given if isinstance(given, Mapping) else {})
        case "usageReport":
            return await at.report_use(root)
    raise TypeError("the schema has no such root")


def _viewer(at: Standpoint, agency: Described) -> Mapping[str, Any]:
    principal, operator, grant = at.caller.principal, at.caller.operator, at.granted.grant
    references = at.in_force.references
    return {
        "kind": _KINDS.get(principal.role, "AGENCY"),
        "scope": grant.scope.value,
        "agency": agency,
        "operator": operator.staff_number if operator is not None else None,
        "jurisdiction": references.jurisdictions.get(principal.jurisdiction),
        "purpose": references.purposes.get(grant.purpose) if grant.scope is not Scope.PUBLICATION else None,
        "matter": _matter(at.granted.matter, at, agency),
        "consent": at.caller.consent,
        "purposes": [references.purposes[code] for code in sorted(principal.purposes) if code in references.purposes],
        "policyVersion": grant.policy_version,
        "catalogueVersion": grant.catalogue_version,
        "businessDate": at.in_force.today.isoformat(),
    }


def _matter(matter: Matter | None, at: Standpoint, agency: Described) -> Described:
    """A matter as its own agency sees it; for everyone else there is none."""
    if matter is None:
        return None
    return {
        "number": matter.number,
        "purpose": at.in_force.references.purposes.get(matter.purpose),
        "agency": agency,
        "operators": sorted(matter.operators),
        "parties": [
            {"role": party.role, "kind": "person" if party.natural else "organisation"} for party in matter.parties
        ],
        "openedOn": matter.opened_on.isoformat(),
        "closedOn": matter.closed_on.isoformat() if matter.closed_on is not None else None,
        "open": matter.is_open(at.in_force.today),
    }


async def _agency(at: Standpoint) -> Described:
    """The caller's own. Asked for before anything is changed: a change holds a connection of the register."""
    agency_id = at.caller.principal.agency_id
    found = None if agency_id is None else await at.find_agency(agency_id)
    if agency_id is None or found is None:
        return None
    jurisdiction = at.in_force.references.jurisdictions.get(str(found["jurisdiction"]))
    return {**found, "id": at.seal("agency", agency_id), "jurisdiction": jurisdiction}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
