"""The most that counts of a person's day or at an activity, whatever station recorded the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select

from admin_app.policy import unscoped
from models import DomainError, Person, ServiceEntry, db

from . import counting
from .counting import Counting

ASKED_AT_ONCE = 500
_PERSONS: Any = Person.__table__
_HELD = (
    select(_PERSONS.c.id)
    .where(_PERSONS.c.id.in_(bindparam("numbers", expanding=True)))
    .order_by(_PERSONS.c.id)
    .with_for_update(key_share=True)
)

# What counts of persons' days, and of it at each activity.
Beside = tuple[Counter[tuple[int, date]], Counter[tuple[int, int]]]


def counted(
    person_id: int,
    activity_id: int,
    times: tuple[datetime, datetime],
    rule: Counting,
    *,
    but: int | None = None,
) -> tuple[int, tuple[str, ...]]:
    """Return the minutes that count beside the person's other live entries, and what cut them.

    Raises ``DomainError`` when nothing counts: no entry is kept of nothing.
    """
    began, ended = times
    on_day = at_activity = 0
    if rule.has_cap:
        # An activity is held on one day, so its entries are among those of the day.
        others = (
            select(ServiceEntry.activity_id, ServiceEntry.minutes)
            .where(ServiceEntry.person_id == person_id, ServiceEntry.is_live)
            .where(ServiceEntry.served_on == began.date(), ServiceEntry.id != (but or 0))
        )
        with unscoped("one person's day is one, in whatever station"):
            for at, minutes in db.session.execute(others):
                on_day += minutes
                at_activity += minutes if at == activity_id else 0
    served = counting.minutes_between(began, ended)
    minutes, cut = rule.counted(served, on_day=on_day, at_activity=at_activity)
    if not minutes:
        raise DomainError(_nothing_counts(rule, cut))
    return minutes, cut


def keep_to(entries: Sequence[ServiceEntry]) -> None:
    """Count entries that become confirmed together anew, beside what is confirmed already.

    Raises ``DomainError`` when nothing of one counts. Their persons are held: two who confirm
    entries of one day at a time must not both find room.
    """
    capped = [entry for entry in entries if counting.of_code(entry.rule).has_cap]
    if not capped:
        return
    hold({entry.person_id for entry in capped})
    on_day, at_activity = _confirmed_beside(capped)
    for entry in entries:
        day, activity = (entry.person_id, entry.served_on), (entry.person_id, entry.activity_id)
        rule = counting.of_code(entry.rule)
        if rule.has_cap:
            _count_anew(entry, rule, on_day[day], at_activity[activity])
        on_day[day] += entry.minutes
        at_activity[activity] += entry.minutes


def _count_anew(entry: ServiceEntry, rule: Counting, on_day: int, at_activity: int) -> None:
    served = counting.minutes_between(entry.started_at, entry.ended_at)
    minutes, cut = rule.counted(served, on_day=on_day, at_activity=at_activity)
    if not minutes:
        why = _nothing_counts(rule, cut)
        raise DomainError(_("Entry %(id)s: %(why)s Decline it.", id=entry.id, why=why))
    entry.minutes = minutes
    entry.flags = [f for f in entry.flags if f not in counting.CUTS] + list(cut)


def hold(persons: Collection[int]) -> None:
    """Hold persons until the end of the transaction, everybody in the same order.

    Two who write the same person's time then see each other's. SQLite has one writer at a time.
    """
    if db.engine.dialect.name == "sqlite":
        return
    connection = db.session.connection()
    for part in _parts(persons):
        connection.execute(_HELD, {"numbers": part}).all()


def _confirmed_beside(entries: Sequence[ServiceEntry]) -> Beside:
    """Return what is confirmed of the entries' persons around the entries' days."""
    days = [entry.served_on for entry in entries]
    on_day: Counter[tuple[int, date]] = Counter()
    at_activity: Counter[tuple[int, int]] = Counter()
    found = select(
        ServiceEntry.person_id, ServiceEntry.served_on, ServiceEntry.activity_id,
        ServiceEntry.minutes,
    ).where(ServiceEntry.counts, ServiceEntry.served_on.between(min(days), max(days)))  # fmt: skip
    with unscoped("one person's day is one, in whatever station"):
        for part in _parts({entry.person_id for entry in entries}):
            of_part = found.where(ServiceEntry.person_id.in_(part))
            for person_id, day, activity_id, minutes in db.session.execute(of_part):
                on_day[person_id, day] += minutes
                at_activity[person_id, activity_id] += minutes
    return on_day, at_activity


def _parts(persons: Collection[int]) -> Iterator[list[int]]:
    numbers = sorted(persons)
    for first in range(0, len(numbers), ASKED_AT_ONCE):
        yield numbers[first : first + ASKED_AT_ONCE]


def _nothing_counts(rule: Counting, cut: Sequence[str]) -> LazyString:
    if cut:
        return _("Nothing of it would count: the time that counts of a day or activity is used up.")
    return _("Nothing of it would count: less than the %(unit)s minutes that are one unit.",
             unit=rule.unit)  # fmt: skip
