"""Keep requests about one's own data, and let a person be forgotten whom nothing brings back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("copy", "correction", "erasure", "restriction", "withdrawal", "explanation")
ASKERS = ("person", "guardian")
STATES = ("received", "granted", "partly", "refused", "taken_back")
CHECKS = {
    "refused_with_ground": "state NOT IN ('partly', 'refused') OR ground IS NOT NULL",
    "decided_by_another": (
        "decided_by_id IS NULL OR received_by_id IS NULL OR decided_by_id <> received_by_id"
    ),
}
ADDED = (("persons", "erased_at", "DATETIME"), ("volunteers", "restricted_on", "DATE"),
         ("volunteers", "erased_on", "DATE"))  # fmt: skip
# Sealed numbers and their hashes are left out: new keys seal and hash them anew.
OF_PERSON = ("name", "name_key", "born_on", "id_number_masked", "erased_at")
OF_VOLUNTEER = (
    "person_id", "phone_masked", "political_status", "education", "occupation", "address",
    "skills", "availability", "note", "erased_on",
)  # fmt: skip
# A done merge tells nothing else but loses the names of who was forgotten.
OF_MERGE = (
    "id", "kept_id", "absorbed_id", "state", "prepared_by_id", "decided_by_id", "decided_at",
    "minutes", "entries", "station_id", "township_id", "county_id", "prefecture_id", "created_at",
)  # fmt: skip
FORGOTTEN = """EXISTS (SELECT 1 FROM persons p
    WHERE p.id IN (NEW.kept_id, NEW.absorbed_id) AND p.erased_at IS NOT NULL)"""


def upgrade() -> None:
    """Go forward; nobody on file asked for anything."""
    for table, name, kind in ADDED:
        _add(table, name, kind)
    op.create_table(
        "privacy_requests",
        sa.Column("id", BIG, nullable=False),
        sa.Column("volunteer_id", BIG, nullable=False),
        sa.Column("kind", _words("privacyrequestkind", KINDS), nullable=False),
        sa.Column("asker", _words("privacyasker", ASKERS), nullable=False),
        sa.Column("asker_name", sa.String(50), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("state", _words("privacyrequeststate", STATES), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ground", sa.String(300), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("erased", sa.JSON(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("township_id", sa.Integer(), nullable=True),
        sa.Column("county_id", sa.Integer(), nullable=True),
        sa.Column("prefecture_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        *(
            sa.CheckConstraint(rule, name=f"ck_privacy_requests_{name}")
            for name, rule in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([link], [f"{table}.id"], name=f"fk_privacy_requests_{link}")
            for link, table in (
                ("volunteer_id", "volunteers"), ("station_id", "stations"),
                ("received_by_id", "accounts"), ("decided_by_id", "accounts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_requests"),
    )  # fmt: skip
    op.create_index(
        "ix_privacy_requests_station_id_received_on_id", "privacy_requests",
        ["station_id", "received_on", "id"],
    )  # fmt: skip
    op.create_index("ix_privacy_requests_volunteer_id", "privacy_requests", ["volunteer_id"])
    _keep_erased("persons", "erased_at", OF_PERSON)
    _keep_erased("volunteers", "erased_on", OF_VOLUNTEER)
    _guard_merges(forgetting=True)


def downgrade() -> None:
    """Go back; what was deleted stays so, the requests are lost."""
    _guard_merges(forgetting=False)
    for table in ("persons", "volunteers"):
        where = "" if _is_sqlite() else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_keep_erased{where}")
    op.drop_table("privacy_requests")
    for table, name, _kind in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _add(table: str, name: str, kind: str) -> None:
    # No batch mode: copying a table takes its triggers along.
    plain = kind if _is_sqlite() else kind.replace("DATETIME", "TIMESTAMP")
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {plain}")


def _words(name: str, words: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _changed(names: tuple[str, ...]) -> str:
    differs = "IS NOT" if _is_sqlite() else "IS DISTINCT FROM"
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in names)


def _keep_erased(table: str, mark: str, names: tuple[str, ...]) -> None:
    """Refuse whatever would tell again who was forgotten."""
    when = f"OLD.{mark} IS NOT NULL AND ({_changed(names)})"
    if table == "volunteers":
        # Who stands on another roll may come to this one again, and tells everything anew.
        when += f" AND NEW.{mark} IS NOT NULL"
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_keep_erased BEFORE UPDATE ON {table} WHEN {when}"
            " BEGIN SELECT RAISE(ABORT, 'what was deleted does not come back'); END"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_keep_erased BEFORE UPDATE ON {table}"
            f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_change()"
        )


def _guard_merges(*, forgetting: bool) -> None:
    """Make the guard of done merges anew, with or without letting go of forgotten names."""
    refused = "a merge that was done cannot change"
    but = f" AND (({_changed(OF_MERGE)}) OR NOT {FORGOTTEN})" if forgetting else ""
    if _is_sqlite():
        op.execute("DROP TRIGGER person_merges_keep_facts")
        op.execute(
            "CREATE TRIGGER person_merges_keep_facts BEFORE UPDATE ON person_merges"
            f" WHEN OLD.state = 'done'{but} BEGIN SELECT RAISE(ABORT, '{refused}'); END"
        )
        return
    op.execute("DROP TRIGGER person_merges_keep_facts ON person_merges")
    if not forgetting:
        op.execute("DROP FUNCTION refuse_another_merge()")
        op.execute(
            "CREATE TRIGGER person_merges_keep_facts BEFORE UPDATE ON person_merges"
            " FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        f"""CREATE FUNCTION refuse_another_merge() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF ({_changed(OF_MERGE)}) OR NOT {FORGOTTEN} THEN
            RAISE EXCEPTION '{refused}' USING ERRCODE = 'restrict_violation';
          END IF;
          RETURN NEW;
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER person_merges_keep_facts BEFORE UPDATE ON person_merges"
        " FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION refuse_another_merge()"
    )
