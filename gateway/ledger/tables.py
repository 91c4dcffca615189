"""The tables of the ledger, as SQLAlchemy metadata of its own; the migrations create them and grant on them.

Leaves (``audit_pending``) are evidence: they hold no personal data, and nobody updates or deletes them. Side rows
(``audit_disclosure``, ``audit_actor``) say whom a leaf concerned; they are encrypted, may be erased at the end of their
retention, and are written in the transaction of their leaf, so that index and leaf cannot drift.

What the writer's role needs, and nothing more: INSERT on all four tables; SELECT (writer, wseq, id) on
``audit_pending`` to settle a commit of unknown outcome; SELECT, and UPDATE (last_wseq, closed), on ``audit_writer``.
A trigger refuses UPDATE and DELETE on ``audit_pending`` for everyone, and on ``audit_writer`` a DELETE, a smaller
``last_wseq`` or any change of a closed row.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
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

audit_writer = Table(
    "audit_writer",
    METADATA,
    Column("writer", Uuid, primary_key=True),
    Column("process", Text, nullable=False),  # which process wrote the chain: host and process number
    Column("started", BigInteger, nullable=False),  # ms since the epoch
    Column("last_wseq", BigInteger, nullable=False),  # of the newest committed leaf, -1 before the first
    Column("closed", BigInteger),  # ms since the epoch; null while open, and for ever after a crash
)

audit_pending = Table(
    "audit_pending",
    METADATA,
    Column("writer", Uuid, primary_key=True),
    Column("wseq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False),  # of the entry, UUIDv7
    Column("leaf", LargeBinary, nullable=False),  # canonical JSON
    Column("leaf_hash", LargeBinary, nullable=False),  # SHA-256 of 0x00 and the leaf (RFC 6962)
    Column("t", BigInteger, nullable=False),  # ms since the epoch, as in the leaf
    UniqueConstraint("id", name="audit_pending_id"),
)

audit_disclosure = Table(
    "audit_disclosure",
    METADATA,
    Column("entry_id", Uuid, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),  # place in the leaf's ``released``
    Column("subject_ref", LargeBinary),  # keyed digest of a natural person; null for organisations
    Column("record_refs", ARRAY(LargeBinary), nullable=False),  # keyed digests of rows, and of organisations
    Column("clear_coordinates", ARRAY(Text), nullable=False),  # fields of those rows given in clear
    Column("salt", LargeBinary),  # of the commitment in the leaf; null once erased
    Column("ct", LargeBinary),  # sealed; null once erased
    Column("dek_id", Text, nullable=False),
    Index("audit_disclosure_subject", "subject_ref", "entry_id"),
    # Who was given field F of record R in clear: record_refs @> {R} and clear_coordinates @> {F}
    Index("audit_disclosure_record", "record_refs", postgresql_using="gin"),
)

audit_actor = Table(
    "audit_actor",
    METADATA,
    Column("entry_id", Uuid, primary_key=True),
    Column("operator_ref", LargeBinary),  # keyed digests: all entries of one operator, or of one matter
    Column("matter_ref", LargeBinary),
    Column("seed", LargeBinary),  # the salts of the leaf's own commitments are derived from it; null once erased
    Column("ct", LargeBinary),  # sealed operator, matter number and client address; null once erased
    Column("dek_id", Text, nullable=False),
    Index("audit_actor_operator", "operator_ref", "entry_id"),
    Index("audit_actor_matter", "matter_ref", "entry_id"),
)
