"""The tables of the ledger, as SQLAlchemy metadata of its own; the migrations create them and grant on them.

Leaves (``audit_pending``) are evidence: they hold no personal data, and nobody updates or deletes them. Side rows
(``audit_disclosure``, ``audit_actor``) say whom a leaf concerned; they are encrypted, may be erased at the end of their
retention, and are written in the transaction of their leaf, so that index and leaf cannot drift.

Side rows of natural persons are sealed under keys of their own (``subject_key``), whose destruction erases them.

What the writer's role needs, and nothing more: INSERT on all five tables; SELECT (writer, wseq, id) on
``audit_pending`` to settle a commit of unknown outcome; SELECT, and UPDATE (last_wseq, closed), on ``audit_writer``;
SELECT on a subject key that is not retired.
A trigger refuses UPDATE and DELETE on ``audit_pending`` for everyone, and on ``audit_writer`` a DELETE, a smaller
``last_wseq`` or any change of a closed row but that it is sealed.

The tree over the leaves (``audit_seq``, ``audit_tile``, ``audit_head``, ``audit_key``) is the sequencer's alone; it
adds places, full tiles and keys, and moves the heads of shards forward. Triggers refuse everybody anything else. Tiles
that are not full yet are the edge of the head, and entry bundles are made of the leaves themselves.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
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
    # Administration and consents: sequenced after the leaves of all others that were committed at the same moment
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("sealed", Boolean, nullable=False, server_default=false()),  # closed, and every leaf has its place
    Index("audit_writer_unsealed", "writer", postgresql_where=text("NOT sealed")),
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
    Column("commitment", LargeBinary),  # in the leaf, or below its root over many; null in rows older than this column
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

subject_key = Table(
    "subject_key",
    METADATA,
    Column("id", Uuid, primary_key=True),  # the ``dek_id`` of what it seals
    Column("subject_ref", LargeBinary),  # keyed digest of a natural person; null once destroyed
    Column("year", Integer, nullable=False),  # whose key wraps it, of China's calendar
    Column("wrapped_dek", LargeBinary),  # null once destroyed
    Column("hold", Boolean, nullable=False, server_default=false()),  # evidence in a dispute: not to be destroyed
    Column("restricted_at", BigInteger),  # ms since the epoch: what it seals is opened by two officers alone
    Column("retired_at", BigInteger),  # ms since the epoch: it seals nothing new
    Column("destroyed_at", BigInteger),  # ms since the epoch
    Column("destroyed_by", Uuid),  # the entry that says so
    Index("subject_key_current", "subject_ref", "year", unique=True, postgresql_where=text("retired_at IS NULL")),
    Index("subject_key_subject", "subject_ref"),
    Index("subject_key_destroyed", "destroyed_by", postgresql_where=text("destroyed_by IS NOT NULL")),
)

audit_seq = Table(
    "audit_seq",
    METADATA,
    Column("shard", Text, primary_key=True),  # "2026"
    Column("idx", BigInteger, primary_key=True, autoincrement=False),  # place in the tree of the shard
    Column("writer", Uuid, nullable=False),
    Column("wseq", BigInteger, nullable=False),
    UniqueConstraint("writer", "wseq", name="audit_seq_leaf"),
)

audit_missing = Table(
    "audit_missing",
    METADATA,
    Column("writer", Uuid, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),  # counters without a leaf, from
    Column("last", BigInteger, nullable=False),  # ... up to and including
    Column("alert", Uuid, nullable=False),  # the entry that says so
    CheckConstraint("first <= last"),
)

audit_tile = Table(
    "audit_tile",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, CheckConstraint("octet_length(data) = 8192"), nullable=False),  # 256 hashes
)

audit_head = Table(
    "audit_head",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False, unique=True),  # shards in order, from 0
    Column("size", BigInteger, CheckConstraint("size >= 0"), nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("edge", ARRAY(LargeBinary), nullable=False),  # the last tile of each level where it is not full, else empty
    Column("frozen", Boolean, nullable=False, server_default=false()),
    Column("abandoned", Boolean, CheckConstraint("frozen OR NOT abandoned"), nullable=False, server_default=false()),
    Column("noted", BigInteger, nullable=False, server_default=text("0")),  # the size that ``note`` speaks of
    Column("note", LargeBinary),  # the signed checkpoint; what it says has been said for ever
    CheckConstraint("noted <= size"),
    Index("audit_head_current", "frozen", unique=True, postgresql_where=text("NOT frozen")),
)

audit_key = Table(
    "audit_key",
    METADATA,
    Column("shard", Text, primary_key=True),
    Column("public", LargeBinary, CheckConstraint("octet_length(public) = 32"), primary_key=True),
    Column("since", BigInteger, nullable=False),  # ms since the epoch: when the shard named it
)

audit_index = Table(  # by what officers search; drawn from the leaves behind their writing, and proof of nothing
    "audit_index",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("purpose", Text),
    Column("decision", Text, nullable=False),
    Column("level", Text),  # the most that was shown
    Column("document", LargeBinary),  # SHA-256
    Column("consent", Uuid),
    Column("coordinates", ARRAY(Text), nullable=False),  # fields given in clear, of whomever
    Index("audit_index_kind", "kind", "id"),
    Index("audit_index_principal", "principal", "id"),
    Index("audit_index_purpose", "purpose", "id"),
    Index("audit_index_decision", "decision", "id"),
    Index("audit_index_level", "level", "id"),
    Index("audit_index_document", "document", "id"),
    Index("audit_index_consent", "consent", "id", postgresql_where=text("consent IS NOT NULL")),
    Index("audit_index_coordinates", "coordinates", postgresql_using="gin"),
)

audit_indexed = Table(
    "audit_indexed",
    METADATA,
    Column("writer", Uuid, primary_key=True),
    Column("wseq", BigInteger, nullable=False),  # of the last leaf that was drawn
)
