"""Keep what people hand in before they stand on a roll, and their promise to keep the code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACES = ("station_id", "county_id", "prefecture_id")
STATES = ("waiting", "returned", "accepted", "withdrawn")
ACTS = ("handed_in", "returned", "accepted", "withdrawn")
OPEN = sa.text("state IN ('waiting', 'returned')")


def upgrade() -> None:
    """Go forward; of whom is on a roll, no promise is known."""
    op.create_table(
        "registrations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("handed_in_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("sex", _words("sex", ("male", "female")), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", sa.String(64), nullable=False),
        sa.Column("id_number_masked", sa.String(30), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_masked", sa.String(20), nullable=True),
        sa.Column("lives_in_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(200), nullable=True),
        sa.Column("skills", sa.String(200), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("availability", sa.String(200), nullable=False),
        sa.Column("official_number", sa.String(40), nullable=True),
        sa.Column("publication_consent_on", sa.Date(), nullable=True),
        sa.Column("guardian_name", sa.String(50), nullable=True),
        sa.Column("guardian_relation", sa.String(20), nullable=True),
        sa.Column("guardian_phone", sa.LargeBinary(), nullable=True),
        sa.Column("guardian_phone_masked", sa.String(40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("conduct_on", sa.Date(), nullable=True),
        sa.Column("conduct_rule_id", sa.Integer(), nullable=True),
        sa.Column("state", _words("registrationstate", STATES), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(300), nullable=True),
        sa.Column("single_handed", sa.Boolean(), nullable=False),
        sa.Column("volunteer_id", BIG, nullable=True),
        *_at_station(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "state <> 'accepted' OR volunteer_id IS NOT NULL",
            name="ck_registrations_accepted_on_the_roll",
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'withdrawn') OR id_number IS NOT NULL",
            name="ck_registrations_open_with_number",
        ),
        *_links(
            "registrations", station_id="stations", lives_in_id="divisions",
            conduct_rule_id="rules", recorded_by_id="accounts", reviewed_by_id="accounts",
            volunteer_id="volunteers",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registrations"),
    )  # fmt: skip
    for place in PLACES:
        op.create_index(
            f"ix_registrations_{place}_handed_in_on_id",
            "registrations",
            [place, "handed_in_on", "id"],
        )
    for name in ("volunteer_id", "id_number_hash"):
        op.create_index(f"ix_registrations_{name}", "registrations", [name])
    op.create_index(
        "uq_registrations_open", "registrations", ["station_id", "id_number_hash"], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "registration_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("registration_id", BIG, nullable=False),
        sa.Column("act", _words("registrationact", ACTS), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(300), nullable=True),
        *_at_station(),
        *_links(
            "registration_steps", station_id="stations", registration_id="registrations",
            by_id="accounts",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_registration_steps"),
    )  # fmt: skip
    op.create_index(
        "ix_registration_steps_registration_id", "registration_steps", ["registration_id"]
    )
    op.add_column("volunteers", sa.Column("categories", sa.JSON(), nullable=True))
    op.add_column("volunteers", sa.Column("conduct_on", sa.Date(), nullable=True))
    # No batch mode: it would copy the table.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE volunteers ADD COLUMN conduct_rule_id INTEGER"
            " CONSTRAINT fk_volunteers_conduct_rule_id REFERENCES rules (id)"
        )
    else:
        op.add_column("volunteers", sa.Column("conduct_rule_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_volunteers_conduct_rule_id", "volunteers", "rules", ["conduct_rule_id"], ["id"]
        )


def downgrade() -> None:
    """Go back; what was handed in and not accepted is lost."""
    for column in ("conduct_rule_id", "conduct_on", "categories"):
        op.execute(f"ALTER TABLE volunteers DROP COLUMN {column}")
    op.drop_table("registration_steps")
    op.drop_table("registrations")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _at_station() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
    )


def _links(table: str, **links: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")
        for column, other in links.items()
    )
