"""Keep guardians' consents as rows of their own, and who accompanied a volunteer under age."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from models import keyring

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SCOPES = ("registration", "service", "publication")
PLACES = ("station_id", "county_id", "prefecture_id")
AREAS = ("station_id", "township_id", "county_id", "prefecture_id")
# The contexts in which the numbers lay and lie sealed.
OLD_PHONE, NEW_PHONE = "volunteers.guardian_phone", "guardian_consents.phone"
AT_ONCE = 1000
MOBILE_DIGITS = 11

# Everything that was vouched for; a reversal may be named once, and never another.
FACTS = (
    "id", "person_id", "volunteer_id", "activity_id", "station_id", "township_id", "county_id",
    "prefecture_id", "category", "served_on", "started_at", "ended_at", "minutes", "content",
    "quality", "state", "source", "recorder", "import_batch_id", "recorded_by_id", "recorded_at",
    "decided_by_id", "decided_at", "corrects_id", "rated_at", "rule", "kind", "place",
)  # fmt: skip
NEW_FACTS = (*FACTS, "guardian_present")
KEPT_ONCE = "(OLD.reversed_by_id IS NOT NULL AND OLD.reversed_by_id {differs} NEW.reversed_by_id)"

FIGURES = (
    (
        "sensitive_age", 14, date(2021, 11, 1),
        "《中华人民共和国个人信息保护法》第二十八条、第三十一条",
    ),
    (
        "capacity_age", 8, date(2021, 1, 1),
        "《中华人民共和国民法典》第十九条、第二十条；湛文明办〔2018〕31号附件4第二条",
    ),
)  # fmt: skip
figures = sa.table(
    "figures",
    *(sa.column(name) for name in ("name", "division_code", "value", "since", "basis")),
    *(sa.column(name) for name in ("version", "created_at", "updated_at")),
)
volunteers = sa.table(
    "volunteers",
    *(sa.column(name) for name in ("id", "registered_on", *AREAS)),
    sa.column("guardian_name"), sa.column("guardian_relation"),
    sa.column("guardian_phone", sa.LargeBinary()),
)  # fmt: skip
consents = sa.table(
    "guardian_consents",
    *(sa.column(name) for name in ("id", "volunteer_id", "scope", "guardian_name", "relation")),
    sa.column("phone", sa.LargeBinary()),
    *(sa.column(name) for name in ("phone_hash", "phone_masked", *AREAS)),
    sa.column("given_on", sa.Date()), sa.column("created_at", sa.DateTime()),
    sa.column("updated_at", sa.DateTime()),
)  # fmt: skip


def upgrade() -> None:
    """Go forward; a guardian who is named on a roll agreed to what annex 4, article 2 asks."""
    _consents()
    # No batch mode: copying the tables takes their triggers along.
    for table in ("service_entries", "attendances"):
        op.add_column(table, sa.Column("guardian_present", sa.String(50), nullable=True))
    _guard(NEW_FACTS)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE evidence_files ADD COLUMN consent_id INTEGER"
            " CONSTRAINT fk_evidence_files_consent_id REFERENCES guardian_consents (id)"
        )
    else:
        op.add_column("evidence_files", sa.Column("consent_id", BIG, nullable=True))
        op.create_foreign_key(
            "fk_evidence_files_consent_id", "evidence_files", "guardian_consents",
            ["consent_id"], ["id"],
        )  # fmt: skip
    op.create_index("ix_evidence_files_consent_id", "evidence_files", ["consent_id"])
    _move()
    for column in ("guardian_name", "guardian_relation", "guardian_phone"):
        op.execute(f"ALTER TABLE volunteers DROP COLUMN {column}")
    shipped = sa.literal(datetime(2026, 11, 26), sa.DateTime())
    for name, value, since, basis in FIGURES:
        op.execute(
            figures.insert().values(
                name=name, division_code="", value=value, basis=basis, version=1,
                since=sa.literal(since, sa.Date()), created_at=shipped, updated_at=shipped,
            )
        )  # fmt: skip


def downgrade() -> None:
    """Go back; of each volunteer the last guardian stays, what was agreed to is lost."""
    op.execute(figures.delete().where(figures.c.name.in_([name for name, *_rest in FIGURES])))
    op.add_column("volunteers", sa.Column("guardian_name", sa.String(50), nullable=True))
    op.add_column("volunteers", sa.Column("guardian_relation", sa.String(20), nullable=True))
    op.add_column("volunteers", sa.Column("guardian_phone", sa.LargeBinary(), nullable=True))
    _move_back()
    op.drop_index("ix_evidence_files_consent_id", "evidence_files")
    op.execute("ALTER TABLE evidence_files DROP COLUMN consent_id")
    _guard(FACTS)
    for table in ("attendances", "service_entries"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN guardian_present")
    op.drop_table("guardian_consents")


def _consents() -> None:
    op.create_table(
        "guardian_consents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column(
            "scope", sa.Enum(*SCOPES, name="consentscope", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("guardian_name", sa.String(50), nullable=False),
        sa.Column("relation", sa.String(20), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(64), nullable=True),
        sa.Column("phone_masked", sa.String(20), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(200), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_on >= given_on",
            name="ck_guardian_consents_withdrawn_after",
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name="fk_guardian_consents_volunteer_id"
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["stations.id"], name="fk_guardian_consents_station_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_guardian_consents"),
    )  # fmt: skip
    op.create_index(
        "ix_guardian_consents_volunteer_id_scope_given_on", "guardian_consents",
        ["volunteer_id", "scope", "given_on"],
    )  # fmt: skip
    for place in PLACES:
        op.create_index(
            f"ix_guardian_consents_{place}_given_on_id", "guardian_consents",
            [place, "given_on", "id"],
        )  # fmt: skip
    op.create_index("ix_guardian_consents_phone_hash", "guardian_consents", ["phone_hash"])


def _move() -> None:
    connection, now = op.get_bind(), datetime.now(UTC).replace(tzinfo=None)
    named = volunteers.c.guardian_name
    found = connection.execute(
        sa.select(volunteers).where(named.is_not(None), named != "").order_by(volunteers.c.id)
    ).all()
    for first in range(0, len(found), AT_ONCE):
        rows = [
            {
                "volunteer_id": row.id,
                "scope": scope,
                "guardian_name": row.guardian_name,
                "relation": row.guardian_relation,
                "given_on": _day(row.registered_on),
                "created_at": now,
                "updated_at": now,
                **{name: getattr(row, name) for name in AREAS},
                **phone,
            }
            for row in found[first : first + AT_ONCE]
            for phone in [_resealed(row.guardian_phone)]
            for scope in SCOPES[:2]
        ]
        connection.execute(consents.insert(), rows)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _resealed(sealed: bytes | None) -> dict[str, object]:
    """Return a number as the new table keeps it: sealed for its place there, hashed and masked."""
    if not sealed:
        return {"phone": None, "phone_hash": None, "phone_masked": None}
    number = keyring().open(bytes(sealed), OLD_PHONE).decode()
    return {
        "phone": keyring().seal(number.encode(), NEW_PHONE),
        "phone_hash": keyring().blind(number, NEW_PHONE),
        "phone_masked": f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"[:20]
        if len(number) >= MOBILE_DIGITS
        else "*" * len(number),
    }


def _move_back() -> None:
    connection = op.get_bind()
    asked = sa.select(
        consents.c.volunteer_id, consents.c.guardian_name, consents.c.relation, consents.c.phone
    )
    for number, name, relation, sealed in connection.execute(
        asked.order_by(consents.c.given_on, consents.c.id)
    ).all():
        phone = sealed and keyring().seal(keyring().open(bytes(sealed), NEW_PHONE), OLD_PHONE)
        connection.execute(
            sa.update(volunteers)
            .where(volunteers.c.id == number)
            .values(guardian_name=name, guardian_relation=relation, guardian_phone=phone)
        )


def _guard(facts: tuple[str, ...]) -> None:
    """Make the guard of the facts anew."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(
        [f"OLD.{name} {differs} NEW.{name}" for name in facts] + [KEPT_ONCE.format(differs=differs)]
    )
    where = "" if is_sqlite else " ON service_entries"
    op.execute(f"DROP TRIGGER service_entries_keep_facts{where}")
    if is_sqlite:
        op.execute(
            "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
            f" WHEN OLD.state = 'confirmed' AND ({changed})"
            " BEGIN SELECT RAISE(ABORT, 'a confirmed entry cannot change'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER service_entries_keep_facts BEFORE UPDATE ON service_entries"
            f" FOR EACH ROW WHEN (OLD.state = 'confirmed' AND ({changed}))"
            " EXECUTE FUNCTION refuse_change()"
        )
