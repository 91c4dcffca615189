"""Somebody with a browser that has no scripts: keeps cookies, follows redirections, fills in forms.

visitor = Visitor(server.home.url)
page = visitor.sign_in("李测试")                       # through the development provider; lands on the first page
page = visitor.get("/portal/requests/...")
page = visitor.send(page.form("/decision"), uses="2")  # what the form holds, and these fields; lists make several
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

from gateway.portal.provider.personas import personas

SIGN_IN = "/portal/sign-in"


@dataclass(slots=True, kw_only=True)
class Form:
    """``fields``: what is sent if nothing is changed; ``buttons``: name and value of those that send something."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, list[str]] = field(default_factory=dict)  # by name, the values of boxes and radio buttons
    ticked: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = urljoin(self._address, given.get("action", self._address))
            self._form = Form(action=action, method=given.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None and "name" in given:
            self._field(tag, given, self._form)
        elif tag == "option" and self._form is not None and self._select is not None:
            self._option(given, self._form, self._select)

    def _option(self, given: Mapping[str, str], form: Form, name: str) -> None:
        if name not in form.fields or "selected" in given:
            form.fields[name] = given.get("value", "")

    def _field(self, tag: str, given: Mapping[str, str], form: Form) -> None:
        name, value = given["name"], given.get("value", "")
        if tag == "button":
            form.buttons.append((name, value))
        elif tag == "select":
            self._select = name
        elif given.get("type") in ("checkbox", "radio"):
            form.boxes.setdefault(name, []).append(value)
            if "checked" in given:
                form.ticked.append((name, value))
        else:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as the browser has it."""

    response: httpx.Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.path

    @property
    def html(self) -> str:
        return self.response.text

    @property
    def text(self) -> str:
        return " ".join(self._read().words)

    @property
    def forms(self) -> list[Form]:
        return self._read().forms

    def form(self, end: str) -> Form:
        """The one form whose action's path ends so."""
        (found,) = (each for each in self.forms if urlsplit(each.action).path.endswith(end))
        return found

    @property
    def goes_to(self) -> str:
        """Where a redirection leads."""
        address: str = self.response.headers["location"]
        return address

    def _read(self) -> _Reader:
        reader = _Reader(str(self.response.url))
        reader.feed(self.html)
        return reader


class Visitor:
    """One browser. ``address``: of the server, without a slash at its end."""

    def __init__(self, address: str, *, language: str = "zh-CN", http: httpx.Client | None = None) -> None:
        self.address = address
        # No connection is kept: nobody has to close a visitor.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.http = http or httpx.Client(headers={"Accept-Language": language}, timeout=30, limits=limits)

    def get(self, path: str, *, follow: bool = True, **headers: str) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Page(self.http.get(urljoin(self.address, path), follow_redirects=follow, headers=named))

    def post(self, path: str, fields: Mapping[str, str | list[str]], *, follow: bool = True, **headers: str) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Content-Type"] = "application/x-www-form-urlencoded"  # of an empty form as well
        content = urlencode(dict(fields), doseq=True)
        address = urljoin(self.address, path)
        return Page(self.http.post(address, content=content, follow_redirects=follow, headers=named))

    def send(self, form: Form, *, follow: bool = True, **fields: str | list[str]) -> Page:
        """The form with its own fields, and these over them."""
        return self.post(form.action, {**form.fields, **fields}, follow=follow)

    def sign_in(self, name: str, *, speaking_for: str | None = None, to: str = "/portal/") -> Page:
        """As this person of the fixture, or for this organisation."""
        page = self.get(f"{SIGN_IN}?to={to}")
        return self.choose(self.send(page.form(SIGN_IN)), name, speaking_for=speaking_for)

    def choose(self, page: Page, name: str, *, speaking_for: str | None = None, follow: bool = True) -> Page:
        """On the provider's page."""
        return self.send(page.form("/authorize"), persona=persona(name, speaking_for), follow=follow)

    @property
    def session(self) -> str | None:
        """The secret of the session, as the browser keeps it."""
        return self.http.cookies.get("portal")


def persona(name: str, speaking_for: str | None = None) -> str:
    """How the provider's page calls whom one signs in as."""
    (found,) = (each.key for each in personas() if (each.name, each.speaks_for) == (name, speaking_for))
    return found
