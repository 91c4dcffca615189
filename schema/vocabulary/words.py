"""A closed list as an enumeration whose members carry their labels, and the two questions asked of it: label and word.

The value of a member is its text in the database, in policies and, as a GraphQL enumeration value, on the wire. Nothing
here translates free text.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import ClassVar, Self, TypeVar


class Word(StrEnum):
    """A member is written ``MALE = "MALE", "男", "Male"``; class keywords ``zh`` and ``en`` name the list itself."""

    zh: str
    en: str
    title_zh: ClassVar[str]
    title_en: ClassVar[str]

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        # The defaults let a type checker read ``Sex("MALE")`` as the look-up it is; every member states its labels.
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en
        return member

    def __init_subclass__(cls, *, zh: str, en: str) -> None:
        super().__init_subclass__()
        cls.title_zh = zh
        cls.title_en = en


class Language(Word, zh="语言", en="Language"):
    ZH = "ZH", "中文", "Chinese"
    EN = "EN", "英文", "English"


W = TypeVar("W", bound=Word)


def label(word: Word | type[Word], language: Language = Language.ZH) -> str:
    """The label of a member, or the name of the list itself."""
    if isinstance(word, Word):
        return word.zh if language is Language.ZH else word.en
    return word.title_zh if language is Language.ZH else word.title_en


@cache
def labels(vocabulary: type[Word], language: Language = Language.ZH) -> Mapping[str, str]:
    """Stored text to label, for a whole list: what a shaper needs for many rows."""
    return MappingProxyType({word.value: label(word, language) for word in vocabulary})


def word_labelled(vocabulary: type[W], text: str) -> W | None:
    """The member whose Chinese or English label is exactly ``text``; None where no member has it."""
    return next((word for word in vocabulary if text in (word.zh, word.en)), None)
