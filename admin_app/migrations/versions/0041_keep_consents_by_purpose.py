"""Keep which privacy notice was read, and each person's own consents beside those of guardians."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AREAS = ("station_id", "township_id", "county_id", "prefecture_id")
KEPT = (
    "id", "volunteer_id", "scope", "guardian_name", "relation", "phone", "phone_hash",
    "phone_masked", "given_on", "withdrawn_on", "note", *AREAS, "version", "created_at",
    "updated_at",
)  # fmt: skip
AT_ONCE = 1000

consents = sa.table(
    "consents",
    *(sa.column(name) for name in ("volunteer_id", "scope", "field", "guardian_name", *AREAS)),
    sa.column("given_on", sa.Date()), sa.column("created_at", sa.DateTime()),
    sa.column("updated_at", sa.DateTime()),
)  # fmt: skip
volunteers = sa.table(
    "volunteers", *(sa.column(name) for name in ("id", *AREAS)),
    sa.column("publication_consent_on", sa.Date()), sa.column("separate_consents", sa.JSON()),
)  # fmt: skip


def upgrade() -> None:
    """Go forward; of what was agreed to before, edition and way are not known."""
    _read("registrations")
    _read("volunteers")
    _make()
    names = ", ".join(KEPT)
    op.execute(f"INSERT INTO consents ({names}) SELECT {names} FROM guardian_consents")  # noqa: S608
    _count_on("consents")
    _link("guardian_consents", "consents")
    op.drop_table("guardian_consents")
    now = datetime.now(UTC).replace(tzinfo=None)
    rows: list[dict[str, object]] = []
    for row in _own():
        rows.append({**row, "created_at": now, "updated_at": now})
        if len(rows) == AT_ONCE:
            op.get_bind().execute(consents.insert(), rows)
            rows = []
    if rows:
        op.get_bind().execute(consents.insert(), rows)


def downgrade() -> None:
    """Go back; the lines of the roll still say what people agree to themselves."""
    op.execute("DELETE FROM consents WHERE guardian_name IS NULL OR scope = 'answer'")
    _make_older()
    names = ", ".join(KEPT)
    op.execute(f"INSERT INTO guardian_consents ({names}) SELECT {names} FROM consents")  # noqa: S608
    _count_on("guardian_consents")
    _link("consents", "guardian_consents")
    op.drop_table("consents")
    for table in ("registrations", "volunteers"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN notice_rule_id")
        op.execute(f"ALTER TABLE {table} DROP COLUMN notice_on")


def _read(table: str) -> None:
    op.add_column(table, sa.Column("notice_on", sa.Date(), nullable=True))
    _refer(table, "notice_rule_id", "rules", sa.Integer())


def _refer(table: str, column: str, other: str, kind: sa.types.TypeEngine[int]) -> None:
    # No batch mode: copying a table takes its triggers along.
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name}"
            f" REFERENCES {other} (id)"
        )
    else:
        op.add_column(table, sa.Column(column, kind, nullable=True))
        op.create_foreign_key(name, table, other, [column], ["id"])


def _make() -> None:
    op.create_table(
        "consents",
        *_columns(
            sa.Column("field", sa.String(40), nullable=True),
            sa.Column("guardian_name", sa.String(50), nullable=True),
            sa.Column("way", sa.String(40), nullable=True),
            sa.Column("notice_rule_id", sa.Integer(), nullable=True),
        ),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= given_on",
            name=op.f("ck_consents_withdrawn_after"),
        ),
        sa.CheckConstraint(
            "(scope = 'answer') = (field IS NOT NULL)", name=op.f("ck_consents_answer_to_a_field")
        ),
        sa.CheckConstraint(
            "scope <> 'service' OR guardian_name IS NOT NULL",
            name=op.f("ck_consents_service_by_guardian"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_rule_id"], ["rules.id"], name="fk_consents_notice_rule_id"
        ),
        *_links("consents"),
    )
    _index("consents")


def _make_older() -> None:
    op.create_table(
        "guardian_consents",
        *_columns(sa.Column("guardian_name", sa.String(50), nullable=False)),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= given_on",
            name=op.f("ck_guardian_consents_withdrawn_after"),
        ),
        *_links("guardian_consents"),
    )
    _index("guardian_consents")


def _columns(*more: sa.Column[object]) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("scope", sa.String(40), nullable=False),
        *more,
        sa.Column("relation", sa.String(20), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(64), nullable=True),
        sa.Column("phone_masked", sa.String(20), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )


def _links(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=f"fk_{table}_volunteer_id"
        ),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=f"fk_{table}_station_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _index(table: str) -> None:
    op.create_index(
        f"ix_{table}_volunteer_id_scope_given_on", table, ["volunteer_id", "scope", "given_on"]
    )
    for place in ("station_id", "county_id", "prefecture_id"):
        op.create_index(f"ix_{table}_{place}_given_on_id", table, [place, "given_on", "id"])
    op.create_index(f"ix_{table}_phone_hash", table, ["phone_hash"])


def _count_on(table: str) -> None:
    """Let PostgreSQL give out numbers after those that were copied."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608
            f" GREATEST((SELECT MAX(id) FROM {table}), 1))"
        )


def _link(older: str, newer: str) -> None:
    """Let papers name the new table, each the same consent as before."""
    connection = op.get_bind()
    held = connection.execute(
        sa.text("SELECT id, consent_id FROM evidence_files WHERE consent_id IS NOT NULL")
    ).all()
    op.drop_index("ix_evidence_files_consent_id", "evidence_files")
    op.execute("ALTER TABLE evidence_files DROP COLUMN consent_id")
    _refer("evidence_files", "consent_id", newer, sa.BigInteger())
    for number, consent in held:
        connection.execute(
            sa.text("UPDATE evidence_files SET consent_id = :consent WHERE id = :number"),
            {"consent": consent, "number": number},
        )
    op.create_index("ix_evidence_files_consent_id", "evidence_files", ["consent_id"])


def _own() -> Iterator[dict[str, object]]:
    """Yield what the lines of the roll say that people agree to."""
    found = op.get_bind().execute(
        sa.select(volunteers)
        .where(
            volunteers.c.publication_consent_on.is_not(None)
            | volunteers.c.separate_consents.is_not(None)
        )
        .order_by(volunteers.c.id)
    )
    for row in found.all():
        told = {"volunteer_id": row.id, **{name: getattr(row, name) for name in AREAS}}
        if row.publication_consent_on is not None:
            yield {
                **told, "scope": "publication", "field": None, "guardian_name": None,
                "given_on": row.publication_consent_on,
            }  # fmt: skip
        for field, given in (row.separate_consents or {}).items():
            yield {
                **told, "scope": "answer", "field": field, "guardian_name": given.get("guardian"),
                "given_on": date.fromisoformat(given["on"]),
            }  # fmt: skip
