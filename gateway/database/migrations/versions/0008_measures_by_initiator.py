"""Whoever initiated measures finds them by an index, as those who carry them out do."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("CREATE INDEX measure_initiated_by ON measure (initiated_by_id, subject_id)")
