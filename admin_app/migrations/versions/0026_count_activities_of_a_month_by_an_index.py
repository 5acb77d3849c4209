"""Count what the stations of a prefecture held in a month without a look at each activity."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAME = "ix_activities_prefecture_id_month"
COLUMNS = (
    "prefecture_id", "held_on", "state", "station_id", "desk_duty", "gate", "due_on", "recorded_on",
)  # fmt: skip


def upgrade() -> None:
    """Add the index."""
    op.create_index(NAME, "activities", COLUMNS)


def downgrade() -> None:
    """Take it away."""
    op.drop_index(NAME, "activities")
