"""Probes of the portal's sign-in: what is believed of a provider, whose a return is, and who may send a form."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from gateway import strict_json
from gateway.identity import jose
from gateway.identity.replay import KeptInMemory
from gateway.portal.accounts import NotVerified, StandardClaims
from gateway.portal.oidc import Client, NotSignedIn, ProviderAway, RelyingParty
from gateway.portal.places import own_path
from gateway.portal.provider.personas import personas
from gateway.portal.provider.provider import Asked, DevelopmentProvider, NotGranted, secrets_of
from gateway.portal.sessions import Session
from gateway.settings import PREFIX, SettingsError, read_settings
from tests.mutants.probing import probe, pure
from tests.mutants.sealing_probes import sealer
from tests.mutants.town import Town
from tests.portal.house import Browser, House, browsing, house_in
from tests.portal.identity_service import ATTEMPT, CLIENT, ISSUER, NOW, PERSON, RETURN, IdentityService

OUT = "/portal/sign-out"
OTHER = {"name": "王测试", "id_number": "420199199207280027"}


def believed(since: float | None = None, metadata: Mapping[str, object] | None = None, **claims: object) -> bool:
    """Whether somebody is signed in by a token with these claims."""
    service = IdentityService(claims=claims, metadata=metadata or {})
    try:
        asyncio.run(party(service).claims("code-1", ATTEMPT, since=since))
    except (NotSignedIn, ProviderAway):
        return False
    return True


def party(service: IdentityService) -> RelyingParty:
    client = Client(issuer=ISSUER, id=CLIENT, return_to=RETURN, levels=("real-name",), secret="s")
    return RelyingParty(client=client, send=service.send, clock=lambda: NOW)


@pure
def identity_tokens_are_of_this_attempt_and_of_now() -> None:
    assert believed()
    assert not believed(iss="https://other.test")
    assert not believed(aud="other")
    assert not believed(aud=[CLIENT, "other"])
    assert not believed(azp="other")
    assert not believed(sub=7)
    assert not believed(nonce="other")
    assert not believed(exp=int(NOW) - 60)
    assert not believed(iat=int(NOW) - 3600)
    assert not believed(auth_time=int(NOW) - 4000)
    assert not believed(since=NOW - 5, auth_time=int(NOW) - 60)


@pure
def providers_are_the_one_that_was_chosen() -> None:
    assert not believed(metadata={"issuer": "https://other.test"})
    assert not believed(metadata={"token_endpoint": "http://id.test/token"})
    named = IdentityService()
    assert asyncio.run(party(named).names(ISSUER))
    assert not asyncio.run(party(named).names("https://other.test"))
    assert not asyncio.run(party(named).names(None))


@pure
def keys_of_providers_are_strong_and_public() -> None:
    service = IdentityService(algorithm="RS256")
    public = service.public()

    def kept(*keys: Mapping[str, Any]) -> int:
        return len(jose.read_foreign_keys(strict_json.canonical({"keys": keys}).decode()))

    assert kept(public) == 1
    assert kept({**public, "n": jose.encode(b"\xff" * 520)}) == 0
    assert kept({**public, "e": "Aw"}) == 0
    assert kept({**public, "d": "AQAB"}) == 0
    assert kept(public, public) == 0


@pure
def identities_are_verified_by_the_real_name() -> None:
    adapter = StandardClaims(levels=frozenset({"real-name"}))

    def verified(**changes: object) -> bool:
        try:
            adapter.identity({**PERSON, **changes})
        except NotVerified:
            return False
        return True

    assert verified()
    assert not verified(acr="password")
    contact = adapter.identity({**PERSON, "email": "a@b.test", "email_verified": False}).contact
    assert contact is None


@pure
def sign_ins_end_at_home() -> None:
    assert own_path("/portal/access") == "/portal/access"
    for text in ("//evil.test", "https://evil.test/portal/", "/portal//evil.test", "/portal/" + "x" * 300):
        assert own_path(text) == "/portal/"


@pure
def nobody_is_just_anybody_in_earnest() -> None:
    def taken(**changes: str) -> bool:
        given = {"DEVELOPMENT_SIGN_IN": "yes", "PUBLIC_URL": "http://127.0.0.1:8000", **changes}
        try:
            read_settings({PREFIX + name: text for name, text in given.items()})
        except SettingsError:
            return False
        return True

    assert taken()
    assert not taken(PUBLIC_URL="https://credit.test")
    assert not taken(PRODUCTION="yes")
    assert not taken(OIDC_ISSUER="https://id.test")


@pure
def codes_are_for_one_verifier_once() -> None:
    provider = DevelopmentProvider(
        public_url="http://127.0.0.1:8000",
        client_id=CLIENT,
        return_to=RETURN,
        secrets=secrets_of(b"r" * 32),
        sealer=sealer(),
        seen=KeptInMemory(clock=lambda: NOW),
        clock=lambda: NOW,
    )
    asked = Asked(state=ATTEMPT.state, nonce=ATTEMPT.nonce, challenge=ATTEMPT.challenge)
    code = provider.code(asked, personas()[0].key) or ""

    def granted(verifier: str) -> bool:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN, "code_verifier": verifier}
        try:
            asyncio.run(provider.token(form))
        except NotGranted:
            return False
        return True

    assert not granted("x" * 43)
    assert granted(ATTEMPT.verifier)
    assert not granted(ATTEMPT.verifier)
    assert provider.code(asked, "420199194001010053") is None


async def session_of(house: House, browser: Browser) -> Session | None:
    return await house.portal.site.sessions.find(browser.session or "")


@probe
async def forms_are_sent_by_our_pages(town: Town) -> None:
    house = house_in(town.city)
    async with browsing(house) as browser:
        await browser.sign_in()
        session = await session_of(house, browser)
        token = session.csrf if session is not None else ""

        async def sent(token: str, site: str) -> int:
            headers = {"Sec-Fetch-Site": site}
            return (await browser.http.post(OUT, content=urlencode({"csrf": token}), headers=headers)).status_code

        assert await sent("x" * 43, "same-origin") == 403
        assert await sent(token, "cross-site") == 403
        assert (await browser.get("/portal/inside")).status == 200
        held = browser.session or ""
        assert await sent(token, "same-origin") == 303
        assert await house.portal.site.sessions.find(held) is None
        assert (await browser.get("/portal/inside")).status == 401


@probe
async def returns_are_to_what_this_browser_began(town: Town) -> None:
    house = house_in(town.city)
    async with browsing(house) as browser:
        away = await browser.http.post("/portal/sign-in", content="to=")
        asked = dict(httpx.URL(away.headers["location"]).params)
        house.service.nonce, house.service.now = asked["nonce"], time.time()
        house.service.claims = {"auth_time": int(time.time())}

        async def back(**changes: str) -> int:
            said = {"state": asked["state"], "code": "c", "iss": ISSUER, **changes}
            return (await browser.http.get(f"/portal/sign-in/return?{urlencode(said)}")).status_code

        held = browser.http.cookies["__Host-sign-in"]
        assert await back(state="x" * 43) == 400
        assert await back() == 303
        browser.http.cookies.set("__Host-sign-in", held, domain="credit.test", path="/")
        assert await back() == 400
        browser.http.cookies.delete("__Host-sign-in")
        house.log_is_away = True
        assert (await browser.sign_in()).status == 503


@probe
async def acts_need_their_own_authentication(town: Town) -> None:
    house = house_in(town.city)
    async with browsing(house) as browser:
        await browser.sign_in()
        first = browser.session or ""
        assert (await browser.come_back(await browser.get("/portal/act/one"), **OTHER)).status == 403
        assert (await browser.come_back(await browser.get("/portal/act/one"))).status == 303
        assert await house.portal.site.sessions.find(first) is None
        assert (await browser.get("/portal/act/two")).status == 303
        session = await session_of(house, browser)
        assert session is not None
        assert not await house.portal.site.sessions.spend(session, "act:two")
        assert await house.portal.site.sessions.spend(session, "act:one")
        assert not await house.portal.site.sessions.spend(session, "act:one")


@probe
async def sessions_end_by_themselves(town: Town) -> None:
    house = house_in(town.city)
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.come_back(await browser.get("/portal/act/one"))
        await town.owner.execute("UPDATE portal_session SET fresh_at = fresh_at - interval '5 minutes'")
        assert (await browser.get("/portal/act/one")).status == 303
        session = await session_of(house, browser)
        assert session is not None
        assert not await house.portal.site.sessions.spend(session, "act:one")
        await town.owner.execute("UPDATE portal_session SET used_at = used_at - interval '15 minutes'")
        assert await session_of(house, browser) is None
        away = await browser.http.post("/portal/sign-in", content="to=")
        await town.owner.execute("UPDATE portal_sign_in SET begun_at = begun_at - interval '10 minutes'")
        asked = dict(httpx.URL(away.headers["location"]).params)
        said = urlencode({"state": asked["state"], "code": "c", "iss": ISSUER})
        assert (await browser.get(f"/portal/sign-in/return?{said}")).status == 400
