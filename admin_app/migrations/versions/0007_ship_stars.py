"""Ship the hours that entitle to stars: practice since 2012, which no place of ours has set anew."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTRY = ""
HOURS = (100, 300, 600, 1000, 1500)
SINCE = date(2012, 10, 23)
# The text of the articles was not found; the figures are those of its draft and of all practice.
BASIS = (
    "《志愿服务记录办法》（民函〔2012〕340号）征求意见稿所列时数，各地沿用；"
    "未查到广东省另行规定的标准，星级须经核实评定"
)

figures = sa.table(
    "figures",
    *(sa.column(name) for name in ("name", "division_code", "value", "since", "basis")),
    *(sa.column(name) for name in ("version", "created_at", "updated_at")),
)


def upgrade() -> None:
    """Go forward."""
    shipped = sa.literal(datetime(2026, 11, 25), sa.DateTime())
    for star, hours in enumerate(HOURS, start=1):
        op.execute(
            figures.insert().values(
                name=f"star_{star}_hours",
                division_code=COUNTRY,
                value=hours,
                since=sa.literal(SINCE, sa.Date()),
                basis=BASIS,
                version=1,
                created_at=shipped,
                updated_at=shipped,
            )
        )


def downgrade() -> None:
    """Go back."""
    op.execute(figures.delete().where(figures.c.name.like("star!__!_hours", escape="!")))
