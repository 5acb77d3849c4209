"""Keep the days between leaving a roll and coming back; of those before this nothing is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "roll_gaps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("back_on > left_on", name=op.f("ck_roll_gaps_back_after_leaving")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name="fk_roll_gaps_volunteer_id"
        ),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_roll_gaps_station_id"),
        sa.PrimaryKeyConstraint("id", name="pk_roll_gaps"),
    )
    op.create_index("ix_roll_gaps_volunteer_id", "roll_gaps", ["volunteer_id"])


def downgrade() -> None:
    """Go back; whoever came back stood there all the time."""
    op.drop_table("roll_gaps")
