"""Keep on which days stations got or lost their managers; how they stand now is on file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; nothing is known of the days before."""
    op.create_table(
        "manager_changes",
        sa.Column("station_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("had", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_manager_changes_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", "changed_on", name=op.f("pk_manager_changes")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("manager_changes")
