"""Note where entries stand in the official system, and which activities are wholly there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = ("uploaded", "refused", "taken_back")
PLACES = ("station_id", "county_id", "prefecture_id")
OPEN = "uploaded_on IS NULL AND state = 'held'"


def upgrade() -> None:
    """Go forward; nothing on file was noted as uploaded."""
    # No batch mode: copying the tables takes their triggers along.
    for column in (
        sa.Column(
            "official_state",
            sa.Enum(*STATES, name="officialstate", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("official_number", sa.String(40), nullable=True),
        sa.Column("official_on", sa.Date(), nullable=True),
    ):
        op.add_column("service_entries", column)
    op.add_column("activities", sa.Column("uploaded_on", sa.Date(), nullable=True))
    # What waits for the upload is a small part of all, once an office keeps up.
    for place in PLACES:
        op.create_index(
            f"ix_activities_{place}_uploaded_on", "activities", [place, "held_on"],
            sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
        )  # fmt: skip


def downgrade() -> None:
    """Go back; what was noted is lost, the trail keeps it."""
    for place in PLACES:
        op.drop_index(f"ix_activities_{place}_uploaded_on", "activities")
    op.execute("ALTER TABLE activities DROP COLUMN uploaded_on")
    for column in ("official_on", "official_number", "official_state"):
        op.execute(f"ALTER TABLE service_entries DROP COLUMN {column}")
