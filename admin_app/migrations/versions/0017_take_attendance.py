"""Keep who came to an activity and went, and that its sheet was handed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("signed_out_at IS NULL AND dropped_for IS NULL")
WAITS = sa.text("entry_id IS NULL AND dropped_for IS NULL")
KEYS = {
    "activity_id": "activities",
    "volunteer_id": "volunteers",
    "noted_by_id": "accounts",
    "decided_by_id": "accounts",
    "station_id": "stations",
}


def upgrade() -> None:
    """Go forward; nobody's attendance is on file."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "attendances",
        sa.Column("id", big, nullable=False),
        sa.Column("activity_id", big, nullable=False),
        sa.Column("volunteer_id", big, nullable=False),
        sa.Column("signed_in_at", sa.DateTime(), nullable=False),
        sa.Column("signed_out_at", sa.DateTime(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(100), nullable=True),
        sa.Column("dropped_for", sa.String(100), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("entry_id", big, nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "signed_out_at IS NULL OR signed_out_at > signed_in_at",
            name="ck_attendances_out_after_in",
        ),
        *(
            sa.ForeignKeyConstraint([key], [f"{table}.id"], name=f"fk_attendances_{key}")
            for key, table in KEYS.items()
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["service_entries.id"], name="fk_attendances_entry_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attendances"),
    )  # fmt: skip
    op.create_index(
        "ix_attendances_activity_id_volunteer_id", "attendances", ["activity_id", "volunteer_id"]
    )
    op.create_index(
        "uq_attendances_signed_in", "attendances", ["activity_id", "volunteer_id"], unique=True,
        sqlite_where=IS_OPEN, postgresql_where=IS_OPEN,
    )  # fmt: skip
    op.create_index(
        "ix_attendances_waiting", "attendances", ["station_id", "activity_id"],
        sqlite_where=WAITS, postgresql_where=WAITS,
    )  # fmt: skip
    op.create_index("ix_attendances_entry_id", "attendances", ["entry_id"])
    # No batch mode: copying the table takes its triggers along.
    op.add_column("activities", sa.Column("handed_in_at", sa.DateTime(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE activities ADD COLUMN handed_in_by_id INTEGER"
            " CONSTRAINT fk_activities_handed_in_by_id REFERENCES accounts (id)"
        )
    else:
        op.add_column("activities", sa.Column("handed_in_by_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_activities_handed_in_by_id", "activities", "accounts", ["handed_in_by_id"], ["id"]
        )


def downgrade() -> None:
    """Go back; the sheets are lost, the trail keeps them."""
    op.drop_table("attendances")
    for column in ("handed_in_by_id", "handed_in_at"):
        op.execute(f"ALTER TABLE activities DROP COLUMN {column}")
