"""The registered relations -> who may decide about a consent, and whether what was granted by one still stands.

The source is the table that the credit office keeps (``credit-gateway representation``); a civil-affairs or business
register takes its place behind ``RelationSource``, and may be a day old at most. The table is asked at each decision
and at each use, so nothing is kept here. It decides nothing itself: ``authz.capacity`` does. BASIS: PIPL-31.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from authz.capacity import (
    Ages,
    Ended,
    Objection,
    Relation,
    RelationKind,
    Standing,
    Wish,
    ended,
    objection_to_acting,
    objection_to_own,
)
from authz.principal import Subject
from gateway.consents.records import By, ConsentRecord, Reason, Request

BY: Mapping[RelationKind, By] = MappingProxyType(
    {
        RelationKind.GUARDIAN: By.GUARDIAN,
        RelationKind.COURT_GUARDIAN: By.GUARDIAN,
        RelationKind.AGENT: By.AGENT,
        RelationKind.REPRESENTATIVE: By.REPRESENTATIVE,
    }
)
"""Who a decision by such a relation is said to be made by."""

_COLUMNS = """
    id, kind, subject, subject_digest, "natural", born, actor, purposes, first, clients, protected,
    least(ended, (SELECT (ended_at AT TIME ZONE 'Asia/Shanghai')::date FROM relation_end WHERE relation = id)) AS ended
"""
_ONE = f"SELECT {_COLUMNS} FROM relation WHERE id = $1"  # noqa: S608  # our own words
_ABOUT = f"SELECT {_COLUMNS} FROM relation WHERE subject = $1 ORDER BY id"  # noqa: S608
_OF_ACTOR = f"SELECT {_COLUMNS} FROM relation WHERE actor = $1 ORDER BY id"  # noqa: S608
_NO_MORE = "SELECT subject_is_no_more($1) AS no_more"


class RelationSource(Protocol):
    """A register of relations. An answer may be a day old at most, and a register that does not answer raises."""

    async def named(self, relation: UUID) -> Relation | None: ...

    async def about(self, subject: int) -> tuple[Relation, ...]:
        """Those by which somebody else may decide for the subject; ended ones too."""
        ...

    async def of_actor(self, actor: int) -> tuple[Relation, ...]:
        """Those by which this person may decide for others; ended ones too."""
        ...

    async def alive(self, subject: int) -> bool:
        """False of a person who has died, and of an organisation that was struck off."""
        ...


class Fetching(Protocol):
    """The registers' role, one statement at a time."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class StoredRelations:
    """The table that the credit office keeps. A ``RelationSource`` that is asked each time."""

    fetching: Fetching

    async def named(self, relation: UUID) -> Relation | None:
        return next(iter(await self._found(_ONE, relation)), None)

    async def about(self, subject: int) -> tuple[Relation, ...]:
        return await self._found(_ABOUT, subject)

    async def of_actor(self, actor: int) -> tuple[Relation, ...]:
        return await self._found(_OF_ACTOR, actor)

    async def alive(self, subject: int) -> bool:
        (row,) = await self.fetching.fetch(_NO_MORE, subject)
        return not row["no_more"]

    async def _found(self, statement: str, value: object) -> tuple[Relation, ...]:
        return tuple(map(_relation, await self.fetching.fetch(statement, value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who is signed in, and how it would decide: for itself, or by ``relation`` for the subject of the request.
    ``person``: its own internal id; ``born``: the birth date of its verified identity."""

    person: int = field(repr=False)
    born: date | None = field(default=None, repr=False)
    relation: UUID | None = None


class Enders(Protocol):
    """What is asked of the register of consents where one stands no longer."""

    async def suspend(self, id: UUID, reason: Reason, by: By) -> bool: ...

    async def revoke(self, id: UUID, reason: Reason, by: By) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """``ages``: what the instruments in force say; ``today``: the civil day in China, by the database's clock or one
    that is as good."""

    source: RelationSource
    ages: Callable[[], Awaitable[Ages]]
    today: Callable[[], date]

    async def objection(self, request: Request, decider: Decider, days: int | None = None) -> Objection | None:
        """Why this decider may not grant the request, None where it may; to be asked when it is shown, and again right
        before the grant. ``days``: of the consent, as asked where it is not given."""
        terms, subject, today = request.terms, request.subject, self.today()
        wish = Wish(client=request.client, purpose=terms.purpose, days=days or terms.days, today=today)
        own = decider.relation is None
        standing = Standing(
            subject=subject,
            alive=await self.source.alive(subject.id),
            born=decider.born if own else None,
            relations=await self.source.about(subject.id),
        )
        ages = await self.ages()
        if own:
            refused = Objection.NO_AUTHORITY if decider.person != subject.id else None
            return refused or objection_to_own(standing, wish, ages)
        relation = next((each for each in standing.relations if each.id == decider.relation), None)
        if relation is None:
            return Objection.NO_AUTHORITY
        return objection_to_acting(standing, relation, decider.person, wish, ages)

    async def subjects_of(self, actor: int) -> tuple[Relation, ...]:
        """For whom this person may decide today."""
        today, ages = self.today(), await self.ages()
        return tuple(
            each for each in await self.source.of_actor(actor) if each.holds(today) and ended(each, today, ages) is None
        )

    async def still_stands(self, record: ConsentRecord) -> Reason | None:
        """Why the consent no longer stands: DEATH, CAPACITY or RELATION_ENDED; None where it does. To be asked at each
        use, before the use is taken: where it gives a reason, ``enforce`` and answer CONSENT_ENDED."""
        if not await self.source.alive(record.request.subject.id):
            return Reason.DEATH
        if record.relation is None:
            return None
        relation = await self.source.named(record.relation)
        if relation is None or relation.subject.id != record.request.subject.id:
            return Reason.RELATION_ENDED
        match ended(relation, self.today(), await self.ages()):
            case Ended.CAPACITY:
                return Reason.CAPACITY
            case Ended.RELATION:
                return Reason.RELATION_ENDED
        return None

    async def enforce(self, register: Enders, record: ConsentRecord) -> Reason | None:
        """The same, acted upon: a relation that ended suspends the consent for as long as that stands, so whoever
        decides now is asked anew; a birthday and a death end it. Returns after the change is durable."""
        reason = await self.still_stands(record)
        if reason is Reason.RELATION_ENDED:
            await register.suspend(record.id, reason, By.SYSTEM)
        elif reason is not None:
            await register.revoke(record.id, reason, By.SYSTEM)
        return reason


def _relation(row: Mapping[str, Any]) -> Relation:
    return Relation(
        id=row["id"],
        kind=RelationKind(row["kind"]),
        subject=Subject(id=row["subject"], digest=row["subject_digest"], natural=row["natural"]),
        actor=row["actor"],
        purposes=frozenset(row["purposes"]),
        first=row["first"],
        ended=row["ended"],
        born=row["born"],
        clients=frozenset(row["clients"]),
        protected=row["protected"],
    )
