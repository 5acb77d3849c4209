"""Keep which stations are exempt from the two-person rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "exemptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(100), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name="ck_exemptions_ends_after_start"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["accounts.id"], name="fk_exemptions_granted_by_id"
        ),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_exemptions_station_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exemptions"),
    )
    op.create_index("ix_exemptions_station_id_since", "exemptions", ["station_id", "since"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("exemptions")
