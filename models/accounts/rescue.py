"""Getting in by breaking the glass: done at the machine, told to everybody who answers for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, Model, Stamped
from models.clock import utc_now

from .account import Account


class Rescue(Audited, Stamped, Model):
    """An account that was given a new password at the machine, with nobody signed in."""

    __tablename__ = "rescues"
    resource = "rescues"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(200))
    # Who was at the machine, as its system calls them.
    operator: Mapped[str] = mapped_column(String(64))
    rescued_at: Mapped[datetime] = mapped_column(default=utc_now)

    account: Mapped[Account] = relationship()

    def __str__(self) -> str:
        return str(self.account)


class RescueSeen(Model):
    """That one person has taken note of a rescue."""

    __tablename__ = "rescues_seen"
    __table_args__ = (UniqueConstraint("rescue_id", "account_id"),)
    resource = "rescues"

    id: Mapped[int] = mapped_column(primary_key=True)
    rescue_id: Mapped[int] = mapped_column(ForeignKey("rescues.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
