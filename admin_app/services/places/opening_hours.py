"""The week of a station: when it is open, and the usual week to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from itertools import groupby, pairwise

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from models import DomainError, OpeningHours, Station, Weekday, db

# A morning and an afternoon, and one more for an evening.
MOST_A_DAY = 3

_ON_PAPER = dict(zip(Weekday, "一二三四五六日", strict=True))

Stretch = tuple[time, time]
Week = Mapping[Weekday, Sequence[Stretch]]

_WORKDAY = ((time(8, 30), time(11, 30)), (time(15), time(18)))
_WEEKEND = ((time(9), time(11, 30)), (time(15), time(18, 30)))
# 湛文明办〔2018〕31号, annex 5, item 2.
USUAL: Week = {
    day: _WEEKEND if day in (Weekday.SATURDAY, Weekday.SUNDAY) else _WORKDAY for day in Weekday
}


def week(station: Station) -> dict[Weekday, list[Stretch]]:
    """Return the open stretches of each day in order; a closed day has none."""
    told: dict[Weekday, list[Stretch]] = {day: [] for day in Weekday}
    for row in _rows(station):
        told[row.weekday].append((row.opens_at, row.closes_at))
    return {day: sorted(stretches) for day, stretches in told.items()}


def rows(station: Station) -> list[tuple[str, list[Stretch]]]:
    """Return the week as it is written on paper, days alike together; nothing if nobody said."""
    told = week(station)
    if not any(told.values()):
        return []
    alike = groupby(told, key=lambda day: told[day])
    return [(_named(list(days)), stretches) for stretches, days in alike]


def _named(days: Sequence[Weekday]) -> str:
    names = [f"周{_ON_PAPER[day]}" for day in days]
    if len(names) == len(Weekday):
        return "每天"
    return f"{names[0]}至{names[-1]}" if len(names) > 2 else "、".join(names)  # noqa: PLR2004


def set_week(station: Station, wanted: Week, *, access: Access) -> None:
    """Keep a week instead of the one before; what stays the same is not touched.

    The caller commits. Raises ``DomainError`` for a stretch that ends before it begins, two that
    share time, and more than a day has room for.
    """
    access.require("stations:write", station)
    # The station's row is held, or of two weeks kept at once each would keep a half.
    db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())
    for day, stretches in wanted.items():
        _require_sound(day, sorted(stretches))
    missing = {(day, *stretch) for day, stretches in wanted.items() for stretch in stretches}
    for row in _rows(station):
        key = (row.weekday, row.opens_at, row.closes_at)
        if key in missing:
            missing.remove(key)
        else:
            db.session.delete(row)
    db.session.flush()  # one that begins as another did must find its place free
    for day, opens_at, closes_at in sorted(missing, key=lambda one: (one[0].value, one[1])):
        db.session.add(
            OpeningHours(station=station, weekday=day, opens_at=opens_at, closes_at=closes_at)
        )
    db.session.flush()


def _require_sound(day: Weekday, stretches: Sequence[Stretch]) -> None:
    if len(stretches) > MOST_A_DAY:
        raise DomainError(_("%(day)s: %(most)s stretches at most.", day=day.label, most=MOST_A_DAY))
    for opens_at, closes_at in stretches:
        if closes_at <= opens_at:
            raise DomainError(
                _("%(day)s: it closes at %(closes)s, before it opens at %(opens)s.",
                  day=day.label, closes=f"{closes_at:%H:%M}", opens=f"{opens_at:%H:%M}")
            )  # fmt: skip
    for (_began, ended), (begins, _ends) in pairwise(stretches):
        if begins < ended:
            raise DomainError(
                _("%(day)s: two stretches share the time from %(begins)s to %(ended)s.",
                  day=day.label, begins=f"{begins:%H:%M}", ended=f"{ended:%H:%M}")
            )  # fmt: skip


def _rows(station: Station) -> Iterable[OpeningHours]:
    return db.session.scalars(select(OpeningHours).where(OpeningHours.station_id == station.id))
