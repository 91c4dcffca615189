"""Credit services as clients: they state PM-906, as banks state PM-901."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE client DROP CONSTRAINT client_role_known, ADD CONSTRAINT client_role_known "
        "CHECK (role IN ('AGENCY', 'BANK', 'CREDIT_SERVICE', 'AUDIT'))"
    )
