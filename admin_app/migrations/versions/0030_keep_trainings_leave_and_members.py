"""Keep trainings with who was there, leave, members of teams, and a team's credit code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
METHODS = ("lecture", "discussion", "cases", "other")
PLACES = ("station_id", "county_id", "prefecture_id")


def upgrade() -> None:
    """Go forward; nothing of it is on file."""
    op.add_column("teams", sa.Column("credit_code", sa.String(18), nullable=True))
    _trainings()
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        *_place(),
        *_stamps(),
        sa.CheckConstraint("until >= since", name="ck_leaves_until_after_since"),
        *_links("leaves", volunteer_id="volunteers", station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_leaves"),
    )
    op.create_index("ix_leaves_volunteer_id_since", "leaves", ["volunteer_id", "since"])
    op.create_table(
        "team_members",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        *_place(),
        *_stamps(),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name="ck_team_members_until_after_since"
        ),
        *_links(
            "team_members", team_id="teams", volunteer_id="volunteers", station_id="stations"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_team_members"),
    )
    op.create_index("ix_team_members_team_id_since", "team_members", ["team_id", "since"])
    op.create_index("ix_team_members_volunteer_id", "team_members", ["volunteer_id"])
    for table, day in (("trainings", "held_on"), ("leaves", "since"), ("team_members", "since")):
        for place in PLACES:
            op.create_index(f"ix_{table}_{place}_{day}_id", table, [place, day, "id"])


def downgrade() -> None:
    """Go back."""
    for table in ("team_members", "leaves", "training_attendees", "trainings"):
        op.drop_table(table)
    op.execute("ALTER TABLE teams DROP COLUMN credit_code")


def _trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column(
            "method", sa.Enum(*METHODS, name="trainingmethod", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("organizer", sa.String(100), nullable=False),
        sa.Column("trainer", sa.String(50), nullable=True),
        sa.Column("place", sa.String(100), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("backbone_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_place(),
        *_stamps(),
        sa.CheckConstraint("minutes > 0", name="ck_trainings_minutes_positive"),
        *_links("trainings", station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_trainings"),
    )  # fmt: skip
    op.create_table(
        "training_attendees",
        sa.Column("id", BIG, nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        *_place(),
        *_links(
            "training_attendees", training_id="trainings", volunteer_id="volunteers",
            station_id="stations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_training_attendees"),
    )  # fmt: skip
    op.create_index(
        "ix_training_attendees_training_id_volunteer_id", "training_attendees",
        ["training_id", "volunteer_id"], unique=True,
    )  # fmt: skip
    op.create_index("ix_training_attendees_volunteer_id", "training_attendees", ["volunteer_id"])


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
        for column, target in targets.items()
    ]


def _place() -> list[sa.Column[int]]:
    return [
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
    ]


def _stamps() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    ]
