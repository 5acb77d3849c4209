"""Human beings: one row a person, however many stations know them."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Choice, Model, Stamped
from models.places import Division
from models.sealing import SealedText, keyring

ID_NUMBER = "persons.id_number"
# What stands in the place of words that were deleted, and of a birth date.
ERASED, NO_BIRTH = "已删除", date(1900, 1, 1)


class Sex(Choice):
    """As the identity number tells it (GB 11643: the 17th digit, odd is male)."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Person(Audited, Stamped, Model):
    """A human being, known by the identity number; hours and overlaps count on this row."""

    __tablename__ = "persons"
    audit_hides = frozenset(
        {
            "name",
            "name_key",
            "id_number",
            "id_number_hash",
            "id_number_masked",
            "born_on",
            "sex",
            "lives_in_id",
        }
    )
    resource = "volunteers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    # The name without spaces and width differences: two spellings of one name are one name.
    name_key: Mapped[str] = mapped_column(String(50), index=True)
    sex: Mapped[Sex]
    born_on: Mapped[date]
    # Deferred: a list opens no number.
    id_number: Mapped[str] = mapped_column(SealedText(ID_NUMBER), deferred=True)
    id_number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    id_number_masked: Mapped[str] = mapped_column(String(30))
    # Where the person counts among the residents; None: unknown, and counts nowhere.
    lives_in_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"), index=True)

    # Since when nothing here tells who it is; the database keeps it so.
    erased_at: Mapped[datetime | None]

    lives_in: Mapped[Division | None] = relationship()

    def __str__(self) -> str:
        return self.name


def id_number_hash(number: str) -> str:
    """Return the keyed hash under which an identity number is stored."""
    return keyring().blind(number, ID_NUMBER)
