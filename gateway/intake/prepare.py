"""Raw rows -> rows as they are to be stored, in two steps: check them and say what they refer to, then build them.

All that costs time besides the database, and pure: a desk works the same in a process of its own. It digests and
numbers, but has no key to open what is stored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from gateway.intake.check import Checked, check
from gateway.intake.layouts.column import Layout
from gateway.intake.measure_rows import feedback_row, measure_row
from gateway.intake.read import RawRow
from gateway.intake.record_rows import record_row
from gateway.intake.register import Register, Wanted, wanted
from gateway.intake.registry_rows import agency_row, matter_row, operator_row, party_row
from gateway.intake.remedy_rows import objection_rows, repair_rows
from gateway.intake.report import SetAside
from gateway.intake.setting import Setting, UnfitError
from gateway.intake.stored import Row
from gateway.intake.storing_sealer import Digester
from gateway.intake.subject_rows import link_row, organisation_row, person_row
from schema.catalogue import Catalogue
from schema.regulations.regulation import Regulation

Build = Callable[[Setting, Checked], Row | tuple[Row, ...]]

_BUILDERS: Mapping[str, Build] = MappingProxyType(
    {
        "agencies": agency_row,
        "organisations": organisation_row,
        "persons": person_row,
        "links": link_row,
        "measures": measure_row,
        "feedback": feedback_row,
        "repairs": repair_rows,
        "objections": objection_rows,
        "operators": operator_row,
        "matters": matter_row,
        "matter_parties": party_row,
    }
)
ASKING = frozenset({"operators", "matters", "matter_parties"})
"""Layouts about those who ask: another database role writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What is the same for every row of a load."""

    digester: Digester
    catalogue: Catalogue
    regulation: Regulation
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What one line of a file brings; several rows where it speaks of several records."""

    line: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A chunk of a file, in order, and its lines that cannot be taken."""

    built: tuple[Built, ...]
    aside: tuple[SetAside, ...]


@dataclass(slots=True)
class Desk:
    """Prepares one chunk at a time: ``check``, then ``build`` with what the chunk refers to."""

    brief: Brief
    _checked: list[Checked] = field(default_factory=list)
    _aside: list[SetAside] = field(default_factory=list)

    def check(self, layout: Layout, rows: Sequence[RawRow]) -> Wanted:
        """Take a chunk; what its rows refer to, so that a bad one is told everything that is wrong with it."""
        self._aside = []
        self._checked = [check(layout, raw, self.brief.today) for raw in rows]
        return wanted(self._checked, self.brief.digester, asking=layout.name in ASKING)

    def build(self, layout: Layout, register: Register) -> Prepared:
        """The chunk that was taken last, with what it refers to."""
        setting = Setting(
            register=register,
            sealer=self.brief.digester,
            catalogue=self.brief.catalogue,
            regulation=self.brief.regulation,
            today=self.brief.today,
        )
        built = tuple(self._built(layout, setting))
        return Prepared(built=built, aside=tuple(self._aside))

    def _built(self, layout: Layout, setting: Setting) -> Iterator[Built]:
        for row in self._checked:
            found, reasons = None, row.reasons
            try:
                found = _rows(layout, setting, row)
            except UnfitError as error:
                reasons = tuple(dict.fromkeys((*reasons, *error.reasons)))
            if reasons or found is None:
                self._aside.append(SetAside(line=row.line, reasons=reasons, stored=False))
            else:
                yield Built(line=row.line, rows=found if isinstance(found, tuple) else (found,))


def _rows(layout: Layout, setting: Setting, row: Checked) -> Row | tuple[Row, ...]:
    build = _BUILDERS.get(layout.name)
    return record_row(setting, layout, row) if build is None else build(setting, row)
