"""The same operation if nothing were withheld: every row and every field in clear, read by the owner, past the wall.

An operation *touches* a cell in which the twins differ if its answers would then differ: it has a chance to leak.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import asyncpg

from authz.grant import Disclosure, Grant, Kind, Level, Part, Relation, Scope
from authz.scopes import EVERY
from resolvers.fetch import fetch
from resolvers.parameters import Asking, bind
from resolvers.prepared import Plans
from resolvers.readings import Reading
from schema.catalogue import Catalogue
from schema.demands.demand import Coordinate
from tests.leak.twin_cities import NOW, TwinCities

_CLEAR = Disclosure(level=Level.CLEAR)
_NOBODYS = frozenset({"NaturalPerson.guardian"})
"""No link of a person to a guardian is stored, and no channel that reads can have it."""


def everything_in_clear(grant: Grant, catalogue: Catalogue) -> Grant:
    """A grant that no policy gives: all rows, all fields."""
    parts = tuple(_parts(catalogue))
    return replace(grant, scope=Scope.CONSENT, persons=True, organisations=True, parts=parts, digest="everything")


def _parts(catalogue: Catalogue) -> Iterator[Part]:
    fields: Mapping[Coordinate, Disclosure] = MappingProxyType(
        {name: _CLEAR for name in catalogue.fields if name not in _NOBODYS}
    )
    for code in catalogue.items:
        for kind in Kind:
            yield Part(item=code, kind=kind, relation=Relation.OTHER, published=False, rows=EVERY, fields=fields)  # type: ignore[arg-type]


@dataclass(kw_only=True)
class OpenEyes:
    """Holds one connection of the owner to each city: ``async with OpenEyes(cities=...) as eyes``."""

    cities: TwinCities
    plans: Plans = field(default_factory=Plans)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _owners: tuple[asyncpg.Connection, ...] = ()

    async def __aenter__(self) -> "OpenEyes":
        databases = (self.cities.one.database, self.cities.two.database)
        self._owners = tuple([await self._stack.enter_async_context(each.owner()) for each in databases])
        for owner in self._owners:
            await owner.fetchval("SELECT ARRAY[ROW(1)]")  # asyncpg then knows how to read arrays of rows
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._stack.aclose()

    async def touches(self, text: str, variables: Mapping[str, Any]) -> bool:
        """Whether the twins would answer differently. Cursors are left out: they are bound to the caller."""
        one, two = await asyncio.gather(*(self._answer(owner, text, variables) for owner in self._owners))
        return bool(one != two)

    async def _answer(self, owner: asyncpg.Connection, text: str, variables: Mapping[str, Any]) -> Any:
        pipeline, installation = self.cities.first, self.cities.one.installation
        document = pipeline.documents.prepare(text)
        asked = pipeline.demands.ask(document, document.operation(), variables)
        in_force = await installation.state.current()
        catalogue = in_force.policy.catalogue
        grant = everything_in_clear(self.cities.grant, catalogue)
        prepared = self.plans.of(asked.demand, grant, catalogue, in_force.references, fixed_date=in_force.fixed_date)
        if prepared.statement is None:
            return None
        viewer = self.cities.caller.principal.organisation
        asking = Asking(viewer=viewer, binding="open", client="", agency=None, matter=None, role=None)
        values = bind(
            prepared.statement.names, prepared.statement.parameters, asking, asked.variables, installation.sealer
        )
        reading = Reading(
            sealer=installation.sealer,
            viewer=viewer,
            asking="open",
            scope=grant.scope,
            variables=asked.variables,
            today=grant.today,
            years=grant.years,
            now=NOW,
        )
        row = await fetch(owner, prepared.statement, values)
        return None if row is None else prepared.shape(row, reading)
