"""/portal/consents: every consent with its uses, its receipt, and its end at one click.

Withdrawing is as easy as granting: a button, no question asked back, and it has taken effect when the page is there
again. BASIS: PIPL-15, PIPL-44.
"""

from dataclasses import dataclass, replace

from starlette.responses import Response

from gateway.consents.records import ConsentRecord, Reason, RequestState, State
from gateway.portal.pages.desk import Desk, chosen, consent_of, others, request_of
from gateway.portal.pages.home import standing_of
from gateway.portal.pages.naming import Names
from gateway.portal.pages.trail import RELEASE, Look, Sought, trail
from gateway.portal.rendering import CHINA
from gateway.portal.visit import Visit, not_allowed, not_understood

REVOCABLE = frozenset({State.ACTIVE, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class ConsentPages:
    desk: Desk

    async def listed(self, visit: Visit) -> Response:
        acting = await chosen(visit, self.desk)
        found = await self.desk.register.consents_about(acting.subject.id)
        consents = [each for each in found if acting.decides(each.request)]
        return visit.page(
            "consents.html",
            acting=acting,
            others=await others(visit, self.desk),
            names=await self.desk.names(visit),
            askers=await self.desk.askers(each.request.client for each in consents),
            consents=consents,
            standing=standing_of,
        )

    async def show(self, visit: Visit) -> Response:
        """A request that has not become a consent has a page of its own."""
        request, _ = await request_of(visit, self.desk)
        if request.state is not RequestState.GRANTED:
            return visit.see(f"/portal/requests/{request.id}")
        record, acting = await consent_of(visit, self.desk)
        names = await self.desk.names(visit)
        return visit.page(
            "consent.html",
            acting=acting,
            names=names,
            record=record,
            asker=await self.desk.asker(record.request.client),
            standing=standing_of,
            revocable=record.state in REVOCABLE,
            notice=await self.desk.register.notice(record),
            told_each_time=_told_each_time(record, names),
            quiet=await self.desk.is_quiet(record.id),
            uses=await self.desk.register.uses(record.id),
            looks=await self._looks(visit, record),
            events=await self.desk.register.events(record.id),
        )

    async def revoke(self, visit: Visit) -> Response:
        """POST, from the list and from the page alike. What had ended already stays as it ended."""
        record, acting = await consent_of(visit, self.desk)
        await self.desk.register.revoke(record.id, Reason.SUBJECT, acting.by)
        return visit.see(f"/portal/consents/{record.id}")

    async def notices(self, visit: Visit) -> Response:
        """POST. Whether every use is told, or the first and the end alone. Errors: 403 where every use has to be."""
        record, _ = await consent_of(visit, self.desk)
        if _told_each_time(record, await self.desk.names(visit)):
            raise not_allowed()
        wanted = visit.form.one("quiet")
        if wanted not in ("yes", "no"):
            raise not_understood()
        await self.desk.keep_quiet(record.id, wanted == "yes")
        return visit.see(f"/portal/consents/{record.id}")

    async def receipt(self, visit: Visit) -> Response:
        record, _ = await consent_of(visit, self.desk)
        return Response(
            await self.desk.receipt(record),
            media_type="application/jose",
            headers={"Content-Disposition": f'attachment; filename="consent-receipt-{record.id}.jws"'},
        )

    async def _looks(self, visit: Visit, record: ConsentRecord) -> tuple[Look, ...]:
        """Entries of the log under this consent, as the trail of its subject has them."""
        names = await self.desk.names(visit)
        sought = Sought(first=record.granted_at.astimezone(CHINA).date(), agency=record.request.client, kinds=RELEASE)
        found: list[Look] = []
        while True:
            page = await trail(self.desk.own, record.request.subject, visit.address, names, sought)
            found += [look for look in page.looks if look.consent == str(record.id)]
            if page.after is None or len(found) > record.uses * 20:
                return tuple(found)
            sought = replace(sought, after=page.after)


def _told_each_time(record: ConsentRecord, names: Names) -> bool:
    return names.regulation.told_each_time(record.request.terms.purpose, record.request.terms.manner)
