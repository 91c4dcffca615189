"""What a layout says of a file: its columns, under which headers each may stand, and of what kind its values are.

Declarations only. Nothing here opens a file, judges a value or knows the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from schema.names import fold
from schema.vocabulary.words import Word

LIST_SEPARATORS = ";；|"
"""Between the values of a list. Not ``、``, which stands inside a kind of penalty (没收违法所得、没收非法财物)."""

Side = Literal["natural", "organisation"]

Codes = tuple[tuple[str, Word], ...]


class Kind(StrEnum):
    """How the text of a cell is read."""

    TEXT = "TEXT"
    DATE = "DATE"  # 2026-02-10, 2026/2/10, 2026年2月10日, 20260210
    CODE = "CODE"  # one word of the column's vocabulary, as stored, as labelled, or as coded by the standard
    MONEY_WAN = "MONEY_WAN"  # 万元, at most six decimal places; stored in fen
    MONEY_YUAN = "MONEY_YUAN"  # 元; stored in fen
    INTEGER = "INTEGER"
    FLAG = "FLAG"  # 是 or 否
    LIST = "LIST"  # values between LIST_SEPARATORS; words where the column has a vocabulary
    IDENTIFIER = (
        "IDENTIFIER"  # a number of a person or organisation: normalised, checked where it has a check character
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a layout.

    ``name``: canonical name, the target column where there is one; also accepted as a header. ``headers``: accepted
    headers, the Chinese one first, then codes and older names. ``required``: a file without the column is not this
    layout, a row without a value is not taken. ``required_for``: the value is required in rows of that side only.
    ``never_stored``: read so that it can be removed from texts (informants), then dropped. ``codes``: codes of the
    standard that stand for a word.
    """

    name: str
    headers: tuple[str, ...]
    kind: Kind = Kind.TEXT
    vocabulary: type[Word] | None = None
    codes: Codes = ()
    required: bool = False
    required_for: Side | None = None
    never_stored: bool = False

    def word(self, text: str) -> Word | None:
        """The word that ``text`` means here: stored text, label in either language, or code; None where none is."""
        written = fold(text)
        known = _spellings(self.vocabulary) if self.vocabulary else {}
        return known.get(written) or dict(self.codes).get(written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A kind of file. ``key``: the columns that make two rows the same row. ``item``: the catalogue item of its records
    where the row names none; None for files that hold no records."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    item: str | None = None

    def column(self, name: str) -> Column:
        """The column of this canonical name; KeyError where the layout has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)

    @property
    def has_records(self) -> bool:
        return self.item is not None

    def by_header(self) -> Mapping[str, Column]:
        """Folded header to column."""
        return {fold(header): column for column in self.columns for header in (column.name, *column.headers)}


@cache
def _spellings(vocabulary: type[Word]) -> Mapping[str, Word]:
    return {fold(spelling): word for word in vocabulary for spelling in (word.value, word.zh, word.en)}


def text(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name=name, headers=headers, required=required)


def date(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name=name, headers=headers, kind=Kind.DATE, required=required)


def code(
    name: str,
    vocabulary: type[Word],
    *headers: str,
    required: bool = False,
    codes: Codes = (),
) -> Column:
    return Column(name=name, headers=headers, kind=Kind.CODE, vocabulary=vocabulary, required=required, codes=codes)


def several(name: str, *headers: str, vocabulary: type[Word] | None = None, required: bool = False) -> Column:
    return Column(name=name, headers=headers, kind=Kind.LIST, vocabulary=vocabulary, required=required)


def removed(name: str, *headers: str) -> Column:
    """Names and numbers that are taken out of every text of the row and then dropped."""
    return Column(name=name, headers=headers, kind=Kind.LIST, never_stored=True)


def identifier(name: str, *headers: str, required: bool = False, required_for: Side | None = None) -> Column:
    return Column(name=name, headers=headers, kind=Kind.IDENTIFIER, required=required, required_for=required_for)


def wan(name: str, *headers: str) -> Column:
    return Column(name=name, headers=headers, kind=Kind.MONEY_WAN)


def yuan(name: str, *headers: str) -> Column:
    return Column(name=name, headers=headers, kind=Kind.MONEY_YUAN)


def integer(name: str, *headers: str) -> Column:
    return Column(name=name, headers=headers, kind=Kind.INTEGER)


def flag(name: str, *headers: str) -> Column:
    return Column(name=name, headers=headers, kind=Kind.FLAG)
