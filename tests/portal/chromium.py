"""A real browser that is driven by its keyboard alone, and what it measures of a page as it stands there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
MOST_TABS = 150

MEASURE = """() => {
  const visible = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
  const rgb = (c) => { const p = c.match(/[\\d.]+/g).map(Number); return {r: p[0], g: p[1], b: p[2], a: p[3] ?? 1}; };
  const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = (c) => 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = rgb(getComputedStyle(at).backgroundColor);
      if (c.a === 1) return c;
    }
    return {r: 255, g: 255, b: 255, a: 1};
  };
  const words = [...document.querySelectorAll('body *')].filter((e) => visible(e) &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  const contrasts = words.map((e) => {
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    return {text: e.textContent.trim().slice(0, 30), ratio: (a + 0.05) / (b + 0.05)};
  });
  const fields = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(visible);
  return {
    width: document.documentElement.clientWidth,
    scroll: document.documentElement.scrollWidth,
    faint: contrasts.filter((each) => each.ratio < 4.5),
    unnamed: fields.filter((e) => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')).map((e) => e.name),
    ticked: fields.filter((e) => e.type === 'checkbox' && e.checked).map((e) => e.name),
    buttons: [...document.querySelectorAll('button[name=decision]')].map((e) => {
      const box = e.getBoundingClientRect(), style = getComputedStyle(e);
      return [Math.round(box.width), Math.round(box.height), style.color, style.backgroundColor, style.borderColor,
              style.borderWidth, style.fontSize, style.fontWeight].join(' ');
    }),
    small: [...document.querySelectorAll('button, .button, select, label.tick')].filter(visible)
      .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.textContent.trim().slice(0, 30)),
  };
}"""
FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    tag: e.tagName, name: e.name || '', value: e.value || '', href: e.getAttribute('href') || '',
    words: (e.innerText || '').trim(), outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    top: Math.round(box.top + scrollY), left: Math.round(box.left), seen: box.bottom > 0 && box.top < innerHeight,
    action: e.form ? e.form.getAttribute('action') || '' : '',
  };
}"""


@contextmanager
def browser(width: int, height: int) -> Iterator[Page]:
    """A page of this size, in Chinese, without scripts of its own being needed."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield chromium.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        finally:
            chromium.close()


def measured(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(MEASURE)
    return found


def focused(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(FOCUSED)
    return found


def tab_to(page: Page, **wanted: str) -> dict[str, Any]:
    """Press Tab until what has the focus is this; each stop on the way must show that it has it. ``wanted``: by the
    names of ``FOCUSED``; ``words`` and ``href`` need only hold what is given."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = focused(page)
        if at["tag"] == "BODY":
            continue
        assert at["outlined"], f"no focus can be seen on {at}"
        assert at["seen"], f"the focus is outside the window on {at}"
        if all(
            value in at[key] if key in ("words", "href", "action") else at[key] == value
            for key, value in wanted.items()
        ):
            return at
    raise AssertionError(f"the keyboard does not reach {wanted}")


def press(page: Page, key: str = "Enter") -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)
