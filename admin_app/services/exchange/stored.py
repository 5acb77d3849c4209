"""What is stored that a sheet is judged against, asked for in bulk and never row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice
from sys import intern
from typing import TypeVar

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import joinedload

from admin_app.policy import Access, Place, unscoped
from admin_app.services import identity
from admin_app.services.ledger.counting import Window, window
from admin_app.services.places import population
from models import (
    Account,
    Activity,
    ActivityState,
    Consent,
    ConsentScope,
    Division,
    Level,
    Person,
    Population,
    RollGap,
    ServiceEntry,
    Station,
    Volunteer,
    db,
    id_number_hash,
)

from . import cells
from .ledger import Enrolled, Stretch
from .population import Counted, Known

T = TypeVar("T")

# SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
IN_ONE_QUESTION = 5_000


def roll(
    station: Station, numbers: Iterable[str], *, to_record: bool = False
) -> dict[str, Enrolled]:
    """Return who of these identity numbers stands on a station's roll, or stood there once.

    ``to_record`` leaves out those of whom the station records nothing, as they asked.
    """
    found: dict[str, Enrolled] = {}
    numbered = _hashes(numbers)
    for hashes in in_parts(numbered):
        query = (
            select(
                Person.id_number_hash, Volunteer.id, Person.id, Person.name, Person.born_on,
                Volunteer.registered_on, Volunteer.left_on,
            )
            .join(Volunteer, Volunteer.person_id == Person.id)
            .where(Volunteer.station_id == station.id, Person.id_number_hash.in_(hashes))
        )  # fmt: skip
        if to_record:
            query = query.where(Volunteer.restricted_on.is_(None), Volunteer.erased_on.is_(None))
        rows = db.session.execute(query).all()
        agreed, away = _agreed(row[1] for row in rows), _away(station)
        for hashed, volunteer, person, name, born, since, left in rows:
            found[numbered[hashed]] = Enrolled(
                volunteer,
                person,
                name,
                born,
                since,
                left,
                away.get(volunteer, ()),
                agreed.get(volunteer, ()),
            )
    return found


def _away(station: Station) -> dict[int, tuple[tuple[date, date], ...]]:
    """Return when volunteers of a station's roll had left it and came back; few ever did."""
    found: dict[int, tuple[tuple[date, date], ...]] = {}
    asked = select(RollGap.volunteer_id, RollGap.left_on, RollGap.back_on)
    for volunteer, left, back in db.session.execute(asked.where(RollGap.station_id == station.id)):
        found[volunteer] = (*found.get(volunteer, ()), (left, back))
    return found


def _agreed(volunteers: Iterable[int]) -> dict[int, tuple[tuple[date, date | None], ...]]:
    """Return from which day to which guardians let volunteers take part."""
    found: dict[int, tuple[tuple[date, date | None], ...]] = {}
    for part in in_parts(volunteers):
        asked = select(Consent.volunteer_id, Consent.given_on, Consent.withdrawn_on).where(
            Consent.volunteer_id.in_(part), Consent.scope == ConsentScope.SERVICE
        )
        for volunteer, since, until in db.session.execute(asked):
            found[volunteer] = (*found.get(volunteer, ()), (since, until))
    return found


def names(numbers: Iterable[str]) -> dict[str, str]:
    """Return the names under which any station knows these identity numbers."""
    found: dict[str, str] = {}
    numbered = _hashes(numbers)
    with unscoped("one human being has one name, whatever station knows it"):
        for hashes in in_parts(numbered):
            query = select(Person.id_number_hash, Person.name).where(
                Person.id_number_hash.in_(hashes)
            )
            found |= {numbered[hashed]: name for hashed, name in db.session.execute(query)}
    return found


def recorded(
    station: Station, persons: Iterable[int], days: Collection[date]
) -> Mapping[tuple[int, date], list[Stretch]]:
    """Return the time these persons have taken, in whatever station, around the days."""
    taken: dict[tuple[int, date], list[Stretch]] = defaultdict(list)
    if not days:
        return taken
    first, last = min(days) - timedelta(days=1), max(days)
    with unscoped("one person's time is one, in whatever station"):
        for part in in_parts(persons):
            query = (
                select(
                    ServiceEntry.person_id, ServiceEntry.station_id, ServiceEntry.started_at,
                    ServiceEntry.ended_at, Activity.name, Station.name, ServiceEntry.minutes,
                )
                .join(Activity, Activity.id == ServiceEntry.activity_id)
                .join(Station, Station.id == ServiceEntry.station_id)
                .where(
                    ServiceEntry.person_id.in_(part),
                    ServiceEntry.served_on.between(first, last),
                    ServiceEntry.is_live,
                )
            )  # fmt: skip
            for person, at, began, ended, name, place, minutes in db.session.execute(query):
                for day, start, end in _days_of(began, ended):
                    stretch = Stretch(
                        start, end, cells.key(name), elsewhere=at != station.id,
                        station=intern(place),  # one text for all the entries of a station
                        minutes=minutes if day == began.date() else 0,
                    )  # fmt: skip
                    taken[person, day].append(stretch)
    return taken


def windows(station: Station, days: Collection[date]) -> dict[tuple[date, str], Window]:
    """Return the times of a station's activities by day and name."""
    if not days:
        return {}
    query = (
        select(Activity.held_on, Activity.name, Activity.starts_at, Activity.ends_at)
        .where(
            Activity.station_id == station.id,
            Activity.held_on.between(min(days), max(days)),
            Activity.state != ActivityState.CANCELLED,
        )
        .order_by(Activity.id.desc())  # of two by one name the older one wins
    )
    with unscoped("an entry names an activity of its own station, whoever keeps it"):
        found = db.session.execute(query).all()
    return {(day, cells.key(name)): window(opens, closes) for day, name, opens, closes in found}


def hazardous(station: Station, days: Collection[date]) -> set[tuple[date, str]]:
    """Return the station's activities whose work is hazardous, by day and name."""
    if not days:
        return set()
    query = select(Activity.held_on, Activity.name).where(
        Activity.station_id == station.id,
        Activity.held_on.between(min(days), max(days)),
        Activity.state != ActivityState.CANCELLED,
        Activity.hazardous,
    )
    with unscoped("an entry names an activity of its own station, whoever keeps it"):
        return {(day, cells.key(name)) for day, name in db.session.execute(query)}


def communities(access: Access | None, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of these communities, as far as the access may enter stations there."""
    within = true() if access is None else _within(access.places("stations:import"))
    found: dict[str, str] = {}
    for part in in_parts(codes):
        query = select(Division.code, Division.name).where(
            Division.level == Level.COMMUNITY, Division.code.in_(part), within
        )
        found |= {code: name for code, name in db.session.execute(query)}
    return found


def divisions(access: Access | None, codes: Iterable[str]) -> dict[str, Known]:
    """Return the divisions of these codes; own are those whose population the access keeps."""
    found: dict[str, Known] = {}
    for part in in_parts(codes):
        for division in db.session.scalars(select(Division).where(Division.code.in_(part))):
            is_own = access is None or population.may_keep(access, division, "import")
            found[division.code] = Known(division.id, division.name, is_own)
    return found


def populations(division_ids: Iterable[int]) -> dict[tuple[int, int], Counted]:
    """Return what is kept of the population of these divisions, by division and year."""
    found: dict[tuple[int, int], Counted] = {}
    for part in in_parts(division_ids):
        asked = select(
            Population.division_id, Population.year, Population.residents, Population.source
        ).where(Population.division_id.in_(part))
        for division, year, residents, source in db.session.execute(asked):
            found[division, year] = Counted(residents, source)
    return found


def station_names(codes: Iterable[str]) -> set[tuple[str, str]]:
    """Return the stations of these communities, each as its community's code and its name."""
    found: set[tuple[str, str]] = set()
    with unscoped("a community's stations count, whoever keeps them"):
        for part in in_parts(codes):
            query = (
                select(Division.code, Station.name)
                .join(Station, Station.division_id == Division.id)
                .where(Division.code.in_(part))
            )
            found |= {(code, name) for code, name in db.session.execute(query)}
    return found


def taken_logins(logins: Iterable[str]) -> set[str]:
    """Return which of these sign-in names somebody has."""
    found: set[str] = set()
    with unscoped("sign-in names are unique in the whole system"):
        for part in in_parts(logins):
            found.update(db.session.scalars(select(Account.login).where(Account.login.in_(part))))
    return found


def places(codes: Iterable[str]) -> dict[str, Station | Division]:
    """Return the stations and divisions in sight by their codes.

    A community of one station stands for it where it is named by its own code.
    """
    found: dict[str, Station | Division] = {}
    for part in in_parts(codes):
        for division in db.session.scalars(select(Division).where(Division.code.in_(part))):
            found[division.code] = division
        asked = select(Station).join(Station.division).options(joinedload(Station.division))
        named = asked.where(or_(Station.code.in_(part), Division.code.in_(part)))
        alone: dict[str, Station | None] = {}
        for station in db.session.scalars(named.where(Division.level == Level.COMMUNITY)):
            code = station.division.code
            alone[code] = None if code in alone else station
        for station in db.session.scalars(named):
            found[station.code] = station
        found |= {code: station for code, station in alone.items() if station is not None}
    return found


def person_ids(hashes: Iterable[str]) -> dict[str, int]:
    """Return the persons behind the hashes of identity numbers."""
    found: dict[str, int] = {}
    with unscoped("one human being is one row, whatever station knows it"):
        for part in in_parts(hashes):
            query = select(Person.id_number_hash, Person.id).where(Person.id_number_hash.in_(part))
            found |= {hashed: person for hashed, person in db.session.execute(query)}
    return found


def _hashes(numbers: Iterable[str]) -> dict[str, str]:
    whole = {number for number in numbers if len(number) == identity.LENGTH}
    return {id_number_hash(number): number for number in whole}


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield distinct values in as many parts as one question takes."""
    distinct = iter(dict.fromkeys(values))
    while part := list(islice(distinct, IN_ONE_QUESTION)):
        yield part


def _days_of(began: datetime, ended: datetime) -> Iterator[tuple[date, int, int]]:
    """Yield a stretch as minutes of each day it touches."""
    day = began.date()
    while (midnight := datetime.combine(day, time())) < ended:
        start, end = ((moment - midnight).total_seconds() // 60 for moment in (began, ended))
        yield day, max(int(start), 0), min(int(end), cells.MIDNIGHT)
        day += timedelta(days=1)


def _within(places: Iterable[Place]) -> ColumnElement[bool]:
    return or_(false(), *(_at(place) for place in places))


def _at(place: Place) -> ColumnElement[bool]:
    if place.column is None:
        return true()
    column = {
        "township": Division.township_id,
        "county": Division.county_id,
        "prefecture": Division.prefecture_id,
    }.get(place.column)
    return false() if column is None else column == place.value
