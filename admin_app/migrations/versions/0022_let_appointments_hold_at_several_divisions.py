"""Let an appointment hold at several divisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "appointment_divisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name="fk_appointment_divisions_appointment_id"
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_appointment_divisions_division_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appointment_divisions"),
        sa.UniqueConstraint(
            "appointment_id", "division_id",
            name="uq_appointment_divisions_appointment_id_division_id",
        ),
    )
    op.create_index(
        "ix_appointment_divisions_division_id", "appointment_divisions", ["division_id"]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("appointment_divisions")
