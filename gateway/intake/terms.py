"""A record and its catalogue item -> from when until when it may be published, and on which basis.

BASIS: WH-二(二)2 and 3. Published only if the item is public, a natural person's record only on a basis, and never
longer than at its source. Minor dishonesty is not published, the other stops at the maximum of its severity (ORDER36).
Whether it is shown on a day, grants decide.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from gateway.intake.check import Checked
from gateway.intake.stored import Columns
from gateway.intake.written import OPEN_END
from schema.catalogue import CatalogueItem
from schema.classification import DisclosureTerm
from schema.regulations.profile import Profile
from schema.regulations.sources import Sources
from schema.vocabulary.administration import BasisRank
from schema.vocabulary.catalogue import ItemNature, PublishAttribute
from schema.vocabulary.records import Severity

CONSENT = "本人同意"
"""How a source writes that it publishes with the person's own consent."""

_SUFFICIENT = frozenset(
    {BasisRank.LAW, BasisRank.ADMIN_REGULATION, BasisRank.LOCAL_REGULATION, BasisRank.STATE_COUNCIL_DECISION}
)

_UNPUBLISHED: Mapping[str, object] = {"published_from": None, "publication_until": None, "publication_basis": None}


def publication(
    row: Checked,
    item: CatalogueItem,
    columns: Columns,
    sources: Sources,
    profile: Profile | None,
    *,
    quarantined: bool,
) -> Columns:
    """The three columns of publication; all null where the record is never to be published."""
    barred = quarantined or columns["sealed"] or columns["minor_at_event"] or columns["severity"] == Severity.MINOR
    basis = (_stated(row, sources) or item.person_basis) if columns["natural"] else None
    until = _until(row, item, _maximum(row, columns, profile))
    if item.publish_attribute is not PublishAttribute.PUBLIC or barred or until is None:
        return dict(_UNPUBLISHED)
    if columns["natural"] and basis is None:
        return dict(_UNPUBLISHED)
    first = row.day("published_from") or row.day("decided_on")
    return {"published_from": first, "publication_until": until, "publication_basis": basis}


def _stated(row: Checked, sources: Sources) -> str | None:
    """The basis that the source states, as far as it is one: a law, a regulation, a decision of the State Council, or
    the person's consent. BASIS: WH-二(二)2, PIPL-25. A local plan that declares such records public is none (C-02)."""
    told = row.text("publication_basis")
    if told is None or told.startswith(CONSENT):
        return told
    found = sources.get(told)
    return told if found is not None and found.instrument.rank in _SUFFICIENT else None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last one it has (Civil Code article 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _maximum(row: Checked, columns: Columns, profile: Profile | None) -> date:
    """BASIS: ORDER36. The last day on which the jurisdiction lets dishonesty of that severity be published, counted
    from the date of the document."""
    severity, decided_on = columns["severity"], row.day("decided_on")
    if profile is None or not profile.auto_stop_at_maximum or severity is None or decided_on is None:
        return OPEN_END
    term = profile.severity_terms.get(Severity(str(severity)))
    return OPEN_END if term is None else months_after(decided_on, term.maximum_months)


def _until(row: Checked, item: CatalogueItem, maximum: date) -> date | None:
    """The end as the source gives it, as far as the maximum reaches; for what lasts while valid or listed, that end.
    None: it cannot be told."""
    given = row.day("publication_until")
    if given is not None:
        return min(given, maximum) if item.disclosure_term is DisclosureTerm.SEVERITY else given
    match item.disclosure_term:
        case DisclosureTerm.WHILE_VALID:
            return row.day("valid_until") or OPEN_END
        case DisclosureTerm.WHILE_LISTED:
            return row.day("term_end") or OPEN_END
        case DisclosureTerm.SOURCE if item.nature is not ItemNature.NEGATIVE:
            return OPEN_END
    return None  # a negative record whose source states no end is not published
