"""Probes of storing: what becomes of a row that is there already, and what is left of the days to publish."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import policies
from gateway.intake.stored import Row
from gateway.intake.write import Outcome, Place, Writer
from gateway.preview.terms import term_of
from resolvers.tables.records import record
from schema.regulations.regulation import load_regulation
from tests.intake_loading import SEALER
from tests.mutants.probing import pure

TODAY = date(2026, 5, 20)
STORED = {
    "id": 1,
    "state": "ACTIVE",
    "fine_amount": 5,
    "removed_on": None,
    "publication_until": date(2027, 1, 1),
    "facts_ct": SEALER.seal_value("经查"),
    "facts__redact_text": "经查",
    "corrected_on": None,
}


def compared(
    stored: Mapping[str, Any], *rows: Mapping[str, object], facts: str = "经查", told: bool = False
) -> list[tuple[Outcome, dict[str, object]]]:
    """What becomes of each row, and the values to change; ``told``: an earlier chunk had the same rows."""
    writer = Writer(None, SEALER, TODAY)  # type: ignore[arg-type]  # nothing is fetched
    place: Place = ("record", (1,))
    if told:
        writer._written.add(hash(place))
    here: dict[Place, Row] = {}
    made = (Row(table=record, key={"id": 1}, columns=each, clear={"facts_ct": facts}) for each in rows)
    return [writer._compare(row, {place: {**STORED, **stored}}, here) for row in made]


@pure
def rows_that_are_there_are_compared() -> None:
    corrected = {"fine_amount": 6, "state": "CORRECTED", "corrected_on": TODAY}
    assert compared({}, {"fine_amount": 5}) == [(Outcome.UNCHANGED, {})]
    assert compared({}, {"fine_amount": 6}) == [(Outcome.CORRECTED, corrected)]
    ((outcome, values),) = compared({}, {}, facts="另查")
    assert (outcome, values.get("facts_ct"), values.get("state")) == (Outcome.CORRECTED, "另查", "CORRECTED")
    until = {"publication_until": date(2026, 6, 1)}
    assert compared({}, until) == [(Outcome.CORRECTED, until)]
    shown = {"facts__redact_text": "经过调查"}
    assert compared({}, shown) == [(Outcome.CORRECTED, shown)]
    ((_, values),) = compared({"state": "QUARANTINED"}, {"fine_amount": 6, "state": "ACTIVE"})
    assert values == {"fine_amount": 6, "state": "ACTIVE"}


@pure
def what_happened_is_not_undone() -> None:
    for state in ("REVOKED", "CORRECTED", "DELETED"):
        assert compared({"state": state}, {"state": "ACTIVE"}) == [(Outcome.UNCHANGED, {})]
    assert compared({"removed_on": TODAY}, {"removed_on": None}) == [(Outcome.UNCHANGED, {})]
    other = {"removed_on": date(2026, 5, 1)}
    assert compared({"removed_on": TODAY}, other)[0][1].get("removed_on") == other["removed_on"]


@pure
def rows_that_come_twice_are_told() -> None:
    once, other = {"fine_amount": 5}, {"fine_amount": 6}
    outcomes = [outcome for outcome, _ in compared({}, once, once, other)]
    assert outcomes == [Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.REPEATED]
    assert compared({}, once, told=True) == [(Outcome.UNCHANGED, {})]
    assert compared({}, other, told=True) == [(Outcome.REPEATED, {})]


@pure
def days_to_publish_are_counted() -> None:
    """BASIS: EZ-4."""
    regulation = load_regulation(policies.contents())
    term = term_of(regulation, "penalties", "420700", date(2026, 5, 15), TODAY)
    assert term is not None
    assert (term.last, term.left) == (date(2026, 5, 26), 4)
    late = term_of(regulation, "licences", "420700", date(2026, 4, 28), TODAY)
    assert late is not None
    assert late.left == -7
    assert term_of(regulation, "honours", "420700", TODAY, TODAY) is None
    assert term_of(regulation, "penalties", "420100", TODAY, TODAY) is None
