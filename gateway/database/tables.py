"""The tables of freezes, watching, the outbox and approvals, as migrations make them. Times are ms since the epoch."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

METADATA = MetaData()


def _required(kind: type[Text | BigInteger | Integer], *names: str) -> tuple[Column[object], ...]:
    return tuple(Column(name, kind, nullable=False) for name in names)


frozen = Table(
    "frozen",
    METADATA,
    Column("id", Uuid, primary_key=True),
    *_required(Text, "target", "name", "reason", "imposed_by"),
    Column("imposed_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),  # null: until it is lifted
    Column("entry", Uuid, nullable=False),
)
frozen_lift = Table(
    "frozen_lift",
    METADATA,
    Column("frozen", Uuid, ForeignKey("frozen.id"), primary_key=True),
    *_required(Text, "reason", "lifted_by"),
    Column("lifted_at", BigInteger, nullable=False),
    Column("entry", Uuid, nullable=False),
)
finding = Table(
    "finding",
    METADATA,
    Column("id", Uuid, primary_key=True),
    *_required(Text, "rule", "about"),
    Column("refs", JSONB, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("evidence", ARRAY(Uuid), nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("entry", Uuid, nullable=False),
)
finding_step = Table(
    "finding_step",
    METADATA,
    Column("finding", Uuid, ForeignKey("finding.id"), primary_key=True),
    *_required(Text, "state", "owner", "reason"),
    Column("at", BigInteger, nullable=False),
    Column("entry", Uuid, primary_key=True),
)
watch_habit = Table(
    "watch_habit",
    METADATA,
    Column("who", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    *_required(Integer, "persons", "busiest"),
)
watch_seen = Table(
    "watch_seen",
    METADATA,
    Column("who", Text, primary_key=True),
    Column("network", LargeBinary, primary_key=True),
    *_required(BigInteger, "first_seen", "last_seen"),
)
watch_protected = Table(
    "watch_protected",
    METADATA,
    Column("subject_ref", LargeBinary, primary_key=True),
    Column("since", BigInteger, nullable=False),
)
outbox = Table(
    "outbox",
    METADATA,
    Column("id", Uuid, primary_key=True),
    *_required(Text, "channel", "recipient", "topic", "body"),
    *_required(BigInteger, "queued_at", "due_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="QUEUED"),
    Column("failure", Text),
    Column("settled_at", BigInteger),
)
client_webhook = Table(
    "client_webhook",
    METADATA,
    Column("client_id", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed
)
relation = Table(
    "relation",
    METADATA,
    Column("id", Uuid, primary_key=True),
    *_required(Text, "kind", "evidence", "registered_by"),
    *_required(BigInteger, "subject", "actor"),
    Column("subject_digest", LargeBinary, nullable=False),
    Column("natural", Boolean, nullable=False),
    Column("born", Date),  # null: of an organisation
    Column("purposes", ARRAY(Text), nullable=False),
    Column("first", Date, nullable=False),
    Column("ended", Date, nullable=False),
    Column("clients", ARRAY(Text), nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("contact", LargeBinary),  # sealed
    Column("registered_at", DateTime(timezone=True), nullable=False),
    Column("entry", Uuid, nullable=False),
)
relation_end = Table(
    "relation_end",
    METADATA,
    Column("relation", Uuid, ForeignKey("relation.id"), primary_key=True),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    *_required(Text, "reason", "ended_by"),
    Column("entry", Uuid, nullable=False),
)
consent_notice = Table(
    "consent_notice",
    METADATA,
    Column("consent", Uuid, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("messages", ARRAY(Uuid)),  # null: not seen to yet
)
consent_quiet = Table(
    "consent_quiet",
    METADATA,
    Column("consent", Uuid, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),
)
approval_request = Table(
    "approval_request",
    METADATA,
    Column("id", Uuid, primary_key=True),
    *_required(Text, "act", "about", "asked_by", "asker", "reason"),  # asker: the person, whatever client named it
    *_required(BigInteger, "asked_at", "ends_at"),
    Column("needed", Integer, nullable=False),  # approvals
    Column("entry", Uuid, nullable=False),
)
approval = Table(
    "approval",
    METADATA,
    Column("request", Uuid, ForeignKey("approval_request.id"), primary_key=True),
    Column("approver", Text, primary_key=True),
    Column("given_by", Text, nullable=False),
    Column("given_at", BigInteger, nullable=False),
    Column("entry", Uuid, nullable=False),
)
approval_use = Table(
    "approval_use",
    METADATA,
    Column("request", Uuid, ForeignKey("approval_request.id"), primary_key=True),
    Column("used_at", BigInteger, nullable=False),
    Column("entry", Uuid, nullable=False),
)
administrator = Table(
    "administrator",
    METADATA,
    Column("organisation", Text, primary_key=True),
    Column("staff_number", Text, primary_key=True),
    Column("duty", Text, nullable=False),  # SYSTEM, SECURITY or AUDIT: one of them
    Column("since", BigInteger, nullable=False),
)
