"""The rules that a row of a ledger sheet must keep, against the roll and what is recorded."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from admin_app.services.ledger import counting
from admin_app.services.ledger.counting import Counting
from admin_app.services.ledger.refusals import Attempt
from models import Activity, Category, RefusedAct, ServiceEntry, clock

from . import categories, cells
from .ledger import LAYOUT, Enrolled, Flag, JudgedLedger, Service, Stretch, World
from .sheets import Line, Table
from .verdicts import Reason, Refused, fitting


def judge(table: Table, *, on: date, world: World) -> JudgedLedger:
    """Judge every row as handed in on a day, against what is stored and the rows above."""
    judged = JudgedLedger(table)
    rules = _Rules(table, on, world)
    for line in table.lines:
        try:
            service = rules.service(line)
        except Refused as refused:
            judged.refused.append(refused.of(line, table))
        else:
            judged.accepted.append(service)
    judged.unmatched.update(rules.unmatched)
    return judged


class _Rules:
    """The rules in the office's order; the first that a row breaks is its reason."""

    def __init__(self, table: Table, on: date, world: World) -> None:
        self._on, self._world = on, world
        self._cell = {column: table.reader(column) for column in LAYOUT.columns}
        self._taken: dict[tuple[int, date], list[Stretch]] = defaultdict(list)
        self.unmatched: defaultdict[str, int] = defaultdict(int)
        self._said: dict[str, str] = {}

    def service(self, line: Line) -> Service:
        """Return the service a row describes, or raise the first rule it breaks."""
        who = self._volunteer(line)
        served_on = self._day(line)
        if who.had_left(served_on):
            raise _unknown()
        start, end = self._times(line)
        self._compare_hours(line, end - start)
        activity = self._activity(line)
        wanted = Stretch(start, end, self._once(cells.key(activity)), line.number)
        self._refuse_hazard(who, served_on, wanted)
        self._refuse_taken(who, served_on, wanted)
        rule = self._world.counting(served_on)
        minutes, cut = self._counted(who, served_on, wanted, rule)
        present = self._words(line, "guardian_present")
        service = Service(
            row=line.number,
            who=who,
            served_on=served_on,
            start=start,
            end=end,
            activity=activity,
            category=self._category(line),
            content=self._words(line, "content"),
            quality=self._words(line, "quality"),
            recorder=self._words(line, "recorder"),
            minutes=minutes,
            rule=rule.code,
            flags=self._flags(who, served_on, present=bool(present))
            + cut
            + self._outside(served_on, wanted, rule),
            guardian_present=present,
        )
        counted = Stretch(start, end, wanted.activity, line.number, minutes=minutes)
        self._taken[who.person_id, served_on].append(counted)
        return service

    def _words(self, line: Line, column: str) -> str:
        words = cells.text(self._cell[column](line))
        return self._once(fitting(words, column, getattr(ServiceEntry, column)))

    def _once(self, words: str) -> str:
        # The same words stand in most rows; kept once they leave room for a long sheet.
        return self._said.setdefault(words, words)

    def _volunteer(self, line: Line) -> Enrolled:
        who = self._world.roll.get(cells.identity_number(self._cell["id_number"](line)))
        if who is None:
            raise _unknown()
        name = self._cell["name"](line)
        if name != who.name and cells.name(name) != cells.name(who.name):
            raise Refused(
                "name",
                Reason.NAME_ID_MISMATCH,
                _(
                    "The name is not the one the roll has for this identity number. Correct the"
                    " name or the number, whichever is wrong."
                ),
            )
        return who

    def _day(self, line: Line) -> date:
        day = cells.day(self._cell["served_on"](line))
        if day is None:
            raise Refused(
                "served_on",
                Reason.DATE_UNREADABLE,
                _("The date cannot be read. Write it with year, month and day, as 2026-10-03."),
            )
        if day > self._on:
            raise Refused(
                "served_on",
                Reason.DATE_IN_FUTURE,
                _(
                    "The date %(day)s lies after %(on)s, the day the sheet was handed in. Correct"
                    " the date, or record the service once it has taken place.",
                    day=day.isoformat(),
                    on=self._on.isoformat(),
                ),
            )
        return day

    def _times(self, line: Line) -> tuple[int, int]:
        start, end = (cells.clock(self._cell[column](line)) for column in ("start", "end"))
        if start is None or end is None:
            raise Refused(
                "start" if start is None else "end",
                Reason.TIME_UNREADABLE,
                _("The time cannot be read. Write hours and minutes, as 08:30."),
            )
        if end <= start:
            raise Refused(
                "end",
                Reason.END_BEFORE_START,
                _(
                    "The service ends at %(end)s, not after its start at %(start)s. Correct the"
                    " times; service past midnight takes one row for each day.",
                    start=_clock_face(start),
                    end=_clock_face(end),
                ),
            )
        return start, end

    def _compare_hours(self, line: Line, minutes: int) -> None:
        stated = self._cell["hours"](line)
        if not cells.is_empty(stated) and cells.span(stated) != minutes:
            raise Refused(
                "hours",
                Reason.HOURS_DISAGREE,
                _(
                    "The stated hours are not the %(hours)s h between start and end. Correct"
                    " whichever is wrong.",
                    hours=f"{minutes / 60:.4g}",
                ),
            )

    def _activity(self, line: Line) -> str:
        if activity := cells.text(self._cell["activity"](line)):
            return self._once(fitting(activity, "activity", Activity.name))
        raise Refused(
            "activity",
            Reason.ACTIVITY_MISSING,
            _("The row names no activity. Write which activity the service belonged to."),
        )

    def _day_of(self, who: Enrolled, day: date) -> list[Stretch]:
        place = (who.person_id, day)
        return [*self._world.recorded.get(place, ()), *self._taken.get(place, ())]

    def _counted(
        self, who: Enrolled, day: date, wanted: Stretch, rule: Counting
    ) -> tuple[int, tuple[Flag, ...]]:
        taken = self._day_of(who, day) if rule.has_cap else ()
        minutes, cut = rule.counted(
            wanted.end - wanted.start,
            on_day=sum(other.minutes for other in taken),
            at_activity=sum(
                other.minutes
                for other in taken
                if other.activity == wanted.activity and not other.elsewhere
            ),
        )
        if not minutes:
            raise Refused(
                "end",
                Reason.NOTHING_COUNTS,
                _(
                    "Nothing of it would count by the rule of the place (%(rule)s). Correct the"
                    " times or delete the row.",
                    rule=", ".join(map(str, counting.words(rule.code))),
                ),
            )
        return minutes, tuple(map(Flag, cut))

    def _outside(self, day: date, wanted: Stretch, rule: Counting) -> tuple[Flag, ...]:
        window = self._world.windows.get((day, wanted.activity), (None, None))
        return (Flag.OUTSIDE_WINDOW,) * rule.leaves(wanted.start, wanted.end, window)

    def _refuse_taken(self, who: Enrolled, day: date, wanted: Stretch) -> None:
        taken = self._day_of(who, day)
        met = [other for other in taken if other.meets(wanted.start, wanted.end)]
        if twin := next((other for other in met if _same(other, wanted)), None):
            raise Refused("served_on", Reason.DUPLICATE_RECORD, _duplicate_message(twin))
        if met:
            attempt = _attempt(who, day, wanted, met[0])
            raise Refused("start", Reason.OVERLAP, _overlap_message(met[0]), attempt)

    def _category(self, line: Line) -> Category:
        cell = self._cell["category"](line)
        category = categories.match(cell)
        if category is None and not cells.is_empty(cell):
            self.unmatched[cells.text(cell)] += 1
        return category or Category.OTHER

    def _refuse_hazard(self, who: Enrolled, day: date, wanted: Stretch) -> None:
        if (day, wanted.activity) not in self._world.hazardous:
            return
        if self._world.ages.is_minor(clock.age_on(who.born_on, day)):
            raise Refused(
                "activity",
                Reason.HAZARDOUS,
                _(
                    "This is hazardous work, and the volunteer was under age that day: nobody"
                    " under age may take part. Correct the activity or delete the row."
                ),
            )

    def _flags(self, who: Enrolled, day: date, *, present: bool) -> tuple[Flag, ...]:
        age, ages = clock.age_on(who.born_on, day), self._world.ages
        alone = ages.is_minor(age) and not present
        is_young = ages.is_accompanied_only(age)
        raised = {
            Flag.BEFORE_REGISTRATION: day < who.registered_on,
            Flag.WITHOUT_GUARDIAN: alone and not is_young and not who.is_agreed(day),
            Flag.UNACCOMPANIED: alone and is_young,
        }
        return tuple(flag for flag, up in raised.items() if up)


def _same(one: Stretch, other: Stretch) -> bool:
    return (one.start, one.end, one.activity) == (other.start, other.end, other.activity)


def _unknown() -> Refused:
    return Refused(
        "id_number",
        Reason.VOLUNTEER_UNKNOWN,
        _(
            "Nobody with this identity number was on the station's roll. Correct the number, or"
            " register the volunteer first."
        ),
    )


def _duplicate_message(twin: Stretch) -> LazyString:
    if twin.row is not None:
        return _("Row %(row)s says the same. Delete one of the two rows.", row=twin.row)
    return _("This service is recorded already. Delete the row.")


def _overlap_message(other: Stretch) -> LazyString:
    span = {"start": _clock_face(other.start), "end": _clock_face(other.end)}
    if other.row is not None:
        return _(
            "The volunteer already serves from %(start)s to %(end)s in row %(row)s. Nobody serves"
            " twice at one time: correct or delete one of the two rows.",
            row=other.row,
            **span,
        )
    if other.elsewhere:
        return _(
            "Another station (%(station)s) has recorded the volunteer from %(start)s to %(end)s"
            " that day. Ask that station, then correct the time or delete the row.",
            station=other.station,
            **span,
        )
    return _(
        "The volunteer is recorded from %(start)s to %(end)s that day. Correct the time or delete"
        " the row.",
        **span,
    )


def _attempt(who: Enrolled, day: date, wanted: Stretch, other: Stretch) -> Attempt:
    began, ended, other_began, other_ended = (
        datetime.combine(day, time()) + timedelta(minutes=minutes)
        for minutes in (wanted.start, wanted.end, other.start, other.end)
    )
    return Attempt(
        who.volunteer_id, RefusedAct.IMPORT, began, ended, other.station, other_began, other_ended
    )


def _clock_face(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
