"""Measures (incentives and sanctions) and the feedback of those who execute them.

The objection dates are those of the trigger: the rules of the jurisdiction that initiated the measure decide, also when
another city's department executes it (reference 1.16).
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, Text

from resolvers.tables.columns import METADATA, dates, flags, sealed, text

measure = Table(
    "measure",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_id", BigInteger, ForeignKey("subject.id"), nullable=False),
    Column("natural", Boolean, nullable=False),
    Column("record_id", BigInteger, ForeignKey("record.id")),
    Column("list_entry", Text, nullable=False),  # code of the measures list
    Column("category", Text, nullable=False),
    Column("force", Text, nullable=False),
    *flags("mandatory", "market_subject"),
    Column("legal_basis", Text, nullable=False),
    Column("jurisdiction", Text, nullable=False),  # of the initiating department
    Column("initiated_by_id", BigInteger, ForeignKey("agency.id"), nullable=False),
    Column("executed_by_id", BigInteger, ForeignKey("agency.id")),
    *dates("pushed_on", "in_force_on", "starts_on", "ends_on", "lifted_on", "rejected_on"),
    *text("lift_reason"),
    *dates("objection_from", "objection_doubtful_from", "objection_until"),
    *sealed("human_decision"),
    Index("measure_subject", "subject_id", "starts_on", "id"),
    Index("measure_record", "record_id"),
    Index("measure_executed_by", "executed_by_id", "subject_id"),
    Index("measure_initiated_by", "initiated_by_id", "subject_id"),
    Index("measure_start", "starts_on", "id"),
)

feedback = Table(
    "feedback",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("measure_id", BigInteger, ForeignKey("measure.id"), nullable=False),
    Column("executed_by_id", BigInteger, ForeignKey("agency.id"), nullable=False),
    Column("action", Text, nullable=False),
    *dates("applied_on", "reported_on"),
    *text("matter_number"),
    *sealed("result", "redact_text"),
    Index("feedback_measure", "measure_id", "reported_on", "id"),
)
