"""Keep the parts of names, so that people are found by one, two or three characters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from admin_app.services.people import names

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 5000


def upgrade() -> None:
    """Go forward, and index the people on file."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    gram = sa.String(50).with_variant(sa.String(50, collation="C"), "postgresql")
    op.create_table(
        "name_grams",
        sa.Column("gram", gram, primary_key=True),
        sa.Column(
            "person_id",
            big,
            sa.ForeignKey(
                "persons.id", name="fk_name_grams_person_id", ondelete="CASCADE"
            ),
            primary_key=True,
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_grams_person_id", "name_grams", ["person_id"])
    op.create_index(
        "ix_service_entries_township_id_served_on_id",
        "service_entries",
        ["township_id", "served_on", "id"],
    )
    connection = op.get_bind()
    people = connection.execute(sa.text("SELECT id, name_key FROM persons"))
    while part := people.fetchmany(BATCH):
        names.index(connection, [tuple(row) for row in part])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_service_entries_township_id_served_on_id", "service_entries")
    op.drop_table("name_grams")
