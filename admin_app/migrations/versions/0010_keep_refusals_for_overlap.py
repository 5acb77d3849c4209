"""Keep what was refused because a person's time was taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ACTS = ("record", "confirm", "import")


def upgrade() -> None:
    """Go forward; what was refused before is not known."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "overlap_refusals",
        sa.Column("id", big, nullable=False),
        sa.Column("volunteer_id", big, nullable=False),
        sa.Column("name_masked", sa.String(50), nullable=False),
        sa.Column(
            "act", sa.Enum(*ACTS, name="refusedact", native_enum=False, length=40), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("other_station", sa.String(100), nullable=False),
        sa.Column("other_started_at", sa.DateTime(), nullable=False),
        sa.Column("other_ended_at", sa.DateTime(), nullable=False),
        sa.Column("refused_to_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name="fk_overlap_refusals_volunteer_id"
        ),
        sa.ForeignKeyConstraint(
            ["refused_to_id"], ["accounts.id"], name="fk_overlap_refusals_refused_to_id"
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_overlap_refusals_station_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_overlap_refusals"),
    )
    for place in ("station_id", "county_id", "prefecture_id"):
        op.create_index(f"ix_overlap_refusals_{place}_id", "overlap_refusals", [place, "id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("overlap_refusals")
