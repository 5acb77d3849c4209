"""Keep releases of numbers in clear, and decisions on data whose time of keeping is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward; nothing was released or decided."""
    op.create_table(
        "retention_decisions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("outcome", _words("retentionoutcome", "kept", "deleted"), nullable=False),
        sa.Column("reason", sa.String(300), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=True),
        *_placed(),
        sa.CheckConstraint(
            "outcome <> 'kept' OR (reason IS NOT NULL AND until IS NOT NULL)",
            name=op.f("ck_retention_decisions_kept_for_a_reason"),
        ),
        *_links("retention_decisions", volunteer_id="volunteers", decided_by_id="accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_retention_decisions"),
    )
    op.create_index(
        "ix_retention_decisions_volunteer_id_until", "retention_decisions",
        ["volunteer_id", "until"],
    )  # fmt: skip
    op.create_index("ix_retention_decisions_station_id", "retention_decisions", ["station_id"])
    op.create_table(
        "releases",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purpose", _words("releasepurpose", "official", "insurance"), nullable=False),
        sa.Column("activity_id", BIG, nullable=True),
        sa.Column("recipient", sa.String(100), nullable=False),
        sa.Column(
            "state", _words("releasestate", "prepared", "released", "declined", "gone"),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        *_placed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "state <> 'gone' OR file IS NULL", name=op.f("ck_releases_gone_without_a_file")
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR prepared_by_id IS NULL OR decided_by_id <> prepared_by_id",
            name=op.f("ck_releases_released_by_another"),
        ),
        *_links(
            "releases", activity_id="activities", prepared_by_id="accounts",
            decided_by_id="accounts",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
    )  # fmt: skip
    op.create_index(
        "ix_releases_station_id_prepared_on_id", "releases", ["station_id", "prepared_on", "id"]
    )
    op.create_index("ix_releases_expires_at", "releases", ["expires_at"])
    op.create_table(
        "release_lines",
        sa.Column("release_id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name="fk_release_lines_release_id"
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name="fk_release_lines_volunteer_id"
        ),
        sa.PrimaryKeyConstraint("release_id", "volunteer_id", name="pk_release_lines"),
    )
    op.create_index("ix_release_lines_volunteer_id", "release_lines", ["volunteer_id"])


def downgrade() -> None:
    """Go back; the trail keeps what was released and decided."""
    for table in ("release_lines", "releases", "retention_decisions"):
        op.drop_table(table)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _placed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )


def _links(table: str, **links: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=f"fk_{table}_{name}")
        for name, other in {**links, "station_id": "stations"}.items()
    )
