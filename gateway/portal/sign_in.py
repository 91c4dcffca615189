"""Signing in and out: the pages of it, the way to the identity provider and back, and authentication anew for one act.

INVARIANT: a session begins or is renewed only by a response of the provider to a request that this very browser began
a short while ago, and is in the log before the browser is told its secret.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import RedirectResponse, Response

from gateway.identity.jose import Claims, seconds
from gateway.keys.sealing import KeyedDigests
from gateway.ledger.entry import Entry
from gateway.ledger.errors import NotWritten
from gateway.portal.accounts import Account, Identity, IdentityAdapter, NotVerified, account_of
from gateway.portal.attempts import Attempt, Begun, SignIns, attempt_of
from gateway.portal.cookies import Cookies
from gateway.portal.entries import Step, refused, stepped
from gateway.portal.oidc import NotSignedIn, ProviderAway, RelyingParty
from gateway.portal.places import HOME, own_path
from gateway.portal.sessions import Session, Sessions
from gateway.portal.visit import NotAnswered, Visit
from schema.errors import Code

PATH = "/portal/sign-in"
RETURN_PATH = "/portal/sign-in/return"
OUT_PATH = "/portal/sign-out"

_CODE_CHARACTERS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """``party`` is None where no provider is set up: then nobody can sign in. ``append`` writes to the log;
    ``count`` counts refusals for it of whom nothing is known."""

    party: RelyingParty | None
    adapter: IdentityAdapter
    digester: KeyedDigests
    sessions: Sessions
    sign_ins: SignIns
    cookies: Cookies
    append: Callable[[Entry], Awaitable[object]]
    count: Callable[[Code], None]

    async def show(self, visit: Visit) -> Response:
        """GET: the page with the button; ``to``: where to go afterwards."""
        if visit.session is not None:
            return visit.see(HOME)
        return visit.page("sign_in.html", to=own_path(visit.query.one("to")))

    async def begin(self, visit: Visit) -> Response:
        """POST: to the provider."""
        return await self._sent(visit, own_path(visit.form.one("to")), None, None)

    async def anew(self, visit: Visit, act: str, *, back: str) -> Response | None:
        """None where who is signed in has authenticated anew for this very act in the last 5 minutes; else the way to
        the provider, from which the browser comes back to ``back``, where it is. Whoever acts then uses it up:
        ``Sessions.spend``.
        """
        if visit.who.fresh_act == act:
            return None
        return await self._sent(visit, back, visit.who.digest, act)

    async def finish(self, visit: Visit) -> Response:
        """GET: back from the provider."""
        try:
            secret, begun = await self._begun(visit)
            response = await self._finished(visit, attempt_of(secret), begun)
        except NotSignedIn:
            self.count(Code.UNAUTHENTICATED)
            raise NotAnswered(403, "sign_in_refused") from None
        except ProviderAway:
            raise NotAnswered(503, "provider_away") from None
        self.cookies.forget_sign_in(response)
        return response

    async def out(self, visit: Visit) -> Response:
        """POST: the session ends, whether the log can be written or not."""
        session = visit.who
        await self.sessions.end(session)
        entry = stepped(Step.SIGN_OUT, session.person, session.subject, address=visit.address)
        try:
            await self.append(entry)
        except NotWritten:
            self.count(Code.LEDGER_UNAVAILABLE)
        response = visit.see(PATH)
        self.cookies.forget_session(response)
        return response

    async def _sent(self, visit: Visit, to: str, session: bytes | None, act: str | None) -> Response:
        if self.party is None:
            raise NotAnswered(503, "no_provider")
        secret = await self.sign_ins.begin(to, session=session, act=act)
        try:
            address = await self.party.address(attempt_of(secret), anew=act is not None)
        except ProviderAway:
            raise NotAnswered(503, "provider_away") from None
        response = RedirectResponse(address, status_code=303)
        self.cookies.keep_sign_in(response, secret)
        return response

    async def _begun(self, visit: Visit) -> tuple[str, Begun]:
        """What this browser began, and this response is to (RFC 6749 10.12): taken, so that it is there no more."""
        secret = self.cookies.sign_in(visit.request)
        state = visit.query.one("state") or ""
        if secret is None or not hmac.compare_digest(state.encode(), attempt_of(secret).state.encode()):
            raise _lost()
        begun = await self.sign_ins.take(secret)
        if begun is None:
            raise _lost()
        return secret, begun

    async def _finished(self, visit: Visit, attempt: Attempt, begun: Begun) -> Response:
        claims = await self._claims(visit, attempt, begun)
        try:
            identity = self.adapter.identity(claims)
        except NotVerified:
            await self.append(refused(_step(begun), address=visit.address))
            raise NotAnswered(403, "not_verified") from None
        account = account_of(identity, self.digester)
        at = datetime.fromtimestamp(seconds(claims, "auth_time"), UTC)
        secret = await self._session(visit, begun, account, identity, at)
        response = visit.see(begun.goes_to)
        self.cookies.keep_session(response, secret)
        return response

    async def _claims(self, visit: Visit, attempt: Attempt, begun: Begun) -> Claims:
        if self.party is None:
            raise ProviderAway
        if not await self.party.names(visit.query.one("iss")):
            raise NotSignedIn
        if visit.query.one("error") is not None:
            raise NotAnswered(403, "sign_in_declined")
        code = visit.query.one("code") or ""
        if not 0 < len(code) <= _CODE_CHARACTERS:
            raise NotSignedIn
        since = begun.begun_at.timestamp() if begun.act is not None else None
        return await self.party.claims(code, attempt, since=since)

    async def _session(self, visit: Visit, begun: Begun, account: Account, identity: Identity, at: datetime) -> str:
        """The secret of the session that begins, or is renewed for one act by whom it belongs to."""
        if begun.session is None or begun.act is None:
            await self.append(stepped(Step.SIGN_IN, account.person, account.subject, address=visit.address))
            if visit.session is not None:
                await self.sessions.end(visit.session)
            return await self.sessions.begin(account, assurance=identity.assurance, authenticated_at=at)
        if not _same(visit.session, begun.session, account):
            await self.append(refused(Step.SIGN_IN_ANEW, address=visit.address))
            raise NotAnswered(403, "somebody_else")
        await self.append(
            stepped(Step.SIGN_IN_ANEW, account.person, account.subject, address=visit.address, act=begun.act)
        )
        secret = await self.sessions.renew(
            begun.session, account, act=begun.act, assurance=identity.assurance, authenticated_at=at
        )
        if secret is None:
            raise NotAnswered(401, "signed_out")
        return secret


def _same(session: Session | None, begun: bytes, account: Account) -> bool:
    """Whether the session that asked is the one that is back, and belongs to whom the provider has authenticated."""
    if session is None or not hmac.compare_digest(session.digest, begun):
        return False
    return (session.subject.id, session.person.id) == (account.subject.id, account.person.id)


def _step(begun: Begun) -> Step:
    return Step.SIGN_IN if begun.act is None else Step.SIGN_IN_ANEW


def _lost() -> NotAnswered:
    return NotAnswered(400, "sign_in_lost")
