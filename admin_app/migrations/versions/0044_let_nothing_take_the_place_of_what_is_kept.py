"""Let nothing take the place of what is kept on SQLite, by whatever key, nor time in another spelling."""

from __future__ import annotations

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# A connection that is not ours has `recursive_triggers` off: what OR REPLACE takes away to make
# room meets no trigger of deletion. So the row that would take a place is refused: by its number,
# or by what else only one row may hold.
PLACES = (
    (
        "service_entries", "confirmed", "reversed_by_id = NEW.reversed_by_id",
        "a confirmed entry cannot be replaced",
    ),
    (
        "person_merges", "done", "NEW.state = 'done' AND absorbed_id = NEW.absorbed_id",
        "a merge that was done cannot be replaced",
    ),
)  # fmt: skip
OLD_KEYS = """CREATE TRIGGER {table}_keep_keys BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id AND state = '{kept}')
    BEGIN SELECT RAISE(ABORT, '{words}'); END"""
KEYS = """CREATE TRIGGER {table}_keep_keys BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id AND state = '{kept}')
      OR EXISTS (SELECT 1 FROM {table} WHERE {once} AND state = '{kept}')
    BEGIN SELECT RAISE(ABORT, '{words}'); END"""
PLACE = """CREATE TRIGGER {table}_keep_places BEFORE UPDATE ON {table}
    WHEN (NEW.id IS NOT OLD.id
        AND EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id AND state = '{kept}'))
      OR EXISTS (SELECT 1 FROM {table} WHERE {once} AND id IS NOT OLD.id AND state = '{kept}')
    BEGIN SELECT RAISE(ABORT, '{words}'); END"""

# The guards of one person's time compare days and moments as text, so both stand in the one
# spelling, and a stretch begins on its day and ends on the next at the latest. Without a fraction a
# moment is the smaller text: two that touch may be refused then, two that overlap always are.
MOMENT = "dddd-dd-dd dd:dd:dd".replace("d", "[0-9]")
FRACTION = "." + "[0-9]" * 6
ONE_WAY = "(NEW.{0} GLOB '%s' OR NEW.{0} GLOB '%s')" % (MOMENT, MOMENT + FRACTION)
SPELLED = f"""NEW.served_on IS date(NEW.served_on)
      AND {ONE_WAY.format("started_at")} AND {ONE_WAY.format("ended_at")}
      AND substr(NEW.started_at, 1, 10) = NEW.served_on
      AND substr(NEW.ended_at, 1, 10) IN (NEW.served_on, date(NEW.served_on, '+1 day'))"""
SPELLING = {
    "insert": "NEW.state = 'confirmed'",
    "update": "NEW.state = 'confirmed' AND OLD.state <> 'confirmed'",
}

# A reversal that frees the time of a confirmed entry is one that is there.
REVERSED = """CREATE TRIGGER service_entries_keep_reversals BEFORE UPDATE ON service_entries
    WHEN OLD.state = 'confirmed' AND NEW.reversed_by_id IS NOT OLD.reversed_by_id
      AND NOT EXISTS (SELECT 1 FROM reversals WHERE id = NEW.reversed_by_id)
    BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END"""


def upgrade() -> None:
    """Go forward."""
    if not _is_sqlite():
        return
    for table, kept, once, words in PLACES:
        told = {"table": table, "once": once, "kept": kept, "words": words}
        op.execute(f"DROP TRIGGER {table}_keep_keys")
        op.execute(KEYS.format(**told))
        op.execute(PLACE.format(**told))
    for act, when in SPELLING.items():
        op.execute(
            f"CREATE TRIGGER service_entries_spelled_{act} BEFORE {act} ON service_entries"
            f" WHEN {when} AND NOT ({SPELLED})"
            " BEGIN SELECT RAISE(ABORT, 'a confirmed entry says its times in one way'); END"
        )
    op.execute(REVERSED)


def downgrade() -> None:
    """Go back."""
    if not _is_sqlite():
        return
    for table, kept, _once, words in PLACES:
        op.execute(f"DROP TRIGGER {table}_keep_places")
        op.execute(f"DROP TRIGGER {table}_keep_keys")
        op.execute(OLD_KEYS.format(table=table, kept=kept, words=words))
    for name in ("spelled_insert", "spelled_update", "keep_reversals"):
        op.execute(f"DROP TRIGGER service_entries_{name}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
