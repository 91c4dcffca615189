"""The views that peers read, as mapped classes."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Row(DeclarativeBase):
    pass


class AgencyRow(Row):
    __tablename__ = "agency"
    __table_args__ = {"schema": "bench"}  # noqa: RUF012  # as SQLAlchemy documents it
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]


class SubjectRow(Row):
    __tablename__ = "subject"
    __table_args__ = {"schema": "bench"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uscc: Mapped[str]
    name: Mapped[str]
    status: Mapped[str]
    registered_address: Mapped[str | None]


class RecordRow(Row):
    __tablename__ = "record"
    __table_args__ = {"schema": "bench"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("bench.subject.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("bench.agency.id"))
    item: Mapped[str]
    document_number: Mapped[str]
    decided_on: Mapped[date]
    valid_until: Mapped[date | None]
    severity: Mapped[str | None]
    status: Mapped[str]
    facts: Mapped[str | None]
    content: Mapped[str | None]
    authority: Mapped[AgencyRow] = relationship(lazy="raise")
    subject: Mapped[SubjectRow] = relationship(lazy="raise")


class MeasureRow(Row):
    __tablename__ = "measure"
    __table_args__ = {"schema": "bench"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str]
    force: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
