"""Keep dismissals: ground, hearing, decision and the report upward."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GROUNDS = ("disobeyed", "rules", "harm", "misuse")
STATES = ("prepared", "dismissed", "dropped", "lifted")
ACCOUNTS = ("prepared_by_id", "decided_by_id", "lifted_by_id")
PLACES = ("station_id", "county_id", "prefecture_id")
CHECKS = {
    "dismissed_from_a_day": "state IN ('prepared', 'dropped') OR dismissed_on IS NOT NULL",
    "decided_by_another": (
        "decided_by_id IS NULL OR prepared_by_id IS NULL OR decided_by_id <> prepared_by_id"
    ),
    "receipt_of_a_report": "receipt_on IS NULL OR reported_on IS NOT NULL",
}


def upgrade() -> None:
    """Go forward; nobody on file was dismissed."""
    op.create_table(
        "dismissals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("ground", _words("dismissalground", GROUNDS), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("serious", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("state", _words("dismissalstate", STATES), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("dismissed_on", sa.Date(), nullable=True),
        sa.Column("reported_to", sa.String(100), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(60), nullable=True),
        sa.Column("receipt_on", sa.Date(), nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        *(sa.CheckConstraint(rule, name=f"ck_dismissals_{name}") for name, rule in CHECKS.items()),
        *(_link(name, "accounts") for name in ACCOUNTS),
        _link("volunteer_id", "volunteers"),
        _link("station_id", "stations"),
        sa.PrimaryKeyConstraint("id", name="pk_dismissals"),
    )
    for place in PLACES:
        op.create_index(
            f"ix_dismissals_{place}_prepared_on_id", "dismissals", [place, "prepared_on", "id"]
        )
    op.create_index("ix_dismissals_volunteer_id", "dismissals", ["volunteer_id"])
    # No batch mode: copying the table takes its triggers along.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE evidence_files ADD COLUMN dismissal_id INTEGER"
            " CONSTRAINT fk_evidence_files_dismissal_id REFERENCES dismissals (id)"
        )
    else:
        op.add_column("evidence_files", sa.Column("dismissal_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_evidence_files_dismissal_id", "evidence_files", "dismissals",
            ["dismissal_id"], ["id"],
        )  # fmt: skip
    op.create_index("ix_evidence_files_dismissal_id", "evidence_files", ["dismissal_id"])


def downgrade() -> None:
    """Go back; the cases are lost, the trail keeps that they were."""
    op.drop_index("ix_evidence_files_dismissal_id", "evidence_files")
    op.execute("ALTER TABLE evidence_files DROP COLUMN dismissal_id")
    op.drop_table("dismissals")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _link(name: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_dismissals_{name}")
