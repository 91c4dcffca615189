"""Files -> stored rows and a report: read, check, look up, build, write; one transaction for each file.

Files are taken in the order in which their layouts refer to one another, whatever the order they come in. The clock,
the keys and the connections are handed in.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import policies
from gateway.intake.check import Checked, Reasons, check
from gateway.intake.layouts.column import Layout
from gateway.intake.layouts.recognition import LAYOUTS
from gateway.intake.measure_rows import feedback_row, measure_row
from gateway.intake.read import FileRefusedError, RawFile, RawRow, read
from gateway.intake.record_rows import record_row
from gateway.intake.register import Connection, look_up
from gateway.intake.registry_rows import agency_row, matter_row, operator_row, party_row
from gateway.intake.remedy_rows import objection_rows, repair_rows
from gateway.intake.report import FileReport, LoadReport, SetAside
from gateway.intake.setting import Setting, UnfitError
from gateway.intake.stored import Row
from gateway.intake.storing_sealer import StoringSealer
from gateway.intake.subject_rows import link_row, organisation_row, person_row
from gateway.intake.write import Outcome, Writer
from schema.catalogue import Catalogue
from schema.regulations.regulation import Regulation, load_regulation

CHUNK = 1000
"""Rows that are looked up, compared and written together."""

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

_ORDER = {layout.name: place for place, layout in enumerate(LAYOUTS)}

_SET_ASIDE = {
    Outcome.REPEATED: "同一文件内重复且内容不同",
    Outcome.MISSING: "相应记录未登记",
}


async def load_files(
    files: Sequence[Path | tuple[str, bytes]],
    connection: Connection,
    sealer: StoringSealer,
    catalogue: Catalogue,
    today: date,
    *,
    registry: Connection | None = None,
    regulation: Regulation | None = None,
) -> LoadReport:
    """Load files, given as paths or as names with contents. ``connection``: as the intake role; ``registry``: as the
    registry role, needed for operators and matters. Errors: ``OSError`` for a path that cannot be read; those of the
    database, after which no row of the file at hand is stored."""
    context = _Context(connection, registry, sealer, catalogue, regulation or _regulation(), today)
    reports: list[FileReport] = []
    readable: list[tuple[str, RawFile]] = []
    for name, content in map(_content, files):
        try:
            readable.append((name, read(content)))
        except FileRefusedError as error:
            reports.append(FileReport(name=name, refused=error.reason))
    for name, file in sorted(readable, key=lambda each: _ORDER[each[1].layout.name]):
        reports.append(await _load(context, name, file))
    return LoadReport(files=tuple(reports))


@dataclass(frozen=True, slots=True)
class _Context:
    connection: Connection
    registry: Connection | None
    sealer: StoringSealer
    catalogue: Catalogue
    regulation: Regulation
    today: date


@dataclass(slots=True)
class _Tally:
    """What became of the rows of one file."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    aside: list[SetAside] = field(default_factory=list)

    def set_aside(self, line: int, reasons: Reasons, *, stored: bool = False) -> None:
        self.aside.append(SetAside(line=line, reasons=reasons, stored=stored))


@cache
def _regulation() -> Regulation:
    return load_regulation(policies.contents())


def _content(file: Path | tuple[str, bytes]) -> tuple[str, bytes]:
    return (file.name, file.read_bytes()) if isinstance(file, Path) else file


async def _load(context: _Context, name: str, file: RawFile) -> FileReport:
    asking = file.layout.name in ASKING
    connection = context.registry if asking else context.connection
    if connection is None:
        return FileReport(name=name, layout=file.layout.name, refused="此类文件须由登记角色载入")
    tally = _Tally()
    # COMMIT POINT: the whole file or nothing of it
    async with connection.transaction():
        writer = Writer(connection, context.sealer, context.today)
        for rows in _chunks(file.rows):
            await _load_rows(context, connection, writer, file.layout, rows, tally)
    counts = tally.outcomes
    return FileReport(
        name=name,
        layout=file.layout.name,
        loaded=counts[Outcome.LOADED],
        unchanged=counts[Outcome.UNCHANGED],
        corrected=counts[Outcome.CORRECTED],
        aside=tuple(sorted(tally.aside, key=lambda each: each.line)),
    )


def _chunks(rows: Sequence[RawRow]) -> Iterator[Sequence[RawRow]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))


async def _load_rows(
    context: _Context, connection: Connection, writer: Writer, layout: Layout, rows: Sequence[RawRow], tally: _Tally
) -> None:
    checked = list(_taken(layout, rows, context.today, tally))
    register = await look_up(connection, context.sealer, checked, asking=layout.name in ASKING)
    setting = Setting(
        register=register,
        sealer=context.sealer,
        catalogue=context.catalogue,
        regulation=context.regulation,
        today=context.today,
    )
    built = [(row.line, stored) for row in checked if (stored := _built(setting, layout, row, tally))]
    outcomes = iter(await writer.write([row for _, rows_ in built for row in rows_]))
    for line, rows_ in built:
        _count(tally, line, rows_, [next(outcomes) for _ in rows_])


def _taken(layout: Layout, rows: Sequence[RawRow], today: date, tally: _Tally) -> Iterator[Checked]:
    for raw in rows:
        found = check(layout, raw, today)
        if isinstance(found, Checked):
            yield found
        else:
            tally.set_aside(raw.line, found)


def _built(setting: Setting, layout: Layout, row: Checked, tally: _Tally) -> tuple[Row, ...]:
    build = _BUILDERS.get(layout.name)
    try:
        built = record_row(setting, layout, row) if build is None else build(setting, row)
    except UnfitError as error:
        tally.set_aside(row.line, error.reasons)
        return ()
    return built if isinstance(built, tuple) else (built,)


def _count(tally: _Tally, line: int, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> None:
    """One row of the file counts once, by the most that became of what it brought."""
    outcome = next(each for each in _MOST if each in outcomes)
    if outcome in _SET_ASIDE:
        tally.set_aside(line, (_SET_ASIDE[outcome],))
        return
    reasons = tuple(reason for row in rows for reason in row.quarantined)
    if reasons:
        tally.set_aside(line, reasons, stored=True)
    else:
        tally.outcomes[outcome] += 1


_MOST = (Outcome.REPEATED, Outcome.MISSING, Outcome.CORRECTED, Outcome.LOADED, Outcome.UNCHANGED)
