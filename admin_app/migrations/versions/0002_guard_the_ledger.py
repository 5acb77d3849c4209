"""Let the database itself refuse to change, delete or double what was confirmed."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Everything that was vouched for; what may still change is the flags, the version and its time.
FACTS = (
    "id", "person_id", "volunteer_id", "activity_id", "station_id", "township_id", "county_id",
    "prefecture_id", "category", "served_on", "started_at", "ended_at", "minutes", "content",
    "quality", "state", "source", "recorder", "import_batch_id", "recorded_by_id", "recorded_at",
    "decided_by_id", "decided_at",
)

CHANGED_SQLITE = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FACTS)
CHANGED_POSTGRESQL = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FACTS)

# A stretch may run past midnight, so the neighbour days are looked at too; the index on
# (person_id, served_on) keeps that to a handful of rows.
OVERLAP_SQLITE = """
    SELECT RAISE(ABORT, 'confirmed time of one person overlaps') WHERE EXISTS (
        SELECT 1 FROM service_entries e
        WHERE e.person_id = NEW.person_id AND e.id IS NOT NEW.id AND e.state = 'confirmed'
          AND e.served_on BETWEEN date(NEW.served_on, '-1 day') AND date(NEW.served_on, '+1 day')
          AND e.started_at < NEW.ended_at AND NEW.started_at < e.ended_at
    );
"""

SQLITE_UP = (
    f"""CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries
    WHEN OLD.state = 'confirmed' AND ({CHANGED_SQLITE})
    BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END""",
    """CREATE TRIGGER service_entries_keep_rows BEFORE DELETE ON service_entries
    WHEN OLD.state = 'confirmed'
    BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot be deleted'); END""",
    # REPLACE deletes without a delete trigger unless recursive_triggers is on.
    """CREATE TRIGGER service_entries_keep_keys BEFORE INSERT ON service_entries
    WHEN EXISTS (SELECT 1 FROM service_entries WHERE id = NEW.id AND state = 'confirmed')
    BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot be replaced'); END""",
    f"""CREATE TRIGGER service_entries_one_time_insert BEFORE INSERT ON service_entries
    WHEN NEW.state = 'confirmed' BEGIN {OVERLAP_SQLITE} END""",
    f"""CREATE TRIGGER service_entries_one_time_update BEFORE UPDATE ON service_entries
    WHEN NEW.state = 'confirmed' AND OLD.state <> 'confirmed' BEGIN {OVERLAP_SQLITE} END""",
    """CREATE TRIGGER audit_entries_keep_facts BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail cannot change'); END""",
    """CREATE TRIGGER audit_entries_keep_rows BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be deleted'); END""",
    """CREATE TRIGGER audit_entries_keep_keys BEFORE INSERT ON audit_entries
    WHEN EXISTS (SELECT 1 FROM audit_entries WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit trail cannot be replaced'); END""",
)

POSTGRESQL_UP = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% cannot be changed or deleted once settled', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation'; END $$""",
    f"""CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries
    FOR EACH ROW WHEN (OLD.state = 'confirmed' AND ({CHANGED_POSTGRESQL}))
    EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER service_entries_keep_rows BEFORE DELETE ON service_entries
    FOR EACH ROW WHEN (OLD.state = 'confirmed') EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER service_entries_keep_all BEFORE TRUNCATE ON service_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """ALTER TABLE service_entries ADD CONSTRAINT ex_service_entries_one_time
    EXCLUDE USING gist (person_id WITH =, tsrange(started_at, ended_at) WITH &&)
    WHERE (state = 'confirmed')""",
    """CREATE TRIGGER audit_entries_keep_facts BEFORE UPDATE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER audit_entries_keep_rows BEFORE DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
    """CREATE TRIGGER audit_entries_keep_all BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
)

SQLITE_DOWN = tuple(
    f"DROP TRIGGER {table}_{guard}"
    for table, guards in {
        "service_entries": (
            "keep_facts", "keep_rows", "keep_keys", "one_time_insert", "one_time_update"
        ),
        "audit_entries": ("keep_facts", "keep_rows", "keep_keys"),
    }.items()
    for guard in guards
)

POSTGRESQL_DOWN = (
    "ALTER TABLE service_entries DROP CONSTRAINT ex_service_entries_one_time",
    "DROP FUNCTION refuse_change() CASCADE",
)


def upgrade() -> None:
    """Go forward."""
    _run(SQLITE_UP, POSTGRESQL_UP)


def downgrade() -> None:
    """Go back."""
    _run(SQLITE_DOWN, POSTGRESQL_DOWN)


def _run(sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgresql:
        op.execute(statement)
