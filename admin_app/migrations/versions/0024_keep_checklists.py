"""Keep checklists, ship three, and choose those that the two founding documents give."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

PARTS = (
    "place", "post", "equipment", "sign", "uniform", "team", "active_team", "volunteers", "manager",
    "projects", "activities", "services", "leadership", "rules", "rule", "ledger", "archive",
)  # fmt: skip
ZHANJIANG_2018, DIQING_2022 = "zhanjiang_five", "diqing_five"

# Code, name, basis, first day (of the year, where the document's own day is not known) and items.
CHECKLISTS = (
    (
        1, ZHANJIANG_2018, "湛江“五有”", "湛文明办〔2018〕31号附件1第二条", date(2018, 1, 1),
        (
            ("premises", "有服务场所", "第二条（一）", ("place", "post", "equipment")),
            ("signage", "有统一标识", "第二条（二）", ("sign", "uniform")),
            ("team", "有志愿队伍", "第二条（三）；附件2第五条", ("active_team", "activities")),
            ("rules", "有管理制度", "第二条（四）；附件3", ("rules", "leadership")),
            ("ledger", "有工作台账", "第二条（五）", ("ledger",)),
        ),
    ),
    (
        2, DIQING_2022, "迪庆“五有”",
        "迪庆州城乡社区志愿服务站（点）建设实施方案（依据云民发〔2022〕258号）二", date(2023, 1, 1),
        (
            ("premises", "有场所", "二（二）", ("place", "equipment")),
            ("staff", "有人员", "二（二）、三（二）", ("manager", "team", "volunteers")),
            ("projects", "有项目", "三（三）", ("projects",)),
            ("services", "有服务", "二、三", ("services",)),
            ("management", "有管理", "二（二）", ("rule", "ledger", "archive")),
        ),
    ),
    (
        3, "six_2024", "“六有”（2024）",
        "中共中央办公厅、国务院办公厅《关于健全新时代志愿服务体系的意见》（2024年4月）", date(2024, 4, 12),
        (
            ("premises", "有场所", "站点建设", ("place",)),
            ("team", "有队伍", "站点建设", ("team", "volunteers")),
            ("projects", "有项目", "站点建设", ("projects",)),
            ("facilities", "有设施", "站点建设", ("equipment",)),
            ("rules", "有制度", "站点建设", ("rule",)),
            ("signage", "有标识", "站点建设", ("sign",)),
        ),
    ),
)  # fmt: skip
# The two sets do not mix; elsewhere no checklist holds until one is chosen.
CHOICES = (("440800000000", 1, date(2018, 1, 1)), ("533400000000", 2, date(2023, 1, 1)))
AREAS = ("county_id", "prefecture_id")


def upgrade() -> None:
    """Go forward."""
    checklists = op.create_table(
        "checklists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checklists"),
        sa.UniqueConstraint("code", name="uq_checklists_code"),
    )
    items = op.create_table(
        "checklist_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("title", sa.String(50), nullable=False),
        sa.Column("article", sa.String(100), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name="fk_checklist_items_checklist_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_items"),
        sa.UniqueConstraint(
            "checklist_id", "position", name="uq_checklist_items_checklist_id_position"
        ),
        sa.UniqueConstraint("checklist_id", "key", name="uq_checklist_items_checklist_id_key"),
    )
    choices = op.create_table(
        "checklist_choices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division_code", sa.String(12), nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name="fk_checklist_choices_checklist_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_choices"),
        sa.UniqueConstraint(
            "division_code", "since", name="uq_checklist_choices_division_code_since"
        ),
    )
    _attestations()
    _results()
    _ship(checklists, items, choices)


def _attestations() -> None:
    op.create_table(
        "checklist_attestations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "part", sa.Enum(*PARTS, name="partname", native_enum=False, length=40), nullable=False
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("seen", sa.String(300), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("attested_on", sa.Date(), nullable=False),
        sa.Column("attested_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        *_at_station(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= since",
            name="ck_checklist_attestations_withdrawn_after_start",
        ),
        *(
            sa.ForeignKeyConstraint(
                [link], [f"{table}.id"], name=f"fk_checklist_attestations_{link}"
            )
            for link, table in (
                ("station_id", "stations"),
                ("evidence_id", "evidence_files"),
                ("attested_by_id", "accounts"),
                ("withdrawn_by_id", "accounts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_attestations"),
    )
    for place in ("station_id", *AREAS):
        op.create_index(
            f"ix_checklist_attestations_{place}_part", "checklist_attestations", [place, "part"]
        )
    op.create_index(
        "ix_checklist_attestations_evidence_id", "checklist_attestations", ["evidence_id"]
    )


def _results() -> None:
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "checklist_results",
        sa.Column("id", counted, nullable=False),
        sa.Column("checklist_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("untold", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        *_at_station(),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklists.id"], name="fk_checklist_results_checklist_id"
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_checklist_results_station_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checklist_results"),
        sa.UniqueConstraint("station_id", "month", name="uq_checklist_results_station_id_month"),
    )
    for place in AREAS:
        op.create_index(
            f"ix_checklist_results_{place}_month", "checklist_results", [place, "month"]
        )


def _at_station() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
    )


def _ship(checklists: sa.Table, items: sa.Table, choices: sa.Table) -> None:
    for id_, code, name, basis, since, asked in CHECKLISTS:
        op.bulk_insert(
            checklists, [{"id": id_, "code": code, "name": name, "basis": basis, "since": since}]
        )
        op.bulk_insert(
            items,
            [
                {"checklist_id": id_, "position": position, "key": key, "title": title,
                 "article": article, "parts": list(parts)}
                for position, (key, title, article, parts) in enumerate(asked, 1)
            ],
        )  # fmt: skip
    shipped = {"created_at": datetime(2026, 11, 26), "updated_at": datetime(2026, 11, 26)}
    op.bulk_insert(
        choices,
        [
            {"division_code": code, "checklist_id": id_, "since": since, **shipped}
            for code, id_, since in CHOICES
        ],
    )
    if op.get_bind().dialect.name == "postgresql":
        # Numbers given by hand are not counted.
        op.execute("SELECT setval(pg_get_serial_sequence('checklists', 'id'), 3)")


def downgrade() -> None:
    """Go back; what was attested and every kept score is lost."""
    for table in (
        "checklist_results", "checklist_attestations", "checklist_choices", "checklist_items",
        "checklists",
    ):  # fmt: skip
        op.drop_table(table)
