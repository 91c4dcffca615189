"""The verdicts of a standing: which parts of a grant and which rows count for each, and the words of an answer.

INVARIANT: a person's verdict counts only records of that person, never those of a firm the person is linked to.
A verdict is for reference: it never says more than whether a counted row exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from authz.grant import Grant, Kind, Level, Part
from authz.rows import years_before
from resolvers.bindings import Source
from schema.demands.demand import Coordinate

CAUTION = (
    "本结论仅供参考，不得作为作出决定的唯一依据。 "
    "This verdict is for reference and may not be the sole ground of a decision."
)
REMEDY = (
    "信用主体可依法向信用主管部门、信息提供单位或发起部门提出异议，或申请信用修复。 "
    "The subject may object to the credit office, the information provider or the initiating department, "
    "or apply for repair."
)

MAJOR_FINE_FEN = 200_000_000
"""A large fine is one of 2 million yuan or more (财库〔2022〕3号)."""

MAJOR_KINDS = ("BUSINESS_SUSPENSION", "LICENCE_REVOCATION", "CLOSURE")
"""责令停产停业, 吊销许可证(照), 责令关闭 (Government Procurement Law art. 22)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRule:
    """``items``: under which the grant decides it; ``rows``: what is counted; ``negated``: a hit means NO."""

    items: frozenset[str]
    rows: Source | None
    by_item: bool = True
    looks_back: bool = False
    own_field: bool = False
    major: bool = False
    negative: bool = False
    negated: bool = False


VERDICTS: Mapping[str, VerdictRule] = {
    "identityMatch": VerdictRule(
        items=frozenset({"REGISTRATION_ORG", "REGISTRATION_PERSON"}), rows=None, by_item=False
    ),
    "judgmentDefaulter": VerdictRule(items=frozenset({"DEFAULTER"}), rows=Source.RECORD),
    "seriousList": VerdictRule(items=frozenset({"SERIOUS_LIST"}), rows=Source.RECORD),
    "redList": VerdictRule(items=frozenset({"RED_LIST"}), rows=Source.RECORD),
    "sanctioned": VerdictRule(items=frozenset({"MEASURE"}), rows=Source.MEASURE, by_item=False),
    "cleanRecord": VerdictRule(
        items=frozenset({"CLEAN_RECORD"}),
        rows=Source.RECORD,
        by_item=False,
        looks_back=True,
        negative=True,
        negated=True,
    ),
    "majorPenalty": VerdictRule(items=frozenset({"PENALTY"}), rows=Source.RECORD, looks_back=True, major=True),
    "fieldPenalty": VerdictRule(items=frozenset({"PENALTY"}), rows=Source.RECORD, looks_back=True, own_field=True),
}


def counting_parts(grant: Grant, field: str, kind: Kind) -> tuple[Part, ...]:
    """The parts whose rows count for a verdict about this kind of subject."""
    coordinate = Coordinate(f"Standing.{field}")
    return tuple(
        part
        for part in grant.parts_of(kind)
        if part.item in VERDICTS[field].items and part.of(coordinate).level >= Level.VERDICT
    )


def answered(grant: Grant) -> Mapping[tuple[str, Kind], tuple[str, ...]]:
    """Each verdict and kind of subject that gets an answer, with the articles it rests on."""
    found = {(field, kind): counting_parts(grant, field, kind) for field in VERDICTS for kind in Kind}
    return {
        (field, kind): tuple(
            dict.fromkeys(each for part in parts for each in part.of(Coordinate(f"Standing.{field}")).basis)
        )
        for (field, kind), parts in found.items()
        if parts
    }


def describe(field: str, hit: bool, *, today: date, years: int, now: datetime) -> Mapping[str, object]:
    """A ``Verdict`` by GraphQL field name, without its basis."""
    rule = VERDICTS[field]
    adverse = hit and field not in {"identityMatch", "redList"}
    period = {"from": years_before(today, years).isoformat(), "to": today.isoformat()} if rule.looks_back else None
    return {
        "answer": "YES" if hit is not rule.negated else "NO",
        "period": period,
        "asOf": now.isoformat(timespec="seconds"),
        "remedy": REMEDY if adverse else None,
        "caution": CAUTION,
    }
