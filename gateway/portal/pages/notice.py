"""A request for consent -> the notice that its subject is shown before deciding, as exact text with its digest.

Everything that PIPL-17 and PIPL-23 name, in the words of one version of the texts. The page shows these very sections;
what goes into the consent is the SHA-256 of ``Notice.text``, so that the text can be made again from the version, the
request and the register. Versions are never changed; nothing here reads a clock.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from gateway.consents.records import Request
from gateway.portal.pages.naming import Names
from gateway.portal.texts import Language
from schema.classification import FieldSet
from schema.demands.demand import Coordinate
from schema.vocabulary.catalogue import FieldClass

VERSION = "1"
"""Of the texts that requests are shown in from now on."""

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who asks: ``code`` is its unified social credit code; ``contact`` as it is registered, None where it is not."""

    name: str
    code: str
    contact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Who would give the information: ``city`` is its region code, ``office`` how its credit office is reached."""

    city: str
    office: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    id: str
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """``language`` as a consent records it: "zh" or "en"."""

    version: str
    language: str
    title: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """The canonical text: title, then each section, lines of UTF-8 that end in a line feed."""
        parts = (line for section in self.sections for line in ("", section.heading, *section.lines))
        return "".join(f"{line}\n" for line in (self.title, *parts))

    @property
    def digest(self) -> bytes:
        """SHA-256 of the canonical text."""
        return hashlib.sha256(self.text.encode()).digest()

    def section(self, name: str) -> Section:
        return next(section for section in self.sections if section.id == name)


def notice_of(request: Request, recipient: Recipient, giver: Giver, names: Names, version: str = VERSION) -> Notice:
    """The notice of this request. Errors: ``FileNotFoundError`` for a version that never was."""
    language = names.language.value
    texts = _texts(version, language)
    values = _values(request, recipient, giver, names, texts["phrases"])
    title = texts["title"] if request.subject.natural else texts["title_organisation"]
    sections = tuple(
        Section(id=each["id"], heading=each["heading"], lines=tuple(_filled(each["lines"], values)))
        for each in texts["section"]
    )
    return Notice(version=version, language=language, title=title, sections=sections)


def is_sensitive(request: Request, names: Names) -> bool:
    """Whether any of what is asked needs the separate consent of PIPL-29."""
    return any(names.sensitive(each) for each in request.terms.rights.fields)


def _filled(lines: Iterable[str], values: Mapping[str, object]) -> Iterable[str]:
    """A line that comes out empty does not apply."""
    return (filled for line in lines if (filled := line.format_map(values)))


@cache
def _texts(version: str, language: str) -> Mapping[str, Any]:
    if not version.isdigit():
        raise FileNotFoundError("no such version of the notice")
    file = resources.files("gateway.portal").joinpath("notices", f"{version}.{language}.toml")
    return tomllib.loads(file.read_text("utf-8"))


def _values(
    request: Request, recipient: Recipient, giver: Giver, names: Names, phrases: Mapping[str, str]
) -> Mapping[str, object]:
    terms, separator = request.terms, phrases["separator"]
    sensitive = is_sensitive(request, names)
    return {
        "name": recipient.name,
        "code": recipient.code,
        "contact": recipient.contact or phrases["no_contact"],
        "via": phrases["direct"] if request.via is None else phrases["via"].format(via=one_line(request.via)),
        "city": giver.city,
        "office": giver.office or phrases["no_office"],
        "purpose": names.purpose(terms.purpose),
        "purpose_code": terms.purpose,
        "manner": names.manner(terms.purpose, terms.manner),
        "matter": terms.matter,
        "items": separator.join(names.item(code) for code in sorted(terms.rights.items)),
        "fields": separator.join(_marked(each, names, phrases) for each in sorted(terms.rights.fields)),
        "borne": separator.join(_borne(names)),
        "from": terms.period[0].isoformat(),
        "until": terms.period[1].isoformat(),
        "uses": terms.uses,
        "days": terms.days,
        "retention": terms.retention_days,
        "necessity": one_line(request.necessity),
        "identity": phrases["identity"] if request.subject.natural else "",
        "impact": phrases["impact"] if sensitive else "",
        "sensitive": phrases["sensitive_consent"] if sensitive else "",
        "depends": phrases["depends"] if request.service_depends else phrases["free"],
    }


def one_line(text: str) -> str:
    """What a caller wrote, so that it can be taken for nothing but one line of its own."""
    return _SPACE.sub(" ", text).strip()


def _marked(coordinate: Coordinate, names: Names, phrases: Mapping[str, str]) -> str:
    name = names.field(coordinate)
    if not names.sensitive(coordinate):
        return name
    brackets = "（{}）" if names.language is Language.CHINESE else " [{}]"
    return name + brackets.format(phrases["sensitive"])


def _borne(names: Names) -> Iterable[str]:
    """What every record in a consent bears in any case (``authz.consented.BORNE``)."""
    return [
        names.field(field.coordinate)
        for field in names.catalogue.fields.values()
        if field.type == "Record" and FieldSet.CORE in field.sets and field.field_class is not FieldClass.INTERNAL
    ]
