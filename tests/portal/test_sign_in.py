"""Signing in over HTTP, through the development provider, at two processes on one database."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

from gateway.portal.provider.personas import personas
from tests.consents.pair import Pair, two_servers
from tests.portal.visitor import SIGN_IN, Page, Visitor, persona

RETURN = "/portal/sign-in/return"
OUT = "/portal/sign-out"
NAME, NUMBER = "李测试", "420199198503120015"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers(DEVELOPMENT_SIGN_IN="yes", PUBLIC_RATE="1000000") as found:
        yield found


@pytest.fixture
def visitor(pair: Pair) -> Visitor:
    return Visitor(pair.home.url)


def leaves(pair: Pair, action: str) -> list[dict[str, Any]]:
    found = [json.loads(row["leaf"]) for row in pair.owner("SELECT leaf FROM audit_pending ORDER BY t")]
    return [leaf for leaf in found if leaf.get("action") == action]


def returning(visitor: Visitor, name: str = NAME, to: str = "/portal/") -> str:
    """The address to which the provider sends the browser back, not yet followed."""
    page = visitor.get(f"{SIGN_IN}?{urlencode({'to': to})}")
    return visitor.choose(visitor.send(page.form(SIGN_IN)), name, follow=False).goes_to


def changed(address: str, **changes: str | None) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **changes}
    return parts._replace(query=urlencode({name: value for name, value in query.items() if value is not None})).geturl()


def signed_in(visitor: Visitor) -> bool:
    """Whoever is signed in has nothing to do on the page of the sign-in."""
    return visitor.get(SIGN_IN, follow=False).status == 303


def cookie(page: Page, name: str) -> str:
    (found,) = (each for each in page.response.headers.get_list("set-cookie") if each.startswith(f"{name}="))
    return found


# The way there and back ----------------------------------------------------------------------------------------------


def test_a_person_signs_in_and_comes_back_to_where_it_wanted_to_go(visitor: Visitor) -> None:
    address = returning(visitor, to="/portal/access")
    page = visitor.get(address, follow=False)

    assert (page.status, page.goes_to) == (303, "/portal/access")
    assert signed_in(visitor)
    assert NAME in visitor.get("/portal/").text


def test_a_representative_signs_in_for_its_organisation(visitor: Visitor) -> None:
    page = visitor.sign_in("王测试", speaking_for="武汉测试食品有限公司")

    assert "武汉测试食品有限公司" in page.text


def test_the_cookie_of_a_session_is_for_the_server_alone(visitor: Visitor) -> None:
    page = visitor.get(returning(visitor), follow=False)

    assert "; HttpOnly" in cookie(page, "portal")
    assert "; SameSite=lax" in cookie(page, "portal")
    assert "max-age" not in cookie(page, "portal").lower()
    assert "Max-Age=0" in cookie(page, "sign-in")


def test_both_processes_know_a_session_and_its_end(pair: Pair, visitor: Visitor) -> None:
    page = visitor.sign_in(NAME)
    kept = {"Cookie": f"portal={visitor.session}"}
    assert pair.other.get(SIGN_IN, **kept).status_code == 303

    visitor.send(page.form(OUT))

    assert pair.other.get(SIGN_IN, **kept).status_code == 200
    assert not signed_in(visitor)


def test_a_sign_in_begun_at_one_process_may_end_at_the_other(pair: Pair, visitor: Visitor) -> None:
    address = urlsplit(returning(visitor))
    kept = {"Cookie": f"sign-in={visitor.http.cookies['sign-in']}"}

    assert pair.other.get(f"{address.path}?{address.query}", **kept).status_code == 303


def test_who_signs_in_and_out_stands_in_the_log_and_not_by_name(pair: Pair, visitor: Visitor) -> None:
    before = len(leaves(pair, "sign-in"))
    visitor.send(visitor.sign_in(NAME).form(OUT))

    told = [*leaves(pair, "sign-in")[before:], leaves(pair, "sign-out")[-1]]
    said = [(leaf["kind"], leaf["principal"], leaf["decision"]["result"]) for leaf in told]
    assert said == [("admin", "portal", "allow")] * 2
    (row,) = pair.owner("SELECT person FROM portal_session ORDER BY began_at DESC LIMIT 1") or [{"person": 0}]
    for word in (NAME, NUMBER, json.dumps(NAME), str(row["person"])):
        assert word not in json.dumps(told, ensure_ascii=False)
    assert all(leaf["operator"]["role"] == "data_subject" for leaf in told)


def test_the_tables_hold_no_secret_and_no_name(pair: Pair, visitor: Visitor) -> None:
    visitor.sign_in(NAME)

    rows = repr([dict(row) for row in pair.owner("SELECT * FROM portal_session")])
    for word in (NAME, NUMBER, "13800138000", visitor.session or "-"):
        assert word not in rows
        assert repr(word.encode())[2:-1] not in rows


# A return that this browser did not begin, or not like this -----------------------------------------------------------


def test_a_return_counts_once(visitor: Visitor) -> None:
    address = returning(visitor)
    held = visitor.http.cookies["sign-in"]
    assert visitor.get(address, follow=False).status == 303

    again = Visitor(visitor.address)
    again.http.cookies.set("sign-in", held)

    assert again.get(address, follow=False).status == 400
    assert not signed_in(again)


def test_nobody_is_signed_in_by_the_return_of_another(visitor: Visitor) -> None:
    """Login CSRF: a link that would sign its victim in as whoever sent it."""
    address = returning(Visitor(visitor.address), "王测试")

    assert visitor.get(address, follow=False).status == 400
    returning(visitor)  # a sign-in of its own under way
    assert visitor.get(address, follow=False).status == 400
    assert not signed_in(visitor)


def test_a_code_of_another_session_is_of_no_use(visitor: Visitor) -> None:
    """RFC 7636: whoever gets hold of a code lacks the verifier."""
    theirs = dict(parse_qsl(urlsplit(returning(Visitor(visitor.address), "王测试")).query))

    assert visitor.get(changed(returning(visitor), code=theirs["code"]), follow=False).status == 403
    assert not signed_in(visitor)


def test_a_code_that_was_used_is_of_no_use(visitor: Visitor) -> None:
    used = returning(visitor)
    visitor.get(used, follow=False)
    code = dict(parse_qsl(urlsplit(used).query))["code"]
    other = Visitor(visitor.address)

    assert other.get(changed(returning(other), code=code), follow=False).status == 403
    assert not signed_in(other)


@pytest.mark.parametrize("state", [None, "", "x", "ü" * 8, "A" * 43, "A" * 5000], ids=["none", "", "x", "ü", "A", "A+"])
def test_a_return_with_another_state_is_nobodys(visitor: Visitor, state: str | None) -> None:
    address = returning(visitor)

    assert visitor.get(changed(address, state=state), follow=False).status == 400
    assert not signed_in(visitor)
    assert visitor.get(address, follow=False).status == 303  # and nothing of it was used up


@pytest.mark.parametrize("issuer", [None, "https://other.test", "http://127.0.0.1/portal/development"])
def test_a_return_from_another_provider_is_refused(visitor: Visitor, issuer: str | None) -> None:
    """RFC 9207: mix-up."""
    assert visitor.get(changed(returning(visitor), iss=issuer), follow=False).status == 403
    assert not signed_in(visitor)


@pytest.mark.parametrize("code", [None, "", "x", "é", "A" * 4000, "A" * 5000], ids=["none", "", "x", "é", "A", "A+"])
def test_a_return_without_a_good_code_is_refused(visitor: Visitor, code: str | None) -> None:
    assert visitor.get(changed(returning(visitor), code=code), follow=False).status == 403
    assert not signed_in(visitor)


@pytest.mark.parametrize("name", ["state", "code", "iss"])
def test_a_return_that_says_something_twice_is_not_read(visitor: Visitor, name: str) -> None:
    address = returning(visitor)
    said = dict(parse_qsl(urlsplit(address).query))[name]

    assert visitor.get(f"{address}&{urlencode({name: said})}", follow=False).status in (400, 403)
    assert not signed_in(visitor)


def test_a_sign_in_that_took_too_long_is_over(pair: Pair, visitor: Visitor) -> None:
    address = returning(visitor)
    pair.owner("UPDATE portal_sign_in SET begun_at = begun_at - interval '10 minutes'")

    assert visitor.get(address, follow=False).status == 400


def test_who_calls_it_off_at_the_provider_is_not_signed_in(visitor: Visitor) -> None:
    page = visitor.send(visitor.get(SIGN_IN).form(SIGN_IN))
    page = visitor.send(page.form("/authorize"))  # the button that names nobody

    assert (page.status, "登录已取消" in page.text) == (403, True)
    assert not signed_in(visitor)


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.test/",
        "//evil.test/portal/",
        "/portal//evil.test",
        "/portal/../graphql",
        "/portal/\\evil.test",
        "/portal/%0d%0aX: y",
        "/portal/?to=//evil.test",
        "/graphql",
        "javascript:alert(1)",
        "/portal/" + "x" * 300,
        "",
    ],
)
def test_nobody_is_led_away_after_a_sign_in(visitor: Visitor, to: str) -> None:
    page = visitor.get(returning(visitor, to=to), follow=False)

    assert (page.status, page.goes_to) == (303, "/portal/")


# Sessions ------------------------------------------------------------------------------------------------------------


def test_a_secret_that_was_there_before_the_sign_in_is_worth_nothing(visitor: Visitor) -> None:
    """Session fixation."""
    planted = "A" * 43
    visitor.http.cookies.set("portal", planted, domain="127.0.0.1", path="/")
    visitor.sign_in(NAME)

    thief = Visitor(visitor.address)
    thief.http.cookies.set("portal", planted)
    assert visitor.session != planted
    assert not signed_in(thief)


def test_the_session_before_ends_with_a_new_sign_in(visitor: Visitor) -> None:
    visitor.sign_in(NAME)
    held, visitor_now = visitor.session or "", Visitor(visitor.address)
    visitor_now.http.cookies.set("portal", held, domain="127.0.0.1", path="/")
    page = visitor_now.post(SIGN_IN, {"csrf": visitor_now.get("/portal/").form(OUT).fields["csrf"]})
    visitor_now.choose(page, "王测试")

    assert visitor_now.session not in (None, held)
    assert not signed_in(visitor)


@pytest.mark.parametrize(
    ("move", "ago"),
    [
        ("UPDATE portal_session SET used_at = clock_timestamp() - $1::interval", timedelta(minutes=15)),
        ("UPDATE portal_session SET began_at = clock_timestamp() - $1::interval", timedelta(hours=8)),
    ],
    ids=["idle", "long enough"],
)
def test_a_session_ends_by_itself(pair: Pair, visitor: Visitor, move: str, ago: timedelta) -> None:
    visitor.sign_in(NAME)
    pair.owner(move, ago - timedelta(seconds=60))
    assert signed_in(visitor)

    pair.owner(move, ago)

    assert not signed_in(visitor)
    assert visitor.post(OUT, {}).status == 401


def test_a_request_keeps_a_session_from_ending(pair: Pair, visitor: Visitor) -> None:
    visitor.sign_in(NAME)
    for _ in range(3):
        pair.owner("UPDATE portal_session SET used_at = used_at - interval '10 minutes'")
        assert signed_in(visitor)


@pytest.mark.parametrize("secret", ["", "x", "A" * 43, "A" * 44, "é" * 43, "../" * 14 + "A", "A" * 5000], ids=len)
def test_a_cookie_that_was_made_up_signs_nobody_in(visitor: Visitor, secret: str) -> None:
    headers = [(b"Cookie", f"portal={secret}".encode())]
    answer = visitor.http.get(f"{visitor.address}{SIGN_IN}", headers=headers)

    assert answer.status_code == 200


# Forms ---------------------------------------------------------------------------------------------------------------


def test_who_signs_out_is_signed_out_everywhere(visitor: Visitor) -> None:
    page = visitor.sign_in(NAME)
    held = visitor.session or ""
    answer = visitor.send(page.form(OUT), follow=False)

    assert (answer.status, answer.goes_to) == (303, SIGN_IN)
    assert "Max-Age=0" in cookie(answer, "portal")
    visitor.http.cookies.set("portal", held, domain="127.0.0.1", path="/")
    assert not signed_in(visitor)


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "é"])
def test_a_form_without_the_token_of_the_session_does_nothing(visitor: Visitor, token: str | None) -> None:
    visitor.sign_in(NAME)

    assert visitor.post(OUT, {} if token is None else {"csrf": token}).status == 403
    assert signed_in(visitor)


def test_the_token_of_another_session_does_nothing(visitor: Visitor) -> None:
    theirs = Visitor(visitor.address).sign_in("王测试").form(OUT).fields["csrf"]
    visitor.sign_in(NAME)

    assert visitor.post(OUT, {"csrf": theirs}).status == 403
    assert signed_in(visitor)


def test_a_token_in_the_address_or_given_twice_does_nothing(visitor: Visitor) -> None:
    token = visitor.sign_in(NAME).form(OUT).fields["csrf"]

    assert visitor.post(f"{OUT}?csrf={token}", {}).status == 403
    assert visitor.post(OUT, {"csrf": [token, token]}).status == 400
    assert signed_in(visitor)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "x"])
def test_a_form_that_another_site_sends_does_nothing(visitor: Visitor, site: str) -> None:
    token = visitor.sign_in(NAME).form(OUT).fields["csrf"]

    assert visitor.post(OUT, {"csrf": token}, Sec_Fetch_Site=site).status == 403
    assert signed_in(visitor)
    assert visitor.post(OUT, {"csrf": token}, follow=False, Sec_Fetch_Site="same-origin").status == 303


def test_another_site_cannot_begin_a_sign_in(visitor: Visitor) -> None:
    assert visitor.post(SIGN_IN, {}, follow=False, Sec_Fetch_Site="cross-site").status == 403


def test_nobody_signs_out_who_is_not_signed_in(visitor: Visitor) -> None:
    page = visitor.post(OUT, {})

    assert (page.status, "请先登录" in page.text) == (401, True)


# Pages ---------------------------------------------------------------------------------------------------------------


def test_every_page_keeps_to_itself(visitor: Visitor) -> None:
    for path in (SIGN_IN, "/portal/nothing", RETURN):
        page = visitor.get(path)
        policy = page.response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert f"form-action 'self' {visitor.address};" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.response.headers["referrer-policy"] == "no-referrer"
        assert page.response.headers["cache-control"] == "private, no-store"
        assert "<script" not in page.html
        assert " style=" not in page.html


def test_pages_speak_the_language_of_the_browser_or_the_one_that_was_chosen(visitor: Visitor) -> None:
    english = Visitor(visitor.address, language="de, en-GB;q=0.8, zh;q=0.1")

    assert "Sign in" in english.get(SIGN_IN).text
    assert "登录" in visitor.get(SIGN_IN).text
    assert visitor.get(f"{SIGN_IN}?lang=en").response.headers["content-language"] == "en"
    assert '<html lang="en">' in visitor.get(SIGN_IN).html
    assert "Sign in" in visitor.get(f"{SIGN_IN}?lang=xx").text


def test_a_page_in_the_other_language_is_one_click_away(visitor: Visitor) -> None:
    page = visitor.get(f"{SIGN_IN}?to=/portal/access")

    assert f'href="{SIGN_IN}?to=%2Fportal%2Faccess&amp;lang=en"' in page.html


def test_the_style_is_there_and_nothing_else_beside_it(visitor: Visitor) -> None:
    assert visitor.get("/portal/style.css").response.headers["content-type"].startswith("text/css")
    assert visitor.get("/portal/../portal/base.html").status == 404


@pytest.mark.parametrize("path", ["/portal/nothing", "/portal/requests/x/y/z", "/portal/é", "/portal/sign-in/"])
def test_what_is_not_there_is_said_to_be_so(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)

    assert (page.status, "没有此页面" in page.text) == (404, True)


def test_what_is_not_there_is_one_page_wherever_it_is_not(visitor: Visitor) -> None:
    visitor.sign_in(NAME)
    paths = (
        "nothing",
        "requests/x",
        "requests/00000000-0000-4000-8000-000000000000",
        "consents/x?as=x",
        "records/x?y=z",
    )
    assert len({visitor.get(f"/portal/{path}").html for path in paths}) == 1


def test_whoever_must_sign_in_first_comes_back_to_a_page_that_there_is(visitor: Visitor) -> None:
    known = "/portal/requests/00000000-0000-4000-8000-000000000000?as=00000000-0000-4000-8000-000000000001"
    assert f"?to={quote(known, safe='/')}" in visitor.get(f"{known}&more=1").html
    assert "?to=/portal/" in visitor.get("/portal/requests/of-somebody?more=1").html


def test_a_method_that_a_page_does_not_take_is_named(visitor: Visitor) -> None:
    answer = visitor.http.put(f"{visitor.address}{SIGN_IN}")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert visitor.http.head(f"{visitor.address}{SIGN_IN}").status_code == 200


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "application/json"),
        (b"to=%zz", "application/x-www-form-urlencoded"),
        (b"to=%ff", "application/x-www-form-urlencoded"),
        (b"to=%00", "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
        (b"to", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(600)), "application/x-www-form-urlencoded"),
        (b"--x--", "multipart/form-data; boundary=x"),
        (b"", ""),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_read_is_refused_with_a_page(visitor: Visitor, content: bytes, kind: str) -> None:
    answer = visitor.http.post(f"{visitor.address}{SIGN_IN}", content=content, headers={"Content-Type": kind})

    assert (answer.status_code, "请求无法识别" in answer.text) == (400, True)


def test_a_form_that_is_too_long_is_refused_with_a_page(visitor: Visitor) -> None:
    answer = visitor.http.post(f"{visitor.address}{SIGN_IN}", data={"to": "x" * 200_000})

    assert (answer.status_code, "过长" in answer.text) == (413, True)


@pytest.mark.parametrize("query", ["to=%ff", "to", "%zz=1", "&".join(f"a{n}=1" for n in range(20)), "lang=en&lang=zh"])
def test_an_address_that_cannot_be_read_breaks_nothing(visitor: Visitor, query: str) -> None:
    assert visitor.get(f"{SIGN_IN}?{query}").status in (200, 400)


# The development provider --------------------------------------------------------------------------------------------


def authorization(visitor: Visitor) -> tuple[str, dict[str, str]]:
    """Where the portal sends a browser, and with what."""
    page = visitor.send(visitor.get(SIGN_IN).form(SIGN_IN), follow=False)
    parts = urlsplit(page.goes_to)
    return parts.path, dict(parse_qsl(parts.query))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "other"},
        {"redirect_uri": "https://evil.test/"},
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
        {"scope": "profile"},
        {"nonce": ""},
        {"state": "x" * 600},
    ],
    ids=str,
)
def test_the_provider_takes_no_other_request(visitor: Visitor, changes: dict[str, str]) -> None:
    path, asked = authorization(visitor)

    assert visitor.get(f"{path}?{urlencode(asked | changes)}").status == 400
    fields = asked | changes | {"persona": persona(NAME)}
    assert visitor.post(path, fields, follow=False).status == 400


def test_one_cannot_be_somebody_whom_the_fixture_does_not_know(visitor: Visitor) -> None:
    path, asked = authorization(visitor)

    assert visitor.post(path, asked | {"persona": "420199194001010053"}, follow=False).status == 400


def test_the_dead_and_the_representatives_of_old_are_not_offered() -> None:
    names = {(each.name, each.speaks_for) for each in personas()}

    assert ("钱老先生", None) not in names
    assert ("李测试", "武汉测试食品有限公司") not in names
    assert ("王测试", "武汉测试食品有限公司") in names


def test_the_token_endpoint_wants_to_know_its_client(pair: Pair, visitor: Visitor) -> None:
    code = dict(parse_qsl(urlsplit(returning(visitor)).query))["code"]
    answer = pair.one.http.post(
        "/portal/development/token",
        data={"grant_type": "authorization_code", "code": code},
        headers={"Authorization": "Basic Y3JlZGl0LWdhdGV3YXk6eA=="},
    )

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
