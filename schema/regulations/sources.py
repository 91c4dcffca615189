"""policies/sources.toml -> the instruments and articles that may be cited.

A citation is ``instrument-article`` (``WH-二(二)2``). Nothing may be cited that is not listed here; an instrument whose
text was not supplied is marked ``source_missing`` and says so wherever it is cited.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from schema.policy_file import Row, toml_rows, unique
from schema.vocabulary.administration import BasisRank, BasisStatus

FILE = "sources.toml"


class Certainty(StrEnum):
    """How well the wording of an instrument is known here."""

    SEED = "SEED"  # the text was at hand
    CONFIRMED = "CONFIRMED"  # confirmed in public material
    WELL_KNOWN = "WELL_KNOWN"  # known to practitioners, not verified word by word
    UNCERTAIN = "UNCERTAIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One law, regulation or policy document. Dates are None where the text does not state them."""

    id: str
    zh: str
    document_number: str | None
    issuer: str
    jurisdiction: str  # GB/T 2260: "000000", "420100"
    rank: BasisRank
    status: BasisStatus
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    certainty: Certainty
    source_missing: bool  # the text governs, but was not supplied


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One article that may be cited. ``gist`` says in one Chinese sentence what it provides."""

    id: str  # "WH-二(二)2"
    instrument: Instrument
    article: str  # "二(二)2"
    gist: str

    @property
    def title(self) -> str:
        return f"《{self.instrument.zh}》{self.article}"

    @property
    def source_missing(self) -> bool:
        return self.instrument.source_missing


Sources = Mapping[str, Basis]

_KEYS = (
    "id", "zh", "document_number", "issuer", "jurisdiction", "rank", "status",
    "issued_on", "effective_from", "effective_to", "certainty", "source_missing", "articles",
)  # fmt: skip


def load_sources(files: Mapping[str, bytes]) -> Sources:
    """Every article by its id. Raises PolicyFileError."""
    rows = toml_rows(files, FILE, ("instrument",))["instrument"]
    unique((row.text("id"), row) for row in rows)
    return MappingProxyType({basis.id: basis for row in rows for basis in _articles(row)})


def cited(row: Row, key: str, sources: Sources, *, required: bool = True) -> tuple[str, ...]:
    """The citations under this key, each known; refuses an unknown one, and none at all where one is required."""
    found = row.texts(key)
    known(row, key, found, sources)
    if required and not found:
        row.refuse(f"{key}: no article is cited", key)
    return found


def known(row: Row, key: str, citations: Iterable[str], sources: Sources) -> None:
    """Refuse any citation that sources.toml does not list."""
    for each in citations:
        if each not in sources:
            row.refuse(f"{key}: {each} is not in {FILE}", key)


def _articles(row: Row) -> Iterable[Basis]:
    instrument = _instrument(row)
    articles = row.table("articles")
    if articles is None or not articles.values:
        row.refuse("an instrument without articles cannot be cited")
    for article in articles.values:
        if any(mark.isspace() for mark in article):
            articles.refuse("an article's name may not contain a space", article)
        yield Basis(
            id=f"{instrument.id}-{article}", instrument=instrument, article=article, gist=articles.text(article)
        )


def _instrument(row: Row) -> Instrument:
    row.only(*_KEYS)
    return Instrument(
        id=row.text("id"),
        zh=row.text("zh"),
        document_number=row.optional_text("document_number"),
        issuer=row.text("issuer"),
        jurisdiction=row.text("jurisdiction"),
        rank=row.word("rank", BasisRank),
        status=row.word("status", BasisStatus),
        issued_on=row.optional_day("issued_on"),
        effective_from=row.optional_day("effective_from"),
        effective_to=row.last_day("effective_to", since="effective_from"),
        certainty=row.word("certainty", Certainty),
        source_missing=row.flag("source_missing"),
    )
