"""Keep merges of persons, and let just a decided merge move confirmed entries to another person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DONE = sa.text("state = 'done'")
# Everything that was vouched for; whose entry it is has a guard of its own from now on.
FACTS = (
    "id", "person_id", "volunteer_id", "activity_id", "station_id", "township_id", "county_id",
    "prefecture_id", "category", "served_on", "started_at", "ended_at", "minutes", "content",
    "quality", "state", "source", "recorder", "import_batch_id", "recorded_by_id", "recorded_at",
    "decided_by_id", "decided_at", "corrects_id", "rated_at", "rule", "kind", "place",
    "guardian_present",
)  # fmt: skip
NEW_FACTS = tuple(name for name in FACTS if name not in ("person_id", "volunteer_id"))
KEPT_ONCE = "(OLD.reversed_by_id IS NOT NULL AND OLD.reversed_by_id {differs} NEW.reversed_by_id)"
# A confirmed entry goes to the person that a done merge names, on a line of the same station.
MERGED = """EXISTS (
    SELECT 1 FROM person_merges m JOIN volunteers v ON v.id = NEW.volunteer_id
    WHERE m.state = 'done' AND m.absorbed_id = OLD.person_id AND m.kept_id = NEW.person_id
      AND v.person_id = NEW.person_id AND v.station_id = NEW.station_id)"""
OVERLAP_SQLITE = """
    SELECT RAISE(ABORT, 'confirmed time of one person overlaps') WHERE EXISTS (
        SELECT 1 FROM service_entries e
        WHERE e.person_id = NEW.person_id AND e.id IS NOT NEW.id AND e.state = 'confirmed'
          AND e.reversed_by_id IS NULL
          AND e.served_on BETWEEN date(NEW.served_on, '-1 day') AND date(NEW.served_on, '+1 day')
          AND e.started_at < NEW.ended_at AND NEW.started_at < e.ended_at
    );
"""
SQLITE_UP = (
    f"""CREATE TRIGGER service_entries_keep_person BEFORE UPDATE ON service_entries
    WHEN OLD.state = 'confirmed'
      AND (OLD.person_id IS NOT NEW.person_id OR OLD.volunteer_id IS NOT NEW.volunteer_id)
      AND NOT {MERGED}
    BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END""",
    f"""CREATE TRIGGER service_entries_one_time_merge BEFORE UPDATE ON service_entries
    WHEN NEW.state = 'confirmed' AND NEW.reversed_by_id IS NULL
      AND OLD.person_id IS NOT NEW.person_id
    BEGIN {OVERLAP_SQLITE} END""",
    """CREATE TRIGGER person_merges_keep_facts BEFORE UPDATE ON person_merges
    WHEN OLD.state = 'done'
    BEGIN SELECT RAISE(ABORT, 'a merge that was done cannot change'); END""",
    """CREATE TRIGGER person_merges_keep_rows BEFORE DELETE ON person_merges
    WHEN OLD.state = 'done'
    BEGIN SELECT RAISE(ABORT, 'a merge that was done cannot be deleted'); END""",
    """CREATE TRIGGER person_merges_keep_keys BEFORE INSERT ON person_merges
    WHEN EXISTS (SELECT 1 FROM person_merges WHERE id = NEW.id AND state = 'done')
    BEGIN SELECT RAISE(ABORT, 'a merge that was done cannot be replaced'); END""",
)
POSTGRESQL_UP = (
    f"""CREATE FUNCTION refuse_another_person() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT {MERGED} THEN
        RAISE EXCEPTION 'a confirmed entry cannot change' USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER service_entries_keep_person BEFORE UPDATE ON service_entries
    FOR EACH ROW WHEN (OLD.state = 'confirmed'
      AND (OLD.person_id IS DISTINCT FROM NEW.person_id
        OR OLD.volunteer_id IS DISTINCT FROM NEW.volunteer_id))
    EXECUTE FUNCTION refuse_another_person()""",
    """CREATE TRIGGER person_merges_keep_facts BEFORE UPDATE ON person_merges
    FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER person_merges_keep_rows BEFORE DELETE ON person_merges
    FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER person_merges_keep_all BEFORE TRUNCATE ON person_merges
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "person_merges",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kept_id", BIG, nullable=False),
        sa.Column("absorbed_id", BIG, nullable=False),
        sa.Column("kept_told", sa.String(120), nullable=False),
        sa.Column("absorbed_told", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "prepared", "done", "declined", name="mergestate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kept_id <> absorbed_id", name="ck_person_merges_two_rows"),
        *(
            sa.ForeignKeyConstraint([link], [f"{table}.id"], name=f"fk_person_merges_{link}")
            for link, table in (
                ("kept_id", "persons"), ("absorbed_id", "persons"), ("station_id", "stations"),
                ("prepared_by_id", "accounts"), ("decided_by_id", "accounts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person_merges"),
    )  # fmt: skip
    for columns in (["station_id", "id"], ["county_id", "id"], ["kept_id"]):
        op.create_index(f"ix_person_merges_{'_'.join(columns)}", "person_merges", columns)
    op.create_index(
        "uq_person_merges_absorbed", "person_merges", ["absorbed_id"], unique=True,
        sqlite_where=DONE, postgresql_where=DONE,
    )  # fmt: skip
    _guard(NEW_FACTS)
    for statement in SQLITE_UP if _is_sqlite() else POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    """Go back; that two rows were one person is no longer told, their entries stay together."""
    if _is_sqlite():
        for trigger in ("keep_person", "one_time_merge"):
            op.execute(f"DROP TRIGGER service_entries_{trigger}")
    else:
        op.execute("DROP FUNCTION refuse_another_person() CASCADE")
    op.drop_table("person_merges")  # and its triggers
    _guard(FACTS)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(facts: tuple[str, ...]) -> None:
    """Make the guard of the facts anew."""
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    changed = " OR ".join(
        [f"OLD.{name} {differs} NEW.{name}" for name in facts] + [KEPT_ONCE.format(differs=differs)]
    )
    where = "" if _is_sqlite() else " ON service_entries"
    op.execute(f"DROP TRIGGER service_entries_keep_facts{where}")
    if _is_sqlite():
        op.execute(
            "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
            f" WHEN OLD.state = 'confirmed' AND ({changed})"
            " BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
            f" FOR EACH ROW WHEN (OLD.state = 'confirmed' AND ({changed}))"
            " EXECUTE FUNCTION refuse_change()"
        )
