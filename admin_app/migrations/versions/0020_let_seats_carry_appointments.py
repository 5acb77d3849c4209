"""Let seats of a leadership group carry appointments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what is on file carries none."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE leadership_seats ADD COLUMN appointment_id INTEGER"
            " CONSTRAINT fk_leadership_seats_appointment_id REFERENCES appointments (id)"
        )
    else:
        op.add_column("leadership_seats", sa.Column("appointment_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_leadership_seats_appointment_id",
            "leadership_seats",
            "appointments",
            ["appointment_id"],
            ["id"],
        )
    op.create_index("ix_leadership_seats_appointment_id", "leadership_seats", ["appointment_id"])


def downgrade() -> None:
    """Go back; the appointments themselves stay."""
    op.drop_index("ix_leadership_seats_appointment_id", "leadership_seats")
    op.execute("ALTER TABLE leadership_seats DROP COLUMN appointment_id")
