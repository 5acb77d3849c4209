"""How served time is counted: dated figures of the place, applied once and kept with the entry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import IntEnum
from functools import lru_cache

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from admin_app.services import figures
from admin_app.services.figures import FiguresOfDay
from models import FigureName, db

CODE_LENGTH = 12
# As the figures of a place say how; by default time is counted as it was served.
ASKED = (
    FigureName.COUNT_UNIT_MINUTES,
    FigureName.COUNT_ROUNDING,
    FigureName.DAY_CAP_MINUTES,
    FigureName.ACTIVITY_CAP_MINUTES,
    FigureName.GRACE_MINUTES,
    FigureName.PAST_MIDNIGHT,
)
CUTS = OVER_DAY_CAP, OVER_ACTIVITY_CAP = "over_day_cap", "over_activity_cap"

# When an activity opens and closes, in minutes of its day, as far as it says so.
Window = tuple[int | None, int | None]


class Rounding(IntEnum):
    """What happens to a part of a unit; the numbers are the figure's."""

    DOWN = 0
    NEAREST = 1
    UP = 2


@dataclass(frozen=True, slots=True)
class Counting:
    """What of the time served counts: whole units, and no more than the caps; all in minutes."""

    unit: int = 1
    rounding: Rounding = Rounding.DOWN
    day_cap: int | None = None
    activity_cap: int | None = None
    grace: int | None = None
    past_midnight: bool = False

    @property
    def code(self) -> str | None:
        """Return what is kept with an entry, or None for minutes as served without a cap."""
        parts = [
            f"u{self.unit}{'dnu'[self.rounding]}" if self.unit > 1 else "",
            f"d{self.day_cap}" if self.day_cap is not None else "",
            f"a{self.activity_cap}" if self.activity_cap is not None else "",
        ]
        return " ".join(filter(None, parts)) or None

    @property
    def has_cap(self) -> bool:
        """Tell whether other service of the person bears on what counts."""
        return self.day_cap is not None or self.activity_cap is not None

    def rounded(self, minutes: int) -> int:
        """Return served minutes in whole units, halves upwards when rounding to the nearest."""
        spare = {Rounding.DOWN: 0, Rounding.NEAREST: self.unit // 2, Rounding.UP: self.unit - 1}
        return (minutes + spare[self.rounding]) // self.unit * self.unit

    def counted(
        self, minutes: int, *, on_day: int = 0, at_activity: int = 0
    ) -> tuple[int, tuple[str, ...]]:
        """Return what counts of served minutes, at least 0, and the flags of caps that cut it.

        ``on_day`` and ``at_activity`` are what counts already of the person's other service.
        """
        whole = self.rounded(minutes)
        left = {OVER_DAY_CAP: (self.day_cap, on_day), OVER_ACTIVITY_CAP: (
            self.activity_cap, at_activity)}  # fmt: skip
        rooms = {flag: max(cap - used, 0) for flag, (cap, used) in left.items() if cap is not None}
        cut = tuple(flag for flag, room in rooms.items() if room < whole)
        return min([whole, *rooms.values()]), cut

    def leaves(self, start: int, end: int, window: Window) -> bool:
        """Tell whether service leaves an activity's times; without a grace nobody asks."""
        if self.grace is None:
            return False
        opens, closes = window
        is_early = opens is not None and start < opens - self.grace
        return is_early or (closes is not None and end > closes + self.grace)


AS_SERVED = Counting()


def at(division_code: str, *, on: date) -> Counting:
    """Return how service of a day is counted at a place, a division's or a station's code.

    民政部令第67号 Art 7 leaves it to the organisation to set the time reasonably.
    """
    return of_day(figures.FiguresOfDay(ASKED, on=on), division_code)


def of_day(known: FiguresOfDay, division_code: str) -> Counting:
    """Return how service is counted at a place by figures that were read already."""
    found = [known.at_code(division_code[:CODE_LENGTH], name) for name in ASKED]
    return _of(*(figure.value if figure else None for figure in found))


def bases(code: str | None, division_code: str, *, on: date) -> list[str]:
    """Return what the parts of a kept rule rest on, as the figures of that day say.

    A figure that says another number by now is not named: the entry did not go by it.
    """
    kept = of_code(code)
    went_by = {
        FigureName.COUNT_UNIT_MINUTES: kept.unit if kept.unit > 1 else None,
        FigureName.COUNT_ROUNDING: kept.rounding if kept.unit > 1 else None,
        FigureName.DAY_CAP_MINUTES: kept.day_cap,
        FigureName.ACTIVITY_CAP_MINUTES: kept.activity_cap,
    }
    known = figures.FiguresOfDay(went_by, on=on)
    found = {name: known.at_code(division_code[:CODE_LENGTH], name) for name in went_by}
    said = [each.basis for name, each in found.items() if each and each.value == went_by[name]]
    return list(dict.fromkeys(said))


class CountingOverTime:
    """How service of many days is counted at one place, read once.

    ``has_cap`` and ``has_grace`` tell whether such a figure applies on any of them; once set, it
    is set for ever, to whatever value.
    """

    def __init__(self, division_code: str) -> None:
        self._code = division_code[:CODE_LENGTH]
        connection = db.session.connection()
        self._set = [figures.FigureOverTime(connection, name) for name in ASKED]
        self._known: dict[date, Counting] = {}
        latest = self.on(date.max)
        self.has_cap, self.has_grace = latest.has_cap, latest.grace is not None

    def on(self, day: date) -> Counting:
        """Return how service of a day is counted."""
        if day not in self._known:
            self._known[day] = _of(*(each.at_code(self._code, on=day) for each in self._set))
        return self._known[day]


def _of(*found: int | None) -> Counting:
    """Return the counting that figures say, in the order in which they are asked for."""
    unit, rounding, day_cap, activity_cap, grace, past_midnight = found
    return Counting(
        unit=max(unit or 1, 1),
        rounding=Rounding(rounding) if rounding in list(Rounding) else Rounding.DOWN,
        day_cap=day_cap,
        activity_cap=activity_cap,
        grace=grace,
        past_midnight=bool(past_midnight),
    )


def minutes_between(began: datetime, ended: datetime) -> int:
    """Return the whole minutes from a start to an end."""
    return int((ended - began).total_seconds()) // 60


def window(opens: time | None, closes: time | None) -> Window:
    """Return an activity's times as minutes of its day."""
    opening, closing = (at.hour * 60 + at.minute if at else None for at in (opens, closes))
    return opening, closing


@lru_cache
def of_code(code: str | None) -> Counting:
    """Return what a kept code stands for; raises ``ValueError`` for one that nobody wrote."""
    if code is None:
        return AS_SERVED
    kept = AS_SERVED
    for part in code.split():
        letter, number = part[0], part[1:]
        match letter:
            case "u":
                rounding = Rounding("dnu".index(number[-1:]))
                kept = replace(kept, unit=int(number[:-1]), rounding=rounding)
            case "d":
                kept = replace(kept, day_cap=int(number))
            case "a":
                kept = replace(kept, activity_cap=int(number))
            case _:
                raise ValueError(code)
    return kept


def words(code: str | None) -> list[LazyString]:
    """Return the rule of a kept code in words a clerk reads, a line a part."""
    kept = of_code(code)
    said = []
    if kept.unit > 1:
        said.append(_ROUNDED[kept.rounding](unit=kept.unit))
    if kept.day_cap is not None:
        said.append(_("at most %(cap)s minutes of a day", cap=kept.day_cap))
    if kept.activity_cap is not None:
        said.append(_("at most %(cap)s minutes of one activity", cap=kept.activity_cap))
    return said or [_("minutes as served")]


_ROUNDED = {
    Rounding.DOWN: lambda **gap: _("whole units of %(unit)s minutes, rounded down", **gap),
    Rounding.NEAREST: lambda **gap: _("whole units of %(unit)s minutes, rounded off", **gap),
    Rounding.UP: lambda **gap: _("whole units of %(unit)s minutes, rounded up", **gap),
}
