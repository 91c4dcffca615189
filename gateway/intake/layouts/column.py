"""What a layout says of a file: its columns, under which headers each may stand, and of what kind its values are.

Declarations only. Nothing here opens a file, judges a value or knows the database.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Literal

from schema.names import fold
from schema.vocabulary.words import Word

LIST_SEPARATORS = ";；|"
"""Between the values of a list. Not ``、``, which stands inside a kind of penalty (没收违法所得、没收非法财物)."""

Side = Literal["natural", "organisation"]

Codes = tuple[tuple[str, Word], ...]


_IN_WAN = "（万元）"
_SUPPLEMENT = re.compile("(?<=^其他)[-—:：(].*")
"""The standard has 其他 followed by what it is."""


class Kind(StrEnum):
    """How the text of a cell is read."""

    TEXT = "TEXT"
    DATE = "DATE"  # 2026-02-10, 2026/2/10, 2026年2月10日, 20260210, 二〇二六年二月十日
    TERM = "TERM"  # a date, or one of the words for "without end"
    CODE = "CODE"  # one word of the column's vocabulary, as stored, as labelled, or as coded by the standard
    MONEY_WAN = "MONEY_WAN"  # 万元, at most six decimal places; stored in fen
    MONEY_YUAN = "MONEY_YUAN"  # 元; stored in fen
    MONEY = "MONEY"  # in the unit that the cell itself names; stored in fen
    INTEGER = "INTEGER"
    FLAG = "FLAG"  # 是 or 否
    LIST = "LIST"  # values between LIST_SEPARATORS; words where the column has a vocabulary
    IDENTIFIER = (
        "IDENTIFIER"  # a number of a person or organisation: normalised, checked where it has a check character
    )


DAYS = frozenset({Kind.DATE, Kind.TERM})
NUMBERS = frozenset({Kind.MONEY_WAN, Kind.MONEY_YUAN, Kind.MONEY, Kind.INTEGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a layout.

    ``name``: canonical name, the target column where there is one; also accepted as a header. ``headers``: accepted
    headers, the Chinese one first, then codes and older names. ``required``: a file without the column is not this
    layout, a row without a value is not taken. ``required_for``: the value is required in rows of that side only.
    ``never_stored``: read so that it can be removed from texts (informants), then dropped. ``codes``: codes of the
    standard that stand for a word; ``present_codes``: of the present standard alone, where an older one contradicts.
    """

    name: str
    headers: tuple[str, ...]
    kind: Kind = Kind.TEXT
    vocabulary: type[Word] | None = None
    codes: Codes = ()
    required: bool = False
    required_for: Side | None = None
    never_stored: bool = False
    present_codes: bool = False

    def word(self, text: str) -> Word | None:
        """The word that ``text`` means here: stored text, label in either language, or code; None where none is."""
        known = _spellings(self.vocabulary, self.codes) if self.vocabulary else {}
        if (word := known.get(text)) is None:
            written = fold(text)
            word = known.get(written) or known.get(_SUPPLEMENT.sub("", written))
        return word

    def in_other_units(self) -> Iterator["Column"]:
        """The same amount under a header that names 元, and under one that leaves the unit to the cells."""
        for header in self.headers if self.kind is Kind.MONEY_WAN else ():
            bare, wan, _ = header.partition(_IN_WAN)
            if wan:
                yield replace(self, headers=(f"{bare}（元）",), kind=Kind.MONEY_YUAN)
                yield replace(self, headers=(bare,), kind=Kind.MONEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A kind of file. ``key``: the columns that make two rows the same row. ``item``: the catalogue item of its records
    where the row names none; None for files that hold no records. ``older``: headers of an older standard, whose codes
    mean other words."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    item: str | None = None
    older: frozenset[str] = frozenset()

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
        """By header as compared, the column that it means; of an amount in the unit that the header names."""
        return {
            header_key(header): each
            for column in self.columns
            for each in (*column.in_other_units(), column)
            for header in (each.headers if each is not column else (column.name, *column.headers))
        }


_ASIDE = re.compile(r"^\d{1,2}[.、]|[*★※●]|\((?:必填|选填|非必填|可填|可空|条件必填|必填项|选填项)\)|[:]$")


def header_key(text: str) -> str:
    """A header as headers are compared: without what marks it as mandatory, and without its number in the form."""
    return _ASIDE.sub("", fold(text))


@cache
def _spellings(vocabulary: type[Word], codes: Codes) -> Mapping[str, Word]:
    """Every spelling as it is and folded."""
    written = [(spelling, word) for word in vocabulary for spelling in (word.value, word.zh, word.en)]
    return {each: word for spelling, word in (*codes, *written) for each in (fold(spelling), spelling)}


def text(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name=name, headers=headers, required=required)


def date(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name=name, headers=headers, kind=Kind.DATE, required=required)


def term(name: str, *headers: str) -> Column:
    return Column(name=name, headers=headers, kind=Kind.TERM)


def code(
    name: str,
    vocabulary: type[Word],
    *headers: str,
    required: bool = False,
    codes: Codes = (),
    present_codes: bool = False,
) -> Column:
    return Column(
        name=name,
        headers=headers,
        kind=Kind.CODE,
        vocabulary=vocabulary,
        required=required,
        codes=codes,
        present_codes=present_codes,
    )


def several(
    name: str, *headers: str, vocabulary: type[Word] | None = None, required: bool = False, codes: Codes = ()
) -> Column:
    return Column(name=name, headers=headers, kind=Kind.LIST, vocabulary=vocabulary, required=required, codes=codes)


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
