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

    account: Mapped[Account] = relationship()
