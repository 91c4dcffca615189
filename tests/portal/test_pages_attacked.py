"""What somebody sends who means no good, or may decide less than everything: nothing breaks, nothing is given."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.installation import today_in_china
from tests.consents.pair import Pair, two_servers
from tests.portal.deciding import KEPT, SUBJECT, Visitors, approve, ask, form, granted, opened, status
from tests.portal.visitor import Page, Visitor

N1, N2, AGENT = "420199198503120015", "420199199207280027", "李测试"
OFFICER = "A10/2001"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers(DEVELOPMENT_SIGN_IN="yes") as found:
        yield found


@pytest.fixture
def visitors(pair: Pair) -> Iterator[Visitors]:
    found = Visitors(pair)
    yield found
    found.leave()


def agent(pair: Pair, *, purpose: str = "PM-901", days: int = 200, works_for: tuple[str, ...] = ()) -> str:
    """The id of a deed of the subject, good for so many days."""
    until = str(today_in_china() + timedelta(days=days - 1))
    said = pair.home.said(
        "representation add",
        *("agent", N2, "--name", SUBJECT, "--actor", N1, "--purpose", purpose, "--from", "2026-01-01"),
        *("--until", until, "--evidence", "授〔2026〕测2号", "--by", OFFICER, *works_for),
    )
    found: str = said["id"]
    return found


def end(pair: Pair, relation: str) -> None:
    pair.home.said("representation end", relation, "--reason", "委托终止", "--by", OFFICER)


def lapse(pair: Pair, request: str) -> None:
    """Its seven days are over."""
    pair.owner("ALTER TABLE consent_request DISABLE TRIGGER USER")
    pair.owner(
        "UPDATE consent_request SET asked_at = asked_at - interval '7 days', "
        "lapses_at = lapses_at - interval '7 days' WHERE id = $1::uuid",
        request,
    )
    for name in ("kept", "append_only", "accounted"):
        pair.owner(f"ALTER TABLE consent_request ENABLE ALWAYS TRIGGER consent_request_{name}")


def grown_old(pair: Pair, who: Visitor, request: str) -> tuple[Page, str]:
    """The page of the request, and the token of the session, which is fresh for another request by now."""
    page, other = opened(who, request), ask(pair)
    return page, form(opened(who, other), other).fields["csrf"]


@pytest.mark.parametrize("sent", [{"from": "2" * 20_000}, {"decision": "deny", "more": "x" * 20_000}])
def test_a_form_of_any_length_is_answered(pair: Pair, visitors: Visitors, sent: dict[str, str]) -> None:
    request, who = ask(pair), visitors()
    page, csrf = grown_old(pair, who, request)
    assert approve(who, page, request, csrf=csrf, **sent).status == 403
    assert status(pair, request) == "pending"


def test_what_no_page_offers_is_not_kept(pair: Pair, visitors: Visitors) -> None:
    request, who = ask(pair), visitors()
    page, csrf = grown_old(pair, who, request)
    assert approve(who, page, request, csrf=csrf, decision="deny", everything="yes").status == 403
    again = opened(who, request)
    assert (again.status, form(again, request).ticked) == (200, [])


def test_a_deed_that_ends_earlier_leaves_the_consent_to_be_made_shorter(pair: Pair, visitors: Visitors) -> None:
    request, relation = ask(pair), agent(pair, days=10)
    who = visitors(AGENT)
    page = opened(who, request, AGENT)
    longer = approve(who, page, request, days="30")
    assert (longer.status, "请缩短" in longer.text) == (422, True)
    assert {name for name, _ in form(longer, request).ticked} == set(KEPT)
    assert status(pair, request) == "pending"
    assert approve(who, longer, request, days="7").path == f"/portal/consents/{request}"
    end(pair, relation)


def test_who_must_not_say_yes_says_no_and_nothing_else(pair: Pair, visitors: Visitors) -> None:
    request, relation = ask(pair), agent(pair, works_for=("--works-for", "B1"))
    who = visitors(AGENT)
    found = form(opened(who, request, AGENT), request)
    assert [value for _, value in found.buttons] == ["deny"]
    assert "得不到任何信息" in who.send(found, decision="deny").text
    assert status(pair, request) == "not_granted"
    end(pair, relation)


def test_a_deed_opens_what_it_is_for_and_nothing_else(pair: Pair, visitors: Visitors) -> None:
    owner = visitors()
    consent, request = granted(pair, owner), ask(pair)
    relation = agent(pair, purpose="PM-902")
    who = visitors(AGENT)
    for page in (f"consents/{consent}", f"consents/{consent}/receipt", f"requests/{request}"):
        assert who.get(f"/portal/{page}").status == 404
    for page in ("", "consents"):
        shown = who.get(f"/portal/{page}?as={relation}")
        assert (shown.status, consent in shown.html, request in shown.html) == (200, False, False)
    csrf = who.get("/portal/").forms[0].fields["csrf"]
    assert who.post(f"/portal/consents/{consent}/revoke", {"csrf": csrf}).status == 404
    assert status(pair, consent) == "active"
    end(pair, relation)


def test_a_request_that_the_bank_took_back_is_said_to_be_over_and_not_refused_by_the_subject(
    pair: Pair, visitors: Visitors
) -> None:
    request, who = ask(pair), visitors()
    page = opened(who, request)
    assert pair.call(pair.one, "DELETE", f"/consents/{request}", pair.token()).status_code == 204
    assert approve(who, page, request).status == 403
    closed = who.get(f"/portal/requests/{request}")
    assert "请求方撤回" in closed.text
    assert "您没有同意" not in closed.text


@pytest.mark.parametrize(
    "page",
    [
        "access?from=0001-01-01",
        "access?until=9999-12-31",
        "access?from=2026-02-30",
        "access/ffffffff-ffff-7fff-bfff-ffffffffffff/proof",
        "access/00000000-0000-7000-8000-000000000000/proof",
    ],
)
def test_an_address_that_was_made_up_breaks_nothing(visitors: Visitors, page: str) -> None:
    assert visitors().get(f"/portal/{page}").status in (400, 404)


@pytest.mark.parametrize("shown", [False, True], ids=["never shown", "shown"])
def test_a_request_that_lapsed_a_moment_ago_is_over(pair: Pair, visitors: Visitors, shown: bool) -> None:
    request, who = ask(pair), visitors()
    page = opened(who, request) if shown else who.get("/portal/")
    lapse(pair, request)
    if shown:
        assert approve(who, page, request).status == 403
    assert "逾期未决定" in who.get(f"/portal/requests/{request}").text
    assert request not in who.get("/portal/").html


def test_what_is_wrong_is_where_the_reader_is(pair: Pair, visitors: Visitors) -> None:
    request, who = ask(pair), visitors()
    first = opened(who, request)
    assert ("autofocus" in first.html, "尚未提交" in first.text) == (False, False)
    page = approve(who, first, request, without="provide")
    assert page.html.count("autofocus") == 1
    assert "<title>尚未提交 · " in page.html
    assert 'aria-describedby="provide-wrong"' in page.html
    assert ["均未勾选" in each.text for each in (first, page)] == [True, False]


def test_who_is_told_of_every_use_cannot_be_made_to_be_told_less(pair: Pair, visitors: Visitors) -> None:
    request, who = ask(pair, manner="monitoring"), visitors()
    page = approve(who, opened(who, request), request)
    assert "每次使用，您都会收到通知" in page.text
    assert not [each for each in page.forms if each.action.endswith("/notices")]
    csrf = page.forms[0].fields["csrf"]
    assert who.post(f"/portal/consents/{request}/notices", {"csrf": csrf, "quiet": "yes"}).status == 403
    assert "每次使用，您都会收到通知" in who.get(f"/portal/consents/{request}").text
