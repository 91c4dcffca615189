"""A subject -> the verdicts about it: whether a row exists that counts (interface, Standing; reference 1.7.1).

A row counts in a part that gives the verdict. A person's verdict counts rows of that person alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from authz.grant import Kind, Level, Part
from schema.demands.demand import Coordinate
from tests.reference.sight import Sight
from tests.reference.states import measure_status, years_ago

Row = Mapping[str, Any]

CAUTION = (
    "本结论仅供参考，不得作为作出决定的唯一依据。 "
    "This verdict is for reference and may not be the sole ground of a decision."
)
REMEDY = (
    "信用主体可依法向信用主管部门、信息提供单位或发起部门提出异议，或申请信用修复。 "
    "The subject may object to the credit office, the information provider or the initiating department, "
    "or apply for repair."
)
LOOKING_BACK = frozenset({"cleanRecord", "majorPenalty", "fieldPenalty"})
GOOD_NEWS = frozenset({"identityMatch", "redList"})
LARGE_FINE = 200_000_000  # fen
GRAVE = frozenset({"BUSINESS_SUSPENSION", "LICENCE_REVOCATION", "CLOSURE"})


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    sight: Sight

    def verdict(self, name: str, subject: Row | None, kind: Kind) -> dict[str, Any] | None:
        """By GraphQL field; None where this kind of subject gets no answer. ``subject`` None: nobody known."""
        parts = self.counting(name, kind)
        if not parts:
            return None
        hit = subject is not None and self._hit(name, subject, parts)
        basis = dict.fromkeys(each for part in parts for each in part.of(Coordinate(f"Standing.{name}")).basis)
        return {
            "answer": "YES" if hit is (name != "cleanRecord") else "NO",
            "period": self._period() if name in LOOKING_BACK else None,
            "asOf": self.sight.now.isoformat(timespec="seconds"),
            "basis": [self.sight.regulations.bases[citation] for citation in basis],
            "remedy": REMEDY if hit and name not in GOOD_NEWS else None,
            "caution": CAUTION,
        }

    def counting(self, name: str, kind: Kind) -> tuple[Part, ...]:
        """The parts that give this verdict about this kind of subject."""
        coordinate = Coordinate(f"Standing.{name}")
        items = {code for code, item in self.sight.catalogue.items.items() if coordinate in item.verdicts}
        return tuple(
            part
            for part in self.sight.grant.parts_of(kind)
            if part.item in items and part.of(coordinate).level >= Level.VERDICT
        )

    def _period(self) -> dict[str, str]:
        grant = self.sight.grant
        return {"from": years_ago(grant.today, grant.years).isoformat(), "to": grant.today.isoformat()}

    def _hit(self, name: str, subject: Row, parts: tuple[Part, ...]) -> bool:
        return name == "identityMatch" or any(self._counts(name, row) for row in self._rows(name, subject, parts))

    def _rows(self, name: str, subject: Row, parts: tuple[Part, ...]) -> Iterator[Row]:
        """The rows about the subject that lie in a part: of the part's own item, or for a clean record of any."""
        table = "measure" if name == "sanctioned" else "record"
        for row in self.sight.world.hanging(table, "subject_id", subject["id"]):
            for part in parts:
                own = name in {"sanctioned", "cleanRecord"} or part.item == row["item"]
                if own and self.sight.lies_in(part, row):
                    yield row

    def _counts(self, name: str, row: Row) -> bool:
        grant = self.sight.grant
        if name in LOOKING_BACK and row["decided_on"] <= years_ago(grant.today, grant.years):
            return False
        match name:
            case "sanctioned":
                status = measure_status(row, grant.today, grant.suspending)
                return status == "IN_FORCE" and row["category"] != "INC"
            case "cleanRecord":
                return bool(row["polarity"] == "NEGATIVE")
            case "fieldPenalty":
                return grant.supervision_field is not None and row["supervision_field"] == grant.supervision_field
            case "majorPenalty":
                fine, kinds = row["fine_amount"], row["penalty_kinds"]
                return (fine is not None and fine >= LARGE_FINE) or not GRAVE.isdisjoint(kinds or ())
        return True
