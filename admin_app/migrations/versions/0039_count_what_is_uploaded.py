"""Keep how many entries of a station's month stand in the official system."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

MONTH = {
    "sqlite": "CAST(strftime('%Y%m', served_on) AS INTEGER)",
    "postgresql": "CAST(to_char(served_on, 'YYYYMM') AS integer)",
}
COUNT = """
    INSERT INTO upload_months
    SELECT station_id, {month},
           sum(CASE WHEN reversed_by_id IS NULL THEN 1 ELSE 0 END),
           sum(CASE WHEN reversed_by_id IS NULL THEN 0 ELSE 1 END)
    FROM service_entries WHERE state = 'confirmed' AND official_state = 'uploaded'
    GROUP BY 1, 2
"""


def upgrade() -> None:
    """Go forward; the sums follow from the entries on file."""
    op.create_table(
        "upload_months",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("uploaded", sa.Integer(), nullable=False),
        sa.Column("to_take_back", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name=op.f("fk_upload_months_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", "month", name=op.f("pk_upload_months")),
    )
    op.execute(COUNT.format(month=MONTH[op.get_bind().dialect.name]))


def downgrade() -> None:
    """Go back."""
    op.drop_table("upload_months")
