"""The whole way of a person in a real browser, by keyboard alone, at a desk and on a telephone; and how the pages look.

Sign in, see what a bank asks, narrow it, agree, see it listed, see that it was used, take it back, sign out.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.consents.pair import Pair, two_servers
from tests.portal.chromium import browser, focused, measured, press, tab_to
from tests.portal.deciding import KEPT, SUBJECT, ask, use
from tests.portal.visitor import persona

SHOTS = "PORTAL_SHOTS"
"""A folder for pictures of the pages, for those who want to look at them."""


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with two_servers(DEVELOPMENT_SIGN_IN="yes") as found:
        yield found


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)], ids=["desk", "telephone"])
def test_the_whole_way_by_keyboard(pair: Pair, width: int, height: int) -> None:
    request = ask(pair)
    with browser(width, height) as page:
        looked = Looked(page, f"{width}")
        _sign_in(pair, page, looked)
        _decide(page, looked, request)
        use(pair, request)
        _see_and_revoke(page, looked, request)
        _see_own(page, looked)
        tab_to(page, tag="BUTTON", action="/portal/sign-out")
        press(page)
        page.goto(f"{pair.home.url}/portal/consents")
        assert SUBJECT not in page.inner_text("body")


class Looked:
    """Looks at each page: what can be measured, and a picture of it."""

    def __init__(self, page: Page, name: str) -> None:
        self._page = page
        self._name = name

    def at(self, what: str) -> dict[str, Any]:
        folder = os.environ.get(SHOTS)
        if folder is not None:
            self._page.screenshot(path=Path(folder) / f"{self._name}-{what}.png", full_page=True)
        found = measured(self._page)
        assert found["scroll"] <= found["width"], f"{what} is wider than the window"
        assert found["faint"] == [], what
        assert found["unnamed"] == [], what
        assert found["small"] == [], what
        return found


def _sign_in(pair: Pair, page: Page, looked: Looked) -> None:
    page.goto(f"{pair.home.url}/portal")
    looked.at("1-welcome")
    page.keyboard.press("Tab")
    assert focused(page)["href"] == "#content", "the first stop skips to the content"
    tab_to(page, tag="BUTTON", words="登录")
    press(page)
    looked.at("2-provider")
    _choose(page)
    looked.at("3-home")


def _choose(page: Page) -> None:
    """On the page of the development provider."""
    tab_to(page, name="persona", value=persona(SUBJECT))
    press(page)


def _decide(page: Page, looked: Looked, request: str) -> None:
    tab_to(page, tag="A", href=f"/portal/requests/{request}")
    press(page)
    _choose(page)
    found = looked.at("4-request")
    assert found["ticked"] == []
    assert len(found["buttons"]) == 2
    assert len(set(found["buttons"])) == 1, "saying yes and saying no look the same"
    _order(page)
    page.reload()
    tab_to(page, name="decision", value="approve")
    press(page)
    assert "请看标出的地方" in page.inner_text("body")
    looked.at("5-request-again")
    for name in KEPT:
        if name == "provide":
            tab_to(page, name="uses")
            page.keyboard.press("ArrowUp")
        tab_to(page, name=name)
        page.keyboard.press("Space")
    tab_to(page, name="decision", value="approve")
    press(page)
    assert page.url.endswith(f"/portal/consents/{request}")
    looked.at("6-consent")
    assert "已用 0 次，共 1 次" in page.inner_text("main")


def _order(page: Page) -> None:
    """From one stop to the next one goes down the page, or to the right."""
    places = []
    for _ in range(150):
        page.keyboard.press("Tab")
        at = focused(page)
        if at["tag"] == "BODY":
            break
        if at["href"] != "#content":
            places.append((at["top"] // 60, at["left"]))
        if (at["name"], at["value"]) == ("decision", "approve"):
            break
    main = [place for place in places if place[0] >= places[-1][0] // 10]
    assert main == sorted(main)


def _see_and_revoke(page: Page, looked: Looked, request: str) -> None:
    tab_to(page, tag="A", href="/portal/access")
    press(page)
    looked.at("7-access")
    first = page.inner_text("article.look >> nth=0")
    assert "武汉测试银行" in first
    assert "行政许可" in first
    tab_to(page, tag="A", href="/portal/consents")
    press(page)
    looked.at("8-consents")
    tab_to(page, tag="BUTTON", action=f"/portal/consents/{request}/revoke")
    press(page)
    assert "已撤回" in page.inner_text("main")
    looked.at("9-revoked")


def _see_own(page: Page, looked: Looked) -> None:
    tab_to(page, tag="A", href="/portal/records")
    press(page)
    assert "武公交决字〔2025〕测第0217号" in page.inner_text("main")
    looked.at("10-records")
