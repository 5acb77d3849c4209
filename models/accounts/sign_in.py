"""Sign-ins under way, so that one can be ended from afar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Model
from models.clock import utc_now

from .account import Account


class SignIn(Model):
    """One browser that one account signed in with; ends by sign-out, age or revocation."""

    __tablename__ = "sign_ins"
    resource = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    # Only a hash: who reads the table cannot take over a session.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    # When the person last proved the password here: dangerous acts ask for it anew.
    proved_at: Mapped[datetime] = mapped_column(
        default=utc_now, server_default="2000-01-01 00:00:00"
    )
    browser: Mapped[str] = mapped_column(String(60), default="", server_default="")
    address: Mapped[str] = mapped_column(String(45), default="", server_default="")

    account: Mapped[Account] = relationship()


class SignInTry(Model):
    """Wrong tries of late under one key: a sign-in name, an address, or a browser known before."""

    __tablename__ = "sign_in_tries"
    resource = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    # A keyed hash: what people typed, perhaps a password in the wrong box, is not kept.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    # How many were turned away unread while the wait lasted.
    turned_away: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime] = mapped_column(index=True)
    waits_until: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code on paper that stands in once for the authenticator; only a keyed hash is kept."""

    __tablename__ = "recovery_codes"
    resource = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
