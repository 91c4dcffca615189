"""A pipeline -> the same pipeline with one leak built in, as a mistake in a policy, a plan or a shaper would.

Each is one line that could be wrong; that the comparison of twins finds them is what makes its silence worth something.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from authz.disclosure import report
from authz.grant import WITHHELD, Disclosure, Grant, Level, Part
from authz.grants import Grants
from authz.principal import Principal
from authz.purpose import Admission
from authz.scopes import EVERY
from gateway.in_force import InForce, State
from gateway.pipeline import Pipeline
from resolvers.compose import compose
from resolvers.derived import Moment
from resolvers.labels import Labels
from resolvers.prepared import Plans, Prepared
from resolvers.reached import items_reached
from resolvers.readings import Reading
from resolvers.reference import References
from resolvers.shape import shaper
from resolvers.statements import statement
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate, Demand

Plant: TypeAlias = Callable[[Pipeline], Pipeline]
Widen: TypeAlias = Callable[[Part], Part]


def a_field_shown(coordinate: str) -> Plant:
    """A rule opens a field wherever rows are shown."""
    clear = {Coordinate(coordinate): Disclosure(level=Level.CLEAR)}
    return granting(lambda part: replace(part, fields={**part.fields, **clear}))


def withholding(*coordinates: str) -> Widen:
    """No leak: a policy that shows fewer fields."""
    hidden = {Coordinate(each): WITHHELD for each in coordinates}
    return lambda part: replace(part, fields={**part.fields, **hidden})


def rows_unbounded(item: str) -> Plant:
    """The rows of an item lose their condition."""
    return granting(lambda part: replace(part, rows=EVERY) if part.item == item else part)


def another_column(masked: str, clear: str) -> Plant:
    """A masked form is bound to the column of the clear value."""
    return _preparing(lambda prepared: _reading(prepared, masked, clear))


def a_value_added() -> Plant:
    """The answer tells how many records there are."""
    return _preparing(_counting)


def uses_unchecked(pipeline: Pipeline) -> Pipeline:
    """Whatever is not shown may be filtered on and sorted by."""
    return replace(pipeline, plans=_Unchecked())


# grants that show too much --------------------------------------------------------------------------------------------


def granting(widen: Widen) -> Plant:
    """Every part of every grant is another."""
    return lambda pipeline: replace(pipeline, state=_Wide(pipeline.state, widen), plans=Plans())


class _Wide(State):
    def __init__(self, inner: State, widen: Widen) -> None:
        self._inner, self._widen = inner, widen
        self._told: dict[int, InForce] = {}

    async def current(self) -> InForce:
        found = await self._inner.current()
        wide = _WideGrants(found.grants, self._widen)
        return self._told.setdefault(id(found), replace(found, grants=wide))

    async def refresh(self) -> None:
        await self._inner.refresh()


class _WideGrants(Grants):
    def __init__(self, inner: Grants, widen: Widen) -> None:
        super().__init__(inner.policy)
        self._inner, self._widen = inner, widen

    def grant(self, who: Principal, admission: Admission, today: date) -> Grant:
        found = self._inner.grant(who, admission, today)
        return replace(found, parts=tuple(map(self._widen, found.parts)))


# plans that read too much ---------------------------------------------------------------------------------------------


def _preparing(change: Callable[[Prepared], Prepared]) -> Plant:
    return lambda pipeline: replace(pipeline, plans=_Changed(change))


class _Changed(Plans):
    def __init__(self, change: Callable[[Prepared], Prepared]) -> None:
        super().__init__()
        self._change = change

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
        found = super().of(demand, grant, catalogue, references, fixed_date=fixed_date, matter=matter)
        return self._change(found)


def _reading(prepared: Prepared, masked: str, clear: str) -> Prepared:
    made = prepared.statement
    return (
        prepared if made is None else replace(prepared, statement=replace(made, text=made.text.replace(masked, clear)))
    )


def _counting(prepared: Prepared) -> Prepared:
    made = prepared.statement
    if made is None:
        return prepared
    text = made.text.replace("SELECT", "SELECT (SELECT count(*) FROM record) AS leaked,", 1)

    def shape(row: Sequence[Any], reading: Reading) -> dict[str, Any]:
        answer = prepared.shape(tuple(row)[1:], reading)
        return {key: value or row[0] for key, value in answer.items()}

    return replace(prepared, statement=replace(made, text=text), shape=shape)


class _Unchecked(Plans):
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
        """As ``resolvers.prepared.prepare``, without its first line."""
        plan = compose(demand, grant, catalogue)
        moment = Moment(today=grant.today, suspending=grant.suspending)
        made = statement(plan, moment, grant.policy_version, persons=grant.persons, fixed_date=fixed_date)
        return Prepared(
            disclosed=report(demand, grant, catalogue),
            plan=plan,
            statement=made if plan.roots else None,
            shape=shaper(plan, references, Labels()),
            items=items_reached(plan),
        )


PLANTS: Mapping[str, Mapping[str, Plant]] = {
    "A2-PM-601": {
        "another column for a masked form": another_column("person_id_number__id_birth8", "person_id_number__id_court"),
    },
    "A1-PM-301": {
        "a field that no rule opens": a_field_shown("Record.facts"),
        "rows of an item without their condition": rows_unbounded("PENALTY"),
        "a value that was not asked": a_value_added(),
    },
}
"""By kind of caller."""
