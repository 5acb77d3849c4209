"""Keep with each entry by which rule it counts, what kind it is, and where it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Everything that was vouched for; a reversal may be named once, and never another.
FACTS = (
    "id", "person_id", "volunteer_id", "activity_id", "station_id", "township_id", "county_id",
    "prefecture_id", "category", "served_on", "started_at", "ended_at", "minutes", "content",
    "quality", "state", "source", "recorder", "import_batch_id", "recorded_by_id", "recorded_at",
    "decided_by_id", "decided_at", "corrects_id", "rated_at",
)  # fmt: skip
NEW_FACTS = (*FACTS, "rule", "kind", "place")
KEPT_ONCE = "(OLD.reversed_by_id IS NOT NULL AND OLD.reversed_by_id {differs} NEW.reversed_by_id)"


def upgrade() -> None:
    """Go forward; what was counted before was counted as served."""
    # No batch mode: it copies the table and drops the triggers with the old one.
    op.add_column("service_entries", sa.Column("rule", sa.String(40), nullable=True))
    op.add_column(
        "service_entries",
        sa.Column(
            "kind",
            sa.Enum("service", "preparation", name="entrykind", native_enum=False, length=40),
            nullable=False,
            server_default="service",
        ),
    )
    op.add_column("service_entries", sa.Column("place", sa.String(100), nullable=True))
    _guard(NEW_FACTS)


def downgrade() -> None:
    """Go back."""
    _guard(FACTS)
    for column in ("place", "kind", "rule"):
        op.execute(f"ALTER TABLE service_entries DROP COLUMN {column}")


def _guard(facts: tuple[str, ...]) -> None:
    """Make the guard of the facts anew."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(
        [f"OLD.{name} {differs} NEW.{name}" for name in facts] + [KEPT_ONCE.format(differs=differs)]
    )
    where = "" if is_sqlite else " ON service_entries"
    op.execute(f"DROP TRIGGER service_entries_keep_facts{where}")
    if is_sqlite:
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
