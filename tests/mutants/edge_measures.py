"""The measures and links of the edge city, as its records: one that fails each condition alone."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tests.mutants.edge_days import (
    FINED,
    LINKED,
    MEASURED,
    PARTY,
    REWARDED,
    STRANGER,
    TARGET,
    TODAY,
    TOLD,
    TOMORROW,
    YESTERDAY,
)
from tests.mutants.edge_records import NUMBER
from tests.rows import Row, feedback, link, measure

DOUBT: Mapping[str, Any] = {"market_subject": True, "jurisdiction": "420700", "objection_doubtful_from": YESTERDAY}

MEASURES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "current": ("PS", {}),
    "pushed today": ("PS", {"pushed_on": TODAY}),
    "pushed tomorrow": ("", {"pushed_on": TOMORROW}),
    "never pushed": ("", {"pushed_on": None}),
    "rejected today": ("", {"rejected_on": TODAY}),
    "rejected tomorrow": ("PS", {"rejected_on": TOMORROW}),
    "lifted today": ("", {"lifted_on": TODAY}),
    "lifted tomorrow": ("PS", {"lifted_on": TOMORROW}),
    "ended yesterday": ("", {"ends_on": YESTERDAY}),
    "ends today": ("PS", {"ends_on": TODAY}),
    "trigger not public": ("S", {"record_id": NUMBER["never published"]}),
    "trigger doubted": ("S", {"record_id": NUMBER["doubted in Ezhou"]}),
    "trigger sealed": ("", {"record_id": NUMBER["sealed"]}),
    "without a trigger": ("S", {"record_id": None}),
    "suspended": ("S", DOUBT),
    "suspended from tomorrow": ("PS", {**DOUBT, "objection_doubtful_from": TOMORROW}),
    "suspension ended": ("PS", {**DOUBT, "objection_until": TODAY}),
    "no market subject": ("PS", {**DOUBT, "market_subject": False}),
    "doubted in Wuhan": ("PS", {**DOUBT, "jurisdiction": "420100"}),
}
"""Measures on one organisation, by another agency than those who ask here."""

OURS: Mapping[str, Any] = {"executed_by_id": 807, "in_force_on": YESTERDAY}

EXECUTED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "executed": ("IN_FORCE", OURS),
    "executed, lifted": ("LIFTED", {**OURS, "lifted_on": YESTERDAY}),
    "executed, rejected": ("REJECTED", {**OURS, "rejected_on": YESTERDAY}),
    "executed, ended": ("EXPIRED", {**OURS, "ends_on": YESTERDAY}),
    "executed, suspended": ("SUSPENDED", {**OURS, **DOUBT}),
    "executed, suspended from tomorrow": ("IN_FORCE", {**OURS, **DOUBT, "objection_doubtful_from": TOMORROW}),
    "executed, suspension ended": ("IN_FORCE", {**OURS, **DOUBT, "objection_until": TODAY}),
    "executed, doubted in Wuhan": ("IN_FORCE", {**OURS, **DOUBT, "jurisdiction": "420100"}),
    "executed, no market subject": ("IN_FORCE", {**OURS, **DOUBT, "market_subject": False}),
    "initiated": ("PUSHED", {"initiated_by_id": 807}),
    "initiated by the supervisor": ("", {"initiated_by_id": 804}),
    "initiated by labour": ("", {"initiated_by_id": 805}),
    "neither": ("", {}),
}
"""Measures on another organisation, and their status as the executor is shown it; nothing where it is not its own."""

SANCTIONS: Mapping[str, Mapping[str, Any]] = {
    "incentive": {"subject_id": REWARDED, "category": "INC", "in_force_on": YESTERDAY},
    "not in force yet": {"subject_id": REWARDED, "in_force_on": TOMORROW},
    "in force": {"subject_id": FINED, "in_force_on": YESTERDAY},
    "on the party": {"subject_id": PARTY, "natural": True, "executed_by_id": 807, "in_force_on": YESTERDAY},
    "on the stranger": {"subject_id": STRANGER, "natural": True},
    "once on the stranger": {"subject_id": STRANGER, "natural": True, "executed_by_id": 807, "lifted_on": TODAY},
}
"""Measures that count as being sanctioned, or not; and on natural persons."""

Q1, Q2, MAY, YEAR_LATER = date(2024, 3, 31), date(2024, 4, 1), date(2024, 5, 1), date(2025, 4, 1)
NO_BASIS = "REFUSED_NO_BASIS"

ANSWERED: Mapping[str, tuple[bool, Mapping[str, Any], tuple[tuple[str, date, date | None, bool], ...]]] = {
    # measure: (whether its legality is to be reviewed, how it differs, (action, reported, applied, whether late))
    "refused": (True, {}, ((NO_BASIS, Q1, None, False),)),
    "refused late": (True, {}, ((NO_BASIS, Q2, None, True),)),
    "applied": (False, {}, (("APPLIED", MAY, Q2, False),)),
    "applied, told late": (False, {}, (("APPLIED", YEAR_LATER, MAY, True),)),
    "refused, then applied": (False, {}, ((NO_BASIS, Q1, None, False), ("APPLIED", MAY, Q2, False))),
    "refused on the day of another": (True, {}, (("NOT_APPLIED", Q1, None, False), (NO_BASIS, Q1, None, False))),
    "refused tomorrow": (False, {}, ((NO_BASIS, TOMORROW, None, True),)),
    "refused, lifted": (False, {"lifted_on": TODAY}, ((NO_BASIS, Q1, None, False),)),
    "refused, lifted tomorrow": (True, {"lifted_on": TOMORROW}, ((NO_BASIS, Q1, None, False),)),
    "refused, rejected": (False, {"rejected_on": TODAY}, ((NO_BASIS, Q1, None, False),)),
    "not answered": (False, {}, ()),
}
"""Measures on one more organisation, pushed in the first quarter of 2024, and what their executor told of them."""

MEASURE = {name: 2000 + place for place, name in enumerate((*MEASURES, *EXECUTED, *SANCTIONS, *ANSWERED), start=1)}

LINKS: Mapping[str, Mapping[str, Any]] = {
    "王当前": {"role": "LEGAL_REP", "from_date": date(2020, 1, 1), "person_id": PARTY},
    "李以前": {"role": "LEGAL_REP", "from_date": YESTERDAY, "to_date": YESTERDAY},
    "张以后": {"role": "LEGAL_REP", "from_date": TOMORROW},
    "陈高管": {"role": "EXECUTIVE", "from_date": YESTERDAY, "person_id": STRANGER},
    "赵股东": {"role": "SHAREHOLDER", "from_date": YESTERDAY},
    "周责任": {"role": "DIRECTLY_LIABLE", "from_date": YESTERDAY},
}
"""Links of one organisation. The last is reached by its list entry."""


def measure_rows() -> Iterator[tuple[str, Row]]:
    plain = NUMBER["plain"]
    for name, (_, difference) in MEASURES.items():
        yield "measure", measure(MEASURE[name], **{"subject_id": MEASURED, "record_id": plain, **difference})
    for name, (_, each) in EXECUTED.items():
        yield "measure", measure(MEASURE[name], **{"subject_id": TARGET, "record_id": plain, **each})
        yield "feedback", feedback(MEASURE[name], MEASURE[name], matter_number=name)
    for name, each in SANCTIONS.items():
        yield "measure", measure(MEASURE[name], **{"record_id": plain, **each})
    for name, (_, each, answers) in ANSWERED.items():
        yield "measure", measure(MEASURE[name], **{"subject_id": TOLD, "record_id": plain, **OURS, **each})
        for place, (action, reported, applied, _) in enumerate(answers):
            values = {"action": action, "reported_on": reported, "applied_on": applied, "matter_number": str(place)}
            yield "feedback", feedback(10 * MEASURE[name] + place, MEASURE[name], **values)


def link_rows() -> Iterator[tuple[str, Row]]:
    for number, (name, each) in enumerate(LINKS.items(), start=1):
        yield "link", link(number, LINKED, name=name, name__name_surname=name[0] + "**", **each)
    yield "record_person_target", {"record_id": NUMBER["target's list"], "link_id": len(LINKS)}
