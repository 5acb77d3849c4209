"""Keep what a job did that makes no file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; every job on file made one."""
    op.add_column("jobs", sa.Column("outcome", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back; what was told is lost."""
    op.execute("ALTER TABLE jobs DROP COLUMN outcome")
