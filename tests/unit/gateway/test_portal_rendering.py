"""Texts in two languages, templates that name only what is there, and the language of a request."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from starlette.requests import Request

from gateway.portal.cookies import Cookies, language_of
from gateway.portal.places import kept, own_path
from gateway.portal.rendering import Pages, named_texts, read_pages, spelt_day, spelt_moment
from gateway.portal.texts import Language, TextError, Texts, read_texts, texts_of
from tests.architecture.tracked import ROOT as REPOSITORY

ROOT = "/city"
ID = "8f14e45f-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def pages() -> Pages:
    return read_pages(read_texts(), root=ROOT, form_targets=("https://id.test",))


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


def test_a_text_is_named_by_its_file_and_its_place() -> None:
    texts = Texts(texts_of("page", '[a]\nzh = "甲"\nen = "A"\n[b.c]\nzh = "{x}乙"\nen = "B {x}"'))

    assert texts.say(Language.CHINESE, "page.a") == "甲"
    assert texts.say(Language.ENGLISH, "page.b.c", x=1) == "B 1"


@pytest.mark.parametrize(
    "content",
    [
        '[a]\nzh = "甲"',
        '[a]\nzh = "甲"\nen = " "',
        '[a]\nzh = "甲"\nen = "A"\nfr = "A"',
        '[a]\nzh = "甲"\nen = 1',
        '[a]\nzh = "甲{x}"\nen = "A"',
        '[a]\nzh = "甲{x}"\nen = "A {y}"',
        "[a]",
    ],
)
def test_a_text_that_lacks_a_language_or_a_value_of_it_stops_the_start(content: str) -> None:
    with pytest.raises(TextError, match=r"page\.a"):
        Texts(texts_of("page", content))


@pytest.mark.parametrize(("name", "values"), [("page.b", {}), ("page.a", {})])
def test_a_text_is_not_said_by_halves(name: str, values: dict[str, object]) -> None:
    texts = Texts(texts_of("page", '[a]\nzh = "甲{x}"\nen = "A {x}"'))

    with pytest.raises(TextError):
        texts.say(Language.CHINESE, name, **values)


def test_a_template_that_names_no_text_stops_the_start() -> None:
    without = {name: said for name, said in read_texts().known.items() if name != "sign_in.begin"}

    with pytest.raises(TextError, match=r"sign_in\.html.*sign_in\.begin"):
        read_pages(Texts(without), root="")


def test_every_refusal_has_a_title_and_says_what_to_do() -> None:
    texts = read_texts()
    titles = {name for name in texts.known if f"{name}_about" in texts}

    assert {f"errors.{why}" for why in reasons()} <= titles


def reasons() -> Iterator[str]:
    """Every ``NotAnswered`` of the portal, by the name of its texts."""
    for path in (REPOSITORY / "gateway" / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotAnswered":
                assert isinstance(node.args[1], ast.Constant)
                yield str(node.args[1].value)


def test_templates_name_texts_at_all(pages: Pages) -> None:
    assert "frame.skip" in set(named_texts(pages.environment, "base.html"))


def test_what_is_shown_is_escaped(pages: Pages) -> None:
    values = {"session": None, "csrf": "", "here": "/", "other_language": "/", "to": '"><script>'}
    response = pages.render("sign_in.html", Language.CHINESE, values)

    assert b"<script" not in response.body
    assert b"&#34;&gt;&lt;script&gt;" in response.body


def test_addresses_stand_below_the_public_one_and_forms_lead_home_or_to_the_provider(pages: Pages) -> None:
    values = {"session": None, "csrf": "", "here": "/", "other_language": "/", "to": "/portal/"}
    response = pages.render("sign_in.html", Language.ENGLISH, values)

    assert b'action="/city/portal/sign-in"' in response.body
    assert b'href="/city/portal/style.css?' in response.body
    assert "form-action 'self' https://id.test;" in response.headers["content-security-policy"]


def test_days_and_moments_are_those_in_china() -> None:
    late = datetime(2026, 5, 20, 16, 5, tzinfo=UTC)

    assert spelt_day(date(2026, 5, 20), Language.CHINESE) == "2026年5月20日"
    assert spelt_day(late, Language.ENGLISH) == "21 May 2026"
    assert spelt_moment(late, Language.CHINESE) == "2026年5月21日 00:05"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("fr", "zh"),
        ("en", "en"),
        ("en-US,zh;q=0.9", "en"),
        ("en;q=0.5, zh-TW;q=0.8", "zh"),
        ("en;q=0, fr", "zh"),
        ("de,fr;q=0.9,en;q=0.2", "en"),
        ("en;q=x", "en"),
        (",;,", "zh"),
    ],
)
def test_the_language_is_the_first_of_ours_that_the_browser_names(accepted: str, language: str) -> None:
    assert language_of(request(accept_language=accepted), Cookies(https=False)) == language


def test_what_was_chosen_goes_before_what_the_browser_names() -> None:
    cookies = Cookies(https=True)

    assert language_of(request("lang=en"), cookies) is Language.ENGLISH
    assert language_of(request(cookie="__Host-lang=en"), cookies) is Language.ENGLISH
    assert language_of(request("lang=zh", cookie="__Host-lang=en"), cookies) is Language.CHINESE
    assert language_of(request(cookie="lang=en"), cookies) is Language.CHINESE


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"/portal/requests/{ID}?as={ID}", f"/portal/requests/{ID}?as={ID}"),
        (f"/portal/consents/{ID}", f"/portal/consents/{ID}"),
        ("/portal/records", "/portal/records"),
        ("/portal", "/portal"),
        ("/portal/requests/8f", "/portal/"),
        ("/portal/nothing", "/portal/"),
        ("/portal/access?as=somebody", "/portal/"),
        ("/portals", "/portal/"),
        ("/portal/x?y=//z", "/portal/"),
        ("/portal/x\n", "/portal/"),
        (None, "/portal/"),
    ],
)
def test_only_a_page_of_ours_is_gone_to(text: str | None, path: str) -> None:
    assert own_path(text) == path


def test_of_an_address_only_our_own_words_go_on_to_the_next() -> None:
    asked = {"as": (ID, "me"), "from": ("2026-05-20", "then"), "to": ("/portal/access", "//x"), "said": ("so",)}

    assert dict(kept(asked)) == {"as": ID, "from": "2026-05-20", "to": "/portal/access"}
    assert list(kept(asked, "as")) == [("as", ID)]
