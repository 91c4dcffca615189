"""Files -> what would be stored, and how the public, an agency and the subject would see each row: loaded in a
transaction that is never committed, and asked there.

Connects as the owner, who alone may take the place of the roles.
"""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from authz.principal import Caller, Subject
from gateway.database.roles import Credentials
from gateway.installation import Installation
from gateway.intake.load import Step, load_files
from gateway.intake.report import LoadReport
from gateway.intake.write import Outcome
from gateway.preview.asking import Asking, asking
from gateway.preview.questions import Asked, Seen
from gateway.preview.terms import Term, term_of
from gateway.preview.viewers import Agency, itself, public
from schema.regulations.purposes import Purpose
from schema.regulations.regulation import Regulation

ROWS = {
    "record": (
        'SELECT id, family AS type, item, subject_id, "natural", jurisdiction, decided_on '
        "FROM record WHERE id = ANY($1)"
    ),
    "measure": (
        "SELECT id, 'Measure' AS type, NULL AS item, subject_id, \"natural\", jurisdiction, NULL::date AS decided_on "
        "FROM measure WHERE id = ANY($1)"
    ),
    "subject": (
        "SELECT id, CASE WHEN \"natural\" THEN 'NaturalPerson' ELSE 'Organisation' END AS type, NULL AS item, "
        'id AS subject_id, "natural", jurisdiction, NULL::date AS decided_on FROM subject WHERE id = ANY($1)'
    ),
}
"""Rows that somebody may ask for, by table: of what type they are, and about whom."""

SUBJECTS = 'SELECT id, "natural", uscc, person_digest FROM subject WHERE id = ANY($1)'


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How one viewer sees the row; no fields: not at all. ``purpose``: for what it was asked, if anything was said."""

    viewer: str
    purpose: Purpose | None
    fields: tuple[Seen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file. ``views`` are empty for what nobody asks for by itself, and for what is as it was."""

    number: int
    outcome: Outcome
    type: str | None
    term: Term | None
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """``lines`` by name of the file; what was set aside stands in the report."""

    report: LoadReport
    lines: Mapping[str, Sequence[Line]]


async def rehearse(
    files: Sequence[Path | tuple[str, bytes]],
    installation: Installation,
    owner: asyncpg.Connection,
    credentials: Credentials,
    agency: Agency,
    *,
    most: int | None = None,
) -> Rehearsed:
    """``most``: lines of each file to be asked about. Errors: as of ``load_files``; ``NotAskedError``,
    ``NoCalendarError``."""
    gathered, today = _Gathered(most), await installation.state.business_date()
    transaction = owner.transaction()
    await transaction.start()
    try:
        report = await load_files(
            files,
            owner,
            installation.sealer,
            installation.policy.catalogue,
            today,
            registry=owner,
            regulation=installation.policy.regulation,
            progress=gathered,
        )
        written = [each for lines in gathered.files.values() for each in lines]
        about = await _about(owner, written)
        subjects = await _subjects(owner, installation, {row["subject_id"] for row in about.values()})
        viewed = _Viewed(
            asking=await asking(installation, owner, credentials, agency, subjects.values()),
            agency=agency,
            regulation=installation.policy.regulation,
            today=today,
            about=about,
            subjects=subjects,
        )
        lines = {name: [await viewed.line(each) for each in found] for name, found in gathered.files.items()}
        return Rehearsed(report=report, lines=lines)
    finally:
        await transaction.rollback()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    number: int
    outcome: Outcome
    layout: str
    table: str
    id: int | None


@dataclass(slots=True)
class _Gathered:
    """Hears what is written."""

    most: int | None
    files: dict[str, list[_Written]] = field(default_factory=dict)

    def __call__(self, step: Step) -> None:
        lines = self.files.setdefault(step.name, [])
        for built, outcome in step.done:
            row = built.rows[0]
            id_ = row.key.get("id")
            found = _Written(
                number=built.line,
                outcome=outcome,
                layout=step.layout.name,
                table=row.table.name,
                id=id_ if isinstance(id_, int) else None,
            )
            if self.most is None or len(lines) < self.most:
                lines.append(found)


_About = Mapping[tuple[str, int | None], Mapping[str, Any]]
"""By table and id."""


async def _about(owner: asyncpg.Connection, written: Iterable[_Written]) -> _About:
    found: dict[tuple[str, int | None], Mapping[str, Any]] = {}
    for table, query in ROWS.items():
        ids = [each.id for each in written if each.table == table]
        found |= {(table, row["id"]): row for row in await owner.fetch(query, ids)}
    return found


async def _subjects(owner: asyncpg.Connection, installation: Installation, ids: set[int]) -> Mapping[int, Subject]:
    sealer = installation.sealer
    return {
        row["id"]: Subject(
            id=row["id"],
            digest=row["person_digest"] if row["natural"] else sealer.organisation_digest(row["uscc"]),
            natural=row["natural"],
        )
        for row in await owner.fetch(SUBJECTS, sorted(ids))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Viewed:
    """Everything that a line is looked at with."""

    asking: Asking
    agency: Agency
    regulation: Regulation
    today: date
    about: _About
    subjects: Mapping[int, Subject]

    async def line(self, written: _Written) -> Line:
        row = self.about.get((written.table, written.id))
        if row is None or written.outcome not in _ASKED:
            return Line(number=written.number, outcome=written.outcome, type=None, term=None, views=())
        return Line(
            number=written.number,
            outcome=written.outcome,
            type=row["type"],
            term=self._term(written, row),
            views=tuple([await view for view in self._views(written, row)]),
        )

    def _term(self, written: _Written, row: Mapping[str, Any]) -> Term | None:
        if row["decided_on"] is None:
            return None
        return term_of(self.regulation, written.layout, row["jurisdiction"], row["decided_on"], self.today)

    def _views(self, written: _Written, row: Mapping[str, Any]) -> Iterable[Awaitable[View]]:
        subject = self.subjects[row["subject_id"]]
        purpose = self.agency.purposes.get(subject.natural)
        yield self._view("public", written, row, public(), None)
        if purpose is not None:
            yield self._view("agency", written, row, self.agency.caller(), purpose)
        yield self._view("subject", written, row, itself(subject), None)

    async def _view(
        self, viewer: str, written: _Written, row: Mapping[str, Any], caller: Caller, purpose: Purpose | None
    ) -> View:
        asked = Asked(id=row["id"], type=row["type"], kind=written.table, natural=row["natural"], item=row["item"])
        fields = await self.asking.view(asked, caller, purpose)
        return View(viewer=viewer, purpose=purpose, fields=fields)


_ASKED = frozenset({Outcome.LOADED, Outcome.CORRECTED})
