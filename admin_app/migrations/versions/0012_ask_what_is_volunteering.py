"""Keep the answer to the six kinds of activity that are no volunteering."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ANSWERS = ("none", "own_work", "own_rules", "own_interest", "unclear", "paid", "traded")


def upgrade() -> None:
    """Go forward; nobody was asked of what is on file."""
    # No batch mode: copying the table takes its triggers along.
    op.add_column(
        "activities",
        sa.Column(
            "gate", sa.Enum(*ANSWERS, name="gate", native_enum=False, length=40), nullable=True
        ),
    )
    op.add_column("activities", sa.Column("gate_at", sa.DateTime(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE activities ADD COLUMN gate_by_id INTEGER"
            " CONSTRAINT fk_activities_gate_by_id REFERENCES accounts (id)"
        )
    else:
        op.add_column("activities", sa.Column("gate_by_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_activities_gate_by_id", "activities", "accounts", ["gate_by_id"], ["id"]
        )


def downgrade() -> None:
    """Go back; the answers are lost, the trail keeps them."""
    for column in ("gate_by_id", "gate_at", "gate"):
        op.execute(f"ALTER TABLE activities DROP COLUMN {column}")
