"""What the registers say of the stations of a place: each answer one grouped statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select

from admin_app.services import programme
from admin_app.services.figures import FiguresOfDay, InForce
from admin_app.services.ledger import deadlines
from admin_app.services.people import roll
from admin_app.services.reports.areas import Place, within
from admin_app.services.reports.months import Month
from models import (
    OBLIGATORY,
    Activity,
    ChecklistAttestation,
    Division,
    EvidenceFile,
    EvidenceSubject,
    FigureName,
    LeadershipGroup,
    LeadershipSeat,
    PartName,
    Rule,
    RuleKind,
    Station,
    StationEquipment,
    Team,
    Volunteer,
    db,
    was_volunteering,
)

ASKED = (FigureName.MONTHLY_ACTIVITIES_MIN, FigureName.REGULAR_PROJECTS_MIN)
TOWNSHIP_DIGITS = 9


@dataclass(frozen=True)
class Held:
    """What a station held in the month that is volunteering, with and without desk duty."""

    every: int = 0
    activities: int = 0


NOTHING = Held()


class Grounds:
    """The answers for all stations of a place in a month up to a day; asked for when needed.

    What has no day of its own, such as an address, stands as it is now.
    """

    def __init__(self, place: Place, month: Month, until: date) -> None:
        self.place, self.month, self.until = place, month, until
        self._figures = FiguresOfDay(ASKED, on=until)
        self._known: dict[tuple[FigureName, str], InForce | None] = {}
        # Most places set nothing for a community: then its township's answer is its own.
        deep = any(code[TOWNSHIP_DIGITS:].strip("0") for code in self._figures.places())
        self._digits = None if deep else TOWNSHIP_DIGITS

    @cached_property
    def stations(self) -> list[Any]:
        """Return the stations that stood in the month, by code, with their division's code."""
        begun = or_(Station.opened_on.is_(None), Station.opened_on <= self.month.last)
        stays = or_(Station.closed_on.is_(None), Station.closed_on > self.month.first)
        one = isinstance(self.place, Station)
        return list(
            db.session.execute(
                select(*_COLUMNS)
                .join(Division, Division.id == Station.division_id)
                .where(within(Station, self.place), *(() if one else (begun, stays)))
                .order_by(Station.code)
            )
        )

    def figure(self, name: FigureName, code: str) -> int | None:
        """Return a figure at a division's code, or None where none is set."""
        key = name, code[: self._digits]
        if key not in self._known:
            self._known[key] = self._figures.at_code(code, name)
        found = self._known[key]
        return found.value if found else None

    @cached_property
    def held(self) -> Mapping[int, Held]:
        """Return what each station held in the month."""
        asked = (
            select(
                Activity.station_id, func.count(), func.sum(case((Activity.desk_duty, 0), else_=1))
            )
            .where(
                within(Activity, self.place),
                Activity.held_on.between(self.month.first, self.until),
                was_volunteering(),
            )
            .group_by(Activity.station_id)
        )
        return {id_: Held(every, int(n)) for id_, every, n in db.session.execute(asked)}

    @cached_property
    def overdue(self) -> Mapping[int, int]:
        """Return how many activities of each station are overdue for recording."""
        late = deadlines.condition(deadlines.Recording.OVERDUE, self.until)
        return self._counts(Activity, late)

    @cached_property
    def posted(self) -> Mapping[int, tuple[RuleKind, ...]]:
        """Return which of the obligatory rules hang at each station."""
        kinds = [func.max(case((Rule.kind == kind, 1), else_=0)) for kind in OBLIGATORY]
        asked = select(Rule.station_id, *kinds).where(
            within(Rule, self.place), Rule.posted_on <= self.until
        )
        return {
            id_: tuple(kind for kind, hangs in zip(OBLIGATORY, there, strict=True) if hangs)
            for id_, *there in db.session.execute(asked.group_by(Rule.station_id))
        }

    @cached_property
    def rules(self) -> Mapping[int, int]:
        """Return how many rules each station adopted."""
        rules = Rule.kind.in_(OBLIGATORY) & (Rule.adopted_on <= self.until)
        return self._counts(Rule, rules)

    @cached_property
    def settled(self) -> Mapping[int, int]:
        """Return how many kinds of seat are settled at each station with a group in force."""
        filled = or_(LeadershipSeat.holder.is_not(None), LeadershipSeat.inapplicable)
        kinds = func.count(distinct(case((filled, LeadershipSeat.kind))))
        asked = (
            select(LeadershipGroup.station_id, kinds)
            .outerjoin(LeadershipGroup.seats)
            .where(
                within(LeadershipGroup, self.place),
                LeadershipGroup.since <= self.until,
                or_(LeadershipGroup.until.is_(None), LeadershipGroup.until >= self.until),
            )
            .group_by(LeadershipGroup.station_id)
        )
        return {id_: kinds for id_, kinds in db.session.execute(asked)}

    @cached_property
    def teams(self) -> Mapping[int, int]:
        """Return how many teams each station has."""
        founded = or_(Team.founded_on.is_(None), Team.founded_on <= self.until)
        stays = or_(Team.disbanded_on.is_(None), Team.disbanded_on >= self.until)
        return self._counts(Team, and_(founded, stays))

    @cached_property
    def active_teams(self) -> Mapping[int, int | None]:
        """Return how many active teams each station has; None where that is not set."""
        return programme.active_by_station(self.place, on=self.until)

    @cached_property
    def regular_projects(self) -> Mapping[int, int | None]:
        """Return how many regular projects each station has; None where that is not set."""
        return programme.regular_by_station(self.place, on=self.until)

    @cached_property
    def with_volunteers(self) -> frozenset[int]:
        """Return the stations with anybody on the roll: to count them all takes too long."""
        there = (
            select(Volunteer.id)
            .where(Volunteer.station_id == Station.id, roll.there_at_the_end(self.until))
            .exists()
        )
        found = db.session.scalars(select(Station.id).where(within(Station, self.place), there))
        return frozenset(found)

    @cached_property
    def equipped(self) -> frozenset[int]:
        """Return the stations that list equipment."""
        return frozenset(self._counts(StationEquipment))

    @cached_property
    def signage_shown(self) -> frozenset[int]:
        """Return the stations with a picture of their signs."""
        there = EvidenceFile.removed_at.is_(None)
        return frozenset(
            self._counts(EvidenceFile, and_(there, EvidenceFile.subject == EvidenceSubject.SIGNAGE))
        )

    @cached_property
    def attested(self) -> Mapping[PartName, frozenset[int]]:
        """Return at which stations each part was attested for the month and not withdrawn."""
        row = ChecklistAttestation
        asked = select(row.part, row.station_id).where(
            within(row, self.place),
            row.since <= self.month.first,
            or_(row.withdrawn_on.is_(None), row.withdrawn_on > self.until),
        )
        found: dict[PartName, set[int]] = defaultdict(set)
        for part, station in db.session.execute(asked.distinct()):
            found[part].add(station)
        return {part: frozenset(found[part]) for part in PartName}

    def _counts(self, model: Any, *conditions: ColumnElement[bool]) -> Mapping[int, int]:
        asked = select(model.station_id, func.count()).where(within(model, self.place), *conditions)
        return {id_: n for id_, n in db.session.execute(asked.group_by(model.station_id))}


_COLUMNS = (
    Station.id, Station.code, Station.name, Division.code.label("division_code"),
    Station.township_id, Station.county_id, Station.prefecture_id, Station.address, Station.host,
    Station.computers, Station.independent_post, Station.has_desk_sign, Station.has_plaque,
    Station.has_uniform, Station.has_manager.label("has_manager"),
)  # fmt: skip
