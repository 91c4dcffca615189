"""Questions of what might be asked for instead, under the shipped policy: as ``authz.ways`` answers them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from authz.compile import compile_grant
from authz.grant import Kind, Level, Relation
from authz.policy import Policy
from authz.principal import Principal
from authz.purpose import Asked
from authz.ways import Place, Way, Ways
from schema.demands.demand import Coordinate
from tests.unit.authz.asking import POLICY, TODAY, agency, demand

BY_CODE = "query($u: String!) { subject(by: {uscc: $u}) { %s } }"
BY_NUMBER = "query($u: String!) { subject(by: {person: {idNumber: $u, name: $u}}) { %s } }"
RECORDS = "records { edges { node { facts ... on Penalty { fineAmount } } } }"
FIRM, PERSON = Asked(organisations=True), Asked(persons=True)
OFFICE = replace(
    agency("dept.market_supervision", "420100", "FOOD_DRUG_SAFETY"),
    purposes=frozenset({"PM-301", "PM-401", "PM-601", "PM-821", "PM-834", "PM-905"}),
)


def ways(
    text: str,
    coordinate: str,
    *,
    who: Principal = OFFICE,
    asked: Asked = FIRM,
    policy: Policy = POLICY,
    **place: Any,
) -> tuple[Way, ...]:
    """From where nothing is shown of an organisation's penalty, unless the place is another."""
    found = Ways(
        demand=demand(text, u="91420199MA9TERT20X"),
        asked=asked,
        who=who,
        policy=policy,
        grant=lambda who, admission, today: compile_grant(policy, who, admission, today),
        today=TODAY,
    )
    name = coordinate.partition(".")[2]
    given: dict[str, Any] = {"path": f"{_PLACES.get(name, 'subject')}.{name}", "coordinate": Coordinate(coordinate)}
    given |= {"kind": Kind.ORGANISATION, "items": frozenset({"PENALTY"}), "published": False, "level": Level.NONE}
    return found.beyond(Place(**(given | place)))


_PLACES = dict.fromkeys(("facts", "fineAmount"), "subject.records.edges.node")


def told(found: Iterable[Way]) -> list[tuple[str, Relation, Level]]:
    return [(each.purpose, way.relation, way.level) for way in found for each in way.terms]


def purposes(found: Iterable[Way]) -> set[str]:
    return {purpose for purpose, _, _ in told(found)}
