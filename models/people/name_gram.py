"""Parts of names, for finding people by a piece of theirs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model


class NameGram(Model):
    """One part of one person's name; filled by ``admin_app.services.people.names`` alone."""

    __tablename__ = "name_grams"
    __table_args__ = {"sqlite_with_rowid": False}
    resource = "volunteers"

    # Compared byte by byte on every engine and under every locale.
    gram: Mapped[str] = mapped_column(
        String(50).with_variant(String(50, collation="C"), "postgresql"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
