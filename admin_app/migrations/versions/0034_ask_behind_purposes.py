"""Keep what a station asks a field for, and what people answer beyond what the rules name."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

FIELDS = (
    "political_status", "education", "occupation", "nationality", "ethnic_group", "email",
    "address", "service_area", "specialities", "slots", "emergency_contact", "health_note",
)  # fmt: skip
OPEN = sa.text("ended_on IS NULL")


def upgrade() -> None:
    """Go forward; no purpose is known, so that what was kept is shown nowhere until one is."""
    op.create_table(
        "field_purposes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(*FIELDS, name="optionalfield", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("stated_by_id", sa.Integer(), nullable=True),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= since", name="ck_field_purposes_ends_after_start"
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_field_purposes_station_id"
        ),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["accounts.id"], name="fk_field_purposes_stated_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_field_purposes"),
    )
    op.create_index(
        "ix_field_purposes_station_id_since", "field_purposes", ["station_id", "since"]
    )
    op.create_index(
        "uq_field_purposes_open", "field_purposes", ["station_id", "field"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    # No batch mode: it would copy the tables.
    for table in ("volunteers", "registrations"):
        for column in _columns(table):
            op.add_column(table, column)


def downgrade() -> None:
    """Go back; what was answered to the fields that came with this is lost."""
    for table in ("volunteers", "registrations"):
        for column in _columns(table):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column.name}")
    op.drop_table("field_purposes")


def _columns(table: str) -> Iterator[sa.Column[object]]:
    """Yield what is new in a table; a roll knew the first three before."""
    if table == "registrations":
        yield sa.Column("political_status", sa.String(30), nullable=True)
        yield sa.Column("education", sa.String(30), nullable=True)
        yield sa.Column("occupation", sa.String(50), nullable=True)
    yield sa.Column("nationality", sa.String(30), nullable=True)
    yield sa.Column("ethnic_group", sa.String(30), nullable=True)
    yield sa.Column("email", sa.String(100), nullable=True)
    yield sa.Column("service_area", sa.String(100), nullable=True)
    yield sa.Column("specialities", sa.JSON(), nullable=True)
    yield sa.Column("slots", sa.Integer(), nullable=True)
    yield sa.Column("emergency_name", sa.String(50), nullable=True)
    yield sa.Column("emergency_relation", sa.String(20), nullable=True)
    yield sa.Column("emergency_phone", sa.LargeBinary(), nullable=True)
    yield sa.Column("emergency_phone_masked", sa.String(40), nullable=True)
    yield sa.Column("health_note", sa.LargeBinary(), nullable=True)
    yield sa.Column("separate_consents", sa.JSON(), nullable=True)
