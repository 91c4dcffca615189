"""What reading needs of the ledger's tables. The ledger itself says what they are; a test holds the two equal."""

from sqlalchemy import ARRAY, BigInteger, Integer, LargeBinary, Text, Uuid, column, table

INDEX = table(
    "audit_index",
    column("id", Uuid),
    column("kind", Text),
    column("principal", Text),
    column("purpose", Text),
    column("decision", Text),
    column("level", Text),
    column("document", LargeBinary),
    column("consent", Uuid),
    column("coordinates", ARRAY(Text)),
)
LEAF = table(
    "audit_pending",
    column("writer", Uuid),
    column("wseq", BigInteger),
    column("id", Uuid),
    column("leaf", LargeBinary),
    column("leaf_hash", LargeBinary),
)
PLACE = table("audit_seq", column("idx", BigInteger), column("writer", Uuid), column("wseq", BigInteger))
ACTOR = table(
    "audit_actor",
    column("entry_id", Uuid),
    column("operator_ref", LargeBinary),
    column("matter_ref", LargeBinary),
    column("ct", LargeBinary),
    column("dek_id", Text),
)
FINDING = table("finding", column("rule", Text), column("evidence", ARRAY(Uuid)))
TOLD = table(
    "audit_disclosure",
    column("entry_id", Uuid),
    column("n", Integer),
    column("subject_ref", LargeBinary),
    column("record_refs", ARRAY(LargeBinary)),
    column("clear_coordinates", ARRAY(Text)),
    column("ct", LargeBinary),
    column("dek_id", Text),
)
