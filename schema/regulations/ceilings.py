"""policies/ceilings.csv -> the most that any rule may open, per purpose group, kind of subject and column of items.

This is the table of minimum necessity: a blank cell, and a group without a row, open nothing. Never opens anything
itself; ``authz`` refuses a rule that goes beyond it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from schema.policy_file import Row, csv_rows, unique
from schema.regulations.purposes import PurposeGroup
from schema.regulations.sources import Sources, known
from schema.vocabulary.access import SubjectSide

FILE = "ceilings.csv"


class CeilingColumn(StrEnum):
    """Columns of the table; ``ITEMS`` names the catalogue items of each."""

    REGISTRATION = "registration"
    DEFAULTER = "defaulter"
    LICENCE = "licence"
    PENALTY = "penalty"
    ABNORMAL = "abnormal"
    SERIOUS = "serious"
    CONTRACT = "contract"
    COMMITMENT = "commitment"
    EVALUATION = "evaluation"
    HONOUR = "honour"
    MEASURE = "measure"
    CLEAN_RECORD = "clean_record"


ITEMS: Mapping[CeilingColumn, tuple[str, ...]] = MappingProxyType(
    {
        CeilingColumn.REGISTRATION: ("REGISTRATION_ORG", "REGISTRATION_PERSON", "LINK"),
        CeilingColumn.DEFAULTER: ("DEFAULTER",),
        CeilingColumn.LICENCE: ("LICENCE", "PRACTICE_LICENCE"),
        CeilingColumn.PENALTY: ("PENALTY",),
        CeilingColumn.ABNORMAL: ("ABNORMAL_OPERATION",),
        CeilingColumn.SERIOUS: ("SERIOUS_LIST",),
        CeilingColumn.CONTRACT: ("CONTRACT_PERFORMANCE",),
        CeilingColumn.COMMITMENT: ("COMMITMENT",),
        CeilingColumn.EVALUATION: ("EVALUATION",),
        CeilingColumn.HONOUR: ("HONOUR", "RED_LIST"),
        CeilingColumn.MEASURE: ("MEASURE",),
        CeilingColumn.CLEAN_RECORD: ("CLEAN_RECORD",),
    }
)
"""Items that no column names are opened by no sharing purpose, save to their source and where the public sees them."""


class CeilingCell(StrEnum):
    """``X`` of registration: the identity matches, and an echo of the identifiers that the caller gave itself."""

    VERDICT = "X"  # the verdict of the item, and no record
    SUMMARY = "S"  # the field set extract; of organisations also fines; no text
    FULL = "F"  # every shareable field, text redacted


class CeilingNote(StrEnum):
    """What narrows a cell further."""

    THREE_YEARS = "3y"
    OWN_FIELD = "own_field"  # records of the caller's own field of supervision
    OWN_MEASURE = "own_measure"  # measures the caller executes
    OWN_RECORD = "own_record"  # records of which the caller is the source
    SERIOUS_ONLY = "serious_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """One cell. Two cells of one place differ in their note: full in the own field, summary otherwise."""

    group: str
    kind: SubjectSide
    column: CeilingColumn
    cell: CeilingCell
    note: CeilingNote | None
    basis: tuple[str, ...]


def load_ceilings(
    files: Mapping[str, bytes], groups: Mapping[str, PurposeGroup], sources: Sources
) -> tuple[Ceiling, ...]:
    """Every cell that is not blank. Raises PolicyFileError."""
    rows = csv_rows(files, FILE, ("group", "kind", "column", "cell", "note", "basis"))
    unique(
        (" ".join(row.optional_text(key) or "-" for key in ("group", "kind", "column", "note")), row) for row in rows
    )
    return tuple(_ceiling(row, groups, sources) for row in rows)


def _ceiling(row: Row, groups: Mapping[str, PurposeGroup], sources: Sources) -> Ceiling:
    ceiling = Ceiling(
        group=row.text("group"),
        kind=row.word("kind", SubjectSide),
        column=row.word("column", CeilingColumn),
        cell=row.word("cell", CeilingCell),
        note=row.optional_word("note", CeilingNote),
        basis=tuple(row.text("basis").split()),
    )
    known(row, "basis", ceiling.basis, sources)
    if ceiling.group not in groups:
        row.refuse(f"group {ceiling.group} is not defined in purposes.toml")
    return ceiling
