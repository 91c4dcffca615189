"""What the portal keeps in a browser: the secret of the session, that of a sign-in under way, and the language.

Over https the names begin with __Host-, so that no other host and no page without https can set them (RFC 6265bis).
SameSite is Lax: the return from the identity provider comes from another site.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from gateway.portal.texts import Language

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 random bits in base64url."""
YEAR = 365 * 24 * 3600
SIGN_IN_SECONDS = 600

_SESSION, _SIGN_IN, _LANGUAGE = "portal", "sign-in", "lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookies:
    """``https``: whether callers come by https."""

    https: bool

    def session(self, request: Request) -> str | None:
        return self._secret(request, _SESSION)

    def sign_in(self, request: Request) -> str | None:
        return self._secret(request, _SIGN_IN)

    def keep_session(self, response: Response, secret: str) -> None:
        """For as long as the browser is open; when it ends is the register's to say."""
        self._keep(response, _SESSION, secret, None)

    def keep_sign_in(self, response: Response, secret: str) -> None:
        self._keep(response, _SIGN_IN, secret, SIGN_IN_SECONDS)

    def forget_session(self, response: Response) -> None:
        self._keep(response, _SESSION, "", 0)

    def forget_sign_in(self, response: Response) -> None:
        self._keep(response, _SIGN_IN, "", 0)

    def keep_language(self, request: Request, response: Response) -> None:
        """The language that was chosen with ?lang=."""
        chosen = chosen_language(request)
        if chosen is not None:
            self._keep(response, _LANGUAGE, chosen.value, YEAR)

    def language(self, request: Request) -> Language | None:
        return _LANGUAGES.get(request.cookies.get(self._name(_LANGUAGE), ""))

    def _secret(self, request: Request, name: str) -> str | None:
        value = request.cookies.get(self._name(name), "")
        return value if SECRET.fullmatch(value) else None

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.https else name

    def _keep(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(
            self._name(name), value, max_age=seconds, path="/", secure=self.https, httponly=True, samesite="lax"
        )


_LANGUAGES: Mapping[str, Language] = MappingProxyType({language.value: language for language in Language})


def chosen_language(request: Request) -> Language | None:
    """What the query says."""
    return _LANGUAGES.get(request.query_params.get("lang", ""))


def language_of(request: Request, cookies: Cookies) -> Language:
    """As it was chosen now or before; else the first of ours that the browser names; else Chinese."""
    return chosen_language(request) or cookies.language(request) or _accepted(request)


def _accepted(request: Request) -> Language:
    wanted = [_weighed(each) for each in request.headers.get("accept-language", "").split(",")[:8]]
    ours = [(-weight, at, language) for at, (language, weight) in enumerate(wanted) if language is not None and weight]
    return min(ours)[2] if ours else Language.CHINESE


def _weighed(text: str) -> tuple[Language | None, float]:
    tag, _, parameter = text.partition(";")
    weight = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", parameter) if parameter else None
    known = _LANGUAGES.get(tag.strip().partition("-")[0].lower())
    return known, float(weight[1]) if weight else 1.0
