"""policies/manners.toml -> the manners (方式) in which a consented purpose is pursued, each with its longest term.

A consent is for one purpose in one manner; checking before a loan and watching it afterwards are two of one purpose.
Never says who may ask, nor for what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schema.policy_file import Row, toml_rows, unique
from schema.regulations.purposes import Purpose
from schema.regulations.sources import Sources, cited

FILE = "manners.toml"
ANY = "any"
"""In place of a purpose: of those that have no manner of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """``word``: as a request names it ("check"); ``days`` and ``uses``: at most, of one consent."""

    word: str
    purpose: str
    zh: str
    en: str
    days: int
    uses: int
    notice_each_time: bool  # the subject is told of every use
    basis: tuple[str, ...]


Manners = Mapping[str, Mapping[str, Manner]]
"""By purpose, or ``ANY``, and word."""


def load_manners(files: Mapping[str, bytes], purposes: Mapping[str, Purpose], sources: Sources) -> Manners:
    """Every manner. Raises PolicyFileError."""
    rows = toml_rows(files, FILE, ("manner",))["manner"] if FILE in files else ()
    unique((f"{row.text('purpose')} {row.text('word')}", row) for row in rows)
    found: dict[str, dict[str, Manner]] = {ANY: {}}
    for row in rows:
        manner = _manner(row, purposes, sources)
        found.setdefault(manner.purpose, {})[manner.word] = manner
    return MappingProxyType({purpose: MappingProxyType(words) for purpose, words in found.items()})


def _manner(row: Row, purposes: Mapping[str, Purpose], sources: Sources) -> Manner:
    row.only("word", "purpose", "zh", "en", "days", "uses", "notice_each_time", "basis")
    manner = Manner(
        word=row.name("word"),
        purpose=row.text("purpose"),
        zh=row.text("zh"),
        en=row.text("en"),
        days=row.number("days"),
        uses=row.number("uses"),
        notice_each_time=row.flag("notice_each_time"),
        basis=cited(row, "basis", sources),
    )
    if manner.purpose != ANY and manner.purpose not in purposes:
        row.refuse(f"purpose {manner.purpose} is not defined", "purpose")
    for key, number in (("days", manner.days), ("uses", manner.uses)):
        if number < 1:
            row.refuse(f"{key} must be at least 1", key)
    return manner
