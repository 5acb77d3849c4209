"""Guard the sign-in: tries by key, a second factor, devices, delegations, rescues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

def upgrade() -> None:
    """Go forward; who is locked out at this moment is not any more."""
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=False),
        sa.Column("waits_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_tries"),
        sa.UniqueConstraint("key", name="uq_sign_in_tries_key"),
    )
    op.create_index("ix_sign_in_tries_tried_at", "sign_in_tries", ["tried_at"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        _link("recovery_codes", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"])
    op.create_table(
        "rescues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("operator", sa.String(64), nullable=False),
        sa.Column("rescued_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        _link("rescues", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_rescues"),
    )
    op.create_table(
        "rescues_seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rescue_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        _link("rescues_seen", "rescue_id", "rescues"),
        _link("rescues_seen", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_rescues_seen"),
        sa.UniqueConstraint("rescue_id", "account_id", name="uq_rescues_seen_rescue_id_account_id"),
    )
    op.add_column(
        "accounts",
        sa.Column("must_change_password", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("accounts", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("accounts", sa.Column("totp_since", sa.DateTime(), nullable=True))
    op.add_column("accounts", sa.Column("totp_step", sa.Integer(), nullable=True))
    # No batch mode: copying the table takes its triggers along.
    for name in ("failed_sign_ins", "locked_until"):
        op.execute(f"ALTER TABLE accounts DROP COLUMN {name}")
    for name, length in (("browser", 60), ("address", 45)):
        op.add_column(
            "sign_ins", sa.Column(name, sa.String(length), server_default="", nullable=False)
        )
    # SQLite adds no column without a default that is not NULL; every sign-in writes its own.
    op.add_column(
        "sign_ins",
        sa.Column(
            "proved_at", sa.DateTime(), server_default="2000-01-01 00:00:00", nullable=False
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE appointments ADD COLUMN delegated_from_id INTEGER"
            " CONSTRAINT fk_appointments_delegated_from_id REFERENCES appointments (id)"
        )
    else:
        op.add_column("appointments", sa.Column("delegated_from_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            "fk_appointments_delegated_from_id", "appointments", "appointments",
            ["delegated_from_id"], ["id"],
        )  # fmt: skip
    op.create_index(
        "ix_appointments_delegated_from_id", "appointments", ["delegated_from_id"]
    )


def downgrade() -> None:
    """Go back; second factors, recovery codes and the marks of delegations are lost."""
    op.drop_index("ix_appointments_delegated_from_id", "appointments")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_appointments_delegated_from_id", "appointments")
    for table, columns in (
        ("appointments", ("delegated_from_id",)),
        ("sign_ins", ("proved_at", "address", "browser")),
        ("accounts", ("totp_step", "totp_since", "totp_secret", "must_change_password")),
    ):
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.add_column(
        "accounts",
        sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False),
    )
    op.add_column("accounts", sa.Column("locked_until", sa.DateTime(), nullable=True))
    for table in ("rescues_seen", "rescues", "recovery_codes", "sign_in_tries"):
        op.drop_table(table)


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")
