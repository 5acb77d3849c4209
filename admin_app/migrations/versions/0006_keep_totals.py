"""Let confirmed entries be reversed, keep the totals of what counts, and guard both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROUNDS = (
    "wrong_time", "wrong_person", "wrong_activity", "not_served", "not_volunteering", "other",
)  # fmt: skip
KINDS = ("star", "backbone")

# Everything that was vouched for; a reversal may be named once, and never another.
FACTS = (
    "id", "person_id", "volunteer_id", "activity_id", "station_id", "township_id", "county_id",
    "prefecture_id", "category", "served_on", "started_at", "ended_at", "minutes", "content",
    "quality", "state", "source", "recorder", "import_batch_id", "recorded_by_id", "recorded_at",
    "decided_by_id", "decided_at",
)  # fmt: skip
NEW_FACTS = (*FACTS, "corrects_id")

OVERLAP_SQLITE = """
    SELECT RAISE(ABORT, 'confirmed time of one person overlaps') WHERE EXISTS (
        SELECT 1 FROM service_entries e
        WHERE e.person_id = NEW.person_id AND e.id IS NOT NEW.id AND e.state = 'confirmed'{live}
          AND e.served_on BETWEEN date(NEW.served_on, '-1 day') AND date(NEW.served_on, '+1 day')
          AND e.started_at < NEW.ended_at AND NEW.started_at < e.ended_at
    );
"""
KEPT_ONCE = "(OLD.reversed_by_id IS NOT NULL AND OLD.reversed_by_id {differs} NEW.reversed_by_id)"
SQLITE_GUARDS = ("keep_facts", "one_time_insert", "one_time_update")


def upgrade() -> None:
    """Go forward."""
    _make_tables()
    for column, target in (("reversed_by_id", "reversals"), ("corrects_id", "service_entries")):
        # No batch mode: it copies the table and drops the triggers with the old one.
        named = sa.Column(column, sa.BigInteger().with_variant(sa.Integer(), "sqlite"))
        if _is_sqlite():
            op.execute(
                f"ALTER TABLE service_entries ADD COLUMN {column} INTEGER"
                f" CONSTRAINT fk_service_entries_{column} REFERENCES {target} (id)"
            )
        else:
            op.add_column("service_entries", named)
            op.create_foreign_key(
                f"fk_service_entries_{column}", "service_entries", target, [column], ["id"]
            )
        op.create_index(
            f"ix_service_entries_{column}", "service_entries", [column],
            unique=column == "reversed_by_id",
            sqlite_where=sa.text(f"{column} IS NOT NULL"),
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )  # fmt: skip
    _let_papers_be_checked()
    _guard(NEW_FACTS, once=True)
    for statement in _sums():
        op.execute(statement)


def downgrade() -> None:
    """Go back; what was reversed counts again."""
    _drop_guards()
    for column in ("corrects_id", "reversed_by_id"):
        op.drop_index(f"ix_service_entries_{column}", "service_entries")
        # No batch mode here either: the other guards stand on the table.
        op.execute(f"ALTER TABLE service_entries DROP COLUMN {column}")
    for column in ("upheld_by_id", "uphold_reason", "upheld_at", "doubted_at"):
        op.execute(f"ALTER TABLE certificates DROP COLUMN {column}")
    for table in ("standing_changes", "area_months", "person_lives", "person_years", "reversals"):
        op.drop_table(table)
    _guard(FACTS, once=False)


def _let_papers_be_checked() -> None:
    for column in (
        sa.Column("doubted_at", sa.DateTime(), nullable=True),
        sa.Column("upheld_at", sa.DateTime(), nullable=True),
        sa.Column("uphold_reason", sa.String(200), nullable=True),
    ):
        op.add_column("certificates", column)
    if _is_sqlite():
        op.execute(
            "ALTER TABLE certificates ADD COLUMN upheld_by_id INTEGER"
            " CONSTRAINT fk_certificates_upheld_by_id REFERENCES accounts (id)"
        )
    else:
        op.add_column("certificates", sa.Column("upheld_by_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_certificates_upheld_by_id", "certificates", "accounts", ["upheld_by_id"], ["id"]
        )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _make_tables() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "reversals",
        sa.Column("id", big, nullable=False),
        sa.Column(
            "ground",
            sa.Enum(*GROUNDS, name="reversalground", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["accounts.id"], name="fk_reversals_approved_by_id"
        ),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_reversals_station_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reversals"),
    )
    op.create_index("ix_reversals_station_id_id", "reversals", ["station_id", "id"])
    op.create_index("ix_reversals_county_id_id", "reversals", ["county_id", "id"])
    op.create_table(
        "person_years",
        sa.Column("person_id", big, nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_person_years_person_id"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_person_years_station_id"),
        sa.PrimaryKeyConstraint("person_id", "station_id", "year", name="pk_person_years"),
    )
    op.create_index("ix_person_years_station_id_year", "person_years", ["station_id", "year"])
    op.create_table(
        "person_lives",
        sa.Column("person_id", big, autoincrement=False, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_person_lives_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_lives"),
    )
    op.create_table(
        "area_months",
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(4), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place_id", "month", "category", name="pk_area_months"),
    )
    op.create_table(
        "standing_changes",
        sa.Column("id", big, nullable=False),
        sa.Column("person_id", big, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="standingkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("division_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name="fk_standing_changes_person_id"
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_standing_changes_division_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_standing_changes"),
    )
    op.create_index("ix_standing_changes_person_id_id", "standing_changes", ["person_id", "id"])


def _drop_guards() -> None:
    if _is_sqlite():
        for guard in SQLITE_GUARDS:
            op.execute(f"DROP TRIGGER service_entries_{guard}")
    else:
        op.execute("DROP TRIGGER service_entries_keep_facts ON service_entries")
        op.execute("ALTER TABLE service_entries DROP CONSTRAINT ex_service_entries_one_time")


def _guard(facts: tuple[str, ...], *, once: bool) -> None:
    """Make the guards of the entries; those of an earlier shape are gone, or go first."""
    if once:
        _drop_guards()
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    changed = " OR ".join(
        [f"OLD.{name} {differs} NEW.{name}" for name in facts]
        + ([KEPT_ONCE.format(differs=differs)] if once else [])
    )
    live = " AND e.reversed_by_id IS NULL" if once else ""
    overlap = OVERLAP_SQLITE.format(live=live)
    if _is_sqlite():
        op.execute(
            "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
            f" WHEN OLD.state = 'confirmed' AND ({changed})"
            " BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END"
        )
        op.execute(
            "CREATE TRIGGER service_entries_one_time_insert BEFORE INSERT ON service_entries"
            f" WHEN NEW.state = 'confirmed' BEGIN {overlap} END"
        )
        op.execute(
            "CREATE TRIGGER service_entries_one_time_update BEFORE UPDATE ON service_entries"
            f" WHEN NEW.state = 'confirmed' AND OLD.state <> 'confirmed' BEGIN {overlap} END"
        )
        return
    counts = "state = 'confirmed'" + (" AND reversed_by_id IS NULL" if once else "")
    op.execute(
        "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
        f" FOR EACH ROW WHEN (OLD.state = 'confirmed' AND ({changed}))"
        " EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "ALTER TABLE service_entries ADD CONSTRAINT ex_service_entries_one_time"
        " EXCLUDE USING gist (person_id WITH =, tsrange(started_at, ended_at) WITH &&)"
        f" WHERE ({counts})"
    )


def _sums() -> list[str]:
    """Return what fills the totals from the entries that are there."""
    year, month = (
        (
            "CAST(strftime('%Y', served_on) AS INTEGER)",
            "CAST(strftime('%Y%m', served_on) AS INTEGER)",
        )
        if _is_sqlite()
        else (
            "CAST(extract(year FROM served_on) AS integer)",
            "CAST(to_char(served_on, 'YYYYMM') AS integer)",
        )
    )
    counted = "FROM service_entries WHERE state = 'confirmed'"
    sums = [
        f"INSERT INTO person_years SELECT person_id, station_id, {year}, sum(minutes), count(*)"
        f" {counted} GROUP BY 1, 2, 3",
        "INSERT INTO person_lives SELECT person_id, sum(minutes), sum(entries) FROM person_years"
        " GROUP BY 1",
    ]
    for level in ("station", "township", "county", "prefecture"):
        for category in ("", "category"):
            grouped = ", ".join(filter(None, (f"{level}_id", month, category)))
            told = category or "''"
            sums.append(
                f"INSERT INTO area_months SELECT '{level}', {level}_id, {month}, {told},"
                f" sum(minutes), count(*), count(DISTINCT person_id) {counted}"
                f" AND {level}_id IS NOT NULL GROUP BY {grouped}"
            )
    return sums
