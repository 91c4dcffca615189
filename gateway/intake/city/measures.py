"""The list entries and defaulters of the invented city -> the joint measures they triggered, and what became of them.

BASIS: GF2016-33-二, GF2016-33-三(十), CPL-266. Each entry is pushed to many departments, each of which takes a measure
of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from gateway.intake.city.mix import Mix, apportioned
from gateway.intake.city.places import OFFICES, TODAY, Office, Row, office_number
from gateway.intake.city.subjects import Subject

_RESTRICTIONS = "GF2016-33-三(十)"
_INCENTIVES = {
    "INC-01": "GF2016-33-二(三)",
    "INC-02": "GF2016-33-二(四)",
    "INC-03": "GF2016-33-二(四)",
    "INC-05": "GF2016-33-二(五)",
    "INC-12": "GF2016-33-二(六)",
    "INC-15": "GF2016-33-二(七)",
    "INC-17": "GF2016-33-二(八)",
}
_SANCTIONS = dict.fromkeys(
    ("ADM-01", "ADM-03", "ADM-06", "ADM-08", "ADM-09", "ADM-11", "ADM-12", "ADM-13", "ADM-16"), _RESTRICTIONS
)
_CONSUMPTION = {"ADM-15": "CPL-266"}
"""Entry of the measures list -> the article it is taken on."""

_VOLUNTARY = frozenset({"INC-15"})
_FOR_PERSONS = frozenset(
    {"INC-01", "INC-02", "INC-03", "ADM-01", "ADM-08", "ADM-09", "ADM-11", "ADM-13", "ADM-15", "ADM-16"}
)

_USUAL = {"SERIOUS_LIST": 16.0, "RED_LIST": 6.0, "DEFAULTER": 2.0}
"""Measures that an entry triggers, beside the others."""
_TRIGGERING = frozenset({"lists", "defaulters"})

_FATES = Mix({"in force": 80, "pushed": 15, "rejected": 5})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A record that others act on."""

    subject: Subject
    row: Mapping[str, object]

    @property
    def weight(self) -> float:
        return _USUAL[str(self.row["item"])] * self.subject.chance.lognormvariate(0, 0.6)

    @property
    def actions(self) -> Sequence[tuple[str, str, Office]]:
        """Every measure that it may trigger: entry of the list, article, who takes it."""
        entries = {"RED_LIST": _INCENTIVES, "SERIOUS_LIST": _SANCTIONS, "DEFAULTER": _CONSUMPTION}[
            str(self.row["item"])
        ]
        fit = [each for each in entries.items() if not self.subject.natural or each[0] in _FOR_PERSONS]
        return [(entry, basis, office) for (entry, basis), office in product(fit, OFFICES)]


def triggers(subject: Subject, rows: Sequence[Row]) -> Iterator[Trigger]:
    return (Trigger(subject=subject, row=row) for layout, row in rows if layout in _TRIGGERING)


def measures(found: Sequence[Trigger], total: int) -> Iterator[tuple[int, Row]]:
    """``total`` measures and their feedback, each with the index of its subject."""
    for trigger, count in zip(found, apportioned(total, [each.weight for each in found]), strict=True):
        actions = trigger.actions
        start = trigger.subject.chance.randrange(len(actions))
        for number in range(count):
            entry, basis, office = actions[(start + number) % len(actions)]
            for row in _measure(trigger, number, entry, basis, office):
                yield trigger.subject.index, row


def _measure(trigger: Trigger, number: int, entry: str, basis: str, office: Office) -> Iterator[Row]:
    subject, row = trigger.subject, trigger.row
    name = f"{row['document_number']}-{number}"
    executor = office_number(subject.place, office)
    pushed, end = _days(row)
    applied = pushed + timedelta(days=subject.chance.randrange(2, 60))
    fate = _FATES.draw(subject.chance) if applied <= TODAY else "pushed"
    yield (
        "measures",
        {
            **subject.named(),
            "measure_number": name,
            "document_number": row["document_number"],
            "authority_uscc": row["authority_uscc"],
            "item": row["item"],
            "list_entry": entry,
            "legal_basis": basis,
            "initiated_by_uscc": row["authority_uscc"],
            "executed_by_uscc": executor,
            "force": "VOLUNTARY" if entry in _VOLUNTARY else "COMPULSORY",
            "mandatory": "否" if entry in _VOLUNTARY else "是",
            "pushed_on": pushed,
            "in_force_on": applied if fate == "in force" else "",
            "starts_on": pushed,
            "ends_on": end,
            "rejected_on": applied if fate == "rejected" else "",
            "able_and_refuses": "是",
        },
    )
    if fate == "in force" and subject.happens(0.5):
        yield (
            "feedback",
            {
                "measure_number": name,
                "executed_by_uscc": executor,
                "action": "APPLIED",
                "applied_on": applied,
                "reported_on": applied,
                "result": "已落实" if row["item"] == "RED_LIST" else "已依法限制",
            },
        )


def _days(row: Mapping[str, object]) -> tuple[date, date]:
    """When measures on this record were pushed, and when they end."""
    decided, end = row["decided_on"], row.get("term_end") or row["publication_until"]
    return date.fromisoformat(str(decided)), date.fromisoformat(str(end))
