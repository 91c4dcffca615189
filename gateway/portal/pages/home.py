"""/portal/: what waits for a decision, what is in force, what has ended; signed out, what this site is for."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.consents.records import ConsentRecord, State
from gateway.portal.pages.desk import Desk, chosen, others
from gateway.portal.pages.requests import PENDING
from gateway.portal.visit import Visit

LISTED = 5
"""Of each kind, on the first page; the others stand on the page of consents."""


@dataclass(frozen=True, slots=True)
class HomePage:
    desk: Desk

    async def show(self, visit: Visit) -> Response:
        if visit.session is None:
            return visit.page("welcome.html")
        acting = await chosen(visit, self.desk)
        register = self.desk.register
        requests = [each for each in await register.requests_about(acting.subject.id) if acting.decides(each)]
        consents = [each for each in await register.consents_about(acting.subject.id) if acting.decides(each.request)]
        return visit.page(
            "home.html",
            acting=acting,
            others=await others(visit, self.desk),
            names=await self.desk.names(visit),
            askers=await self.desk.askers(each.client for each in requests),
            waiting=[each for each in requests if each.state in PENDING],
            in_force=[each for each in consents if each.usable],
            ended=[each for each in consents if not each.usable][:LISTED],
            standing=standing_of,
        )


def standing_of(record: ConsentRecord) -> str:
    """The key of the text that says how a consent stands: its state, or what its state is about to become."""
    if record.usable or record.state is not State.ACTIVE:
        return record.state.value
    return State.EXHAUSTED.value if record.used >= record.uses else State.EXPIRED.value
