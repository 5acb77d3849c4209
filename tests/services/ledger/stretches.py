"""Entries by the minutes of a day, as few words as a test of overlaps wants."""

from datetime import datetime, timedelta

from models import EntryState, ServiceEntry, db

MIDNIGHT = datetime(2026, 10, 3)


def stretch(twin, began, ended, **fields):
    """An entry from so many minutes after midnight to so many, whatever the day."""
    times = [MIDNIGHT + timedelta(minutes=minutes) for minutes in (began, ended)]
    return ServiceEntry(
        volunteer=twin[0], activity=twin[1], station_id=twin[0].station_id,
        person_id=twin[0].person_id, category=twin[1].category, served_on=times[0].date(),
        started_at=times[0], ended_at=times[1], minutes=ended - began,
        **{"state": EntryState.SUBMITTED} | fields,
    )  # fmt: skip


def saved(*entries):
    db.session.add_all(entries)
    db.session.commit()
    return entries


def meet(one, two):
    """Tell whether two stretches share time."""
    return one.started_at < two.ended_at and two.started_at < one.ended_at
