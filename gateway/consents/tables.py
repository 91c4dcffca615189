"""The tables of the register of consents, as SQLAlchemy metadata of its own; migrations create them, their constraints
and the triggers that hold them (``0016_consents.sql``). Times are those of the database."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

METADATA = MetaData()
_MOMENT = DateTime(timezone=True)

consent_request = Table(
    "consent_request",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("operator", Text, nullable=False),  # staff number
    Column("thumbprint", Text, nullable=False),  # of the client's key (RFC 7638)
    Column("idempotency", LargeBinary, nullable=False),  # digest of the client's Idempotency-Key
    Column("body", LargeBinary, nullable=False),  # digest of what was sent under it
    Column("subject", BigInteger, nullable=False),  # internal id
    Column("subject_digest", LargeBinary, nullable=False),
    Column("natural", Boolean, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("manner", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("items", ARRAY(Text), nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("period_from", Date, nullable=False),  # of the data, by the day of the decision
    Column("period_until", Date, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("days", Integer, nullable=False),  # from the decision
    Column("retention_days", Integer, nullable=False),  # with the client
    Column("necessity", Text, nullable=False),
    Column("service_depends", Boolean, nullable=False),
    Column("via", Text),
    Column("asked_at", _MOMENT, nullable=False),
    Column("lapses_at", _MOMENT, nullable=False),
    Column("state", Text, nullable=False),
    UniqueConstraint("client_id", "idempotency", name="consent_request_once"),
    Index("consent_request_subject", "subject", "asked_at"),
)

consent_notice_text = Table(
    "consent_notice_text",
    METADATA,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the text
    Column("text", Text, nullable=False),
)

consent = Table(
    "consent",
    METADATA,
    Column("id", Uuid, ForeignKey("consent_request.id"), primary_key=True),
    Column("granted_by", Text, nullable=False),
    Column("relation", Uuid),  # null: the subject itself
    Column("items", ARRAY(Text), nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("period_from", Date, nullable=False),
    Column("period_until", Date, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    Column("granted_at", _MOMENT, nullable=False),
    Column("not_before", _MOMENT, nullable=False),
    Column("expires_at", _MOMENT, nullable=False),
    Column("notice", LargeBinary, ForeignKey("consent_notice_text.digest"), nullable=False),  # what was shown
    Column("notice_version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("assurance", Text, nullable=False),  # of the sign-in
    Column("contact", LargeBinary),  # sealed
    Column("thumbprint", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),  # of a suspension or a revocation
    Column("state_at", _MOMENT, nullable=False),
)

consent_use = Table(
    "consent_use",
    METADATA,
    Column("consent", Uuid, ForeignKey("consent.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("demand", LargeBinary, nullable=False),  # digest of the question, for the pages that follow
    Column("at", _MOMENT, nullable=False),
    Column("pages", Integer, nullable=False),
)

consent_event = Table(
    "consent_event",
    METADATA,
    Column("consent", Uuid, ForeignKey("consent_request.id"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),  # the state it led to
    Column("by_whom", Text, nullable=False),
    Column("reason", Text),
    Column("at", _MOMENT, nullable=False),
    Column("entry", Uuid, nullable=False, unique=True),  # of the log
)
