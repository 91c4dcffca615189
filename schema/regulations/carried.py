"""policies/coverage.csv -> who carries an article that no row of the policy cites, or that nothing can carry, and why.

Beside the rows of rules, purposes, measures and profiles, which say themselves what they rest on. Decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from schema.policy_file import Row, csv_rows
from schema.regulations.sources import Sources, known

FILE = "coverage.csv"


class CarriedBy(StrEnum):
    CODE = "code"
    DATA = "data"
    NOT_CARRIED = "not_carried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """``where``: a file of the project, None for what is deliberately not carried."""

    article: str
    by: CarriedBy
    where: str | None
    says: str


def load_carried(files: Mapping[str, bytes], sources: Sources) -> tuple[Carried, ...]:
    """Every row; none where there is no such file. Raises PolicyFileError."""
    rows = csv_rows(files, FILE, ("article", "by", "where", "says")) if FILE in files else ()
    return tuple(_carried(row, sources) for row in rows)


def _carried(row: Row, sources: Sources) -> Carried:
    found = Carried(
        article=row.text("article"),
        by=row.word("by", CarriedBy),
        where=row.optional_text("where"),
        says=row.text("says"),
    )
    known(row, "article", (found.article,), sources)
    if (found.where is None) is not (found.by is CarriedBy.NOT_CARRIED):
        row.refuse("say where it is carried, or that it is not", "where")
    return found
