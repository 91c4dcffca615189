"""An invented subject, an office and a day -> the columns by which every record names its subject and its document."""

from datetime import date, timedelta

from gateway.intake.city.places import TODAY, Office, office_name, office_number
from gateway.intake.city.subjects import Subject

TEN_YEARS = 3652


def day_of(subject: Subject) -> date:
    """Some day of the last ten years on which the subject could act, more often a late one."""
    span = max(2, min(TEN_YEARS, (TODAY - subject.since).days))
    return TODAY - timedelta(days=1 + int((span - 1) * subject.chance.random() ** 1.5))


def document(subject: Subject, office: Office, word: str, decided: date, order: int) -> dict[str, object]:
    """``order``: of the record among those of its subject."""
    return {
        **subject.named(),
        "document_number": f"虚{office.sign}{word}〔{decided.year}〕{subject.index}-{order}号",
        "decided_on": decided,
        "authority_name": office_name(subject.place, office),
        "authority_uscc": office_number(subject.place, office),
    }


def shown(subject: Subject, first: date, last: object, basis: str = "") -> dict[str, object]:
    """The columns of publication. A person's record is published on a basis alone (WH-二(二)2)."""
    if subject.natural and not basis:
        return {"published_from": "", "publication_until": "", "publication_basis": ""}
    return {
        "published_from": first,
        "publication_until": last,
        "publication_basis": basis if subject.natural else "",
    }
