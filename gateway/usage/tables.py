"""What the quarterly report counts of the log, as tables: drawn from the leaves behind their writing.

A trigger on ``audit_index`` fills them (migration 0014): each entry is counted in the transaction in which the index
draws it, so that a report reads a few rows however long the log is. They name no subject: ``usage_subject`` keeps, for
the newest two quarters alone, short digests by which a subject is counted once, other digests for each department and
purpose.
"""

from sqlalchemy import BigInteger, Column, Date, LargeBinary, MetaData, Table, Text

METADATA = MetaData()


def _of_what() -> tuple[Column[object], ...]:
    return (
        Column("quarter", Date, primary_key=True),  # its first day, in China's calendar
        Column("agency_id", BigInteger, primary_key=True, autoincrement=False),
        Column("purpose", Text, primary_key=True),
    )


usage_count = Table(
    "usage_count",
    METADATA,
    *_of_what(),
    Column("queries", BigInteger, nullable=False),
    Column("subjects", BigInteger, nullable=False),
    Column("verdicts", BigInteger, nullable=False),
    Column("hits", BigInteger, nullable=False),
)

usage_refusal = Table(
    "usage_refusal",
    METADATA,
    *_of_what(),  # "" where none was stated, or in no known form
    Column("code", Text, primary_key=True),
    Column("times", BigInteger, nullable=False),
)

usage_subject = Table("usage_subject", METADATA, *_of_what(), Column("subject", LargeBinary, primary_key=True))

usage_check = Table(
    "usage_check",
    METADATA,
    Column("client_id", Text, primary_key=True),
    Column("matter_ref", LargeBinary, primary_key=True),  # as in ``audit_actor``
)
