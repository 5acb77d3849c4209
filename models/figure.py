"""The numbers of the rules: dated, with their legal basis, set at a place and inherited."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from .base import Audited, Choice, Model, Stamped, Versioned
from .places import Division


class FigureName(Choice):
    """Every number a rule of the office may ask for."""

    ADULT_AGE = "adult_age", _("Age of registration without a guardian (years)")
    SENSITIVE_AGE = (
        "sensitive_age",
        _("Age under which all personal data are sensitive, and the guardian decides (years)"),
    )
    CAPACITY_AGE = "capacity_age", _("Age under which a guardian accompanies each service (years)")
    MONTHLY_ACTIVITIES_MIN = "monthly_activities_min", _("Activities asked a month, at least")
    MONTHLY_ACTIVITIES_MAX = "monthly_activities_max", _("Activities asked a month, at most")
    BACKBONE_HOURS = "backbone_hours", _("Hours a year that make a backbone volunteer")
    COVERAGE_PERCENT = "coverage_percent", _("Communities with a station (%)")
    REGISTERED_PERCENT = "registered_percent", _("Registered volunteers among residents (%)")
    REGULAR_PROJECTS_MIN = "regular_projects_min", _("Regular projects a community, at least")
    REGULAR_PROJECT_ACTIVITIES = (
        "regular_project_activities",
        _("Activities that make a project regular, at least"),
    )
    REGULAR_PROJECT_DAYS = (
        "regular_project_days",
        _("Days looked back on for a regular project"),
    )
    TEAM_ACTIVE_DAYS = (
        "team_active_days",
        _("Days in which an active team holds an activity"),
    )
    STAR_1_HOURS = "star_1_hours", _("Hours that entitle to one star")
    STAR_2_HOURS = "star_2_hours", _("Hours that entitle to two stars")
    STAR_3_HOURS = "star_3_hours", _("Hours that entitle to three stars")
    STAR_4_HOURS = "star_4_hours", _("Hours that entitle to four stars")
    STAR_5_HOURS = "star_5_hours", _("Hours that entitle to five stars")
    COUNT_UNIT_MINUTES = "count_unit_minutes", _("Unit in which service is counted (minutes)")
    COUNT_ROUNDING = (
        "count_rounding",
        _("Part of a unit: 0 is dropped, 1 is rounded off, 2 is rounded up"),
    )
    DAY_CAP_MINUTES = "day_cap_minutes", _("Time that counts of one day, at most (minutes)")
    ACTIVITY_CAP_MINUTES = (
        "activity_cap_minutes",
        _("Time that counts of one activity, at most (minutes)"),
    )
    GRACE_MINUTES = "grace_minutes", _("Service before and after an activity's times (minutes)")
    PAST_MIDNIGHT = "past_midnight", _("Service past midnight in one entry: 0 no, 1 yes")
    RECORDING_DAYS = "recording_days", _("Working days to record an activity's hours")
    NOTICE_DAYS = "notice_days", _("Days that a notice of hours hangs, at least")
    PUBLICISED_ONLY = "publicised_only", _("Only publicised hours are certified: 0 no, 1 yes")
    RETENTION_MONTHS = (
        "retention_months",
        _("Months that the data of who left the roll are kept"),
    )


class Figure(Audited, Stamped, Versioned, Model):
    """A number of a rule, in force at a division and below from a day on.

    ``division_code`` is the national code, or empty for the whole country; a figure may be set
    before the list of divisions is loaded.
    """

    __tablename__ = "figures"
    __table_args__ = (UniqueConstraint("division_code", "name", "since"),)
    resource = "figures"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[FigureName]
    division_code: Mapped[str] = mapped_column(String(12), default="")
    value: Mapped[int]
    since: Mapped[date]
    basis: Mapped[str] = mapped_column(String(300))

    division: Mapped[Division | None] = relationship(
        primaryjoin=lambda: foreign(Figure.division_code) == Division.code, viewonly=True
    )

    def __str__(self) -> str:
        return f"{self.name.label} · {self.value}"
