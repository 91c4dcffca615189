"""Who decides for whom, on the pages: the young, their guardians, agents and representatives (T24). BASIS: PIPL-31."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from gateway.installation import today_in_china
from tests.consents.pair import Pair, two_servers
from tests.portal.deciding import KEPT, SUBJECT, Visitors, approve, ask, form, opened, status
from tests.portal.visitor import Page, Visitor

CHILD, FIRM = "孙小小", "武汉测试食品有限公司"
N1, N2, N3, N5 = "420199198503120015", "420199199207280027", "420799197909050035", "420199201409160058"
L2 = "91420199MA9TERT20X"
ABOUT_CHILD = {"person": {"idType": "RESIDENT_ID", "idNumber": N5, "name": CHILD}}
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


def register(pair: Pair, kind: str, number: str, actor: str, *more: str, name: str | None = SUBJECT) -> str:
    """The id of a relation that holds today, for bank purposes."""
    until: tuple[str, ...] = ("--until", str(today_in_china() + timedelta(days=200)))
    said = pair.home.said(
        "representation add",
        kind,
        number,
        *(() if name is None else ("--name", name)),
        *("--actor", actor, "--purpose", "PM-901", "--from", str(date(2026, 1, 1)), "--evidence", "授〔2026〕测1号"),
        *(() if kind == "guardian" else until),
        *("--by", OFFICER, *more),
    )
    found: str = said["id"]
    return found


def end(pair: Pair, relation: str) -> None:
    pair.home.said("representation end", relation, "--reason", "委托终止", "--by", OFFICER)


def approves(page: Page, request: str) -> bool:
    """Whether the page lets anybody approve; to say no it lets everybody."""
    offered = {value for _, value in form(page, request).buttons}
    assert "deny" in offered
    return "approve" in offered


def forced(who: Visitor, page: Page, request: str) -> Page:
    """The decision that the page does not offer, sent all the same."""
    found = form(page, request)
    return who.post(found.action, {**found.fields, **dict.fromkeys(KEPT, "yes"), "decision": "approve"})


def test_a_child_decides_nothing(pair: Pair, visitors: Visitors) -> None:
    request = ask(pair, subject=ABOUT_CHILD)
    who = visitors(CHILD)
    page = opened(who, request, CHILD)
    assert "未满十四周岁" in page.text or "不满十四周岁" in page.text
    assert not approves(page, request)
    assert forced(who, page, request).status == 403
    assert status(pair, request) == "pending"


def test_a_guardian_opens_nothing_of_a_child_to_a_bank(pair: Pair, visitors: Visitors) -> None:
    request = ask(pair, subject=ABOUT_CHILD)
    who = visitors("张测试")
    assert who.get(f"/portal/requests/{request}").status == 404
    relation = register(pair, "guardian", N5, N3, name=CHILD)
    page = opened(who, request, "张测试")
    assert not approves(page, request)
    assert forced(who, page, request).status == 403
    assert status(pair, request) == "pending"
    end(pair, relation)
    assert who.get(f"/portal/requests/{request}").status == 404


def test_an_agent_decides_within_the_deed_and_no_longer(pair: Pair, visitors: Visitors) -> None:
    request, later = ask(pair), ask(pair)
    relation = register(pair, "agent", N2, N1)
    who = visitors("李测试")
    first = who.get(f"/portal/?as={relation}")
    assert f"/portal/requests/{request}" in first.html
    page = opened(who, request, "李测试")
    assert "受托人" in page.text
    granted = approve(who, page, request)
    assert granted.path == f"/portal/consents/{request}"
    assert "受托人" in granted.text
    (row,) = pair.owner("SELECT granted_by, relation FROM consent WHERE id = $1::uuid", request)
    assert (row["granted_by"], str(row["relation"])) == ("AGENT", relation)
    for own in ("access", "records", "records/file"):
        assert who.get(f"/portal/{own}?as={relation}").status == 404, "the deed says nothing of the data themselves"
    end(pair, relation)
    for gone in (f"/portal/requests/{later}", f"/portal/consents/{request}", f"/portal/?as={relation}"):
        assert who.get(gone).status == 404


def test_whoever_works_for_the_bank_does_not_decide_for_its_customer(pair: Pair, visitors: Visitors) -> None:
    request = ask(pair)
    relation = register(pair, "agent", N2, N3, "--works-for", "B1")
    who = visitors("张测试")
    page = opened(who, request, "张测试")
    assert "请由信用办另行办理" in page.text
    assert not approves(page, request)
    assert forced(who, page, request).status == 403
    assert status(pair, request) == "pending"
    end(pair, relation)


def test_a_firm_decides_by_its_registered_representative(pair: Pair, visitors: Visitors) -> None:
    request = ask(
        pair,
        subject={"uscc": L2},
        categories=["SERIOUS"],
        items=["LICENCE"],
        fields=["Licence.licenceKind", "Standing.seriousList"],
    )
    who = visitors(None)
    who.sign_in(SUBJECT, speaking_for=FIRM)
    page = who.choose(who.get(f"/portal/requests/{request}"), SUBJECT, speaking_for=FIRM)
    assert "没有登记您为该主体作决定的权限" in page.text
    assert forced(who, page, request).status == 403
    relation = register(pair, "representative", L2, N2, name=None)
    page = who.get(f"/portal/requests/{request}")
    assert "单位授权代表" in page.text
    found = form(page, request)
    sent = {**found.fields, "item.LICENCE": "yes", "field.Licence.licenceKind": "yes", "provide": "yes"}
    granted = who.post(found.action, {**sent, "decision": "approve"})
    assert granted.path == f"/portal/consents/{request}", granted.text
    (row,) = pair.owner("SELECT granted_by FROM consent WHERE id = $1::uuid", request)
    assert row["granted_by"] == "REPRESENTATIVE"
    alone = visitors()
    assert alone.get("/portal/records").text.count(L2) == 0
    end(pair, relation)
