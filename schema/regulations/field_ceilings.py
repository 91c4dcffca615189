"""policies/ceilings_fields.csv -> what may be opened field by field, where the table of ceilings.csv does not say it.

The table speaks of sharing, by column of items; this speaks of publication, consent and self scope, of what the source
of a row sees of it, and of the fields that an article opens beyond the table. Never opens anything itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schema.policy_file import Row, csv_rows, unique
from schema.regulations.sources import Sources, known
from schema.vocabulary.access import AccessScope, RowRelation, ShownLevel, SubjectSide

FILE = "ceilings_fields.csv"
COLUMNS = ("channel", "purpose", "kind", "item", "rel", "field", "level", "since", "until", "basis")
ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCeiling:
    """The most that rules may show of the fields below a node, of the items below a node, for the purposes below one.

    ``kind`` and ``relation`` None: any. ``until`` is the first day on which the row no longer holds."""

    channel: AccessScope
    purpose: str
    kind: SubjectSide | None
    item: str
    relation: RowRelation | None
    field: str
    level: ShownLevel
    since: date | None
    until: date | None
    basis: tuple[str, ...]
    file: str
    line: int

    def holds(self, day: date) -> bool:
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)


def load_field_ceilings(files: Mapping[str, bytes], sources: Sources) -> tuple[FieldCeiling, ...]:
    """Every row; none where there is no such file. Raises PolicyFileError."""
    rows = csv_rows(files, FILE, COLUMNS) if FILE in files else ()
    key = ("channel", "purpose", "kind", "item", "rel", "field", "level")
    unique((" ".join(row.text(each) for each in key), row) for row in rows)
    return tuple(_ceiling(row, sources) for row in rows)


def _ceiling(row: Row, sources: Sources) -> FieldCeiling:
    found = FieldCeiling(
        channel=row.word("channel", AccessScope),
        purpose=row.text("purpose"),
        kind=None if row.text("kind") == ANY else row.word("kind", SubjectSide),
        item=row.text("item"),
        relation=None if row.text("rel") == ANY else row.word("rel", RowRelation),
        field=row.text("field"),
        level=row.word("level", ShownLevel),
        since=_day(row, "since"),
        until=_day(row, "until"),
        basis=tuple(row.text("basis").split()),
        file=row.file,
        line=row.line,
    )
    known(row, "basis", found.basis, sources)
    if found.level is ShownLevel.WITHHELD:
        row.refuse("a ceiling of nothing is no row", "level")
    if found.until is not None and (found.since is None or found.until <= found.since):
        row.refuse("a row that ends says since when it holds, and ends after that day", "until")
    return found


def _day(row: Row, key: str) -> date | None:
    text = row.optional_text(key)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        row.refuse(f"{key} must be a date", key)
