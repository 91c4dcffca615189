"""What the log will say of one operation, gathered while it is answered: caller, question, grant, what was released.

The pipeline tells it each step; ``entry`` turns it into the ledger's words. It holds identifiers only as keyed ids and
digests, and it is written down whether the operation was answered or refused.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from authz.access_log import ROOT as ACCESS_LOG
from authz.grant import Grant, Level
from authz.principal import Caller
from authz.usage import ROOT as USAGE_REPORT
from gateway.consents.using import uuid_of
from gateway.exchange import CLIENT_KEY
from gateway.ledger.entry import (
    Decision,
    Entry,
    Hidden,
    Kind,
    Operator,
    Query,
    Released,
    Response,
    RowRef,
    Shown,
    Variable,
)
from resolvers.readings import Shown as Row
from schema.demands.demand import Demand, Stated, value_of
from schema.documents.document import Document, Operation
from schema.errors import Code
from schema.vocabulary.administration import Role

_TELLING = (Kind.RELEASE, Kind.READ_LOG)
_OF_THE_LOG = frozenset({ACCESS_LOG, USAGE_REPORT})
_CLEAR_TYPES = frozenset({"Boolean", "Boolean!", "Int", "Int!", "Date", "Date!", "Language", "Language!"})


@dataclass(slots=True, kw_only=True)
class Account:
    """The account of one operation. ``text`` is the document as sent; only its digest is kept; ``method``: how the
    caller is known."""

    caller: Caller
    address: str | None
    method: str = CLIENT_KEY
    text: str
    document: Document | None = None
    operation: Operation | None = None
    demand: Demand | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    matter: str | None = None
    grant: Grant | None = None
    report: Sequence[Mapping[str, Any]] = ()
    rows: Sequence[Row] = ()
    verdicts: Mapping[str, int] = field(default_factory=dict)
    use: int | None = None  # of the consent, taken for this operation or gone on with
    sought: Sequence[tuple[int, bool]] = ()  # looked up by identifier: internal id, natural person or not

    def answered(self, body: bytes) -> Entry:
        """The entry of an answer that holds data, or tells of the log."""
        partial = any(field["level"] != Level.CLEAR.name for field in self.report)
        roots = self.demand.roots if self.demand is not None else ()
        kind = Kind.READ_LOG if any(root.field in _OF_THE_LOG for root in roots) else Kind.RELEASE
        return self._entry(kind, Decision.PARTIAL if partial else Decision.ALLOW, body, errors=0)

    def refused(self, code: Code, body: bytes) -> Entry:
        """The entry of a refusal."""
        kind = Kind.ERROR if code is Code.INTERNAL else Kind.DENY
        return self._entry(kind, Decision.DENY, body, errors=1, reasons=(code.value,))

    def _entry(
        self, kind: Kind, decision: Decision, body: bytes, *, errors: int, reasons: tuple[str, ...] = ()
    ) -> Entry:
        grant, demand = self.grant, self.demand
        stated = demand.stated if demand is not None else None
        released = tuple(self._released()) if kind in _TELLING else ()
        return Entry(
            kind=kind,
            principal=self.caller.principal.client,
            decision=decision,
            action=demand.operation if demand is not None else "query",
            operator=self._operator(),
            purpose=grant.purpose if grant is not None else stated.code if stated is not None else None,
            role=grant.role if grant is not None else _known_role(stated),
            basis=tuple(dict.fromkeys(each for found in released for each in found.basis)),
            matter=next(self._changed_matters(), None) or self.matter or self._stated_matter(),
            consent=self._consent(kind),
            use=self.use,
            scope=grant.scope.value if grant is not None else None,
            policy_version=grant.policy_version if grant is not None else None,
            catalogue_version=grant.catalogue_version if grant is not None else None,
            query=self._query(),
            variables=tuple(self._variables()),
            reasons=reasons,
            fields=_counts(self.rows) if kind is Kind.RELEASE else {},
            released=released,
            verdicts=self.verdicts if kind is Kind.RELEASE else {},
            response=Response(digest=hashlib.sha256(body).digest(), size=len(body), errors=errors),
            address=self.address,
        )

    def _operator(self) -> Operator | None:
        found = self.caller.operator
        return None if found is None else Operator(number=found.staff_number, role=None, method=self.method)

    def _consent(self, kind: Kind) -> UUID | None:
        """Of an answer the one whose use it is; of a refusal the one that it was asked under."""
        stated = self.demand is not None and self.demand.stated is not None
        under = self.use is not None if kind is Kind.RELEASE else stated
        return uuid_of(self.caller.consent) if under else None

    def _stated_matter(self) -> str | None:
        """The number that was stated with the purpose: also of an operation that was refused for it."""
        stated = self.demand.stated if self.demand is not None else None
        if stated is None or stated.matter is None:
            return None
        number = value_of(stated.matter, self.variables)
        return None if number is None else str(number)

    def _changed_matters(self) -> Iterator[str]:
        """The matter that a mutation is about, whatever it states besides: also where it was refused."""
        roots = self.demand.roots if self.demand is not None and self.demand.operation == "mutation" else ()
        for root in roots:
            arguments = {name: value_of(slot, self.variables) for name, slot in root.arguments.items()}
            given = arguments.get("input", arguments)
            if isinstance(given, Mapping) and given.get("number") is not None:
                yield str(given["number"])

    def _query(self) -> Query:
        demand, operation = self.demand, self.operation
        return Query(
            document=hashlib.sha256(self.text.encode(errors="replace")).digest(),
            demand=bytes.fromhex(demand.digest) if demand is not None else None,
            operation=operation.name if operation is not None else None,
            depth=operation.measured.depth if operation is not None else 0,
            cost=operation.measured.cost if operation is not None else 0,
        )

    def _variables(self) -> Iterable[Variable]:
        """Named by their places in the document: a caller may call one by anybody's name."""
        defined = {each.name: str(each.type) for each in self.operation.variables} if self.operation is not None else {}
        places = {name: f"v{place}" for place, name in enumerate({**defined, **self.variables}, 1)}
        for name, value in self.variables.items():
            kind = defined.get(name, "")
            plain = value.isoformat() if isinstance(value, date) else value
            if kind in _CLEAR_TYPES and (plain is None or isinstance(plain, str | int)):
                yield Shown(name=places[name], type=kind, value=plain)
            else:
                text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                yield Hidden(name=places[name], type=kind, value=text)

    def _released(self) -> Iterable[Released]:
        """Rows by subject and by what was shown of them, so that each disclosure can be told exactly."""
        groups: dict[tuple[int, bool, int], list[Row]] = {}
        for row in self.rows:
            groups.setdefault((row.subject, row.natural, id(row.released)), []).append(row)
        for (subject, natural, _), rows in groups.items():
            yield Released(
                subject=subject.to_bytes(8),
                natural=natural,
                rows=tuple(
                    RowRef(type=row.type, item=row.item, ref=row.internal.to_bytes(8))
                    for row in rows
                    if row.source != "subject"  # the subject's own row is told by ``subject``
                ),
                levels=rows[0].released.levels,
                clear=rows[0].released.clear,
                basis=rows[0].released.basis,
            )
        found = {row.subject for row in self.rows}
        for internal, natural in dict.fromkeys(self.sought):
            if internal not in found:  # asked about and answered, though nothing is known or shown of them here
                yield Released(subject=internal.to_bytes(8), natural=natural, rows=(), levels={}, clear=())


def _known_role(stated: Stated | None) -> str | None:
    """The role that was stated, where it is one of ours: other words may be anybody's name."""
    return stated.role if stated is not None and stated.role in frozenset(Role) else None


def _counts(rows: Sequence[Row]) -> Mapping[str, int]:
    """Fields asked of these rows, by level. Rows of one kind share what was shown of them."""
    kinds = {id(row.released): row.released for row in rows}
    alike = Counter(id(row.released) for row in rows)
    found: Counter[str] = Counter()
    for each, number in alike.items():
        found.update({level: number * fields for level, fields in kinds[each].levels.items()})
    return found
