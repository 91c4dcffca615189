"""The bytes of a policy file -> rows that know their file and line, read strictly.

Every key must be asked for by name and every word must be one of a closed vocabulary; anything else is refused with the
place where it stands. Never guesses a default for a key that is required, and never opens a file.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NoReturn, TypeVar

Word = TypeVar("Word", bound=StrEnum)

LARGEST = 3660
"""The largest number that a policy may hold: days of ten years."""
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2200, 12, 31)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


class PolicyFileError(Exception):
    """A policy file cannot be used: where, and why in one sentence."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file = file
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One table of a TOML file or one line of a CSV file. ``lines`` gives the line of each key."""

    file: str
    line: int
    values: Mapping[str, object]
    lines: Mapping[str, int]

    def refuse(self, sentence: str, key: str | None = None) -> NoReturn:
        raise PolicyFileError(self.file, self.lines.get(key or "", self.line), sentence)

    def only(self, *keys: str) -> None:
        """Refuse any key that is not one of these."""
        for key in self.values:
            if key not in keys:
                self.refuse(f"unknown key {key}", key)

    def text(self, key: str) -> str:
        found = self.optional_text(key)
        if not found:
            self.refuse(f"{key} is missing or empty", key)
        return found

    def name(self, key: str) -> str:
        """A code by which rows are told apart: letters, digits, ``_``, ``.`` and ``-``."""
        found = self.text(key)
        if not _NAME.fullmatch(found):
            self.refuse(f"{key} must be a code of letters, digits, _ . and -", key)
        return found

    def optional_text(self, key: str) -> str | None:
        found = self.values.get(key)
        if found is None or found == "":
            return None
        if not isinstance(found, str):
            self.refuse(f"{key} must be text", key)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under this key; a single text counts as a list of one, an absent key as none."""
        found = self.values.get(key, ())
        if isinstance(found, str):
            return (found,) if found else ()
        if not isinstance(found, list | tuple) or not all(isinstance(each, str) and each for each in found):
            self.refuse(f"{key} must be a list of texts", key)
        if len(set(found)) != len(found):
            self.refuse(f"{key} names something twice", key)
        return tuple(found)

    def word(self, key: str, vocabulary: type[Word]) -> Word:
        return self._word(key, self.text(key), vocabulary)

    def words(self, key: str, vocabulary: type[Word]) -> tuple[Word, ...]:
        return tuple(self._word(key, each, vocabulary) for each in self.texts(key))

    def optional_word(self, key: str, vocabulary: type[Word]) -> Word | None:
        return self.word(key, vocabulary) if key in self.values else None

    def flag(self, key: str) -> bool:
        """True or false; an absent key is false."""
        found = self.values.get(key, False)
        if not isinstance(found, bool):
            self.refuse(f"{key} must be true or false", key)
        return found

    def optional_flag(self, key: str) -> bool | None:
        return self.flag(key) if key in self.values else None

    def optional_number(self, key: str) -> int | None:
        found = self.values.get(key)
        if found is None:
            return None
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= LARGEST:
            self.refuse(f"{key} must be a whole number up to {LARGEST}", key)
        return found

    def number(self, key: str) -> int:
        found = self.optional_number(key)
        if found is None:
            self.refuse(f"{key} is missing", key)
        return found

    def optional_day(self, key: str) -> date | None:
        found = self.values.get(key)
        if found is not None and (type(found) is not date or not FIRST_DAY <= found <= LAST_DAY):
            self.refuse(f"{key} must be a date from {FIRST_DAY} to {LAST_DAY}; without an end it is left out", key)
        return found

    def day(self, key: str) -> date:
        found = self.optional_day(key)
        if found is None:
            self.refuse(f"{key} is missing", key)
        return found

    def last_day(self, key: str, since: str) -> date | None:
        """The last day of a span that begins on the day under ``since``; None where it has no end."""
        first, last = self.optional_day(since), self.optional_day(key)
        if first is not None and last is not None and last < first:
            self.refuse(f"{key} is before {since}", key)
        return last

    def days(self, key: str) -> tuple[date, ...]:
        found = self.values.get(key, ())
        if not isinstance(found, list | tuple) or not all(type(each) is date for each in found):
            self.refuse(f"{key} must be a list of dates", key)
        return tuple(found)

    def table(self, key: str) -> "Row | None":
        """The table under this key, or None where there is none."""
        found = self.values.get(key)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.refuse(f"{key} must be a table", key)
        prefix = f"{key}."
        lines = {name[len(prefix) :]: line for name, line in self.lines.items() if name.startswith(prefix)}
        return Row(file=self.file, line=self.lines.get(key, self.line), values=found, lines=lines)

    def map_of_texts(self, key: str) -> dict[str, tuple[str, ...]]:
        """A table whose every value is a text or a list of texts."""
        found = self.table(key)
        return {} if found is None else {each: found.texts(each) for each in found.values}

    def map_of_words(self, key: str, vocabulary: type[Word]) -> dict[str, Word]:
        found = self.table(key)
        return {} if found is None else {each: found.word(each, vocabulary) for each in found.values}

    def _word(self, key: str, found: str, vocabulary: type[Word]) -> Word:
        try:
            return vocabulary(found)
        except ValueError:
            self.refuse(f"{key}: {found} is not a word of {vocabulary.__name__}", key)


def toml_file(files: Mapping[str, bytes], name: str) -> Row:
    """The whole file as one row. Raises PolicyFileError for a missing file, or one that is not UTF-8 or not TOML."""
    text = _text(files, name)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of TOML, or of Python's own limits
        found = re.search(r"at line (\d+)", str(error))
        raise PolicyFileError(name, int(found[1]) if found else text.count("\n") + 1, "not valid TOML") from error
    return Row(file=name, line=1, values=values, lines=_places(text).top)


def toml_rows(files: Mapping[str, bytes], name: str, tables: Iterable[str]) -> dict[str, tuple[Row, ...]]:
    """The arrays of tables of a TOML file, by name. Any other top-level key is refused."""
    top = toml_file(files, name)
    places = _places(_text(files, name))
    names = tuple(tables)
    top.only(*names)
    return {table: tuple(_rows_of(top, table, places.elements.get(table, []))) for table in names}


def csv_rows(files: Mapping[str, bytes], name: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """The lines of a CSV file with exactly these columns; empty cells are absent keys."""
    reader = csv.reader(io.StringIO(_text(files, name)), strict=True)
    try:
        if tuple(next(reader, ())) != columns:
            raise PolicyFileError(name, 1, f"the columns must be {','.join(columns)}")
        return tuple(_csv_row(name, reader.line_num, cells, columns) for cells in reader)
    except csv.Error as error:
        raise PolicyFileError(name, reader.line_num, "not valid CSV") from error


def _csv_row(name: str, line: int, cells: list[str], columns: tuple[str, ...]) -> Row:
    if len(cells) != len(columns):
        raise PolicyFileError(name, line, f"expected {len(columns)} cells, found {len(cells)}")
    values = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
    return Row(file=name, line=line, values=values, lines={})


def unique(rows: Iterable[tuple[str, Row]]) -> None:
    """Refuse the second row of any id."""
    seen: set[str] = set()
    for identifier, row in rows:
        if identifier in seen:
            row.refuse(f"{identifier} is defined twice")
        seen.add(identifier)


def digest_of(files: Mapping[str, bytes], names: Iterable[str]) -> str:
    """SHA-256 over the named files, each bound to its name and length; hex."""
    state = sha256()
    for name in sorted(names):
        state.update(f"{name}\0{len(files[name])}\0".encode())
        state.update(files[name])
    return state.hexdigest()


def _text(files: Mapping[str, bytes], name: str) -> str:
    if name not in files:
        raise PolicyFileError(name, 1, "the file is missing")
    try:
        return files[name].decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyFileError(name, files[name][: error.start].count(b"\n") + 1, "not UTF-8") from error


_HEADER = re.compile(r"(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"(\"[^\"]+\"|[\w-]+)\s*=")


@dataclass(frozen=True, slots=True)
class _Places:
    """The lines of top-level keys, and for each array of tables the line of every element and of each key below it
    ("basis.WH" for nested tables)."""

    top: dict[str, int]
    elements: dict[str, list[tuple[int, dict[str, int]]]]


def _places(text: str) -> _Places:
    places = _Places({}, {})
    keys, prefix = places.top, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name, _, rest = header[2].partition(".")
            places.top.setdefault(name, number)
            if header[1] == "[[":
                keys = {}
                places.elements.setdefault(name, []).append((number, keys))
            elif rest:
                keys[rest] = number
            prefix = f"{rest}." if rest else ""
        elif key := _KEY.match(line):
            keys[prefix + key[1].strip('"')] = number
    return places


def _rows_of(top: Row, table: str, places: list[tuple[int, dict[str, int]]]) -> Iterator[Row]:
    elements = top.values.get(table, [])
    if not isinstance(elements, list) or not all(isinstance(each, dict) for each in elements):
        top.refuse(f"{table} must be a list of tables", table)
    if len(elements) != len(places):
        top.refuse(f"every {table} must stand under a header of its own, [[{table}]]", table)
    for values, (line, lines) in zip(elements, places, strict=True):
        yield Row(file=top.file, line=line, values=values, lines=lines)
