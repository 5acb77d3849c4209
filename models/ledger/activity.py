"""Activities: what a station did on a day, which entries belong to."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import Account
from models.base import Audited, BigId, Choice, Model, Stamped, Versioned
from models.category import Category
from models.places import AtStation
from models.programme import Project, Team


class ActivityState(Choice):
    """Whether the activity was announced, took place, or fell through."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class Gate(Choice):
    """Whether an activity is one of the six kinds that may not be recorded as volunteering.

    The kinds are those that the national system shows before a project is made; 民政部令第67号
    Art 19 forbids recording what is no volunteering.
    """

    NONE = "none", _("None of the six: it is volunteering")
    OWN_WORK = "own_work", _("In working hours, and part of one's own job")
    OWN_RULES = "own_rules", _("Asked for by the rules of a unit or school")
    OWN_INTEREST = "own_interest", _("In one's own interest")
    UNCLEAR = "unclear", _("Its public purpose is mixed or unclear")
    PAID = "paid", _("Paid clearly more than an allowance")
    TRADED = "traded", _("Hours given for gifts, shares or as a reward")


_PLACES = ("station_id", "county_id", "prefecture_id")
_OPEN = text("recorded_on IS NULL AND state = 'held'")
_WAITS = text("uploaded_on IS NULL AND state = 'held'")
_LINKED = {link: text(f"{link} IS NOT NULL") for link in ("project_id", "team_id")}
_NOT_UPLOADED: dict[str, Any] = {"sqlite_where": _WAITS, "postgresql_where": _WAITS}
_CLOCK_RUNS: dict[str, Any] = {"sqlite_where": _OPEN, "postgresql_where": _OPEN}


class Activity(Audited, Stamped, Versioned, AtStation, Model):
    """One activity of a station on one day."""

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", "ends_after_start"),
        Index(None, "station_id", "held_on", "id"),
        Index(None, "county_id", "held_on", "id"),
        Index(None, "prefecture_id", "held_on", "id"),
        Index(None, "held_on", "id"),
        # Most activities of a long ledger belong to no project and name no team; whether one of
        # those that do counts is told by the index alone.
        *(
            Index(
                f"ix_activities_{link}_held_on",
                link,
                "held_on",
                "state",
                "desk_duty",
                "gate",
                sqlite_where=is_linked,
                postgresql_where=is_linked,
            )
            for link, is_linked in _LINKED.items()
        ),
        # The board of a prefecture counts a month of its stations by the index alone.
        Index(
            "ix_activities_prefecture_id_month",
            "prefecture_id",
            "held_on",
            "state",
            "station_id",
            "desk_duty",
            "gate",
            "due_on",
            "recorded_on",
        ),
        # What the clock still runs for is a small part of all.
        *(Index(None, place, "due_on", **_CLOCK_RUNS) for place in _PLACES),
        *(
            Index(f"ix_activities_{place}_uploaded_on", place, "held_on", **_NOT_UPLOADED)
            for place in _PLACES
        ),
    )
    audit_hides = frozenset({"leader_name", "social_worker"})
    resource = "activities"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    category: Mapped[Category] = mapped_column(default=Category.COMMUNITY)
    state: Mapped[ActivityState] = mapped_column(default=ActivityState.HELD)
    held_on: Mapped[date]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    place: Mapped[str | None]
    content: Mapped[str | None] = mapped_column(Text)
    # Annex F1 of field practice: who answers for the activity, and the social worker who leads.
    leader_name: Mapped[str | None] = mapped_column(String(50))
    social_worker: Mapped[str | None] = mapped_column(String(50))
    # Umbrella, medicine and the like: service, but not one of the activities asked a month.
    desk_duty: Mapped[bool] = mapped_column(default=False)
    # Rescue, disaster relief and the like: nobody under age may serve there.
    hazardous: Mapped[bool] = mapped_column(default=False, server_default=false())
    # By when its hours and their quality are recorded; None where no figure or calendar says so.
    due_on: Mapped[date | None]
    # The day on which the last of them was; None while one is missing.
    recorded_on: Mapped[date | None]
    # From when all that counts of it is in the official system; None while something is missing.
    uploaded_on: Mapped[date | None]
    # The answer to the six kinds: None while nobody was asked; whose it is, and since when.
    gate: Mapped[Gate | None]
    gate_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    gate_at: Mapped[datetime | None]
    # Since when the attendance sheet waits for the clerk, and who handed it in.
    handed_in_at: Mapped[datetime | None]
    handed_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    # The account an organizer's or helper's reach hangs on.
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)

    project: Mapped[Project | None] = relationship()
    team: Mapped[Team | None] = relationship()
    keeper: Mapped[Account | None] = relationship(foreign_keys=[keeper_id])
    gate_by: Mapped[Account | None] = relationship(foreign_keys=[gate_by_id])
    handed_in_by: Mapped[Account | None] = relationship(foreign_keys=[handed_in_by_id])

    @property
    def is_barred(self) -> bool:
        """Tell whether the activity is known not to be volunteering."""
        return self.gate not in (None, Gate.NONE)

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.name}"


def was_volunteering(of: Any = Activity) -> ColumnElement[bool]:
    """Return the condition for what was held and is not known to be no volunteering.

    ``of`` is the model or the columns of its table.
    """
    return and_(of.state == ActivityState.HELD, or_(of.gate.is_(None), of.gate == Gate.NONE))


def is_asked_of_stations(of: Any = Activity) -> ColumnElement[bool]:
    """Return the condition for the activities that are asked of a station or a project.

    They were held and are volunteering; desk duty is none of them.
    """
    return and_(was_volunteering(of), of.desk_duty.is_(False))
