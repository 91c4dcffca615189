"""Records of every family in one table: common columns, the state that decides visibility, then each family's fields.

A natural person appears in publication scope only *as named in that record*: the ``party_`` columns, written at intake
when the item has a basis for it. The publication role has no right to any person's row in ``subject``.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Table, Text

from resolvers.tables.columns import METADATA, dates, flags, numbers, sealed, text, texts

record = Table(
    "record",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_id", BigInteger, ForeignKey("subject.id"), nullable=False),
    Column("natural", Boolean, nullable=False),  # of the subject: kind of the row for grants and for the wall
    Column("family", Text, nullable=False),  # the GraphQL type
    Column("item", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("subcategory", Text),
    Column("jurisdiction", Text, nullable=False),
    # the document
    *text("document_number", "document_kind"),
    Column("decided_on", Date, nullable=False),
    *dates("document_effective_on", "valid_until"),
    Column("authority_id", BigInteger, ForeignKey("agency.id"), nullable=False),
    Column("source_unit_id", BigInteger, ForeignKey("agency.id"), nullable=False),
    *text("severity", "polarity", "supervision_field"),
    # state (reference 3.10); a date of an event means "from the start of that day"
    Column("state", Text, nullable=False),  # ACTIVE, QUARANTINED, CORRECTED, REVOKED, DELETED
    *texts("quarantine_reasons"),
    *flags("sealed", "minor_at_event"),
    *dates("published_from", "publication_until"),  # shown from the one to the other, both included
    *text("publication_basis"),  # legal basis or consent for publishing a natural person's record
    *dates("repaired_on"),
    *flags("repair_stops_publication", "repair_stops_sharing"),
    *dates("objection_from", "objection_doubtful_from", "objection_until", "revoked_on", "corrected_on"),
    *dates("subject_died_on"),
    *texts("leniency"),
    # the person as named in a published record
    *sealed("party_name", "name_surname"),
    *text("party_id_number__id_court", "party_sex", "party_home_address__addr_county"),
    *numbers("party_age"),
    # text
    *sealed("facts", "redact_text"),
    *sealed("content", "redact_text"),
    *sealed("remark"),
    *sealed("handler"),
    *texts("attachments", "attachments__redact_text"),
    # families; equal names share a column
    *text(
        "licence_kind", "document_name", "certificate_name", "licence_number", "licence_number__id_1_1", "licence_state"
    ),
    *dates("valid_from"),
    *text("violation_type", "penalty_basis", "fine_band", "suspended_licence"),
    *texts("penalty_kinds"),
    *numbers("fine_amount", "confiscated_amount", "amount"),  # fen
    *text("measure_kind", "result", "matter_name", "levy_kind", "payment_kind", "compensation_kind", "inspection_kind"),
    *text("title", "case_number", "court", "cause", "basis_document", "performance", "reason", "removal_reason"),
    *texts("conduct"),
    *sealed("parties", "name_doc"),
    *sealed("holding", "redact_text"),
    *sealed("obligation", "redact_text"),
    *dates("filed_on", "listed_on", "removed_on", "term_end", "notice_date", "period_from", "period_to"),
    *sealed("certificate_number", "id_1_1"),
    *text("list_type", "local_label", "list_category", "department_level", "decision_basis", "sanction_warning"),
    *text("removal_conditions", "removal_procedure", "remedies", "notice_document_number"),
    *numbers("recognising_department_id"),
    *flags("notice_complete"),
    *sealed("party_objection"),
    *text("contract_number", "counterparty", "commitment_kind", "fulfilment", "model", "grade"),
    *sealed("text", "redact_text"),
    *sealed("evidence", "redact_text"),
    *sealed("statement", "redact_text"),
    *numbers("score"),
    *text("granted_by", "right_kind", "right_number", "infringement_decision", "authorisation", "association"),
    *flags("revoked", "reference_only"),
    Index("record_subject", "subject_id", "decided_on", "id"),
    Index("record_item", "item", "decided_on", "id"),
    Index("record_newest", "decided_on", "id"),
    Index("record_document", "document_number"),
    Index("record_authority", "authority_id", "decided_on", "id"),
)

record_person_target = Table(
    "record_person_target",
    METADATA,
    Column("record_id", BigInteger, ForeignKey("record.id"), primary_key=True),
    Column("link_id", BigInteger, ForeignKey("link.id"), primary_key=True),
)
