"""A cell and the column it stands in -> the text that is judged, or the reason why the cell tells nothing certain.

What a spreadsheet has changed for good (long numbers, numbers of documents turned into dates) is never guessed back.
"""

from datetime import datetime, time
from decimal import Decimal

from gateway.intake.files.sheet import Cell, Fault
from gateway.intake.layouts.column import DAYS, Column, Kind
from gateway.intake.reasons import Reason
from gateway.intake.written import serial_day

_EXACT = 10**15
"""Below it a spreadsheet keeps every digit of a number."""

_FAULTS = {Fault.ERROR: Reason.FORMULA_ERROR, Fault.UNCALCULATED: Reason.UNCALCULATED}


class UnclearCellError(ValueError):
    """``reason``: a sentence about the column."""

    def __init__(self, reason: Reason, column: Column) -> None:
        super().__init__(reason.of(column.headers[0]))
        self.reason = reason.of(column.headers[0])


def text_of(cell: Cell, column: Column, *, key: bool, days_before: int) -> str:
    """``key``: rows are found by this column; ``days_before``: as of ``Sheet``. Errors: ``UnclearCellError``."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Fault):
        raise UnclearCellError(_FAULTS[cell], column)
    if isinstance(cell, datetime):
        if column.kind is Kind.IDENTIFIER or (key and column.kind is Kind.TEXT):
            raise UnclearCellError(Reason.TURNED_INTO_DATE, column)
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if column.kind in DAYS and (day := serial_day(cell + days_before)) is not None:
        return day.isoformat()
    if abs(cell) >= _EXACT:
        raise UnclearCellError(Reason.DIGITS_LOST, column)
    return str(cell) if isinstance(cell, int) else format(Decimal(format(cell, ".15g")), "f")
