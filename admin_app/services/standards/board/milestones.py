"""The line of coverage by year: what is asked from which day on, and what there was that day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from admin_app.services.figures import FigureOverTime
from admin_app.services.places import divisions
from admin_app.services.reports.areas import within
from models import Division, FigureName, Level, Station, db

from .sites import COVERING


@dataclass(frozen=True)
class Milestone:
    """A day from which a coverage is asked of a place, and what it was on that day."""

    day: date
    target: int
    communities: int
    covered: int

    @property
    def coverage(self) -> float | None:
        """Return the percent of the communities with a station on the day."""
        return 100 * self.covered / self.communities if self.communities else None


def milestones(place: Division, *, on: date) -> list[Milestone]:
    """Return the days up to one from which a coverage was asked, the earliest first.

    Such as the Diqing plan's ends of 2023, 2024 and 2025 (section 1).
    """
    asked = FigureOverTime(db.session.connection(), FigureName.COVERAGE_PERCENT)
    days = [day for day in asked.days_at(place.code) if day <= on]
    if not days:
        return []
    counted = db.session.execute(
        select(Division.id, Division.community_since, Division.community_until).where(
            divisions.inside(place), Division.level == Level.COMMUNITY
        )
    ).all()
    open_at: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for division, since, until in db.session.execute(
        select(Station.division_id, Station.opened_on, Station.closed_on).where(
            within(Station, place), Station.kind.in_(COVERING)
        )
    ):
        open_at[division].append((since or date.min, until or date.max))
    found = []
    for day in days:
        there = [
            key
            for key, since, until in counted
            if since is not None and since <= day <= (until or date.max)
        ]
        covered = sum(any(a <= day < b for a, b in open_at.get(key, ())) for key in there)
        target = asked.at_code(place.code, on=day)
        found.append(Milestone(day, target or 0, len(there), covered))
    return found
