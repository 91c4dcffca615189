"""One request to the portal, as its pages see it: language, session, form; and what they may answer.

A page answers with ``Visit.page`` or ``Visit.see``, or raises ``NotAnswered``, which becomes a page too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.http.form import Form
from gateway.portal.places import kept
from gateway.portal.rendering import Pages
from gateway.portal.sessions import Session
from gateway.portal.texts import Language


class NotAnswered(Exception):  # noqa: N818  # an outcome to be shown
    """``why`` is a text under ``errors`` ("not_there"): its title, and with ``_about`` behind it what to do."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


def not_there() -> NotAnswered:
    """What is not there and what is somebody else's: nobody can tell the one from the other."""
    return NotAnswered(404, "not_there")


def not_allowed() -> NotAnswered:
    return NotAnswered(403, "not_allowed")


def not_understood() -> NotAnswered:
    return NotAnswered(400, "not_understood")


def signed_out() -> NotAnswered:
    return NotAnswered(401, "signed_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """``form`` has no fields unless the request is a POST, whose token was checked then; ``query`` is strict as a form
    is. ``address``: of the client, for the log."""

    request: Request
    language: Language
    session: Session | None
    form: Form
    query: Form
    address: str | None
    pages: Pages

    @property
    def who(self) -> Session:
        """Errors: 401 where nobody is signed in."""
        if self.session is None:
            raise signed_out()
        return self.session

    @property
    def here(self) -> str:
        """The path of this request, below the root."""
        path: str = self.request.scope["path"]
        return path

    @property
    def back(self) -> str:
        """This very page, with whom one acts for."""
        return self._at(*kept(self._asked, "as"))

    @property
    def _asked(self) -> Mapping[str, Sequence[str]]:
        return {} if self.request.method == "POST" else self.query.fields

    def _at(self, *query: tuple[str, str]) -> str:
        return f"{self.here}?{urlencode(query)}" if query else self.here

    def part(self, name: str) -> str:
        """A parameter of the path, as it was written."""
        value: str = self.request.path_params[name]
        return value

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A page of templates/, with its own ``values`` beside ``session``, ``csrf``, ``here`` and
        ``other_language``."""
        given = {
            "session": self.session,
            "csrf": self.session.csrf if self.session else "",
            "here": self.here,
            "other_language": self.in_other_language(self._at(*kept(self._asked))),
            **values,
        }
        return self.pages.render(template, self.language, given, status=status)

    def see(self, path: str) -> Response:
        """Go on there with a GET (RFC 9110 15.4.4). ``path`` is one of ours."""
        return RedirectResponse(self.pages.url(path), status_code=303)

    def in_other_language(self, address: str) -> str:
        """The same address of ours, to be read in the other language."""
        joint = "&" if "?" in address else "?"
        return f"{self.pages.url(address)}{joint}lang={self.language.other.value}"
