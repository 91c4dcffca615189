"""Authentication anew for one act, and what a sign-in needs, with a provider that says whatever it is told to say."""

import time
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import pytest

from gateway.ledger.entry import Decision
from gateway.portal.caller import caller_of
from gateway.portal.opening import forget_ended
from gateway.portal.sign_in import PATH
from schema.errors import Code
from tests.city import City, city
from tests.fresh_database import FreshDatabase
from tests.portal.house import Browser, House, browsing, house_in
from tests.portal.visitor import Page

pytestmark = pytest.mark.anyio

OTHER = {"name": "王测试", "id_number": "420199199207280027"}
RELATION = "00000000-0000-4000-8000-000000000001"
FIRM = {"org_uscc": "91420199MA9TERT20X", "org_name": "武汉测试食品有限公司"}


@pytest.fixture(scope="module")
async def town(module_database: FreshDatabase) -> AsyncIterator[City]:
    async with city(module_database, empty=True) as found:
        yield found


@pytest.fixture
async def house(town: City) -> AsyncIterator[House]:
    yield house_in(town)
    async with town.database.owner() as owner:
        await owner.execute("DELETE FROM portal_session")
        await owner.execute("DELETE FROM portal_sign_in")


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    async with browsing(house) as found:
        yield found


# Anew ----------------------------------------------------------------------------------------------------------------


async def test_an_act_needs_an_authentication_of_its_own(browser: Browser) -> None:
    await browser.sign_in()
    away = await browser.get("/portal/act/one")
    assert (away.status, "prompt=login" in away.goes_to) == (303, True)

    back = await browser.come_back(away)

    assert (back.status, back.goes_to) == (303, "/portal/act/one")
    assert (await browser.get("/portal/act/one")).html == "done"


async def test_whoever_acts_for_another_comes_back_acting_for_it(browser: Browser) -> None:
    await browser.sign_in()
    away = await browser.get(f"/portal/act/one?as={RELATION}&more=1")

    assert (await browser.come_back(away)).goes_to == f"/portal/act/one?as={RELATION}"


async def test_it_is_good_for_that_act_alone_and_once(browser: Browser) -> None:
    await browser.sign_in()
    await browser.come_back(await browser.get("/portal/act/one"))

    assert (await browser.get("/portal/act/two")).status == 303
    assert (await browser.get("/portal/act/one")).html == "done"
    assert (await browser.get("/portal/act/one")).status == 303


async def test_it_is_good_for_five_minutes(house: House, browser: Browser) -> None:
    await browser.sign_in()
    await browser.come_back(await browser.get("/portal/act/one"))
    async with house.database.owner() as owner:
        await owner.execute("UPDATE portal_session SET fresh_at = fresh_at - interval '5 minutes'")

    assert (await browser.get("/portal/act/one")).status == 303


async def test_it_is_used_up_by_one_of_two_at_once(house: House, browser: Browser) -> None:
    await browser.sign_in()
    await browser.come_back(await browser.get("/portal/act/one"))
    session = await house.portal.site.sessions.find(browser.session or "")

    assert session is not None
    assert [await house.portal.site.sessions.spend(session, "act:one") for _ in range(2)] == [True, False]


async def test_a_session_has_a_new_secret_afterwards(house: House, browser: Browser) -> None:
    await browser.sign_in()
    before, token = browser.session or "", (await house.portal.site.sessions.find(browser.session or ""))
    await browser.come_back(await browser.get("/portal/act/one"))
    after = await house.portal.site.sessions.find(browser.session or "")

    assert await house.portal.site.sessions.find(before) is None
    assert token is not None
    assert after is not None
    assert (after.csrf != token.csrf, after.subject) == (True, token.subject)


@pytest.mark.parametrize("claims", [OTHER, FIRM], ids=["another person", "the same for a firm"])
async def test_nobody_else_is_authenticated_for_it(
    house: House, browser: Browser, claims: Mapping[str, object]
) -> None:
    await browser.sign_in()
    page = await browser.come_back(await browser.get("/portal/act/one"), **claims)

    assert (page.status, "与登录人不一致" in page.text) == (403, True)
    assert (house.entries[-1].decision, house.entries[-1].action) == (Decision.DENY, "sign-in-anew")
    assert (await browser.get("/portal/act/one")).status == 303


async def test_who_was_authenticated_before_it_was_asked_for_is_not_authenticated_anew(browser: Browser) -> None:
    """A provider that remembers whoever was there last."""
    await browser.sign_in()
    page = await browser.come_back(await browser.get("/portal/act/one"), auth_time=int(time.time()) - 60)

    assert (page.status, "登录未通过核验" in page.text) == (403, True)


async def test_it_is_not_for_a_session_that_began_meanwhile(browser: Browser) -> None:
    await browser.sign_in()
    away = await browser.get("/portal/act/one")
    held = browser.http.cookies["__Host-sign-in"]
    await browser.sign_in(**OTHER)
    browser.http.cookies.set("__Host-sign-in", held, domain="credit.test", path="/")

    assert (await browser.come_back(away)).status == 403


async def test_it_is_not_for_a_session_that_is_over(house: House, browser: Browser) -> None:
    await browser.sign_in()
    away = await browser.get("/portal/act/one")
    async with house.database.owner() as owner:
        await owner.execute("DELETE FROM portal_session")

    assert (await browser.come_back(away)).status == 403


async def test_nobody_is_sent_there_who_is_not_signed_in(browser: Browser) -> None:
    assert (await browser.get("/portal/act/one")).status == 401


async def test_what_was_chosen_is_kept_for_the_act_alone(house: House, browser: Browser) -> None:
    await browser.sign_in()
    sessions = house.portal.site.sessions
    session = await sessions.find(browser.session or "")
    assert session is not None
    await sessions.keep(session, "act:one", "这一项")

    assert (await sessions.kept(session, "act:one"), await sessions.kept(session, "act:two")) == ("这一项", None)
    async with house.database.owner() as owner:
        assert "这一项".encode() not in await owner.fetchval("SELECT kept FROM portal_session")


# Signing in ----------------------------------------------------------------------------------------------------------


async def test_over_https_no_other_host_can_set_the_cookies(browser: Browser) -> None:
    page = await browser.sign_in()

    (kept,) = (each for each in page.response.headers.get_list("set-cookie") if each.startswith("__Host-portal="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} == set(kept.split("; ")[1:])


@pytest.mark.parametrize(
    "claims",
    [
        {"acr": "password"},
        {"acr": None},
        {"id_number": "420199198503120016"},
        {"id_number": None},
        {"id_type": "LIBRARY_CARD"},
        {"name": " "},
        {"name": "x" * 101},
        {"org_uscc": "91420199MA9TERT20Y", "org_name": "x"},
        {"org_uscc": "91420199MA9TERT20X"},
    ],
    ids=str,
)
async def test_who_is_not_verified_by_the_real_name_does_not_come_in(
    house: House, browser: Browser, claims: Mapping[str, object]
) -> None:
    page = await browser.sign_in(**claims)

    assert (page.status, "须实名认证" in page.text, browser.session) == (403, True, None)
    assert (house.entries[-1].decision, house.entries[-1].reasons) == (Decision.DENY, ("UNAUTHENTICATED",))


async def test_nobody_comes_in_whom_the_log_could_not_write_down(house: House, browser: Browser) -> None:
    house.log_is_away = True
    page = await browser.sign_in()

    assert (page.status, page.response.headers["retry-after"], browser.session) == (503, "10", None)


async def test_who_leaves_leaves_whether_the_log_can_be_written_or_not(house: House, browser: Browser) -> None:
    await browser.sign_in()
    session = await house.portal.site.sessions.find(browser.session or "")
    assert session is not None
    house.log_is_away = True

    answer = await browser.http.post("/portal/sign-out", content=urlencode({"csrf": session.csrf}))

    assert answer.status_code == 303
    async with house.database.owner() as owner:
        assert await owner.fetchval("SELECT count(*) FROM portal_session") == 0


async def test_a_provider_that_is_away_is_said_to_be_so(house: House, browser: Browser) -> None:
    house.service.away = True
    page = Page(await browser.http.post(PATH, content="to="))

    assert (page.status, "身份认证服务暂不可用" in page.text) == (503, True)


async def test_without_a_provider_nobody_can_sign_in(town: City) -> None:
    async with browsing(house_in(town, oidc_issuer=None)) as browser:
        page = Page(await browser.http.post(PATH, content="to="))

    assert (page.status, "尚未开通登录" in page.text) == (503, True)


async def test_a_return_that_cannot_be_verified_is_counted(house: House, browser: Browser) -> None:
    page = await browser.sign_in(nonce="other")

    assert (page.status, house.refusals) == (403, [Code.UNAUTHENTICATED])


async def test_a_subject_is_the_one_that_the_register_has(house: House, browser: Browser) -> None:
    """And an organisation's session shows nothing of whoever speaks for it."""
    sealer = house.installation.sealer
    await browser.sign_in(phone_number="19900000002", phone_number_verified=True, email="a@b.test")
    session = await house.portal.site.sessions.find(browser.session or "")
    assert session is not None
    assert session.subject.id == sealer.internal_id("person", "RESIDENT_ID:420199198503120015")
    assert session.subject.digest == sealer.person_digest("RESIDENT_ID", "420199198503120015", "李测试")
    assert (session.contact, session.assurance, session.person) == ("19900000002", "real-name", session.subject)

    await browser.sign_in(**FIRM)
    firm = await house.portal.site.sessions.find(browser.session or "")
    assert firm is not None
    assert firm.subject.id == sealer.internal_id("organisation", "91420199MA9TERT20X")
    assert (firm.subject.natural, firm.person, firm.person_name) == (False, session.person, "李测试")
    assert caller_of(firm.subject).about == firm.subject
    assert caller_of(firm.subject).principal.organisation != caller_of(session.subject).principal.organisation


async def test_what_is_over_is_forgotten(house: House, browser: Browser) -> None:
    await browser.sign_in()
    async with house.database.owner() as owner:
        await owner.execute("UPDATE portal_session SET used_at = used_at - interval '15 minutes'")
        await owner.execute(
            "INSERT INTO portal_sign_in (id, goes_to, begun_at) "
            "VALUES (sha256('x'), '/portal/', clock_timestamp() - interval '10 minutes')"
        )
        await forget_ended(house.installation)

        assert await owner.fetchval("SELECT count(*) FROM portal_session") == 0
        assert await owner.fetchval("SELECT count(*) FROM portal_sign_in") == 0
