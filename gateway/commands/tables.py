"""Rows of a table -> CSV on standard output, or values by the names of their columns."""

import csv
import sys
from collections.abc import Sequence


def named(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Each row by its columns, for JSON."""
    return [dict(zip(columns, row, strict=True)) for row in rows]


def write_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
