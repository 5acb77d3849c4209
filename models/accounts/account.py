"""The people who sign in to the office."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, Model, Stamped, Versioned
from models.sealing import SealedText

if TYPE_CHECKING:
    from .appointment import Appointment


class Account(UserMixin, Audited, Stamped, Versioned, Model):
    """A sign-in; what it may do comes from its appointments alone."""

    __tablename__ = "accounts"
    audit_hides = frozenset({"name", "password_hash", "totp_secret", "totp_step"})
    resource = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    # The account's own person, if it is one: nobody confirms, approves or issues for himself.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(16), default="zh_Hans_CN")
    # A password that somebody else gave opens nothing but the page that changes it.
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The secret shared with the person's authenticator, and since when it is asked for.
    totp_secret: Mapped[str | None] = mapped_column(SealedText("accounts.totp_secret"))
    totp_since: Mapped[datetime | None]
    # The step of the last code that was taken: no code is taken twice.
    totp_step: Mapped[int | None]

    appointments: Mapped[list[Appointment]] = relationship(
        back_populates="account", order_by="Appointment.id"
    )

    # The sign-in under way, and all accounts of the owner; set for the request, never stored here.
    __allow_unmapped__ = True
    twins: frozenset[int] | None = None
    token: str | None = None
    sign_in_id: int | None = None
    seen_at: datetime | None = None
    proved_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Tell Flask-Login whether the account may sign in."""
        return self.active

    @property
    def has_second_factor(self) -> bool:
        """Tell whether a code is asked for beside the password."""
        return self.totp_since is not None

    def get_id(self) -> str:
        """Return what the session cookie keeps: the token of this one sign-in."""
        if self.token is None:
            raise RuntimeError("open a sign-in before the session")
        return self.token

    def __str__(self) -> str:
        return f"{self.name}（{self.login}）"
