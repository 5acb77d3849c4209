"""Keep the working days, and by when and on which day the hours of an activity were recorded."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import op

from admin_app.services.ledger import due_days

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PLACES = ("station_id", "county_id", "prefecture_id")
RUNS = sa.text("recorded_on IS NULL AND state = 'held'")

# What 0006 guards, and when the quality came.
FACTS = (
    "id", "person_id", "volunteer_id", "activity_id", "station_id", "township_id", "county_id",
    "prefecture_id", "category", "served_on", "started_at", "ended_at", "minutes", "content",
    "quality", "state", "source", "recorder", "import_batch_id", "recorded_by_id", "recorded_at",
    "decided_by_id", "decided_at", "corrects_id",
)  # fmt: skip
NEW_FACTS = (*FACTS, "rated_at")
KEPT_ONCE = "(OLD.reversed_by_id IS NOT NULL AND OLD.reversed_by_id {differs} NEW.reversed_by_id)"

COMPLETE = """
    UPDATE activities SET recorded_on = (
        SELECT CASE WHEN count(*) = count(nullif(quality, '')) THEN {day} END
        FROM service_entries e
        WHERE e.activity_id = activities.id AND e.reversed_by_id IS NULL
          AND e.state IN ('submitted', 'confirmed')
    )
"""
OFFICE_DAY = {
    "sqlite": "date(max(recorded_at), '+8 hours')",
    "postgresql": "CAST(max(recorded_at) + interval '8 hours' AS date)",
}


def upgrade() -> None:
    """Go forward; what the clock says of the activities on file follows from their entries."""
    op.create_table(
        "workdays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_worked", sa.Boolean(), nullable=False),
        sa.Column("occasion", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workdays"),
        sa.UniqueConstraint("day", name="uq_workdays_day"),
    )
    # No batch mode: it copies the table and drops the triggers with the old one.
    op.add_column("activities", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("activities", sa.Column("recorded_on", sa.Date(), nullable=True))
    op.add_column("service_entries", sa.Column("rated_at", sa.DateTime(), nullable=True))
    _guard(NEW_FACTS)
    connection = op.get_bind()
    due_days.reckon(connection, since=date.min, until=date.max)
    op.execute(COMPLETE.format(day=OFFICE_DAY[connection.dialect.name]))
    for place in PLACES:
        op.create_index(
            f"ix_activities_{place}_due_on", "activities", [place, "due_on"],
            sqlite_where=RUNS, postgresql_where=RUNS,
        )  # fmt: skip


def downgrade() -> None:
    """Go back."""
    for place in PLACES:
        op.drop_index(f"ix_activities_{place}_due_on", "activities")
    _guard(FACTS)
    # No batch mode here either.
    op.execute("ALTER TABLE service_entries DROP COLUMN rated_at")
    for column in ("recorded_on", "due_on"):
        op.execute(f"ALTER TABLE activities DROP COLUMN {column}")
    op.drop_table("workdays")


def _guard(facts: tuple[str, ...]) -> None:
    """Guard these facts of a confirmed entry in place of those guarded before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(
        [
            *(f"OLD.{name} {differs} NEW.{name}" for name in facts),
            KEPT_ONCE.format(differs=differs),
        ]
    )
    name = "service_entries_keep_facts"
    made = f"CREATE TRIGGER {name} BEFORE UPDATE ON service_entries"
    if is_sqlite:
        op.execute(f"DROP TRIGGER {name}")
        op.execute(
            f"{made} WHEN OLD.state = 'confirmed' AND ({changed})"
            " BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END"
        )
    else:
        op.execute(f"DROP TRIGGER {name} ON service_entries")
        op.execute(
            f"{made} FOR EACH ROW WHEN (OLD.state = 'confirmed' AND ({changed}))"
            " EXECUTE FUNCTION refuse_change()"
        )
