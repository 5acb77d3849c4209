"""Keep what the nightly checks of the ledger found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OUTCOMES = ("running", "clean", "differs", "no_entry", "broken")


def upgrade() -> None:
    """Go forward; no night was checked before."""
    op.create_table(
        "ledger_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(*OUTCOMES, name="checkoutcome", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("entries", sa.Integer(), nullable=True),
        sa.Column("differences", sa.Integer(), nullable=True),
        sa.Column("by_table", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_checks"),
        sa.UniqueConstraint("night", name="uq_ledger_checks_night"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("ledger_checks")
