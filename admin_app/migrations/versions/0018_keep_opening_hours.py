"""Keep when stations are open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "weekday",
            sa.Enum(*"1234567", name="weekday", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name="ck_opening_hours_closes_after_opening"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_opening_hours_station_id"),
        sa.PrimaryKeyConstraint("id", name="pk_opening_hours"),
        sa.UniqueConstraint(
            "station_id", "weekday", "opens_at", name="uq_opening_hours_station_id_weekday_opens_at"
        ),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("opening_hours")
