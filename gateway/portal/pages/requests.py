"""/portal/requests/{id}: what a client asks, shown to its subject after a fresh sign-in, and the decision upon it.

INVARIANT: nothing is granted but by the subject, or who may act for it, signed in anew for this very request, from this
form, with what it ticks there. A decision is made once. BASIS: PIPL-14, PIPL-17, PIPL-23, WH-二(六)2.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.responses import Response

from authz.capacity import SENTENCES, Objection
from gateway.consents.errors import Beyond, NotPending
from gateway.consents.records import By, Decision, Request, RequestState
from gateway.portal.pages.deciding import (
    DAYS,
    BeyondError,
    Choice,
    Granting,
    Particulars,
    days_offered,
    read_choice,
    untouched,
    uses_offered,
)
from gateway.portal.pages.desk import Acting, Desk, decider_of, request_of
from gateway.portal.pages.form import field_groups, item_boxes
from gateway.portal.pages.naming import Names
from gateway.portal.pages.notice import Notice, notice_of
from gateway.portal.pages.opened import grant_under, particulars_of
from gateway.portal.pages.sample import groups, sample_of
from gateway.portal.texts import Language
from gateway.portal.visit import Visit, not_allowed, not_understood

PENDING = frozenset({RequestState.REQUESTED, RequestState.SHOWN})
TOKEN, NOTICE, DECISION, APPROVE, DENY = "csrf", "notice", "decision", "approve", "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A request on the desk: by whom it is decided, and in which words it is shown."""

    request: Request
    acting: Acting
    names: Names
    notice: Notice
    particulars: Particulars

    @property
    def act(self) -> str:
        """What somebody authenticates anew for."""
        return f"request.{self.request.id}"


@dataclass(frozen=True, slots=True)
class RequestPage:
    desk: Desk

    async def show(self, visit: Visit) -> Response:
        """GET. It counts as shown once it is on the page, form and all."""
        case = await self._case(visit)
        if case.request.state not in PENDING:
            return visit.page("request_closed.html", case=case, state=await self._end(case.request))
        away = await self.desk.anew(visit, case.act)
        if away is not None:
            return away
        kept = await self.desk.sessions.kept(visit.who, case.act)
        choice, _ = self._read(json.loads(kept), case) if kept is not None else (untouched(case.request), None)
        try:
            await self.desk.register.show(case.request.id)
        except NotPending:  # it was over a moment ago
            return visit.see(visit.here)
        return await self._page(visit, case, choice)

    async def _end(self, request: Request) -> str:
        """What became of the request: its state, or that whoever asked took it back."""
        events = await self.desk.register.events(request.id)
        taken_back = request.state is RequestState.DENIED and events[-1].by is By.CLIENT
        return "TAKEN_BACK" if taken_back else request.state.value

    async def decide(self, visit: Visit) -> Response:
        """POST. Errors: 403 for whatever is no decision of this page; then nothing was granted or denied."""
        case = await self._case(visit)
        form = dict(visit.form.single())
        decision, notice = form.pop(DECISION, ""), form.pop(NOTICE, "")
        form.pop(TOKEN, None)
        if decision not in (APPROVE, DENY):
            raise not_understood()
        if case.request.state not in PENDING:
            raise not_allowed()
        choice, granting = self._choice(form, case, decision)
        if visit.who.fresh_act != case.act:
            if decision == APPROVE:
                await self.desk.sessions.keep(visit.who, case.act, json.dumps(form))
            return await self._page(visit, case, choice, status=403, stale=True)
        if notice != case.notice.digest.hex():
            return await self._page(visit, case, choice, status=409, changed=True)
        if decision == APPROVE and granting is None:
            return await self._page(visit, case, choice, status=422)
        objection = await self._objection(visit, case, granting)
        if objection is Objection.BEYOND_END and granting is not None:
            shorter = replace(choice, wrong={DAYS: "beyond_end"})
            return await self._page(visit, case, shorter, status=422)
        if decision == APPROVE and objection is not None:
            return await self._page(visit, case, choice, status=403)
        if not await self.desk.sessions.spend(visit.who, case.act):
            raise not_allowed()
        return await self._decided(visit, case, granting if decision == APPROVE else None)

    async def _decided(self, visit: Visit, case: _Case, granting: Granting | None) -> Response:
        register, id_ = self.desk.register, case.request.id
        try:
            if granting is None:
                await register.deny(id_, case.acting.by)
                return visit.see(f"/portal/requests/{id_}")
            await register.grant(id_, self._decision(visit, case, granting))
        except (NotPending, Beyond):
            raise not_allowed() from None
        return visit.see(f"/portal/consents/{id_}")

    def _decision(self, visit: Visit, case: _Case, granting: Granting) -> Decision:
        relation = case.acting.relation
        return Decision(
            by=case.acting.by,
            rights=granting.rights,
            period=granting.period,
            uses=granting.uses,
            days=granting.days,
            notice=case.notice.text,
            notice_version=case.notice.version,
            language=case.notice.language,
            assurance=visit.who.assurance,
            relation=None if relation is None else relation.id,
            contact=self.desk.contact(visit.who.contact),
        )

    async def _case(self, visit: Visit) -> _Case:
        request, acting = await request_of(visit, self.desk)
        names, asker = await self.desk.names(visit), await self.desk.asker(request.client)
        notice = notice_of(request, asker.recipient, self.desk.giver, names)
        sensitive = frozenset(each for each in request.terms.rights.fields if names.sensitive(each))
        particulars = particulars_of(request, sensitive, asker.principal, await self.desk.in_force())
        return _Case(request=request, acting=acting, names=names, notice=notice, particulars=particulars)

    def _choice(self, form: Mapping[str, str], case: _Case, decision: str) -> tuple[Choice, Granting | None]:
        """Errors: 403 for more than the page offers. Whoever says no need have ticked nothing."""
        if decision == DENY:
            return untouched(case.request), None
        return self._read(form, case)

    def _read(self, form: Mapping[str, str], case: _Case) -> tuple[Choice, Granting | None]:
        try:
            return read_choice(form, case.request, case.particulars)
        except BeyondError:
            raise not_allowed() from None

    async def _objection(self, visit: Visit, case: _Case, granting: Granting | None) -> Objection | None:
        """Where nothing is granted yet: to the least that could be."""
        days = min(days_offered(case.request)) if granting is None else granting.days
        decider = decider_of(visit, case.acting)
        return await self.desk.representation.objection(case.request, decider, days)

    async def _page(
        self,
        visit: Visit,
        case: _Case,
        choice: Choice,
        *,
        status: int = 200,
        stale: bool = False,
        changed: bool = False,
    ) -> Response:
        objection = await self._objection(visit, case, None)
        sentence = None if objection is None else SENTENCES[objection][visit.language is Language.ENGLISH]
        return visit.page(
            "request.html",
            status=status,
            request=case.request,
            acting=case.acting,
            notice=case.notice,
            choice=choice,
            items=item_boxes(case.request, choice, case.names),
            uses=uses_offered(case.request),
            days=days_offered(case.request),
            groups=field_groups(case.request, choice, case.names, case.particulars),
            sensitive=bool(case.particulars.sensitive),
            sample=await self._sample(case),
            names=case.names,
            objection=sentence,
            stale=stale,
            changed=changed,
        )

    async def _sample(self, case: _Case) -> object:
        """Of the grant that every query under this consent would be answered by."""
        request, rights = case.request, case.request.terms.rights
        asker = await self.desk.asker(request.client)
        grant = grant_under(request, rights, asker.principal, await self.desk.in_force())
        return tuple(groups(sample_of(grant, rights, natural=request.subject.natural)))
