"""The files of texts/ -> what the pages say, in Chinese and English side by side.

A file holds tables; a table with ``zh`` and ``en`` is one text, named by the file and its place: ``sign_in.begin.zh``
stands in sign_in.toml under [begin]. Checked when they are read: a text that lacks a language, or whose languages name
other values, stops the start. Nothing is formatted here but by name.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from string import Formatter
from types import MappingProxyType

FOLDER = resources.files("gateway.portal").joinpath("texts")


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE

    @property
    def tag(self) -> str:
        """For ``lang`` in a page (RFC 5646)."""
        return {Language.CHINESE: "zh-CN", Language.ENGLISH: "en"}[self]


class TextError(ValueError):
    """A text is missing, or its languages do not say the same. Names the text."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Each text by its name, in both languages."""

    known: Mapping[str, Mapping[Language, str]]

    def say(self, language: Language, name: str, /, **values: object) -> str:
        """The text of this name with its values. Errors: ``TextError`` for a name or value that it has not."""
        try:
            return self.known[name][language].format_map(values)
        except KeyError:
            raise TextError(f"no such text, or a value of it is not given: {name}") from None

    def __contains__(self, name: str) -> bool:
        return name in self.known


def read_texts() -> Texts:
    """Every file of the folder. Errors: ``TextError``."""
    files = [file for file in FOLDER.iterdir() if file.name.endswith(".toml")]
    found: dict[str, Mapping[Language, str]] = {}
    for file in files:
        found.update(texts_of(file.name.removesuffix(".toml"), file.read_text("utf-8")))
    return Texts(MappingProxyType(found))


def texts_of(name: str, content: str) -> Mapping[str, Mapping[Language, str]]:
    """The texts of one file, called ``name``."""
    return dict(_texts(name, tomllib.loads(content)))


def _texts(name: str, table: Mapping[str, object]) -> Iterator[tuple[str, Mapping[Language, str]]]:
    if not table or not all(isinstance(value, dict) for value in table.values()):
        yield name, _both(name, table)
        return
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _texts(f"{name}.{key}", value)


def _both(name: str, table: Mapping[str, object]) -> Mapping[Language, str]:
    said = {language: table.get(language.value) for language in Language}
    texts = {language: text.strip() for language, text in said.items() if isinstance(text, str) and text.strip()}
    if len(texts) != len(Language) or len(table) != len(Language):
        raise TextError(f"the text {name} must be said in zh and en, and in nothing else")
    if len({_values(text) for text in texts.values()}) != 1:
        raise TextError(f"the text {name} names other values in one language than in the other")
    return MappingProxyType(texts)


def _values(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
