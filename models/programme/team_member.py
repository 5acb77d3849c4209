"""Members of teams, by date."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Audited, BigId, Model, Stamped, Versioned
from models.people import Volunteer
from models.places import AtStation

from .team import Team


class TeamMember(Audited, Stamped, Versioned, AtStation, Model):
    """A volunteer in a team; the day of leaving is the last one, none while the person is in it."""

    __tablename__ = "team_members"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", "until_after_since"),
        Index(None, "team_id", "since"),
        Index(None, "volunteer_id"),
        Index(None, "station_id", "since", "id"),
        Index(None, "county_id", "since", "id"),
        Index(None, "prefecture_id", "since", "id"),
    )
    resource = "team_members"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    volunteer_id: Mapped[int] = mapped_column(BigId, ForeignKey("volunteers.id"))
    since: Mapped[date]
    until: Mapped[date | None]

    team: Mapped[Team] = relationship()
    volunteer: Mapped[Volunteer] = relationship()

    def __str__(self) -> str:
        return f"{self.volunteer.person.name} · {self.team.name}"
