"""A city of rows that some scope must not see, one reason each, beside rows that it may; the day is 2026-05-20.

The row is named in its ``document_number``, so that a test can say which one came through.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import asyncpg

from tests.rows import ITEM, Row, agency, feedback, insert, link, measure, organisation, person, record

TODAY = date(2026, 5, 20)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
ORDER_36 = date(2026, 4, 1)  # from this day every repair ends publication

COMPANY, PERSON = 1, 2
KEEPER = 901
"""The agency whose archive is read; everything else comes from another."""

CLOSED_ITEM = "CAT-03-INSPECTION"

Difference = Mapping[str, Any]

VISIBLE: Mapping[str, Difference] = {
    "plain": {},
    "no severity": {"severity": None},
    "corrected": {"state": "CORRECTED", "corrected_on": YESTERDAY},
    "first day": {"published_from": TODAY},
    "last day": {"publication_until": TODAY},
    "decided today": {"decided_on": TODAY},
    "repair comes tomorrow": {"repaired_on": TOMORROW, "repair_stops_publication": True},
    "repaired under the old rules": {"repaired_on": ORDER_36 - timedelta(days=1)},
    "revocation comes tomorrow": {"revoked_on": TOMORROW},
    "under objection": {"objection_from": YESTERDAY},
    "dies tomorrow": {"subject_died_on": TOMORROW},
    "person with a basis": {"subject_id": PERSON, "natural": True, "publication_basis": "LAW-X-1"},
}
"""Rows for everybody."""

UNPUBLISHED: Mapping[str, Difference] = {
    "minor severity": {"severity": "MINOR"},
    "never published": {"published_from": None},
    "without an end": {"publication_until": None},
    "published tomorrow": {"published_from": TOMORROW},
    "expired": {"publication_until": TODAY - timedelta(days=1)},
    "decided tomorrow": {"decided_on": TOMORROW},
    "repaired today": {"repaired_on": TODAY},
    "repaired from the first day of order 36": {"repaired_on": ORDER_36},
    "repair stopped publication": {"repaired_on": date(2025, 1, 1), "repair_stops_publication": True},
    "died today": {"subject_died_on": TODAY},
    "closed item": {"item": CLOSED_ITEM},
    "unknown item": {"item": "CAT-99-NOTHING"},
    "person without a basis": {"subject_id": PERSON, "natural": True, "publication_basis": None},
}
"""Rows that agencies and banks may have, and the public not."""

REVOKED: Mapping[str, Difference] = {
    "revoked state": {"state": "REVOKED"},
    "revoked today": {"revoked_on": TODAY},
}
"""Rows of which agencies learn that they are revoked, and others nothing."""

MINORS: Mapping[str, Difference] = {
    "minor at the event": {"minor_at_event": True},
    "minor at the event, kept": {"minor_at_event": True, "source_unit_id": KEEPER},
}
"""Rows for nobody but the subject and their source."""

KEPT: Mapping[str, Difference] = {
    "sealed, kept": {"sealed": True, "source_unit_id": KEEPER},
    "sealed, decided": {"sealed": True, "authority_id": KEEPER},
    "sealed and revoked, kept": {"sealed": True, "state": "REVOKED", "source_unit_id": KEEPER},
    "quarantined, kept": {"state": "QUARANTINED", "source_unit_id": KEEPER},
    "quarantined, decided": {"state": "QUARANTINED", "authority_id": KEEPER},
}
"""Rows for nobody but their source."""

CLOSED: Mapping[str, Difference] = {
    "sealed": {"sealed": True},
    "quarantined": {"state": "QUARANTINED"},
    "draft": {"state": "DRAFT"},
    "deleted": {"state": "DELETED"},
    "draft, kept": {"state": "DRAFT", "source_unit_id": KEEPER},
    "deleted, kept": {"state": "DELETED", "source_unit_id": KEEPER, "authority_id": KEEPER},
}
"""Rows for nobody, or for another source."""

IN_ARCHIVE = frozenset({*KEPT, "minor at the event, kept"})
"""What a source sees besides what is shared."""

CURRENT_MEASURES: Mapping[int, Difference] = {
    910: {"pushed_on": TODAY},
    911: {"ends_on": TODAY},
    912: {"lifted_on": TOMORROW},
    913: {"rejected_on": TOMORROW},
}
"""Measures on a published record that the public may know of."""

PAST_MEASURES: Mapping[int, Difference] = {
    920: {"pushed_on": TOMORROW},
    921: {"pushed_on": None},
    922: {"ends_on": YESTERDAY},
    923: {"lifted_on": TODAY},
    924: {"rejected_on": TODAY},
}
"""Measures on a published record that are not in force."""

HIDDEN_TRIGGERS = {930: "sealed", 931: "quarantined", 932: "deleted"}
"""Measures that the keeper initiated on records that are hidden from it."""

GROUPS = (VISIBLE, UNPUBLISHED, REVOKED, MINORS, KEPT, CLOSED)
EVERY = tuple(name for group in GROUPS for name in group)
NUMBER = {name: number for number, name in enumerate(EVERY, start=1)}


def record_named(name: str) -> Row:
    difference = next(group[name] for group in GROUPS if name in group)
    return {**record(NUMBER[name], COMPANY, document_number=name), **difference}


async def build(owner: asyncpg.Connection) -> None:
    """Each record has a measure on its own subject, with feedback, and a person whom its list entry reaches."""
    state = {"policy_version": "p", "catalogue_version": "c", "business_date": TODAY}
    await insert(owner, "authz_state", state)
    items = [{"item": ITEM, "published": True}, {"item": CLOSED_ITEM, "published": False}]
    await insert(owner, "wall_item", *items)
    await insert(owner, "agency", agency(), agency(KEEPER))
    await insert(owner, "subject", organisation(COMPANY), person(PERSON))
    roles = "LEGAL_REP PRINCIPAL EXECUTIVE DIRECTOR SHAREHOLDER DIRECTLY_LIABLE PRACTITIONER OPERATOR EXPERT GUARDIAN"
    for number, role in enumerate(roles.split(), start=1):
        await insert(owner, "link", link(number, COMPANY, role=role, person_id=PERSON))
    await insert(owner, "organisation_name_gram", {"gram": "武汉", "subject_id": COMPANY})
    for name, number in NUMBER.items():
        row = record_named(name)
        await insert(owner, "record", row)
        await insert(owner, "measure", measure(number, row["subject_id"], number, natural=row["natural"]))
        await insert(owner, "feedback", feedback(number, number))
        await insert(owner, "record_person_target", {"record_id": number, "link_id": 1})
    await insert(owner, "measure", measure(900, COMPANY, None), measure(901, PERSON, NUMBER["plain"], natural=True))
    for number, difference in {**CURRENT_MEASURES, **PAST_MEASURES}.items():
        await insert(owner, "measure", {**measure(number, COMPANY, NUMBER["plain"]), **difference})
    for number, name in HIDDEN_TRIGGERS.items():
        await insert(owner, "measure", measure(number, COMPANY, NUMBER[name], initiated_by_id=KEEPER))
