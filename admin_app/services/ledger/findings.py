"""What a supervisor should look at in the ledger of a place: doubts found by rule, never refusals.

Every finding is about entries that claim their person's time: drafts, submitted and confirmed ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    func,
    select,
)

from admin_app.services.reports.areas import Place, within
from models import (
    Activity,
    Choice,
    DomainError,
    EntryState,
    FigureName,
    ImportBatch,
    ImportKind,
    OpeningHours,
    Person,
    ServiceEntry,
    Station,
    Volunteer,
    db,
)

from . import conditions, overlaps
from .conditions import activities, in_force, is_set, people, rolls, served, stations
from .overlaps import Overlap, Period

# A page must answer at once: months of a whole prefecture are a command's work.
MOST_DAYS_OF_STATION, MOST_DAYS = 366, 93


class Kind(Choice):
    """What may be wrong with entries."""

    OVERLAP = "overlap", _("Two entries of one person share time")
    DECLINED_OVERLAP = "declined_overlap", _("Declined, and the time is taken by another entry")
    DAY_CAP = "day_cap", _("More time on one day than a day may count")
    BEFORE_REGISTRATION = "before_registration", _("Served before the day of registration")
    WITHOUT_GUARDIAN = (
        "without_guardian",
        _("Under age, and neither a guardian's consent nor his presence on file"),
    )
    AFTER_LEAVING = "after_leaving", _("Served after leaving the roll")
    HAZARDOUS_MINOR = "hazardous_minor", _("Under age at hazardous work")
    OUTSIDE_HOURS = "outside_hours", _("Outside the station's opening hours")
    SHEET_TWICE = "sheet_twice", _("The same sheet imported twice")


PAIRS = {
    Kind.OVERLAP: overlaps.CLAIMING,
    Kind.DECLINED_OVERLAP: (EntryState.DECLINED,),
}
SINGLE: Mapping[Kind, Callable[[], ColumnElement[bool]]] = {
    Kind.BEFORE_REGISTRATION: conditions.before_registration,
    Kind.WITHOUT_GUARDIAN: conditions.without_guardian,
    Kind.AFTER_LEAVING: conditions.after_leaving,
    Kind.HAZARDOUS_MINOR: conditions.hazardous_minor,
    Kind.OUTSIDE_HOURS: conditions.outside_hours,
}


@dataclass(frozen=True)
class Told:
    """One entry that a finding is about, with its person and what the roll says of it."""

    id: int
    station_id: int
    township_id: int | None
    county_id: int | None
    prefecture_id: int | None
    name: str
    served_on: date
    started_at: Any
    ended_at: Any
    minutes: int
    state: EntryState
    station: str
    activity: str
    registered_on: date
    left_on: date | None


@dataclass(frozen=True)
class Day:
    """One person's day in one place with more time than may count."""

    station_id: int
    township_id: int | None
    county_id: int | None
    prefecture_id: int | None
    station: str
    stations: int
    name: str
    served_on: date
    minutes: int
    most: int
    entry: int
    entries: int


@dataclass(frozen=True)
class Sheet:
    """A sheet that landed although the very same file had landed before."""

    station_id: int
    township_id: int | None
    county_id: int | None
    prefecture_id: int | None
    station: str
    sha256: str
    landed_at: Any
    accepted: int
    refused: int
    first_station: str
    first_landed_at: Any


Finding = Overlap | Told | Day | Sheet


def require_short(place: Place, period: Period) -> None:
    """Raise ``DomainError`` for a period that is open, turned round, or too long for a page."""
    if period.since is None or period.until is None or period.until < period.since:
        raise DomainError(_("Choose the first and the last day, the last not before the first."))
    most = MOST_DAYS_OF_STATION if isinstance(place, Station) else MOST_DAYS
    if (period.until - period.since).days >= most:
        raise DomainError(_("Choose %(most)s days at most for this place.", most=most))


def unset(place: Place, period: Period) -> list[Kind]:
    """Return the kinds that are not looked for, because nothing says what they ask."""
    needed = {
        Kind.DAY_CAP: FigureName.DAY_CAP_MINUTES,
        Kind.WITHOUT_GUARDIAN: FigureName.ADULT_AGE,
        Kind.HAZARDOUS_MINOR: FigureName.ADULT_AGE,
    }
    without = [kind for kind, name in needed.items() if not is_set(name, place, period)]
    if (
        db.session.scalar(select(OpeningHours.id).where(within(OpeningHours, place)).limit(1))
        is None
    ):
        without.append(Kind.OUTSIDE_HOURS)
    return without


def counts(place: Place, period: Period) -> Mapping[Kind, int]:
    """Return how many findings of each kind there are in a place and period."""
    told: dict[Kind, int] = {}
    asked = _entries(place, period).with_only_columns(
        *(func.coalesce(func.sum(case((SINGLE[kind](), 1), else_=0)), 0) for kind in SINGLE)
    )
    told |= dict(zip(SINGLE, db.session.execute(asked).one(), strict=True))
    without = unset(place, period)
    for kind in (*PAIRS, Kind.DAY_CAP, Kind.SHEET_TWICE):
        if kind in without:
            told[kind] = 0
            continue
        inner = _statement(kind, place, period).order_by(None).subquery()
        told[kind] = db.session.scalar(select(func.count()).select_from(inner)) or 0
    return {kind: int(told[kind]) for kind in Kind}


def of(
    kind: Kind, place: Place, period: Period, *, first: int = 0, most: int | None = None
) -> list[Finding]:
    """Return the findings of a kind by day, ``most`` of them after the ``first`` ones.

    Entries out of reach appear only as the second of a pair.
    """
    asked = _statement(kind, place, period).offset(first).limit(most)
    if kind in PAIRS:
        return list(overlaps.shown(asked))
    shape: type[Told | Day | Sheet] = _SHAPES.get(kind, Told)
    return [shape(*row) for row in db.session.execute(asked)]


_SHAPES: dict[Kind, type[Told | Day | Sheet]] = {Kind.DAY_CAP: Day, Kind.SHEET_TWICE: Sheet}


def _statement(kind: Kind, place: Place, period: Period) -> Select[Any]:
    if kind in PAIRS:
        found = overlaps.pairs(place, period, PAIRS[kind])
        return found.order_by(ServiceEntry.served_on, ServiceEntry.id, found.selected_columns[1])
    if kind is Kind.DAY_CAP:
        return _days(place, period)
    if kind is Kind.SHEET_TWICE:
        return _sheets(place, period)
    return (
        _entries(place, period)
        .where(SINGLE[kind]())
        .order_by(ServiceEntry.served_on, ServiceEntry.id)
    )


def _entries(place: Place, period: Period) -> Select[Any]:
    return (
        select(
            *_placed(ServiceEntry, ServiceEntry.id), people.name, ServiceEntry.served_on,
            ServiceEntry.started_at, ServiceEntry.ended_at, ServiceEntry.minutes,
            ServiceEntry.state, stations.name, activities.name, rolls.registered_on,
            func.coalesce(conditions.left_before(), rolls.left_on),
        )
        .select_from(ServiceEntry)
        .join(Person.__table__, people.id == ServiceEntry.person_id)
        .join(Volunteer.__table__, rolls.id == ServiceEntry.volunteer_id)
        .join(Activity.__table__, activities.id == ServiceEntry.activity_id)
        .join(Station.__table__, stations.id == ServiceEntry.station_id)
        .where(_here(place, period))
    )  # fmt: skip


def _here(place: Place, period: Period) -> ColumnElement[bool]:
    return and_(
        within(ServiceEntry, place),
        period.holds(ServiceEntry.served_on),
        overlaps.claiming(ServiceEntry),
    )


def _placed(model: Any, *before: Any) -> list[Any]:
    return [*before, model.station_id, model.township_id, model.county_id, model.prefecture_id]


def _days(place: Place, period: Period) -> Select[Any]:
    """Return the days with more served than may count, over all stations of the place."""
    minutes = func.sum(served())
    most = func.min(in_force(FigureName.DAY_CAP_MINUTES))
    return (
        select(
            func.min(ServiceEntry.station_id), func.min(ServiceEntry.township_id),
            func.min(ServiceEntry.county_id), func.min(ServiceEntry.prefecture_id),
            func.min(stations.name), func.count(ServiceEntry.station_id.distinct()),
            func.min(people.name), ServiceEntry.served_on, minutes, most,
            func.min(ServiceEntry.id), func.count(),
        )
        .select_from(ServiceEntry)
        .join(Person.__table__, people.id == ServiceEntry.person_id)
        .join(Station.__table__, stations.id == ServiceEntry.station_id)
        .where(_here(place, period))
        .group_by(ServiceEntry.person_id, ServiceEntry.served_on)
        .having(minutes > most)
        .order_by(ServiceEntry.served_on, ServiceEntry.person_id)
    )  # fmt: skip


def _sheets(place: Place, period: Period) -> Select[Any]:
    """Return the sheets that landed in the period and had landed before as the very same file."""
    # Through the tables: an upload is its uploader's, and here only what it came to is told.
    sheet = ImportBatch.__table__.c
    first, earlier = (ImportBatch.__table__.alias(name) for name in ("first_batch", "earlier"))
    first_station: Any = Station.__table__.alias("first_station")
    before = (
        select(func.min(earlier.c.id))
        .where(
            earlier.c.sha256 == sheet.sha256,
            earlier.c.kind == ImportKind.LEDGER,
            earlier.c.landed_at.is_not(None),
            earlier.c.id < sheet.id,
        )
        .scalar_subquery()
        .correlate(ImportBatch.__table__)
    )
    asked = (
        select(
            *_placed_station(), Station.name, sheet.sha256, sheet.landed_at, sheet.accepted,
            sheet.refused, first_station.c.name, first.c.landed_at,
        )
        .select_from(Station)
        .join(ImportBatch.__table__, sheet.station_id == Station.id)
        .join(first, first.c.id == before)
        .join(first_station, first_station.c.id == first.c.station_id)
        .where(
            within(Station, place), sheet.kind == ImportKind.LEDGER, sheet.landed_at.is_not(None),
        )
        .order_by(sheet.id)
    )  # fmt: skip
    if period.since is not None:
        asked = asked.where(sheet.handed_in_on >= period.since)
    if period.until is not None:
        asked = asked.where(sheet.handed_in_on <= period.until)
    return asked


def _placed_station() -> Sequence[Any]:
    return (Station.id, Station.township_id, Station.county_id, Station.prefecture_id)
