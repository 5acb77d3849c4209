"""What findings ask of an entry, in the SQL of either engine: ages, open hours, dated figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Time,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    null,
    or_,
    select,
)

from admin_app.services.people import guardians, roll
from admin_app.services.reports.areas import Place
from models import (
    PREFIX_LENGTH,
    Activity,
    ConsentScope,
    Figure,
    FigureName,
    OpeningHours,
    Person,
    ServiceEntry,
    Station,
    Volunteer,
    db,
)

from .overlaps import Period

MONTH_PLACE, YEAR_PLACE = 100, 10_000
SECONDS_OF_MINUTE = 60

# Through the tables: whose entry is in reach was asked of the entry, and asking it of each row
# it names once more would take as long again.
people: Any = Person.__table__.c
rolls: Any = Volunteer.__table__.c
activities: Any = Activity.__table__.c
stations: Any = Station.__table__.c
_opening: Any = OpeningHours.__table__.c


def before_registration() -> ColumnElement[bool]:
    """Return the condition for service before the day of registration."""
    return and_(ServiceEntry.served_on < rolls.registered_on)


def after_leaving() -> ColumnElement[bool]:
    """Return the condition for service after leaving the roll, before coming back if ever."""
    return or_(ServiceEntry.served_on > rolls.left_on, left_before().is_not(None))


def left_before() -> Any:
    """Return the last day on the roll of who served between leaving it and coming back."""
    return roll.last_before(rolls.id, ServiceEntry.served_on)


def without_guardian() -> ColumnElement[bool]:
    """Return the condition for who served under age with no guardian's word or presence."""
    is_too_young = _lived() < in_force(FigureName.CAPACITY_AGE) * YEAR_PLACE
    return and_(
        _under_age(),
        func.coalesce(ServiceEntry.guardian_present, "") == "",
        or_(is_too_young, ~_is_agreed()),
    )


def hazardous_minor() -> ColumnElement[bool]:
    """Return the condition for who did hazardous work under age."""
    return and_(activities.hazardous, _under_age())


def outside_hours() -> ColumnElement[bool]:
    """Return the condition for service that no open stretch of its station's week holds.

    A station that keeps no hours is open at all times, as far as anybody said.
    """
    here = _opening.station_id == ServiceEntry.station_id
    holds = and_(
        here,
        _opening.weekday == _weekday(ServiceEntry.served_on),
        _opening.opens_at <= _time_of(ServiceEntry.started_at),
        _opening.closes_at >= _time_of(ServiceEntry.ended_at),
        # Past midnight no station is open: no stretch of a day holds what ends on the next.
        _day_of(ServiceEntry.ended_at) == ServiceEntry.served_on,
    )
    return and_(exists().where(here), ~exists().where(holds))


def _under_age() -> ColumnElement[bool]:
    """Return the condition for who was under age on the day of service; unset is never under.

    Age counts as birthdays pass: whoever was born on a leap day turns on 1 March.
    """
    return _lived() < in_force(FigureName.ADULT_AGE) * YEAR_PLACE


def _lived() -> ColumnElement[int]:
    return _written(ServiceEntry.served_on) - _written(people.born_on)


def _is_agreed() -> ColumnElement[bool]:
    return guardians.stands(ConsentScope.SERVICE, ServiceEntry.volunteer_id, ServiceEntry.served_on)


def _written(day: Any) -> ColumnElement[int]:
    """Return a day as a number such as 20261003."""
    year, month, number = (extract(part, day) for part in ("year", "month", "day"))
    return year * YEAR_PLACE + month * MONTH_PLACE + number


def in_force(name: FigureName) -> ColumnElement[Any]:
    """Return the figure at an entry's station on the day of service; NULL where none is set.

    The nearest place wins, then the latest start, as ``figures.at_code`` has it.
    """
    set_ = _set(name)
    whens = [
        (
            and_(stations.code.startswith(prefix), ServiceEntry.served_on >= since),
            literal(value),
        )
        for prefix, since, value in set_
    ]
    return case(*whens) if whens else cast(null(), Integer)


def _set(name: FigureName) -> list[tuple[str, date, int]]:
    """Return what was set of a figure: the digits of its place, the day, and the value."""
    found = db.session.execute(select(Figure.division_code, Figure.since, Figure.value).where(
        Figure.name == name
    ))  # fmt: skip
    told = [(_digits(code), since, value) for code, since, value in found]
    return sorted(told, key=lambda one: (len(one[0]), one[1]), reverse=True)


def _digits(code: str) -> str:
    """Return the leading digits that name a division; zeros stand for what lies below it."""
    lengths = sorted(PREFIX_LENGTH.values())
    return next((code[:n] for n in lengths if code and not code[n:].strip("0")), code)


def is_set(name: FigureName, place: Place, period: Period) -> bool:
    """Tell whether a figure says anything in a place, for a part of it or of the period."""
    digits = place.code if isinstance(place, Station) else place.prefix
    until = period.until or date.max
    return any(
        since <= until and (digits.startswith(prefix) or prefix.startswith(digits))
        for prefix, since, _value in _set(name)
    )


def served() -> Any:
    """Return the minutes from start to end: those that count were cut by the cap already."""
    began, ended = ServiceEntry.started_at, ServiceEntry.ended_at
    if db.engine.dialect.name == "sqlite":
        seconds = func.unixepoch(ended, type_=Integer) - func.unixepoch(began, type_=Integer)
    else:
        seconds = cast(extract("epoch", ended - began), Integer)
    return seconds // SECONDS_OF_MINUTE


def _weekday(day: Any) -> ColumnElement[str]:
    """Return the ISO number of a day's weekday, as the register of opening hours has it."""
    if db.engine.dialect.name == "sqlite":
        return cast((cast(func.strftime("%w", day), Integer) + 6) % 7 + 1, String)
    return cast(extract("isodow", day), String)


def _time_of(moment: Any) -> Any:
    # SQLite keeps a time as text of which every digit counts.
    if db.engine.dialect.name == "sqlite":
        return func.strftime("%H:%M:%S.000000", moment)
    return cast(moment, Time)


def _day_of(moment: Any) -> Any:
    return func.date(moment) if db.engine.dialect.name == "sqlite" else cast(moment, Date)
