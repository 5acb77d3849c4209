"""The rules of a station: dated texts, adopted and posted on the wall."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Audited, Choice, Model, Stamped, Versioned
from models.places import AtStation


class RuleKind(Choice):
    """The five rules every station posts, and the notice read by whoever hands in his data."""

    ORGANIZATION = "organization", _("Organization and leadership")
    RECRUITMENT = "recruitment", _("Recruitment and registration")
    SERVICES = "services", _("Service items")
    CONDUCT = "conduct", _("Code of conduct")
    WORKFLOW = "workflow", _("Work flow")
    # What the law has told before anything is collected (个人信息保护法 Art 17).
    PRIVACY = "privacy", _("Privacy notice")


# Section 2.4 of the Zhanjiang document of 2018.
OBLIGATORY = tuple(kind for kind in RuleKind if kind is not RuleKind.PRIVACY)


class Rule(Audited, Stamped, Versioned, AtStation, Model):
    """One version of one rule of a station."""

    __tablename__ = "rules"
    __table_args__ = (
        UniqueConstraint("station_id", "kind", "edition"),
        CheckConstraint(
            "posted_on IS NULL OR (adopted_on IS NOT NULL AND posted_on >= adopted_on)",
            "posted_after_adopted",
        ),
    )
    resource = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RuleKind]
    edition: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    text: Mapped[str] = mapped_column(Text)
    adopted_on: Mapped[date | None]
    posted_on: Mapped[date | None]

    def __str__(self) -> str:
        return str(_("%(title)s, edition %(edition)s", title=self.title, edition=self.edition))
