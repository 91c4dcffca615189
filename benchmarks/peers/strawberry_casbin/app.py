"""The usual stack: Strawberry resolves field by field, SQLAlchemy's ORM loads rows, and each field asks Casbin whether
this role may see it for this purpose. Nothing is logged, and no token is asked for.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

import casbin
import strawberry
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry.permission import BasePermission

from benchmarks.peers.strawberry_casbin.rows import MeasureRow, RecordRow, SubjectRow

HERE = Path(__file__).parent
ROLE, PURPOSE = "dept.housing", "PM-301"

enforcer = casbin.Enforcer(str(HERE / "model.conf"), str(HERE / "policy.csv"))
engine = create_async_engine(os.environ["DATABASE"].replace("postgresql://", "postgresql+asyncpg://"), pool_size=8)
sessions = async_sessionmaker(engine)


class Allowed(BasePermission):
    """Casbin's answer for one field of one object."""

    message = "this field may not be seen"

    def has_permission(self, source: Any, info: strawberry.Info, **kwargs: Any) -> bool:
        return bool(enforcer.enforce(ROLE, PURPOSE, source.item, info.field_name))


ALLOWED: list[type[BasePermission]] = [Allowed]


def allowed(resolver: Any = None) -> Any:
    """A field that asks Casbin."""
    return strawberry.field(resolver=resolver, permission_classes=ALLOWED)


Node = TypeVar("Node")


@strawberry.type
class Edge(Generic[Node]):
    node: Node


@strawberry.type
class Connection(Generic[Node]):
    edges: list[Edge[Node]]


@strawberry.type
class Agency:
    item: strawberry.Private[str]
    name: str = allowed()


@strawberry.type
class Measure:
    item: strawberry.Private[str]
    status: str = allowed()
    force: str = allowed()
    starts_on: date = allowed()
    ends_on: date = allowed()


def authority_of(root: strawberry.Parent["Record"]) -> Agency:
    return Agency(item="AGENCY", name=root.row.authority.name)


def subject_of(root: strawberry.Parent["Record"]) -> "Subject":
    return shown_subject(root.row.subject)


@strawberry.type
class Record:
    row: strawberry.Private[RecordRow]
    item: strawberry.Private[str]
    document_number: str = allowed()
    decided_on: date = allowed()
    valid_until: date | None = allowed()
    severity: str | None = allowed()
    status: str = allowed()
    facts: str | None = allowed()
    content: str | None = allowed()

    authority: Agency = allowed(authority_of)
    subject: "Subject" = allowed(subject_of)


async def records_of(root: strawberry.Parent["Subject"], first: int) -> Connection[Record]:
    return await record_page(select(RecordRow).where(RecordRow.subject_id == root.key), first)


async def measures_of(root: strawberry.Parent["Subject"], first: int) -> Connection[Measure]:
    newest = select(MeasureRow).where(MeasureRow.subject_id == root.key)
    statement = newest.order_by(MeasureRow.starts_on.desc(), MeasureRow.id.desc()).limit(first)
    async with sessions() as session:
        return connection([shown_measure(row) for row in await session.scalars(statement)])


@strawberry.type
class Subject:
    key: strawberry.Private[int]
    item: strawberry.Private[str]
    name: str = allowed()
    status: str = allowed()
    registered_address: str | None = allowed()

    records: Connection[Record] = allowed(records_of)
    measures: Connection[Measure] = allowed(measures_of)


@strawberry.type
class Query:
    @strawberry.field
    async def subject(self, uscc: str) -> Subject | None:
        async with sessions() as session:
            row = await session.scalar(select(SubjectRow).where(SubjectRow.uscc == uscc))
        return None if row is None else shown_subject(row)

    @strawberry.field
    async def records(self, first: int, item: str, severity: str | None = None) -> Connection[Record]:
        statement = select(RecordRow).where(RecordRow.item == item)
        if severity is not None:
            statement = statement.where(RecordRow.severity == severity)
        return await record_page(statement, first)


def connection(nodes: list[Node]) -> Connection[Node]:
    return Connection(edges=[Edge(node=node) for node in nodes])


async def record_page(statement: Select[RecordRow], first: int) -> Connection[Record]:
    """The newest records, with what they point to in the same statement."""
    newest = statement.order_by(RecordRow.decided_on.desc(), RecordRow.id.desc()).limit(first)
    loaded = newest.options(joinedload(RecordRow.authority), joinedload(RecordRow.subject))
    async with sessions() as session:
        return connection([shown_record(row) for row in await session.scalars(loaded)])


def shown_subject(row: SubjectRow) -> Subject:
    return Subject(
        key=row.id,
        item="REGISTRATION_ORG",
        name=row.name,
        status=row.status,
        registered_address=row.registered_address,
    )


def shown_record(row: RecordRow) -> Record:
    return Record(
        row=row,
        item=row.item,
        document_number=row.document_number,
        decided_on=row.decided_on,
        valid_until=row.valid_until,
        severity=row.severity,
        status=row.status,
        facts=row.facts,
        content=row.content,
    )


def shown_measure(row: MeasureRow) -> Measure:
    return Measure(item="MEASURE", status=row.status, force=row.force, starts_on=row.starts_on, ends_on=row.ends_on)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = Starlette(lifespan=lifespan)
app.mount("/graphql", GraphQL(strawberry.Schema(Query)))
