"""The tables of the log's tree: places of leaves, full tiles, heads and keys; nothing of them is taken back."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
