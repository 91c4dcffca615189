"""An invented subject and a number -> that many records of it, of the kinds that such a subject has, with what follows
from them: repairs and objections.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from gateway.intake.city.acts import licence, offence, penalty
from gateway.intake.city.courts import defaulter, judgment
from gateway.intake.city.mix import Mix
from gateway.intake.city.places import TODAY, Row
from gateway.intake.city.recognitions import abnormal, commitment, contract, evaluation, honour, red, serious
from gateway.intake.city.subjects import Subject

Make = Callable[[Subject, int], Row | Iterator[Row]]

_OF_ORGANISATIONS = Mix[Make](
    {
        licence: 540,
        penalty: 130,
        evaluation: 85,
        commitment: 75,
        red: 60,
        abnormal: 40,
        honour: 20,
        judgment: 15,
        serious: 15,
        contract: 10,
        defaulter: 10,
    }
)
_OF_PERSONS = Mix[Make](
    {
        licence: 520,
        penalty: 300,
        commitment: 60,
        honour: 40,
        defaulter: 30,
        judgment: 25,
        offence: 15,
        red: 8,
        serious: 2,
    }
)

_MOST = {"NATURAL_PERSON": 12.0, "SOLE_PROPRIETOR": 40.0}
"""The heaviest weight of a kind; of others there is none."""

_DISPUTED = frozenset({"penalties", "abnormal", "defaulters"})
_OUTCOMES = Mix({"CORRECTED": 30, "REJECTED": 55, "WITHDRAWN": 12, "REVOKED": 3})


def weight(subject: Subject) -> float:
    """How many records the subject draws, beside the others: most of them hardly any, a few hundreds of times that."""
    heavy = subject.chance.paretovariate(1.15) - 1
    return min(heavy * (0.5 if subject.natural else 1), _MOST.get(subject.kind, heavy))


def records(subject: Subject, count: int) -> Iterator[Row]:
    kinds = _OF_PERSONS if subject.natural else _OF_ORGANISATIONS
    for order in range(count):
        made = kinds.draw(subject.chance)(subject, order)
        for layout, row in [made] if isinstance(made, tuple) else made:
            yield layout, row
            if layout in _DISPUTED and subject.happens(0.02):
                yield _objection(subject, row)


def _objection(subject: Subject, row: Mapping[str, object]) -> Row:
    raised = TODAY - timedelta(days=subject.chance.randrange(1, 400))
    closed = raised + timedelta(days=subject.chance.randrange(5, 40))
    over = closed <= TODAY
    return "objections", {
        "document_number": row["document_number"],
        "authority_uscc": row["authority_uscc"],
        "item": row.get("item", "ABNORMAL_OPERATION"),
        "kind": "INACCURATE",
        "objection_from": raised,
        "objection_doubtful_from": raised + timedelta(days=3) if subject.happens(0.4) else "",
        "objection_until": closed if over else "",
        "outcome": _OUTCOMES.draw(subject.chance) if over else "",
    }
