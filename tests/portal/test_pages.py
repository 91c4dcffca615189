"""The pages over HTTP: what is shown, what may be decided there and by whom, and what everybody else is told.

T20 (no decision but by its subject, anew, from the page), T22 (nobody learns of another's), PIPL-15 (one click).
"""

import asyncio
import hashlib
from collections.abc import Iterator
from html import unescape
from uuid import UUID, uuid4

import pytest

from gateway.portal.pages.naming import Names
from gateway.portal.pages.notice import VERSION, Giver, Recipient, notice_of
from gateway.portal.texts import Language
from tests.consents.pair import Pair, two_servers
from tests.portal.deciding import KEPT, SUBJECT, Visitors, approve, ask, form, granted, opened, status, use
from tests.portal.visitor import Page, Visitor


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers(DEVELOPMENT_SIGN_IN="yes") as found:
        yield found


@pytest.fixture
def visitors(pair: Pair) -> Iterator[Visitors]:
    found = Visitors(pair)
    yield found
    found.leave()


@pytest.fixture
def n2(visitors: Visitors) -> Visitor:
    return visitors()


def notice_in(page: Page, request: str) -> str:
    return form(page, request).fields["notice"]


# What is shown -------------------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_told_what_this_is(visitors: Visitors) -> None:
    page = visitors(None).get("/portal")
    assert (page.status, "登录" in page.text, "武汉测试银行" in page.text) == (200, True, False)


def test_a_request_waits_on_the_first_page(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    page = n2.get("/portal/")
    assert f"/portal/requests/{request}" in page.html
    assert "武汉测试银行" in page.text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh-CN",
            (
                "武汉测试银行",
                "91420199MA9TERT98X",
                "027-55509901",
                "本人授权的金融服务",
                "LN20260519-88",
                "贷前查询",
                "通过加密接口在线查询",
                "2021-01-01 至 2026-05-31",
                "最多保存 365 天",
                "最多 2 次",
                "30 天后自动终止",
                "贷款审批需要核实司法和严重失信信息",
                "没有这些信息就无法办理",
                "不得向任何第三方转交",
                "一键撤回",
                "投诉举报",
                "失信被执行人",
                "许可类别",
            ),
        ),
        (
            "en",
            (
                "91420199MA9TERT98X",
                "Contact: ",
                "LN20260519-88",
                "checks before a loan is decided",
                "encrypted interface",
                "from 2021-01-01 to 2026-05-31",
                "at most 365 days",
                "At most 2 times",
                "30 days after you agree",
                "cannot provide the service",
                "may pass on nothing",
                "one click",
                "complain",
                "Judgment defaulters",
                "Kind of licence",
            ),
        ),
    ],
    ids=["zh", "en"],
)
def test_everything_is_said_that_the_law_names(
    pair: Pair, visitors: Visitors, language: str, said: tuple[str, ...]
) -> None:
    page = opened(visitors(language=language), ask(pair))
    assert [words for words in said if words not in page.text] == []


def test_nothing_is_ticked_and_each_type_has_its_box(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    found = form(opened(n2, request), request)
    assert found.ticked == []
    assert set(found.boxes) == {
        "item.DEFAULTER",
        "item.SERIOUS_LIST",
        "item.PRACTICE_LICENCE",
        "field.Standing.judgmentDefaulter",
        "field.Standing.seriousList",
        "field.Licence.licenceKind",
        "field.Record.validUntil",
        "provide",
    }
    assert sorted(value for _, value in found.buttons) == ["approve", "deny"]


def test_no_address_ticks_a_box(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    opened(n2, request)
    page = n2.get(f"/portal/requests/{request}?item.DEFAULTER=yes&provide=yes&uses=1")
    assert form(page, request).ticked == []


def test_the_sample_is_of_the_grant_and_of_nobody(pair: Pair, n2: Visitor) -> None:
    page = opened(n2, ask(pair))
    assert "王**" in page.text
    assert "4****************7" in page.text
    assert "420199199207280027" not in page.html


def test_it_is_shown_after_a_sign_in_for_it_alone(pair: Pair, n2: Visitor) -> None:
    first, second = ask(pair), ask(pair)
    opened(n2, first)
    assert n2.get(f"/portal/requests/{second}").path.endswith("/authorize")


# Deciding ------------------------------------------------------------------------------------------------------------


def test_what_was_narrowed_is_what_was_granted(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    page = approve(n2, opened(n2, request), request, **{"from": "2024-01-01"})
    assert page.path == f"/portal/consents/{request}"
    told = pair.call(pair.one, "GET", f"/consents/{request}", pair.token()).json()
    assert (told["status"], told["uses"], told["items"]) == ("active", 1, ["PRACTICE_LICENCE"])
    assert told["fields"] == ["Licence.licenceKind"]
    assert told["period"] == {"from": "2024-01-01", "until": "2026-05-31"}


def test_the_text_can_be_made_again_from_what_was_recorded(pair: Pair, n2: Visitor) -> None:
    """Version, language and request give the very text whose digest stands in the consent, and which is kept."""
    request = ask(pair)
    page = opened(n2, request)
    shown = notice_in(page, request)
    approve(n2, page, request)
    (row,) = pair.owner("SELECT notice, notice_version, language FROM consent WHERE id = $1::uuid", request)
    assert (row["notice"].hex(), row["notice_version"], row["language"]) == (shown, VERSION, Language.CHINESE.value)
    assert hashlib.sha256(made_again(pair, request).encode()).digest() == row["notice"]


def test_the_text_stays_as_it_was_shown_when_its_words_change(pair: Pair, n2: Visitor) -> None:
    consent = granted(pair, n2)
    kept, names = made_again(pair, consent), "SELECT contact FROM agency WHERE name = '武汉测试银行'"
    (row,) = pair.owner(names)
    pair.owner("UPDATE agency SET contact = '另一个电话' WHERE name = '武汉测试银行'")
    page = n2.get(f"/portal/consents/{consent}")
    pair.owner("UPDATE agency SET contact = $1 WHERE name = '武汉测试银行'", row["contact"])
    assert row["contact"] in kept
    assert kept.strip() in unescape(page.html)
    assert "另一个电话" not in page.html


def made_again(pair: Pair, request: str) -> str:
    async def run() -> str:
        async with pair.opened() as installation:
            record = await installation.consents.consent(UUID(request))
            assert record is not None
            policy = (await installation.state.current()).policy
            names = Names(
                catalogue=policy.catalogue,
                regulation=policy.regulation,
                language=Language(record.language),
            )
            bank = Recipient(name="武汉测试银行", code="91420199MA9TERT98X", contact="客户服务电话 027-55509901")
            giver = Giver(city=installation.settings.jurisdiction, office=None)
            return notice_of(record.request, bank, giver, names, record.notice_version).text

    return asyncio.run(run())


def test_who_says_no_needs_no_box(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    page = n2.send(form(opened(n2, request), request), decision="deny")
    assert "得不到任何信息" in page.text
    assert status(pair, request) == "not_granted"


@pytest.mark.parametrize(
    ("left_out", "changed", "said"),
    [
        ("item.PRACTICE_LICENCE", {}, "请至少勾选一种记录"),
        ("field.Licence.licenceKind", {}, "请至少勾选一项具体内容"),
        ("provide", {}, "须由您单独同意"),
        (None, {"from": ""}, "请填写两个日期"),
        (None, {"from": "2020-12-31"}, "日期须在请求的范围之内"),
        (None, {"until": "2027-01-01"}, "日期须在请求的范围之内"),
        (None, {"from": "2026-05-01", "until": "2026-04-01"}, "日期须在请求的范围之内"),
    ],
    ids=["items", "fields", "provide", "no date", "earlier", "later", "backwards"],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    pair: Pair, n2: Visitor, left_out: str | None, changed: dict[str, str], said: str
) -> None:
    request = ask(pair)
    page = approve(n2, opened(n2, request), request, without=left_out, **changed)
    assert (page.status, said in page.text) == (422, True)
    kept = form(page, request)
    assert {name for name, _ in kept.ticked} == set(KEPT) - {left_out}
    assert (kept.fields["uses"], kept.fields["days"]) == ("1", "7")
    assert status(pair, request) == "pending"


@pytest.mark.parametrize(
    "beyond",
    [
        {"item.PENALTY": "yes"},
        {"field.NaturalPerson.homeAddress": "yes"},
        {"item.PRACTICE_LICENCE": "on"},
        {"uses": "3"},
        {"uses": "0"},
        {"days": "31"},
        {"days": "9999"},
        {"everything": "yes"},
        {"sensitive": "yes"},
    ],
    ids=["item", "field", "value", "uses", "no uses", "days", "for ever", "all", "sensitive"],
)
def test_nobody_grants_more_than_was_asked(pair: Pair, n2: Visitor, beyond: dict[str, str]) -> None:
    request = ask(pair)
    page = approve(n2, opened(n2, request), request, **beyond)
    assert page.status == 403
    assert status(pair, request) == "pending"


def test_another_text_than_was_shown_is_not_agreed_to(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    page = approve(n2, opened(n2, request), request, notice="00" * 32)
    assert (page.status, status(pair, request)) == (409, "pending")


# T20: forced ---------------------------------------------------------------------------------------------------------


def test_a_decision_without_a_fresh_sign_in_is_none_and_loses_nothing(pair: Pair, n2: Visitor) -> None:
    request, other = ask(pair), ask(pair)
    page = opened(n2, request)
    opened(n2, other)  # the session is now fresh for another request, under another token
    csrf = form(n2.get(f"/portal/requests/{other}"), other).fields["csrf"]
    page = approve(n2, page, request, csrf=csrf)
    assert (page.status, status(pair, request)) == (403, "pending")
    assert {name for name, _ in form(page, request).ticked} == set(KEPT)
    again = opened(n2, request)
    assert {name for name, _ in form(again, request).ticked} == set(KEPT)


def test_a_decision_without_the_token_of_the_page_is_none(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    page = opened(n2, request)
    for csrf in ("", "A" * 43):
        refused = approve(n2, page, request, csrf=csrf)
        assert (refused.status, "checked" in refused.html) == (403, False)
    assert status(pair, request) == "pending"


def test_a_decision_from_another_site_is_none(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    found = form(opened(n2, request), request)
    fields = {**found.fields, **dict.fromkeys(KEPT, "yes"), "decision": "approve"}
    refused = n2.post(found.action, fields, Sec_Fetch_Site="cross-site")
    assert (refused.status, status(pair, request)) == (403, "pending")


def test_a_bank_decides_nothing(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    found = form(opened(n2, request), request)
    fields = {**found.fields, **dict.fromkeys(KEPT, "yes"), "decision": "approve"}
    token = pair.token()
    for at in pair.servers:
        answer = pair.call(at, "POST", f"/portal/requests/{request}", token, data=fields)
        assert answer.status_code == 401
    assert status(pair, request) == "pending"


def test_a_decision_is_made_once(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    page = opened(n2, request)
    approve(n2, page, request)
    csrf = n2.get("/portal/consents").forms[0].fields["csrf"]
    for decision in ("approve", "deny"):
        assert approve(n2, page, request, decision=decision, csrf=csrf).status == 403
    (row,) = pair.owner("SELECT count(*) FROM consent WHERE id = $1::uuid", request)
    assert row["count"] == 1


# T22: whose it is ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["requests", "consents"])
def test_what_is_anothers_is_not_there(pair: Pair, visitors: Visitors, n2: Visitor, page: str) -> None:
    there = granted(pair, n2)
    other = visitors("李测试")
    paths = [f"/portal/{page}/{each}" for each in (there, str(uuid4()), there.upper(), "x", "1" * 300)]
    answers = [other.get(path) for path in paths]
    assert [answer.status for answer in answers] == [404] * len(paths)
    bodies = {answer.html.replace(path, "PATH") for answer, path in zip(answers, paths, strict=True)}
    assert len(bodies) == 1
    assert "武汉测试银行" not in answers[0].text


def test_nobody_ends_what_is_anothers_nor_is_given_its_receipt(pair: Pair, visitors: Visitors, n2: Visitor) -> None:
    there = granted(pair, n2)
    other = visitors("李测试")
    csrf = other.get("/portal/").form("/portal/sign-out").fields["csrf"]
    assert other.post(f"/portal/consents/{there}/revoke", {"csrf": csrf}).status == 404
    assert other.get(f"/portal/consents/{there}/receipt").status == 404
    assert status(pair, there) == "active"


# Consents ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["/portal/", "/portal/consents", "/portal/consents/{id}"])
def test_one_click_ends_it_wherever_it_is_shown(pair: Pair, n2: Visitor, where: str) -> None:
    there = granted(pair, n2)
    button = n2.get(where.format(id=there)).form(f"/portal/consents/{there}/revoke")
    page = n2.send(button)
    assert (page.path, "已撤回" in page.text) == (f"/portal/consents/{there}", True)
    assert status(pair, there) == "ended"
    assert pair.token_answer(consent=there).status_code in (400, 401, 403)


def test_a_use_is_seen_with_its_proof(pair: Pair, visitors: Visitors, n2: Visitor) -> None:
    there = granted(pair, n2)
    assert "尚未被使用" in n2.get(f"/portal/consents/{there}").text
    use(pair, there)
    page = n2.get(f"/portal/consents/{there}")
    assert "已用 1 次，共 1 次" in page.text
    assert "次数已用完" in page.text
    assert "行政许可" in page.text
    (entry,) = {part.partition('"')[0] for part in page.html.split("/portal/access/")[1:]}
    proof = n2.get(f"/portal/access/{entry}")
    pair.one.wait_until(lambda: n2.get(f"/portal/access/{entry}").status == 200)
    assert proof.status in (200, 202)
    assert n2.get(f"/portal/access/{entry}").html.startswith("c2sp.org/tlog-proof@v1")
    assert visitors("李测试").get(f"/portal/access/{entry}").status == 404


def test_repeated_uses_are_told_unless_the_subject_wants_it_otherwise(pair: Pair, n2: Visitor) -> None:
    there = granted(pair, n2)
    page = n2.get(f"/portal/consents/{there}")
    for value, said in (("yes", "只在首次使用"), ("no", "每次使用，您都会收到通知")):
        page = n2.send(page.form("/notices"), quiet=value)
        assert said in page.text
    assert n2.send(page.form("/notices"), quiet="perhaps").status == 400


def test_a_request_of_which_no_consent_came_has_a_page_of_its_own(pair: Pair, n2: Visitor) -> None:
    request = ask(pair)
    n2.send(form(opened(n2, request), request), decision="deny")
    assert n2.get(f"/portal/consents/{request}").path == f"/portal/requests/{request}"


def test_the_receipt_is_a_signed_file(pair: Pair, n2: Visitor) -> None:
    there = granted(pair, n2)
    answer = n2.get(f"/portal/consents/{there}/receipt").response
    assert answer.headers["content-type"].startswith("application/jose")
    assert answer.text.count(".") == 2


# One's own data ------------------------------------------------------------------------------------------------------


def test_who_looked_is_shown_without_officers(pair: Pair, n2: Visitor) -> None:
    use(pair, granted(pair, n2))
    page = n2.get("/portal/access")
    assert page.status == 200
    assert "武汉测试银行" in page.text
    assert "1001" not in page.text
    assert "127.0.0.1" not in page.text
    assert n2.get("/portal/access?from=2030-01-01").text.count("没有人查询过") == 1
    assert n2.get("/portal/access?from=yesterday").status == 400
    assert n2.get("/portal/access?after=AAAA").status == 400


def test_a_change_of_a_consent_is_no_look_and_is_listed_where_all_is_asked_for(pair: Pair, n2: Visitor) -> None:
    consent = granted(pair, n2)
    looks, everything = n2.get("/portal/access"), n2.get("/portal/access?show=all")
    assert "见各项授权自己的页面" in looks.text
    assert (consent in looks.html, consent in everything.html) == (False, True)
    use(pair, consent)
    assert n2.get("/portal/access").html.count(f"/portal/consents/{consent}") == 1
    assert "show=all" in everything.html.partition("<nav")[2].partition("</nav>")[0], "in the other language too"


def test_a_copy_of_ones_own_records_and_of_nobody_elses(pair: Pair, n2: Visitor) -> None:
    page = n2.get("/portal/records")
    for words in ("武公交决字〔2025〕测第0217号", "市优秀青年志愿者", "可以申请信用修复", "您可以提出异议", "移出条件"):
        assert words in page.text
    assert "武公行罚决字" not in page.text
    file = n2.get("/portal/records/file").response
    assert "attachment" in file.headers["content-disposition"]
    assert file.json()["entries"]
    assert file.json()["answers"][0]["node"]["name"] == SUBJECT
