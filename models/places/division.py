"""Administrative divisions, from the province to the community."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, Choice, Model, Stamped

# How many leading digits of the national code name a division of each level.
PREFIX_LENGTH = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "community": 12}


class Level(Choice):
    """The level of a division in the national code."""

    PROVINCE = "province", _("Province")
    PREFECTURE = "prefecture", _("Prefecture")
    COUNTY = "county", _("County")
    TOWNSHIP = "township", _("Township")
    COMMUNITY = "community", _("Community")


class Division(Audited, Stamped, Model):
    """One division of the national statistics code; the code always keeps its 12 digits."""

    __tablename__ = "divisions"
    __table_args__ = (
        CheckConstraint("length(code) = 12", "code_length"),
        Index(None, "county_id", "level"),
    )
    resource = "divisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    level: Mapped[Level]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("divisions.id"), index=True)
    # The divisions this one lies in or is; None above its own level.
    prefecture_id: Mapped[int | None] = mapped_column(index=True)
    county_id: Mapped[int | None]
    township_id: Mapped[int | None] = mapped_column(index=True)
    # From when until when it counts as a community (both included); None, None: never.
    community_since: Mapped[date | None]
    community_until: Mapped[date | None]

    parent: Mapped[Division | None] = relationship(remote_side=[id])

    def counts_on(self, day: date) -> bool:
        """Tell whether the division counts as a community on a day."""
        since, until = self.community_since, self.community_until
        return since is not None and since <= day and (until is None or day <= until)

    @property
    def prefix(self) -> str:
        """Return the leading digits that all codes below this division share."""
        return self.code[: PREFIX_LENGTH[self.level]]

    def __str__(self) -> str:
        return self.name
