"""The demo's months: activities and entries from three whole months ago up to yesterday."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from admin_app.services.ledger import due_days, recording, totals
from admin_app.services.ledger.hours import Stretch
from admin_app.services.ledger.totals import Counted
from models import Activity, ActivityState, EntryState, Gate, ServiceEntry, Station, clock, db

from .people import Member
from .places import areas_of
from .programme import COMMENTS, DESK, KINDS, Kind
from .projects import Series

WHOLE_MONTHS = 3
MONTH = 30
AREAS = ("station_id", "township_id", "county_id", "prefecture_id")
PARTICIPANTS = (5, 12)
REGULARS = 3
# Of a hundred entries that are old enough, so many were declined or still wait.
DECLINED, WAITING = 3, 2
# Of so many activities, one has entries without a word about their quality.
UNRATED = 20
WAITS_SURELY, WAITS_PERHAPS = 3, 8


@dataclass(frozen=True)
class Desk:
    """Who keeps a station's books: one records, another decides, two keep activities."""

    recorder_id: int
    decider_id: int
    keepers: Sequence[int | None]


class Months:
    """Fills the months of one station after another; nobody is in two places on a day."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._now = clock.utc_now()
        self._due = due_days.here()
        self._busy: set[tuple[int, date]] = set()

    def fill(
        self, station: Station, members: Sequence[Member], desk: Desk, *, desk_duty: bool,
        series: Sequence[Series],
    ) -> None:  # fmt: skip
        """Hold a station's activities and record who served; mostly confirmed."""
        held = [
            self._activity(station, day, one.kind, desk, one) for one in series for day in one.days
        ]
        others = self._programme(desk_duty, [day for one in series for day in one.days])
        held += [self._activity(station, day, kind, desk) for day, kind in others]
        ids = db.session.scalars(
            insert(Activity).returning(Activity.id, sort_by_parameter_order=True), held
        ).all()
        entries = [
            entry
            for id_, activity in zip(ids, held, strict=True)
            for entry in self._entries(id_, activity, members, desk)
        ]
        db.session.execute(insert(ServiceEntry), entries)
        recording.settle(db.session.connection(), ids)
        totals.add(
            Counted(*(entry[name] for name in Counted._fields))
            for entry in entries
            if entry["state"] is EntryState.CONFIRMED
        )

    def announce(self, station: Station, desk: Desk, series: Sequence[Series]) -> None:
        """Plan two activities to come, one of a project, and keep one that fell through."""
        for after, state, one in (
            (4, ActivityState.PLANNED, series[0]), (11, ActivityState.PLANNED, None),
            (-6, ActivityState.CANCELLED, None),
        ):  # fmt: skip
            day = self._today + timedelta(days=after)
            kind = one.kind if one else self._rng.choice(KINDS)
            row = self._activity(station, day, kind, desk, one)
            db.session.execute(insert(Activity), [row | {"state": state}])

    def _programme(self, desk_duty: bool, taken: Sequence[date]) -> Iterator[tuple[date, Kind]]:
        """Yield what is held beside the projects, which have their days already."""
        for first, last in months_until(self._today):
            days = (last - first).days + 1
            # One to four a month: some stations do less than is asked, some more.
            count = self._rng.choice((1, 2, 2, 3, 3, 4))
            if days < MONTH - 2:
                count = -(-count * days // MONTH)
            count = max(count - sum(first <= day <= last for day in taken), 0)
            kinds = self._rng.sample(KINDS, count)
            for kind, after in zip(
                kinds, self._rng.sample(range(days), min(count, days)), strict=False
            ):
                yield first + timedelta(days=after), kind
            if desk_duty:
                for after in range(self._rng.randint(0, 6), days, 7):
                    yield first + timedelta(days=after), DESK

    def _activity(
        self, station: Station, day: date, kind: Kind, desk: Desk, series: Series | None = None
    ) -> dict[str, Any]:
        starts = datetime.combine(day, kind.starts_at)
        ends = starts + timedelta(minutes=self._rng.choice(kind.minutes))
        return {
            **areas_of(station),
            "name": kind.name,
            "category": kind.category,
            "state": ActivityState.HELD,
            "held_on": day,
            "gate": Gate.NONE,
            "due_on": self._due.of(station.division.code, day),
            "starts_at": starts.time(),
            "ends_at": ends.time(),
            "place": kind.place,
            "content": kind.content,
            "leader_name": station.manager_name,
            "desk_duty": kind.desk_duty,
            "keeper_id": self._rng.choice(desk.keepers),
            "project_id": series.project_id if series else None,
            "team_id": series.team_id if series else None,
        }

    def _entries(
        self, activity_id: int, activity: dict[str, Any], members: Sequence[Member], desk: Desk
    ) -> Iterator[dict[str, Any]]:
        day = activity["held_on"]
        stretch = Stretch.on(day, activity["starts_at"], activity["ends_at"])
        for member in self._participants(day, members, few=activity["desk_duty"]):
            yield {
                **{column: activity[column] for column in AREAS},
                "person_id": member.person_id,
                "volunteer_id": member.volunteer_id,
                "activity_id": activity_id,
                "category": activity["category"],
                "served_on": day,
                "started_at": stretch.started_at,
                "ended_at": stretch.ended_at,
                "minutes": stretch.minutes,
                "content": activity["content"],
                "quality": self._quality(activity_id),
                **self._decision(day, desk),
            }

    def _quality(self, activity_id: int) -> str | None:
        comment = self._rng.choice(COMMENTS)
        return comment or (None if activity_id % UNRATED == 0 else COMMENTS[0])

    def _participants(self, day: date, members: Sequence[Member], *, few: bool) -> list[Member]:
        free = [
            m for m in members if m.registered_on <= day and (m.person_id, day) not in self._busy
        ]
        wanted = 2 if few else self._rng.randint(*PARTICIPANTS)
        # The first of a roll are there whenever they can: the backbone of the station.
        regulars, others = free[:REGULARS], free[REGULARS:]
        chosen = [] if few else regulars
        chosen = [*chosen, *self._rng.sample(others, min(len(others), wanted - len(chosen)))]
        self._busy.update((m.person_id, day) for m in chosen)
        return chosen

    def _decision(self, day: date, desk: Desk) -> dict[str, Any]:
        morning = datetime.combine(day, datetime.min.time()) + timedelta(hours=1)
        recorded = min(morning + timedelta(days=self._rng.randint(1, 2)), self._now)
        decided = min(recorded + timedelta(days=self._rng.randint(1, 3)), self._now)
        state = self._state((self._today - day).days)
        waits = state is EntryState.SUBMITTED
        return {
            "state": state,
            "recorded_by_id": desk.recorder_id,
            "recorded_at": recorded,
            "decided_by_id": None if waits else desk.decider_id,
            "decided_at": None if waits else decided,
        }

    def _state(self, days_ago: int) -> EntryState:
        drawn = self._rng.randrange(100)
        recent = days_ago < WAITS_PERHAPS and drawn < 50  # noqa: PLR2004  # half of them
        if days_ago < WAITS_SURELY or recent or drawn < WAITING:
            return EntryState.SUBMITTED
        return EntryState.DECLINED if drawn >= 100 - DECLINED else EntryState.CONFIRMED


def months_until(today: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each month told of, the running one up to yesterday."""
    first = today.replace(day=1)
    for _month in range(WHOLE_MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
    while first < today:
        following = (first + timedelta(days=31)).replace(day=1)
        yield first, min(following, today) - timedelta(days=1)
        first = following
