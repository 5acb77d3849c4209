"""Keep evidence files, and what a station's file tells: host, managers, signs, equipment, items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

HOSTS = (
    "community_service", "committee_office", "social_work", "civilization", "lei_feng", "own",
    "other",
)  # fmt: skip
SUBJECTS = (
    "premises", "equipment", "signage", "staff", "team", "rules", "services", "ledger", "other",
)  # fmt: skip
KINDS = ("civilization", "convenience", "public", "special", "training")
FLAGS = ("independent_post", "has_desk_sign", "has_plaque", "has_uniform")
BODIES = ("party_branch", "subdistrict_office", "service_centre")
COUNTS = ("managers_full_time", "managers_part_time")


def upgrade() -> None:
    """Go forward; what nobody said of the stations on file stays unsaid."""
    op.add_column("stations", sa.Column("host", _words("hostfacility", HOSTS), nullable=True))
    for name in COUNTS:
        op.add_column("stations", sa.Column(name, sa.Integer(), nullable=True))
    for name in BODIES:
        op.add_column("stations", sa.Column(name, sa.String(100), nullable=True))
    for name in FLAGS:
        op.add_column(
            "stations", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.add_column("stations", sa.Column("profile", sa.Text(), nullable=True))
    _evidence_files()
    _equipment()
    _service_items()


def downgrade() -> None:
    """Go back; the files of the evidence stay in the instance folder."""
    for table in ("service_items", "station_equipment", "evidence_files"):
        op.drop_table(table)
    for name in ("host", *COUNTS, *BODIES, *FLAGS, "profile"):
        op.execute(f"ALTER TABLE stations DROP COLUMN {name}")


def _evidence_files() -> None:
    op.create_table(
        "evidence_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", _words("evidencesubject", SUBJECTS), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("caption", sa.String(200), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("media", _words("mediatype", ("image/jpeg", "application/pdf")), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(100), nullable=False),
        sa.Column("stored_as", sa.String(32), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        *_place(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *_stamps(),
        *_links("evidence_files", rule_id="rules", uploaded_by_id="accounts",
                removed_by_id="accounts", station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_files"),
        sa.UniqueConstraint("stored_as", name="uq_evidence_files_stored_as"),
    )  # fmt: skip
    op.create_index(
        "ix_evidence_files_station_id_subject", "evidence_files", ["station_id", "subject"]
    )
    op.create_index("ix_evidence_files_rule_id", "evidence_files", ["rule_id"])


def _equipment() -> None:
    op.create_table(
        "station_equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *_place(),
        *_stamps(),
        sa.CheckConstraint("count > 0", name="ck_station_equipment_count_positive"),
        *_links("station_equipment", station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_station_equipment"),
        sa.UniqueConstraint("station_id", "name", name="uq_station_equipment_station_id_name"),
    )


def _service_items() -> None:
    op.create_table(
        "service_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("servicekind", KINDS), nullable=False),
        sa.Column("text", sa.String(100), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        *_place(),
        *_stamps(),
        sa.CheckConstraint(
            "until IS NULL OR since IS NULL OR until >= since",
            name="ck_service_items_until_after_since",
        ),
        *_links("service_items", station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_service_items"),
        sa.UniqueConstraint(
            "station_id", "kind", "text", name="uq_service_items_station_id_kind_text"
        ),
    )


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


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
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    ]
