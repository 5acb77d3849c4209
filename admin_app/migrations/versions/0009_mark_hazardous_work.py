"""Let activities say that their work is hazardous."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what is on file was not marked."""
    op.add_column(
        "activities",
        sa.Column("hazardous", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Go back."""
    # No batch mode: copying the table takes its triggers along.
    op.execute("ALTER TABLE activities DROP COLUMN hazardous")
