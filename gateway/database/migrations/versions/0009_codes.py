"""Organisations are found by the codes of earlier times, and by the organisation code inside their credit code."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("CREATE INDEX subject_other_codes ON subject USING gin (other_codes)")
    op.execute("CREATE INDEX subject_organisation_code ON subject (substr(uscc, 9, 9))")
