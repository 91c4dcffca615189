"""Demand and grant -> everything that can be made before the values are known: plan, statement, shaper; kept for reuse.

A warm request is one look-up here. The cache is bounded and keyed by the digests of demand and grant: a new policy
version or another business date makes another grant, hence another key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from authz.access_log import report_of_log
from authz.disclosure import check_uses, report
from authz.grant import Grant
from resolvers.compose import compose
from resolvers.derived import Moment
from resolvers.labels import Labels
from resolvers.plan import ReadPlan
from resolvers.reached import items_reached
from resolvers.reference import References
from resolvers.shape import Shaper, shaper
from resolvers.statements import Statement, statement
from schema.catalogue import Catalogue
from schema.demands.demand import Demand
from schema.recent import Recent


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """``statement`` is None where the operation reads nothing from the database; ``disclosed`` is what the answer says
    about the fields that it does not show in clear; ``items``: those of the catalogue whose rows it reads
    or counts."""

    disclosed: Sequence[Mapping[str, Any]]
    plan: ReadPlan
    statement: Statement | None
    shape: Shaper
    items: frozenset[str]


def prepare(
    demand: Demand, grant: Grant, catalogue: Catalogue, references: References, *, fixed_date: bool, matter: bool
) -> Prepared:
    """``fixed_date``: the business date is set in the database, and the statement holds only while it is this one;
    ``matter``: only while the matter is as it was when it was granted.
    Errors: FIELD_NOT_FILTERABLE."""
    check_uses(demand, grant, catalogue)
    plan = compose(demand, grant, catalogue)
    moment = Moment(today=grant.today, suspending=grant.suspending)
    made = (
        statement(plan, moment, grant.policy_version, persons=grant.persons, fixed_date=fixed_date, matter=matter)
        if plan.roots
        else None
    )
    return Prepared(
        disclosed=[*report(demand, grant, catalogue), *report_of_log(demand, grant.scope)],
        plan=plan,
        statement=made,
        shape=shaper(plan, references, Labels()),
        items=items_reached(plan),
    )


class Plans:
    """At most ``capacity`` prepared operations whose statements are together no longer than ``room`` characters. A plan
    takes about twenty bytes for each character of its statement."""

    def __init__(self, capacity: int = 2048, room: int = 16_000_000) -> None:
        self._kept = Recent[tuple[str, str, bool, bool], Prepared](capacity, room)

    @property
    def size(self) -> int:
        return len(self._kept)

    def of(
        self,
        demand: Demand,
        grant: Grant,
        catalogue: Catalogue,
        references: References,
        *,
        fixed_date: bool,
        matter: bool = False,
    ) -> Prepared:
        key = (demand.digest, grant.digest, fixed_date, matter)
        found = self._kept.get(key)
        if found is None:
            found = prepare(demand, grant, catalogue, references, fixed_date=fixed_date, matter=matter)
            self._kept.keep(key, found, _length(found))
        return found


def _length(prepared: Prepared) -> int:
    return 0 if prepared.statement is None else len(prepared.statement.text)
