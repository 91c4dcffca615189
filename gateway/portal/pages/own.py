"""/portal/records: a copy of one's own records, to read and as a file. BASIS: PIPL-45, WH-二(三)3, WH-二(五)."""

from dataclasses import dataclass

import orjson
from starlette.responses import Response

from gateway.portal.pages.desk import Acting, Desk, chosen, opens_data, others
from gateway.portal.pages.records import OwnCopy, own_copy
from gateway.portal.visit import Visit, not_there


@dataclass(frozen=True, slots=True)
class OwnPages:
    desk: Desk

    async def show(self, visit: Visit) -> Response:
        acting, copy = await self._copy(visit)
        lists = (await self.desk.in_force()).references.list_types(self.desk.giver.city)
        return visit.page(
            "records.html",
            acting=acting,
            others=await others(visit, self.desk),
            copy=copy,
            lists=lists,
        )

    async def file(self, visit: Visit) -> Response:
        """What the line answered, as it answered, with the entries of the log that tell of it."""
        _, copy = await self._copy(visit)
        content = orjson.dumps({"entries": copy.entries, "answers": copy.answers}, option=orjson.OPT_INDENT_2)
        return Response(
            content,
            media_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="my-records.json"'},
        )

    async def _copy(self, visit: Visit) -> tuple[Acting, OwnCopy]:
        acting = await chosen(visit, self.desk)
        if not opens_data(acting):
            raise not_there()
        names = await self.desk.names(visit)
        return acting, await own_copy(self.desk.own, acting.subject, visit.address, names)
