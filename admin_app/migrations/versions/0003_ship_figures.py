"""Ship the figures of the national rules and of the two founding documents, and open the trail."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTRY, ZHANJIANG, DIQING = "", "440800000000", "533400000000"
ORDER_67 = "《志愿服务记录与证明出具办法（试行）》（民政部令第67号）第十一条"
ZHANJIANG_2018 = "湛文明办〔2018〕31号"
DIQING_2022 = "迪庆州城乡社区志愿服务站（点）建设实施方案（依据云民发〔2022〕258号）"

# The two sets do not mix: what a place was not given stays unset there.
FIGURES = (
    ("adult_age", COUNTRY, 18, date(2017, 12, 1), "《中华人民共和国民法典》第十七条；" + ZHANJIANG_2018 + "附件4第二条"),
    ("recording_days", COUNTRY, 10, date(2021, 2, 1), ORDER_67),
    ("monthly_activities_min", ZHANJIANG, 2, date(2018, 1, 1), ZHANJIANG_2018 + "附件2第五条（仅供参考）"),
    ("monthly_activities_max", ZHANJIANG, 3, date(2018, 1, 1), ZHANJIANG_2018 + "附件2第五条（仅供参考）"),
    ("backbone_hours", ZHANJIANG, 48, date(2018, 1, 1), ZHANJIANG_2018 + "附件4第四条（仅供参考）"),
    ("coverage_percent", DIQING, 80, date(2023, 12, 31), DIQING_2022 + "一"),
    ("coverage_percent", DIQING, 90, date(2024, 12, 31), DIQING_2022 + "一"),
    ("coverage_percent", DIQING, 100, date(2025, 12, 31), DIQING_2022 + "一"),
    ("registered_percent", DIQING, 18, date(2025, 12, 31), DIQING_2022 + "三（二）"),
    ("regular_projects_min", DIQING, 2, date(2025, 12, 31), DIQING_2022 + "三（三）"),
)

figures = sa.table(
    "figures",
    *(sa.column(name) for name in ("name", "division_code", "value", "since", "basis")),
    *(sa.column(name) for name in ("version", "created_at", "updated_at")),
)
audit_head = sa.table("audit_head", sa.column("id"), sa.column("last_id"), sa.column("mac"))


def upgrade() -> None:
    """Go forward."""
    shipped = datetime(2026, 11, 22)
    for name, place, value, since, basis in FIGURES:
        op.execute(
            figures.insert().values(
                name=name,
                division_code=place,
                value=value,
                since=sa.literal(since, sa.Date()),
                basis=basis,
                version=1,
                created_at=sa.literal(shipped, sa.DateTime()),
                updated_at=sa.literal(shipped, sa.DateTime()),
            )
        )
    op.execute(audit_head.insert().values(id=1, last_id=0, mac="0" * 64))


def downgrade() -> None:
    """Go back."""
    op.execute(audit_head.delete())
    op.execute(figures.delete())
