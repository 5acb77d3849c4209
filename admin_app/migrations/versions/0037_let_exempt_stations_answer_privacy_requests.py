"""Let one person answer a privacy request where the county exempts the station, marked as such."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ANOTHER = "decided_by_id IS NULL OR received_by_id IS NULL OR decided_by_id <> received_by_id"
NAME = "ck_privacy_requests_decided_by_another"


def upgrade() -> None:
    """Go forward; whoever decided until now was another person."""
    marked = sa.Column("single_handed", sa.Boolean(), server_default=sa.false(), nullable=False)
    # The table has no guards that a copy would lose.
    with op.batch_alter_table("privacy_requests") as table:
        table.add_column(marked)
        _check_anew(table, f"single_handed OR {ANOTHER}")


def downgrade() -> None:
    """Go back; what one person decided alone loses who received it."""
    op.execute("UPDATE privacy_requests SET received_by_id = NULL WHERE single_handed")
    with op.batch_alter_table("privacy_requests") as table:
        _check_anew(table, ANOTHER)
        table.drop_column("single_handed")


def _check_anew(table, rule: str) -> None:
    # By the name it has: the convention of names may stand before it twice.
    checks = sa.inspect(op.get_bind()).get_check_constraints("privacy_requests")
    for name in [str(one["name"]) for one in checks]:
        if name.endswith("decided_by_another"):
            table.drop_constraint(op.f(name), type_="check")
    table.create_check_constraint(op.f(NAME), sa.text(rule))
