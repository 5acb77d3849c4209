"""Keep how many people live in a division, where a person lives, and how many are registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Who is on file lives, as far as anybody knows, where the station of the first roll lies.
LIVE_AT_THEIR_FIRST_STATION = """
UPDATE persons SET lives_in_id = (
  SELECT stations.division_id FROM volunteers JOIN stations ON stations.id = volunteers.station_id
  WHERE volunteers.person_id = persons.id
  ORDER BY volunteers.registered_on, volunteers.id LIMIT 1)
"""
ROLLS = """
SELECT persons.id, persons.lives_in_id, volunteers.registered_on, volunteers.left_on,
  CASE WHEN coalesce(volunteers.official_number, '') = '' THEN 0 ELSE 1 END
FROM persons JOIN volunteers ON volunteers.person_id = persons.id
WHERE persons.lives_in_id IS NOT NULL ORDER BY persons.id, volunteers.registered_on
"""
IN_ONE_STATEMENT = 5000


def upgrade() -> None:
    """Go forward; no population is on file."""
    op.create_table(
        "populations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("residents > 0", name="ck_populations_residents_positive"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_populations_division_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_populations"),
        sa.UniqueConstraint("division_id", "year", name="uq_populations_division_id_year"),
    )
    for area in ("county_id", "prefecture_id"):
        op.create_index(f"ix_populations_{area}_year", "populations", [area, "year"])
    counts = op.create_table(
        "registered_counts",
        sa.Column("division_id", sa.Integer(), autoincrement=False, nullable=False),
        *_sums(),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_registered_counts_division_id"
        ),
        sa.PrimaryKeyConstraint("division_id", name="pk_registered_counts"),
    )
    changes = op.create_table(
        "registered_changes",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("division_id", sa.Integer(), nullable=False),
        *_sums(),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_registered_changes_division_id"
        ),
        sa.PrimaryKeyConstraint("day", "division_id", name="pk_registered_changes"),
        sqlite_with_rowid=False,
    )
    # No batch mode: it would copy the table.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE persons ADD COLUMN lives_in_id INTEGER"
            " CONSTRAINT fk_persons_lives_in_id REFERENCES divisions (id)"
        )
    else:
        op.add_column("persons", sa.Column("lives_in_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_persons_lives_in_id", "persons", "divisions", ["lives_in_id"], ["id"]
        )
    op.execute(LIVE_AT_THEIR_FIRST_STATION)
    op.create_index("ix_persons_lives_in_id", "persons", ["lives_in_id"])
    _count(counts, changes)


def downgrade() -> None:
    """Go back; where people live is lost, the trail keeps that it was changed."""
    for table in ("registered_changes", "registered_counts", "populations"):
        op.drop_table(table)
    op.drop_index("ix_persons_lives_in_id", "persons")
    op.execute("ALTER TABLE persons DROP COLUMN lives_in_id")


def _sums() -> list[sa.Column[int]]:
    return [
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("official", sa.Integer(), nullable=False),
    ]


def _count(counts: sa.Table, changes: sa.Table) -> None:
    asked = sa.text(ROLLS).columns(
        sa.column("id"), sa.column("division"), sa.column("since", sa.Date()),
        sa.column("until", sa.Date()), sa.column("official"),
    )  # fmt: skip
    by_day: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    by_division: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = op.get_bind().execute(asked)
    for (_person, division), rolls in groupby(rows, key=lambda row: (row[0], row[1])):
        lines = list(rolls)
        for place, kept in enumerate((lines, [line for line in lines if line[4]])):
            for day, moved in _edges((line[2], line[3]) for line in kept):
                by_day[day, division][place] += moved
                by_division[division][place] += moved
    _insert(
        changes,
        [
            {"day": day, "division_id": division, "people": sums[0], "official": sums[1]}
            for (day, division), sums in sorted(by_day.items())
        ],
    )
    _insert(
        counts,
        [
            {"division_id": division, "people": sums[0], "official": sums[1]}
            for division, sums in sorted(by_division.items())
        ],
    )


def _edges(stretches: Any) -> Iterator[tuple[date, int]]:
    """Yield where the stretches, joined, begin and end; the last day of one is not part of it."""
    begins: date | None = None
    ends: date | None = None
    for since, until in sorted(stretches, key=lambda one: one[0]):
        if until is not None and until <= since:
            continue
        if begins is not None and (ends is None or since <= ends):
            ends = None if ends is None or until is None else max(ends, until)
            continue
        if begins is not None and ends is not None:
            yield begins, 1
            yield ends, -1
        begins, ends = since, until
    if begins is not None:
        yield begins, 1
        if ends is not None:
            yield ends, -1


def _insert(table: sa.Table, rows: list[dict[str, object]]) -> None:
    for first in range(0, len(rows), IN_ONE_STATEMENT):
        op.get_bind().execute(table.insert(), rows[first : first + IN_ONE_STATEMENT])
