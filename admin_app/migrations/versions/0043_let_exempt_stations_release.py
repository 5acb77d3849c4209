"""Let one person release numbers where the county exempts the station, marked as such."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

ANOTHER = "decided_by_id IS NULL OR prepared_by_id IS NULL OR decided_by_id <> prepared_by_id"
NAME = "ck_releases_released_by_another"


def upgrade() -> None:
    """Go forward; whoever decided until now was another person."""
    marked = sa.Column("single_handed", sa.Boolean(), server_default=sa.false(), nullable=False)
    with _nothing_referring(), op.batch_alter_table("releases") as table:
        table.add_column(marked)
        _check_anew(table, f"single_handed OR {ANOTHER}")


def downgrade() -> None:
    """Go back; what one person decided alone loses who prepared it."""
    op.execute("UPDATE releases SET prepared_by_id = NULL WHERE single_handed")
    with _nothing_referring(), op.batch_alter_table("releases") as table:
        _check_anew(table, ANOTHER)
        table.drop_column("single_handed")


@contextmanager
def _nothing_referring() -> Iterator[None]:
    """Put the lines aside for a while: SQLite copies the table, and would drop it under them."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TEMPORARY TABLE lines_aside AS SELECT * FROM release_lines")
    op.execute("DELETE FROM release_lines")
    yield
    op.execute("INSERT INTO release_lines SELECT * FROM lines_aside")
    op.execute("DROP TABLE lines_aside")


def _check_anew(table: BatchOperations, rule: str) -> None:
    table.drop_constraint(op.f(NAME), type_="check")
    table.create_check_constraint(op.f(NAME), sa.text(rule))
