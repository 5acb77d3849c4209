"""Keep what became of each backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

OUTCOMES = ("running", "done", "proved", "unsound", "failed")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "backups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(*OUTCOMES, name="backupoutcome", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("entries", sa.BigInteger(), nullable=True),
        sa.Column("traces", sa.BigInteger(), nullable=True),
        sa.Column("files", sa.Integer(), nullable=True),
        sa.Column("proved_at", sa.DateTime(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name="fk_backups_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_backups"),
    )
    op.create_index("ix_backups_began_at", "backups", ["began_at"])


def downgrade() -> None:
    """Go back; the backups themselves stay where they lie."""
    op.drop_table("backups")
