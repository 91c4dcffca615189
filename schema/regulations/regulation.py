"""The policy files outside the catalogue -> the Regulation: purposes, manners, measures, lists, ceilings, profiles.

Every entry cites an article of policies/sources.toml. Never decides a request, and never opens a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from schema.policy_file import PolicyFileError, Row, digest_of, toml_rows, unique
from schema.regulations.carried import Carried, load_carried
from schema.regulations.ceilings import Ceiling, load_ceilings
from schema.regulations.field_ceilings import FieldCeiling, load_field_ceilings
from schema.regulations.jurisdictions import Jurisdiction, Version, lineage, load_jurisdictions, resolve
from schema.regulations.listings import ListType, MeasureEntry, SeriousCategory, load_list_types, load_measures
from schema.regulations.manners import ANY, Manner, Manners, load_manners
from schema.regulations.profile import Profile
from schema.regulations.purposes import Purpose, PurposeGroup, load_groups, load_purposes
from schema.regulations.sources import FILE as SOURCES
from schema.regulations.sources import Basis, Instrument, Sources, load_sources
from schema.regulations.working_days import WorkingCalendar, load_calendar

__all__ = [
    "Basis",
    "Carried",
    "Ceiling",
    "FieldCeiling",
    "Instrument",
    "Jurisdiction",
    "ListType",
    "Manner",
    "MeasureEntry",
    "OpenPoint",
    "PolicyFileError",
    "Profile",
    "Purpose",
    "PurposeGroup",
    "Regulation",
    "SeriousCategory",
    "load_regulation",
]

OPEN_POINTS = "open_points.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A question the texts leave open, with the default that stands in and where it is set."""

    id: str  # "U-06"
    point: str
    default: str


PROFILES_KEPT = 256
"""Profiles of jurisdictions by the day, of which requests ask again and again for today's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation:
    """All the regulations as data. ``digest``: SHA-256 over their files, hex."""

    purposes: Mapping[str, Purpose]
    groups: Mapping[str, PurposeGroup]
    measures: Mapping[str, MeasureEntry]
    list_types: Mapping[str, ListType]
    ceilings: tuple[Ceiling, ...]
    jurisdictions: Mapping[str, Jurisdiction]
    calendar: WorkingCalendar
    sources: Sources
    open_points: Mapping[str, OpenPoint]
    digest: str
    field_ceilings: tuple[FieldCeiling, ...] = ()
    carried: tuple[Carried, ...] = ()
    manners: Manners = field(default_factory=lambda: MappingProxyType({}))
    _profiles: dict[tuple[str, date], Profile] = field(default_factory=dict, init=False, repr=False, compare=False)

    def lineage(self, jurisdiction: str) -> tuple[str, ...]:
        """The code and its superiors, the nation first. Raises KeyError for an unknown jurisdiction."""
        return tuple(each.code for each in lineage(self.jurisdictions, jurisdiction))

    def profile(self, jurisdiction: str, day: date) -> Profile:
        """What the jurisdiction's instruments say on that day. Raises KeyError for an unknown jurisdiction."""
        found = self._profiles.get((jurisdiction, day))
        if found is None:
            found = resolve(self.jurisdictions, jurisdiction, day)
            if len(self._profiles) >= PROFILES_KEPT:
                self._profiles.clear()
            self._profiles[jurisdiction, day] = found
        return found

    def instruments(self, jurisdiction: str, day: date) -> tuple[str, ...]:
        """The instruments that its profile of that day cites, its own before those of its superiors.

        Raises KeyError for an unknown jurisdiction.
        """
        cited = reversed(self.profile(jurisdiction, day).basis)
        return tuple(dict.fromkeys(self.sources[each].instrument.id for each in cited))

    def offered(self, jurisdiction: str, day: date) -> tuple[Purpose, ...]:
        """The purposes on the matters list of the jurisdiction on that day; none where it has no list.

        A verdict over clean years is offered only where an instrument knows it (not in Jiyang, C-16).
        """
        profile = self.profile(jurisdiction, day)
        return tuple(
            purpose
            for purpose in self.purposes.values()
            if purpose.on_list(profile.matters_list)
            and (not purpose.clean_record or profile.clean_record_years is not None)
        )

    def manners_of(self, purpose: str) -> Mapping[str, Manner]:
        """The manners in which a consent to that purpose may be asked for, by word."""
        return self.manners.get(purpose) or self.manners.get(ANY, MappingProxyType({}))

    def told_each_time(self, purpose: str, manner: str) -> bool:
        """Whether the subject of such a consent is told of every use, and cannot have it otherwise."""
        found = self.manners_of(purpose).get(manner)
        return found is not None and found.notice_each_time

    def suspending(self, day: date) -> frozenset[str]:
        """The jurisdictions in which a doubted objection of a market subject suspends its measures (EZ-19)."""
        return frozenset(code for code in self.jurisdictions if self.profile(code, day).suspends_measures)


def load_regulation(files: Mapping[str, bytes]) -> Regulation:
    """The regulation of these policy files (name below policies/ -> content). Raises PolicyFileError."""
    sources = load_sources(files)
    groups = load_groups(files)
    jurisdictions = load_jurisdictions(files, sources)
    open_points = _open_points(files)
    purposes = load_purposes(files, groups, sources)
    for version in (version for each in jurisdictions.values() for version in each.versions):
        _check(version, open_points, purposes)
    for basis in sources.values():
        if basis.instrument.jurisdiction not in jurisdictions:
            raise PolicyFileError(SOURCES, 1, f"the jurisdiction of {basis.instrument.id} has no file of its own")
    return Regulation(
        purposes=purposes,
        groups=groups,
        measures=load_measures(files, sources),
        list_types=load_list_types(files, sources),
        ceilings=load_ceilings(files, groups, sources),
        jurisdictions=jurisdictions,
        calendar=load_calendar(files),
        sources=sources,
        open_points=open_points,
        digest=digest_of(files, (name for name in files if not name.startswith("catalogue/"))),
        field_ceilings=load_field_ceilings(files, sources),
        carried=load_carried(files, sources),
        manners=load_manners(files, purposes, sources),
    )


def _open_points(files: Mapping[str, bytes]) -> Mapping[str, OpenPoint]:
    rows = toml_rows(files, OPEN_POINTS, ("open_point",))["open_point"]
    unique((row.text("id"), row) for row in rows)
    return MappingProxyType({point.id: point for point in map(_open_point, rows)})


def _open_point(row: Row) -> OpenPoint:
    row.only("id", "point", "default")
    return OpenPoint(id=row.text("id"), point=row.text("point"), default=row.text("default"))


def _check(version: Version, points: Mapping[str, OpenPoint], purposes: Mapping[str, Purpose]) -> None:
    """Refuse a version that refers to an open point or to a matters list that is not there."""
    if version.undated is not None and version.undated not in points:
        raise PolicyFileError(version.file, version.line, f"undated: {version.undated} is not in {OPEN_POINTS}")
    matters_list = version.says.get("matters_list")
    if matters_list is not None and not any(matters_list in purpose.lists for purpose in purposes.values()):
        raise PolicyFileError(version.file, version.line, f"matters_list: no purpose stands on {matters_list}")
    minors = version.says.get("consent_minor_purposes", ())
    if isinstance(minors, tuple) and not purposes.keys() >= set(minors):
        raise PolicyFileError(version.file, version.line, "minor_purposes: a purpose is not defined")
