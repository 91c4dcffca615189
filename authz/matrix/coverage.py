"""A policy -> for every operative article of the municipal instruments what carries it: rows, invariants, code, or why not.

Made from the policy alone, so that the page cannot say more than the policy does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from authz.matrix.invariants import INVARIANTS
from authz.policy import Policy
from schema.carried import CarriedBy
from schema.listings import ByInstrument
from schema.regulation import Basis, Carried
from schema.sources import Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """``rows``: how many rows of each kind cite it ("rules", "purposes"); ``notes``: what coverage.csv says of it."""

    basis: Basis
    rows: Mapping[str, int]
    invariants: tuple[str, ...]
    notes: tuple[Carried, ...]

    @property
    def is_covered(self) -> bool:
        return bool(self.rows or self.invariants or self.notes)


def coverage(policy: Policy) -> tuple[Article, ...]:
    """Every article of the instruments whose text was at hand, in the order of sources.toml."""
    cited: dict[str, dict[str, int]] = {}
    for kind, articles in _citations(policy):
        for each in articles:
            found = cited.setdefault(each, {})
            found[kind] = found.get(kind, 0) + 1
    return tuple(
        Article(
            basis=basis,
            rows=cited.get(name, {}),
            invariants=tuple(each.id for each in INVARIANTS if name in each.articles),
            notes=tuple(each for each in policy.regulation.carried if each.article == name),
        )
        for name, basis in policy.regulation.sources.items()
        if basis.instrument.certainty is Certainty.SEED
    )


def _citations(policy: Policy) -> Iterator[tuple[str, Iterable[str]]]:
    """What each row cites, by the kind of the row."""
    regulation = policy.regulation
    yield from (("rules", each.basis) for each in policy.rules)
    yield from (("purposes", each.basis) for each in regulation.purposes.values())
    yield from (("ceilings", each.basis) for each in (*regulation.ceilings, *regulation.field_ceilings))
    yield from (("measures", each.citations()) for each in regulation.measures.values())
    for found in regulation.list_types.values():
        yield "lists", _flat(found.basis)
        yield from (("categories", _flat(category.basis)) for category in found.categories)
    for item in policy.catalogue.items.values():
        yield "items", (*item.legal_basis, *((item.person_basis,) if item.person_basis else ()))
    for jurisdiction in regulation.jurisdictions.values():
        yield from (("profiles", version.basis) for version in jurisdiction.versions)


def _flat(basis: ByInstrument) -> tuple[str, ...]:
    return tuple(each for articles in basis.values() for each in articles)


def page(policy: Policy) -> str:
    """The articles as a page of Markdown: docs/coverage.md."""
    return "\n".join((*_HEAD, *_sections(coverage(policy)), ""))


_HEAD = (
    "# Articles and what carries them",
    "",
    "Every operative article of the municipal instruments, the rows of `policies/` that cite it, the statutory invariants",
    "(`authz/matrix/invariants.py`) that hold a policy to it, and what else carries it, or why nothing does. Generated:",
    "`credit-gateway policy coverage > docs/coverage.md`; a test compares the two.",
)


def _sections(articles: Iterable[Article]) -> Iterator[str]:
    instrument = None
    for article in articles:
        found = article.basis.instrument
        if found is not instrument:
            instrument = found
            number = f"（{found.document_number}）" if found.document_number else ""
            yield from ("", f"## {found.id} {found.zh}{number}", "")
            yield from ("| article | 内容 | rows | invariants | otherwise |", "|---|---|---|---|---|")
        yield f"| {' | '.join(_cells(article))} |"


def _cells(article: Article) -> Iterator[str]:
    yield article.basis.id
    yield article.basis.gist
    yield ", ".join(f"{count} {kind}" for kind, count in article.rows.items()) or "–"
    yield ", ".join(article.invariants) or "–"
    yield "; ".join(map(_note, article.notes)) or "–"


def _note(note: Carried) -> str:
    return f"not carried: {note.says}" if note.by is CarriedBy.NOT_CARRIED else f"`{note.where}`: {note.says}"
