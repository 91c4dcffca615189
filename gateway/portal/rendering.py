"""A template and its values -> a page in one language, with the headers that keep it to itself.

Everything is escaped; nothing is fetched from elsewhere, and there are no scripts. Templates are read and compiled at
the start, and every text that they name is looked up then, so that no page fails for want of a word.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from importlib import resources

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from starlette.responses import Response

from gateway.portal.texts import Language, TextError, Texts

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
FOLDER = resources.files("gateway.portal").joinpath("templates")
STYLE_PATH = "/portal/style.css"
_TEXT = "text"
"""How templates call ``Texts.say``: {{ text("sign_in.begin") }}, and {{ text("requests.until", day=...) }}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """``root``: what stands before every path, the path of the public URL, without a slash at its end;
    ``form_targets``: origins that a form may lead to besides this one (the identity provider's); ``trial``: every page
    says that nothing in it is real."""

    texts: Texts
    root: str
    form_targets: tuple[str, ...]
    trial: bool
    style: bytes = field(repr=False)
    environment: Environment = field(repr=False)

    @property
    def policy(self) -> str:
        """Content-Security-Policy."""
        forms = " ".join(("'self'", *self.form_targets))
        return (
            f"default-src 'none'; style-src 'self'; img-src 'self'; form-action {forms}; "
            "base-uri 'none'; frame-ancestors 'none'"
        )

    def render(self, template: str, language: Language, values: Mapping[str, object], *, status: int = 200) -> Response:
        """``template`` is a file of templates/; ``values`` are its own, beside those that every page has."""

        def text(name: str, /, **given: object) -> str:
            return self.texts.say(language, name, **given)

        given = {
            _TEXT: text,
            "url": self.url,
            "day": lambda value: spelt_day(value, language),
            "moment": lambda value: spelt_moment(value, language),
            "language": language,
            "trial": self.trial,
            "style_url": f"{self.url(STYLE_PATH)}?{hashlib.sha256(self.style).hexdigest()[:12]}",
        }
        content = self.environment.get_template(template).render({**values, **given})
        headers = {"Content-Security-Policy": self.policy, "Content-Language": language.tag}
        return Response(content, status_code=status, media_type="text/html", headers=headers)

    def url(self, path: str) -> str:
        """A path of ours as a browser has to ask for it."""
        return self.root + path


def read_pages(texts: Texts, *, root: str, form_targets: tuple[str, ...] = (), trial: bool = False) -> Pages:
    """Errors: ``TextError`` for a template that names a text that nobody wrote."""
    environment = Environment(
        loader=FileSystemLoader(str(FOLDER)),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    for name in environment.list_templates(extensions=["html"]):
        for each in named_texts(environment, name):
            if each not in texts:
                raise TextError(f"{name} names a text that is not there: {each}")
    style = FOLDER.joinpath("style.css").read_bytes()
    return Pages(texts=texts, root=root, form_targets=form_targets, trial=trial, style=style, environment=environment)


def named_texts(environment: Environment, template: str) -> Iterator[str]:
    """The texts that a template names outright; a name that it puts together is looked up when it is said."""
    source = FOLDER.joinpath(template).read_text("utf-8")
    for call in environment.parse(source, template).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == _TEXT and isinstance(call.args[0], nodes.Const):
            yield str(call.args[0].value)


def spelt_day(value: date, language: Language) -> str:
    """2026年5月20日, or 20 May 2026; of a moment, its day in China."""
    found = value.astimezone(CHINA).date() if isinstance(value, datetime) else value
    if language is Language.CHINESE:
        return f"{found.year}年{found.month}月{found.day}日"
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def spelt_moment(value: datetime, language: Language) -> str:
    """A day and the time of it in China."""
    return f"{spelt_day(value, language)} {value.astimezone(CHINA):%H:%M}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
