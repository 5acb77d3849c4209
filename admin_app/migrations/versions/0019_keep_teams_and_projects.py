"""Keep teams and projects, and which activities are theirs; ship when a project is regular."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CATEGORIES = (*(f"{n:04}" for n in range(1, 21)), "0099")
SERVED = ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "13", "99")
TEAM_KINDS = (
    "residents", "company", "public_body", "school", "hospital", "social_organization",
    "professional", "other",
)  # fmt: skip
PLACED = ("station_id", "county_id", "prefecture_id")
LINKS = {"project_id": "projects", "team_id": "teams"}

# Both documents ask for what is regular, and say no number.
OWN_START = "此为本系统自拟的起始值，并非文件规定，州（市）可另行设定"
PROJECTS = (
    "迪庆州城乡社区志愿服务站（点）建设实施方案三（三）要求“常态化开展”，未规定次数和期限；" + OWN_START
)
TEAMS = "湛文明办〔2018〕31号附件1第二条（三）要求“有常态化活动”，未规定次数和期限；" + OWN_START
SHIPPED = {
    "regular_project_activities": (3, PROJECTS),
    "regular_project_days": (90, PROJECTS),
    "team_active_days": (90, TEAMS),
}
SINCE = date(2018, 1, 1)

figures = sa.table(
    "figures",
    *(sa.column(name) for name in ("name", "division_code", "value", "since", "basis")),
    *(sa.column(name) for name in ("version", "created_at", "updated_at")),
)


def upgrade() -> None:
    """Go forward; no activity belongs to a project or team yet."""
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("kind", _choice("teamkind", TEAM_KINDS), nullable=False),
        sa.Column("unit_name", sa.String(100), nullable=True),
        sa.Column("leader_name", sa.String(50), nullable=True),
        sa.Column("schedule", sa.String(100), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("disbanded_on", sa.Date(), nullable=True),
        sa.Column("official_number", sa.String(40), nullable=True),
        *_at_station(),
        sa.CheckConstraint(
            "disbanded_on IS NULL OR disbanded_on >= founded_on", name=op.f("ck_teams_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_teams_station_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("category", _choice("category", CATEGORIES), nullable=False),
        sa.Column("served", _choice("servedgroup", SERVED), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        *_at_station(),
        sa.CheckConstraint(
            "closes_on IS NULL OR closes_on >= opens_on", name=op.f("ck_projects_closes_after_opening")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_projects_team_id"),
        sa.ForeignKeyConstraint(["keeper_id"], ["accounts.id"], name="fk_projects_keeper_id"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name="fk_projects_station_id"),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
    )
    for place in PLACED:
        op.create_index(f"ix_teams_{place}_name", "teams", [place, "name"])
        op.create_index(f"ix_projects_{place}_opens_on", "projects", [place, "opens_on"])
    op.create_index("ix_projects_team_id", "projects", ["team_id"])
    op.create_index("ix_projects_keeper_id", "projects", ["keeper_id"])
    for link, table in LINKS.items():
        _link_activities(link, table)
    _ship_figures()


def _choice(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _at_station() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )


def _link_activities(link: str, table: str) -> None:
    # No batch mode: copying the table takes its triggers along.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE activities ADD COLUMN {link} INTEGER"
            f" CONSTRAINT fk_activities_{link} REFERENCES {table} (id)"
        )
    else:
        op.add_column("activities", sa.Column(link, sa.Integer(), nullable=True))
        op.create_foreign_key(f"fk_activities_{link}", "activities", table, [link], ["id"])
    is_linked = sa.text(f"{link} IS NOT NULL")
    op.create_index(
        f"ix_activities_{link}_held_on", "activities",
        [link, "held_on", "state", "desk_duty", "gate"],
        sqlite_where=is_linked, postgresql_where=is_linked,
    )  # fmt: skip


def _ship_figures() -> None:
    shipped = sa.literal(datetime(2026, 11, 26), sa.DateTime())
    for name, (value, basis) in SHIPPED.items():
        op.execute(
            figures.insert().values(
                name=name, division_code="", value=value, since=sa.literal(SINCE, sa.Date()),
                basis=basis, version=1, created_at=shipped, updated_at=shipped,
            )
        )  # fmt: skip


def downgrade() -> None:
    """Go back; teams and projects are lost, the trail keeps them."""
    op.execute(figures.delete().where(figures.c.name.in_(SHIPPED)))
    for link in LINKS:
        op.drop_index(f"ix_activities_{link}_held_on", "activities")
        op.execute(f"ALTER TABLE activities DROP COLUMN {link}")
    op.drop_table("projects")
    op.drop_table("teams")
