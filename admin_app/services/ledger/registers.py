"""The register of services on paper (志愿者服务情况登记册): a station's month, a person's year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from admin_app.policy import unscoped
from admin_app.services.certificates import snapshot
from admin_app.services.paper import fonts
from admin_app.services.paper.render import MAX_TEXT, Paper, render
from admin_app.services.reports.months import Month
from models import (
    DomainError,
    EntryKind,
    EntryState,
    Office,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)

TEMPLATE = "service_register"
# So many take half a minute to lay out, with somebody waiting.
MAX_ENTRIES = 1000


@dataclass(frozen=True)
class Register:
    """The confirmed entries of a station's month or of a volunteer's year, in order of service."""

    station: Station
    # None for the month of a whole station.
    volunteer: Volunteer | None
    # As it is printed and traced: 2026-10 or 2026.
    period: str
    entries: Sequence[ServiceEntry]

    @property
    def minutes(self) -> int:
        """Return the minutes that count; what was reversed does not."""
        return sum(entry.minutes for entry in self.entries if entry.counts)

    @property
    def name(self) -> str:
        """Return what a file of it is called, without an ending."""
        who = self.volunteer.person.name + self.volunteer.number if self.volunteer else ""
        name = f"{who or self.station.name}{self.period}服务情况登记册"
        return "".join(sign for sign in name if sign.isprintable() and sign not in "/\\")


def of_station(station: Station, month: Month) -> Register:
    """Return what was confirmed of a station's month; raises ``DomainError`` when too long."""
    entries = _entries(month.first, month.last, ServiceEntry.station_id == station.id)
    return Register(station, None, str(month), entries)


def of_volunteer(volunteer: Volunteer, year: int) -> Register:
    """Return what was confirmed of a volunteer's year at this station; raises ``DomainError``."""
    since, until = Month(year, 1).first, Month(year, 12).last
    mine = ServiceEntry.volunteer_id == volunteer.id
    here = ServiceEntry.person_id == volunteer.person_id  # the index is the person's
    return Register(volunteer.station, volunteer, str(year), _entries(since, until, mine, here))


def years(volunteer: Volunteer) -> list[int]:
    """Return the years with confirmed service of a volunteer at this station, the last first."""
    query = select(func.min(ServiceEntry.served_on), func.max(ServiceEntry.served_on)).where(
        ServiceEntry.person_id == volunteer.person_id,
        ServiceEntry.volunteer_id == volunteer.id,
        ServiceEntry.state == EntryState.CONFIRMED,
    )
    first, last = db.session.execute(query).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def paper(register: Register) -> Paper:
    """Return the register as a PDF; a demo office's says 样张."""
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    return render(TEMPLATE, values(register), sample=bool(is_demo))


def values(register: Register) -> dict[str, Any]:
    """Return the plain values the template prints."""
    volunteer, rows = register.volunteer, list(_rows(register.entries))
    counting = [row for row in rows if not row["reversed"]]
    return {
        "station": register.station.name,
        "period": register.period,
        "person": {
            "name": volunteer.person.name,
            "number": volunteer.number,
            "official_number": volunteer.official_number or "",
            "registered_on": volunteer.registered_on.isoformat(),
        }
        if volunteer
        else None,
        "days": [
            {"date": day, "rows": list(served)}
            for day, served in groupby(rows, key=lambda row: row["date"])
        ],
        "entries": len(counting),
        "reversed": len(rows) - len(counting),
        "single_handed": sum(row["single_handed"] for row in rows),
        "minutes": register.minutes,
        "printed_on": clock.today().isoformat(),
    }


def _entries(since: date, until: date, *conditions: Any) -> Sequence[ServiceEntry]:
    query = (
        select(ServiceEntry)
        .join(ServiceEntry.activity)
        .join(ServiceEntry.volunteer)
        .join(Volunteer.person)
        .options(
            contains_eager(ServiceEntry.activity),
            contains_eager(ServiceEntry.volunteer).contains_eager(Volunteer.person),
        )
        .where(
            *conditions,
            ServiceEntry.state == EntryState.CONFIRMED,
            ServiceEntry.served_on.between(since, until),
        )
        .order_by(ServiceEntry.served_on, ServiceEntry.started_at, ServiceEntry.id)
        .limit(MAX_ENTRIES + 1)
    )
    found = db.session.scalars(query).all()
    if len(found) > MAX_ENTRIES:
        raise DomainError(
            _(
                "One register lists at most %(rows)s entries, and here are more: take the list of "
                "the service entries as a workbook.",
                rows=MAX_ENTRIES,
            )
        )
    return found


def _rows(entries: Sequence[ServiceEntry]) -> Iterator[dict[str, Any]]:
    so_far = 0
    for number, entry in enumerate(entries, start=1):
        so_far += entry.minutes if entry.counts else 0
        prepared = "（准备）" if entry.kind is EntryKind.PREPARATION else ""
        yield {
            "number": number,
            "date": entry.served_on.isoformat(),
            "name": entry.volunteer.person.name,
            "roll": entry.volunteer.number,
            "times": f"{entry.started_at:%H:%M}–{snapshot.end(entry)}",
            "activity": entry.activity.name + prepared,
            "content": snapshot.content(entry),
            "place": _short(entry.place or entry.activity.place),
            "minutes": entry.minutes,
            "quality": _short(entry.quality),
            "recorded_on": clock.office_time(entry.recorded_at).date().isoformat(),
            "so_far": so_far,
            "reversed": not entry.counts,
            "single_handed": entry.is_single_handed,
        }


def _short(words: str | None) -> str:
    # Nothing of a confirmed entry can be mended for paper: unprintable signs are left out.
    line = "".join(sign for sign in " ".join((words or "").split()) if not fonts.missing(sign))
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1] + "…"
