"""What the credit office registers -> a relation by which one decides for another, and its end, with an entry of each.

A register of civil affairs takes the place of this one behind ``gateway.consents.relations.RelationSource``. What was
registered is never changed: a relation that is not as it should be is ended, and another registered. Only officers come
this way, by the command line, as the database's owner. The log names both persons to themselves alone.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from authz.capacity import RelationKind
from authz.principal import Subject
from gateway.approvals.officers import Officer
from gateway.exchange import COMMAND_LINE
from gateway.ledger.entry import Decision, Entry, Hidden, Kind, Operator, Released, Shown
from gateway.ledger.receipt import Receipt

_ADD = """
    INSERT INTO relation (id, kind, subject, subject_digest, "natural", born, actor, purposes, first, ended, clients,
        protected, evidence, contact, registered_by, entry)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""
_END = "INSERT INTO relation_end (relation, reason, ended_by, entry) VALUES ($1, $2, $3, $4)"
_OPEN = """
    SELECT kind, subject, "natural", actor FROM relation
    WHERE id = $1 AND NOT EXISTS (SELECT FROM relation_end WHERE relation = id)
"""
_LISTED = """
    SELECT id, kind, purposes, first, ended, clients, protected, evidence, registered_by, relation_end.ended_at, reason
    FROM relation LEFT JOIN relation_end ON relation = id ORDER BY registered_at, id
"""
_BASIS = ("PIPL-31", "WH-二(六)2")


class Step(StrEnum):
    """The ``action`` of an entry."""

    REGISTERED = "relation-registered"
    ENDED = "relation-ended"


class NoSuchRelation(Exception):  # noqa: N818  # it says what became of the act
    """Nothing has been changed."""

    def __init__(self) -> None:
        super().__init__("there is no relation of that id that has not been ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRelation:
    """As ``authz.capacity.Relation``. ``evidence``: the number of the deed, never a name; ``contact``: where a guardian
    is told of what its ward decides, sealed."""

    kind: RelationKind
    subject: Subject
    actor: int = field(repr=False)
    purposes: frozenset[str]
    first: date
    ended: date
    born: date | None = field(default=None, repr=False)
    clients: frozenset[str] = frozenset()
    protected: bool = False
    evidence: str
    contact: bytes | None = field(default=None, repr=False)


class Connection(Protocol):
    """The owner's (asyncpg's)."""

    async def execute(self, query: str, /, *args: object) -> str: ...

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...

    async def fetchrow(self, query: str, /, *args: object) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationDesk:
    connection: Connection
    append: Callable[[Entry], Awaitable[Receipt]]
    new_id: Callable[[], UUID]

    async def register(self, new: NewRelation, by: Officer) -> UUID:
        """The id of the relation. Errors: ``NotWritten``; those of the database for one that is without end, without a
        purpose, or of a kind that does not fit its subject."""
        deed = Hidden(name="evidence", type="String", value=new.evidence)
        receipt = await self.append(_entry(Step.REGISTERED, new.kind, new.subject, new.actor, by, deed))
        # COMMIT POINT: the step is durable in the log.
        relation = self.new_id()
        row = (
            *(relation, new.kind.value, new.subject.id, new.subject.digest, new.subject.natural, new.born, new.actor),
            *(sorted(new.purposes), new.first, new.ended, sorted(new.clients), new.protected, new.evidence),
            *(new.contact, str(by), receipt.entry_id),
        )
        await self.connection.execute(_ADD, *row)
        return relation

    async def end(self, relation: UUID, reason: str, by: Officer) -> None:
        """From now on it carries nothing. Errors: ``NoSuchRelation``, ``NotWritten``."""
        row = await self.connection.fetchrow(_OPEN, relation)
        if row is None:
            raise NoSuchRelation
        subject = Subject(id=row["subject"], digest=b"", natural=row["natural"])
        why = Hidden(name="reason", type="String", value=reason)
        receipt = await self.append(_entry(Step.ENDED, RelationKind(row["kind"]), subject, row["actor"], by, why))
        # COMMIT POINT: the step is durable in the log.
        await self.connection.execute(_END, relation, reason, str(by), receipt.entry_id)

    async def listed(self) -> Sequence[Mapping[str, Any]]:
        """In the order in which they were registered; of nobody more than the relation's id."""
        return await self.connection.fetch(_LISTED)


def _entry(step: Step, kind: RelationKind, subject: Subject, actor: int, by: Officer, said: Hidden) -> Entry:
    return Entry(
        kind=Kind.ADMIN,
        principal=by.client,
        decision=Decision.ALLOW,
        action=step,
        operator=Operator(number=by.number, role=None, method=COMMAND_LINE),
        basis=_BASIS,
        variables=(Shown(name="kind", type="RelationKind", value=kind.value), said),
        released=(_concerned(subject.id, subject.natural), _concerned(actor, True)),
    )


def _concerned(internal: int, natural: bool) -> Released:
    return Released(subject=internal.to_bytes(8), natural=natural, rows=(), levels={}, clear=(), basis=_BASIS)
