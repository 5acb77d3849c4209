"""Keep notices of hours with what hung on them, objections, and consents to publication."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACES = ("station_id", "county_id", "prefecture_id")
NOTICE_STATES = ("draft", "published", "withdrawn")
OBJECTION_STATES = ("received", "checked", "upheld", "not_upheld", "taken_back")
GUIDANCE = (
    "《关于规范志愿服务记录证明工作的指导意见》（民发〔2015〕149号）：公示时间一般不少于7天"
    "（原文为证明的公示，时长公示参照）"
)
figures = sa.table(
    "figures",
    *(sa.column(name) for name in ("name", "division_code", "value", "since", "basis")),
    *(sa.column(name) for name in ("version", "created_at", "updated_at")),
)


def upgrade() -> None:
    """Go forward; nobody on file agreed to be named in public, and nothing hung."""
    op.add_column("volunteers", sa.Column("publication_consent_on", sa.Date(), nullable=True))
    _notices()
    _objections()
    shipped = sa.literal(datetime(2026, 11, 26), sa.DateTime())
    op.execute(
        figures.insert().values(
            name="notice_days", division_code="", value=7, basis=GUIDANCE, version=1,
            since=sa.literal(date(2016, 1, 1), sa.Date()), created_at=shipped, updated_at=shipped,
        )
    )  # fmt: skip


def downgrade() -> None:
    """Go back; what hung is lost, the trail keeps that it did."""
    op.execute(figures.delete().where(figures.c.name.in_(("notice_days", "publicised_only"))))
    for table in ("objections", "notice_lines", "notices"):
        op.drop_table(table)
    op.execute("ALTER TABLE volunteers DROP COLUMN publication_consent_on")


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("served_since", sa.Date(), nullable=False),
        sa.Column("served_until", sa.Date(), nullable=False),
        sa.Column("hangs_since", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("hangs_until", sa.Date(), nullable=False),
        sa.Column("state", _words("noticestate", NOTICE_STATES), nullable=False),
        _account("prepared_by_id"),
        _account("published_by_id"),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("unnamed", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        _account("withdrawn_by_id"),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdraw_reason", sa.String(300), nullable=True),
        *_common(),
        sa.CheckConstraint(
            "served_until >= served_since", name="ck_notices_served_until_after_since"
        ),
        sa.CheckConstraint("days > 0", name="ck_notices_days_positive"),
        sa.CheckConstraint("hangs_until >= hangs_since", name="ck_notices_hangs_until_after_since"),
        *_links("notices", prepared_by_id="accounts", published_by_id="accounts",
                withdrawn_by_id="accounts", station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )  # fmt: skip
    for place in PLACES:
        op.create_index(
            f"ix_notices_{place}_hangs_since_id", "notices", [place, "hangs_since", "id"]
        )
    op.create_table(
        "notice_lines",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("name_masked", sa.String(50), nullable=True),
        *_links("notice_lines", notice_id="notices", entry_id="service_entries",
                volunteer_id="volunteers"),
        sa.PrimaryKeyConstraint("notice_id", "entry_id", name="pk_notice_lines"),
    )  # fmt: skip
    op.create_index("ix_notice_lines_entry_id", "notice_lines", ["entry_id"])


def _objections() -> None:
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("objector", _words("objector", ("anybody", "volunteer", "desk")), nullable=False),
        sa.Column("objector_name", sa.String(50), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("contact_masked", sa.String(40), nullable=True),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", BIG, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        _account("received_by_id"),
        sa.Column("state", _words("objectionstate", OBJECTION_STATES), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        _account("checked_by_id"),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        _account("decided_by_id"),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("single_handed", sa.Boolean(), nullable=False),
        sa.Column("reversal_id", BIG, nullable=True),
        sa.Column("new_entry_id", BIG, nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        *_common(),
        sa.CheckConstraint(
            "objector <> 'anybody' OR notice_id IS NOT NULL",
            name="ck_objections_about_what_is_public",
        ),
        *_links("objections", volunteer_id="volunteers", notice_id="notices",
                entry_id="service_entries", received_by_id="accounts", checked_by_id="accounts",
                decided_by_id="accounts", reversal_id="reversals", new_entry_id="service_entries",
                station_id="stations"),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
    )  # fmt: skip
    for place in PLACES:
        op.create_index(
            f"ix_objections_{place}_received_on_id", "objections", [place, "received_on", "id"]
        )
    for link in ("entry_id", "volunteer_id"):
        op.create_index(f"ix_objections_{link}", "objections", [link])


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _account(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
        for column, target in targets.items()
    ]


def _common() -> list[sa.Column[object]]:
    return [
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    ]
