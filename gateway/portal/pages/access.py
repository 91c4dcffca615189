"""/portal/access: who looked at me, with the proof of each look; asked of the log in self scope, so that it is logged.

Whatever else the log tells of the subject, as the changes of its consents, is listed with the looks when it is asked.
BASIS: PIPL-44, PIPL-45, WH-二(六)1.
"""

from dataclasses import dataclass
from datetime import date

from starlette.responses import PlainTextResponse, Response

from gateway.consents.shapes import FIRST_DAY, LAST_DAY
from gateway.portal.pages.desk import Acting, Desk, chosen, id_in, opens_data, others
from gateway.portal.pages.trail import LOOKS, Sought, is_own, trail
from gateway.portal.visit import Visit, not_there, not_understood


@dataclass(frozen=True, slots=True)
class AccessPages:
    desk: Desk

    async def listed(self, visit: Visit) -> Response:
        acting = await self._acting(visit)
        names = await self.desk.names(visit)
        sought = Sought(
            first=_day(visit, "from"),
            last=_day(visit, "until"),
            after=visit.query.one("after") or None,
            kinds=None if visit.query.one("show") == "all" else LOOKS,
        )
        found = await trail(self.desk.own, acting.subject, visit.address, names, sought)
        return visit.page(
            "access.html",
            acting=acting,
            others=await others(visit, self.desk),
            sought=sought,
            trail=found,
        )

    async def proof(self, visit: Visit) -> Response:
        """The file that proves one row (docs/log-verifier.md). Errors: 404 for an entry of no row of the subject."""
        acting, entry = await self._acting(visit), id_in(visit)
        names = await self.desk.names(visit)
        if entry is None or not await is_own(self.desk.own, acting.subject, visit.address, names, entry):
            raise not_there()
        file = await self.desk.proof(entry)
        if file is None:
            return visit.page("not_yet.html", status=202)
        return PlainTextResponse(file, headers={"Content-Disposition": f'attachment; filename="{entry}.tlog-proof"'})

    async def _acting(self, visit: Visit) -> Acting:
        acting = await chosen(visit, self.desk)
        if not opens_data(acting):
            raise not_there()
        return acting


def _day(visit: Visit, name: str) -> date | None:
    """A day of the filter; an empty field is no bound."""
    text = visit.query.one(name)
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise not_understood() from None
    if found is not None and not FIRST_DAY <= found <= LAST_DAY:
        raise not_understood()
    return found
