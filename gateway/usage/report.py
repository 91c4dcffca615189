"""The question for a quarterly report of use -> its answer, by GraphQL field name.

Comes by the pipeline alone, after the grant: ``authz.usage`` says who is told of whom. What the log has is counted
first, then everything is read in one snapshot, and only what was asked. BASIS: WC-三(三), EZ-三(三).
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeAlias

from authz.principal import Caller
from authz.usage import own_part
from gateway.granting import Granted
from gateway.in_force import InForce
from gateway.usage import counting
from gateway.usage.departments import Connection, Departments, departments, place_of
from gateway.usage.duty import duty
from gateway.usage.figures import figures
from gateway.usage.quarter import Quarter, quarter_of
from gateway.usage.suppression import without_few
from gateway.usage.timeliness import publishing
from resolvers.readings import SMALL_GROUP, Reading
from schema.demands.demand import Branch, Leaf, Root, value_of
from schema.vocabulary.administration import QueryDuty

Rows: TypeAlias = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReports:
    """``draw`` counts what the log has by now; ``snapshot`` is of one moment, as the role that counts; ``matter_ref``:
    the digest under which the log knows the number of a matter."""

    draw: Callable[[], Awaitable[None]]
    snapshot: Callable[[], AbstractAsyncContextManager[Connection]]
    matter_ref: Callable[[str], bytes]

    async def report(
        self, root: Root, granted: Granted, in_force: InForce, caller: Caller, reading: Reading
    ) -> Mapping[str, Any]:
        """A ``UsageReport``. Errors: DOCUMENT_INVALID for no quarter, or a year without calendar."""
        given = {name: str(value_of(slot, reading.variables)) for name, slot in root.arguments.items()}
        quarter, territory = quarter_of(given["quarter"]), given["jurisdiction"]
        own = own_part(caller.principal, granted.grant.scope)
        await self.draw()
        async with self.snapshot() as connection:
            who = await departments(connection, territory, own, in_force, reading)
            about = _About(connection, quarter, who, in_force, territory, own is not None, self.matter_ref)
            parts = await about.parts(_asked(root))
        ended = quarter.last < reading.now.date() and quarter.last < in_force.today
        return {
            "jurisdiction": in_force.references.jurisdictions[territory],
            "quarter": str(quarter),
            "generatedAt": reading.now.astimezone(UTC).isoformat(timespec="seconds"),
            "smallGroup": SMALL_GROUP,
            "ownPart": own is not None,
            "complete": ended,
            **parts,
        }


def _asked(root: Root) -> frozenset[str]:
    asks = root.ask.selection.types.values() if isinstance(root.ask, Branch) else ()
    return frozenset(ask.field for level in asks for ask in level if isinstance(ask, Branch | Leaf))


@dataclass(frozen=True, slots=True)
class _About:
    connection: Connection
    quarter: Quarter
    who: Departments
    in_force: InForce
    territory: str
    own: bool
    matter_ref: Callable[[str], bytes]

    async def parts(self, asked: frozenset[str]) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        if asked & {"rows", "totals"}:
            found |= await self._use()
        if asked & {"duties", "unchecked"}:
            found |= await self._duty()
        if "measures" in asked:
            found["measures"] = await self._measures()
        if "timeliness" in asked:
            found["timeliness"] = await self._timeliness()
        if "violations" in asked:
            found["violations"] = await self._violations()
        return found

    async def _use(self) -> dict[str, Rows]:
        counted = await counting.uses(self.connection, self.quarter, self.in_force.references.purposes)
        places = self.who.places
        told = figures({(*places[at[0]], at[1]): use for at, use in counted.items() if at[0] in places})
        shown = self.who.in_order(sorted(counted))
        users = dict.fromkeys(agency for agency, _ in shown)
        totals: Rows = [{**self._of(agency), **told.at(places[agency])} for agency in users]
        if not self.own:
            totals.append({"department": None, **told.at(place_of(self.territory, self.in_force))})
        rows = [{**self._named(*at), **told.at((*places[at[0]], at[1]))} for at in shown]
        return {"rows": rows, "totals": totals}

    async def _duty(self) -> dict[str, Rows]:
        purposes = self.in_force.policy.regulation.purposes.values()
        binding = [each.code for each in purposes if each.duty is QueryDuty.MUST]
        found = await duty(self.connection, self.quarter, binding, sorted(self.who.shown), self.matter_ref)
        return {
            "duties": [
                {**self._named(*at), "matters": found.matters[at], "checked": found.checked[at]}
                for at in self.who.in_order(sorted(found.matters))
            ],
            "unchecked": [
                {
                    **self._named(each["agency_id"], each["purpose"]),
                    "number": each["number"],
                    "openedOn": each["opened_on"].isoformat(),
                }
                for each in found.unchecked
            ],
        }

    async def _measures(self) -> Rows:
        rows = await counting.measures(self.connection, self.quarter, self.in_force.today)
        return [
            {
                **self._of(agency),
                "inForce": without_few(row["in_force"], row["persons_in_force"]),
                "awaitingFeedback": without_few(row["awaiting"], row["persons_awaiting"]),
            }
            for agency, row in self.who.in_order((row["agency_id"], row) for row in rows)
        ]

    async def _timeliness(self) -> Rows:
        regulation, today = self.in_force.policy.regulation, self.in_force.today
        found = await publishing(self.connection, self.quarter, self.who, regulation, today)
        return [
            {
                **self._of(agency),
                "duty": each.duty.value,
                "workingDays": each.working_days,
                "published": without_few(each.published, each.persons),
                "late": without_few(each.late, each.persons_late, each.persons - each.persons_late),
            }
            for agency, each in self.who.in_order((each.agency, each) for each in found)
        ]

    async def _violations(self) -> Rows:
        found = await counting.violations(self.connection, self.quarter)
        return [
            {**self._of(agency), "beyond": each.beyond.value, "code": each.code, "attempts": each.attempts}
            for agency, each in self.who.in_order((each.agency, each) for each in found)
        ]

    def _of(self, agency: int) -> dict[str, Any]:
        return {"department": self.who.agencies[agency]}

    def _named(self, agency: int, purpose: str) -> dict[str, Any]:
        name = self.in_force.references.purposes.get(purpose, {}).get("name")
        return {**self._of(agency), "purpose": purpose, "purposeName": name}
