"""policies/jurisdictions -> every jurisdiction with its versions, and the Profile of one on one day.

``resolve`` lays the versions that hold on the day over one another, from the nation down. A key that bears on
disclosure or on the weight of a measure keeps the narrower of two values, since a superior's instrument narrows an
inferior's (reference C-08); any other key is the inferior's own. Never guesses a date: a version whose instrument does
not state one holds on every day and is named in ``Profile.undated`` until an operator dates it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from schema.policy_file import PolicyFileError, Row, toml_rows, unique
from schema.regulations.profile import Profile
from schema.regulations.profile_keys import MERGES, PLAIN, SECTIONS, says_of, union
from schema.regulations.sources import Sources, cited

FOLDER = "jurisdictions/"
NATION = "000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What one instrument says, over one span of days. ``says`` holds fields of ``Profile``, only those it states."""

    id: str
    basis: tuple[str, ...]
    effective_from: date | None
    effective_to: date | None
    undated: str | None  # the open point that says why there is no date
    says: Mapping[str, object]
    file: str
    line: int

    def holds(self, day: date) -> bool:
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    code: str
    zh: str
    parent: str | None
    source_missing: bool
    versions: tuple[Version, ...]


def load_jurisdictions(files: Mapping[str, bytes], sources: Sources) -> Mapping[str, Jurisdiction]:
    """Every jurisdiction by its code. Raises PolicyFileError."""
    names = sorted(name for name in files if name.startswith(FOLDER) and name.endswith(".toml"))
    tables = [toml_rows(files, name, ("jurisdiction", "version")) for name in names]
    unique((row.text("id"), row) for found in tables for row in found["version"])
    heads = [_head(name, found["jurisdiction"]) for name, found in zip(names, tables, strict=True)]
    read = {
        head.text("code"): _jurisdiction(head, found["version"], sources)
        for head, found in zip(heads, tables, strict=True)
    }
    for head in heads:
        _descent(head, read)
    return MappingProxyType(read)


def region_codes(files: Mapping[str, bytes]) -> frozenset[str]:
    """The codes that have a file: each file is named after the one jurisdiction it holds."""
    return frozenset(name.removeprefix(FOLDER).removesuffix(".toml") for name in files if name.startswith(FOLDER))


def lineage(jurisdictions: Mapping[str, Jurisdiction], code: str) -> tuple[Jurisdiction, ...]:
    """The jurisdiction and its superiors, the nation first. Raises KeyError for an unknown code."""
    found = [jurisdictions[code]]
    while (parent := found[0].parent) is not None:
        found.insert(0, jurisdictions[parent])
    return tuple(found)


def resolve(jurisdictions: Mapping[str, Jurisdiction], code: str, day: date) -> Profile:
    """The profile of the jurisdiction on that day. Raises KeyError for an unknown code."""
    line = lineage(jurisdictions, code)
    versions = [version for each in line for version in each.versions if version.holds(day)]
    says: dict[str, Any] = {}
    for version in versions:
        for name, value in version.says.items():
            says[name] = MERGES[name](says[name], value) if name in says else value
    return Profile(
        jurisdiction=code,
        zh=line[-1].zh,
        lineage=tuple(each.code for each in line),
        versions=tuple(version.id for version in versions),
        undated=tuple(version.id for version in versions if version.undated is not None),
        source_missing=tuple(each.code for each in line if each.source_missing),
        basis=union((), (basis for version in versions for basis in version.basis)),
        **says,
    )


_VERSION = ("id", "basis", "effective_from", "effective_to", "undated")


def _head(file: str, rows: tuple[Row, ...]) -> Row:
    if len(rows) != 1:
        raise PolicyFileError(file, rows[1].line if rows else 1, "one file holds one jurisdiction")
    rows[0].only("code", "zh", "parent", "source_missing")
    if file != f"{FOLDER}{rows[0].text('code')}.toml":
        rows[0].refuse("the file must be named after the code", "code")
    return rows[0]


def _jurisdiction(head: Row, versions: tuple[Row, ...], sources: Sources) -> Jurisdiction:
    return Jurisdiction(
        code=head.text("code"),
        zh=head.text("zh"),
        parent=head.optional_text("parent"),
        source_missing=head.flag("source_missing"),
        versions=tuple(_version(each, sources) for each in versions),
    )


def _version(row: Row, sources: Sources) -> Version:
    row.only(*_VERSION, *PLAIN, *SECTIONS)
    version = Version(
        id=row.text("id"),
        basis=cited(row, "basis", sources),
        effective_from=row.optional_day("effective_from"),
        effective_to=row.last_day("effective_to", since="effective_from"),
        undated=row.optional_text("undated"),
        says=says_of(row),
        file=row.file,
        line=row.line,
    )
    if (version.effective_from is None) == (version.undated is None):
        row.refuse("a version has either effective_from or the open point that says why it is undated")
    return version


def _descent(head: Row, jurisdictions: Mapping[str, Jurisdiction]) -> None:
    """Refuse a parent that is unknown, and a line of parents that does not end at the nation."""
    code, seen = head.text("code"), set[str]()
    while code != NATION:
        parent = jurisdictions[code].parent
        if parent is None or parent not in jurisdictions or parent in seen:
            head.refuse(f"the superiors of {head.text('code')} do not lead to {NATION}", "parent")
        seen.add(parent)
        code = parent
