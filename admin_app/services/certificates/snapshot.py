"""What goes on the paper, frozen: plain values, read once from the confirmed entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.policy import unscoped
from admin_app.services.exchange import categories, cells
from admin_app.services.ledger import publicity
from admin_app.services.paper import fonts, formats
from admin_app.services.paper.render import MAX_TEXT, MissingGlyph
from models import (
    Category,
    Division,
    DomainError,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)

MAX_ROWS = 500
ID_TYPE = "居民身份证"
ALONE = "本证明由单位一人经办出具。"


@dataclass(frozen=True)
class Frozen:
    """The facts of one certificate, as they were when it was issued."""

    values: dict[str, Any]
    entries: list[int]
    categories: list[str]
    # Confirmed minutes of the period that are not on the paper, because they were not public yet.
    unpublicised: int = 0

    @property
    def minutes(self) -> int:
        """Return the total."""
        return int(self.values["minutes"])

    def sealed(self) -> str:
        """Return the text to be stored: the values of the paper and the entries behind them."""
        return json.dumps({"paper": self.values, "entries": self.entries}, ensure_ascii=False)


def values_of(snapshot: str) -> dict[str, Any]:
    """Return the values of the paper from a stored snapshot."""
    return dict(json.loads(snapshot)["paper"])


def entries_of(snapshot: str) -> frozenset[int]:
    """Return the numbers of the entries that a stored snapshot stands on."""
    return frozenset(json.loads(snapshot)["entries"])


def entries(volunteer: Volunteer, since: date | None, until: date | None) -> list[ServiceEntry]:
    """Return the volunteer's entries at that station that a paper holds, oldest first.

    Where only publicised hours are certified, those alone. Raises ``DomainError`` when there is
    none, or more than a paper holds.
    """
    return _sorted_out(volunteer, since, until)[0]


def unpublicised(volunteer: Volunteer, since: date | None, until: date | None) -> int:
    """Return the confirmed minutes that a paper leaves out because they were not public yet."""
    return _sorted_out(volunteer, since, until)[1]


def _sorted_out(
    volunteer: Volunteer, since: date | None, until: date | None
) -> tuple[list[ServiceEntry], int]:
    """Return the entries that a paper holds, and the minutes of those that must hang first."""
    rows = _confirmed(volunteer, since, until)
    hidden = publicity.not_yet(rows, volunteer.station, on=clock.today())
    waiting = sum(entry.minutes for entry in rows if entry.id in hidden)
    if len(hidden) == len(rows):
        raise DomainError(
            _(
                "Only publicised hours are certified here, and %(hours)s of this period are not: "
                "publish them in a notice, wait for its last day and for open objections.",
                hours="{}:{:02}".format(*divmod(waiting, 60)),
            )
        )
    return [entry for entry in rows if entry.id not in hidden], waiting


def _confirmed(volunteer: Volunteer, since: date | None, until: date | None) -> list[ServiceEntry]:
    found = select(ServiceEntry).where(
        ServiceEntry.person_id == volunteer.person_id,
        ServiceEntry.station_id == volunteer.station_id,
        ServiceEntry.counts,
    )
    if since is not None:
        found = found.where(ServiceEntry.served_on >= since)
    if until is not None:
        found = found.where(ServiceEntry.served_on <= until)
    ordered = found.order_by(ServiceEntry.served_on, ServiceEntry.started_at, ServiceEntry.id)
    with unscoped("a certificate holds every confirmed entry, whoever asks for it"):
        rows = db.session.scalars(
            ordered.options(joinedload(ServiceEntry.activity)).limit(MAX_ROWS + 1)
        ).all()
    if not rows:
        raise DomainError(_("No confirmed service in this period: confirm the entries first."))
    if len(rows) > MAX_ROWS:
        raise DomainError(
            _("More than %(most)s entries: choose a shorter period, such as one year.",
              most=MAX_ROWS)
        )  # fmt: skip
    return list(rows)


def freeze(
    volunteer: Volunteer, since: date | None, until: date | None, *, issued_on: date, alone: bool
) -> Frozen:
    """Read everything the paper says except its number and code."""
    served, waiting = _sorted_out(volunteer, since, until)
    station, person = volunteer.station, volunteer.person
    values: dict[str, Any] = {
        "name": person.name,
        "id_type": ID_TYPE,
        "id_masked": person.id_number_masked,
        "volunteer_number": volunteer.number,
        "since": (since or served[0].served_on).isoformat(),
        "until": min(until or served[-1].served_on, issued_on).isoformat(),
        "times": len(served),
        "minutes": sum(entry.minutes for entry in served),
        "rows": [_row(entry, station) for entry in served],
        "remarks": _remarks(served, alone=alone, waiting=waiting),
        "issuer": full_name(station),
        "leader": "",  # signed by hand
        "handler": "",
        "phone": station.phone or "",
        "issued_on": issued_on.isoformat(),
        "seal": None,
    }
    _refuse_unprintable(values)
    kinds = dict.fromkeys(entry.category.value for entry in served)
    return Frozen(values, [entry.id for entry in served], sorted(kinds), waiting)


def full_name(station: Station) -> str:
    """Return the station's name with its county and township before it, each said once."""
    with unscoped("the places a station lies in are public"):
        above = [
            db.session.get(Division, place)
            for place in (station.county_id, station.township_id)
            if place is not None
        ]
    name = station.name
    for division in reversed(above):
        if division is not None and not name.startswith(division.name):
            name = division.name + name
    return name[:MAX_TEXT]


def _row(entry: ServiceEntry, station: Station) -> dict[str, Any]:
    return {
        "served_on": entry.served_on.isoformat(),
        "start": f"{entry.started_at:%H:%M}",
        "end": end(entry),
        "activity": _line(entry.activity.name),
        "content": content(entry),
        "category": categories.national_name(Category(entry.category)),
        "organizer": _line(station.name),
        "minutes": entry.minutes,
    }


def content(entry: ServiceEntry) -> str:
    """Return what an entry says was done, for paper; empty where it repeats the activity."""
    # Sheets often repeat the activity's name there; once is enough on paper.
    said = _printable(_line(entry.content))
    return "" if cells.key(said) == cells.key(entry.activity.name) else said


def end(entry: ServiceEntry) -> str:
    """Return the civil time an entry ends, as paper writes it: 24:00 for midnight, 次日01:00."""
    if entry.ended_at.date() == entry.served_on:
        return f"{entry.ended_at:%H:%M}"
    midnight = entry.served_on + timedelta(days=1)
    is_midnight = entry.ended_at.date() == midnight and f"{entry.ended_at:%H:%M}" == "00:00"
    return "24:00" if is_midnight else f"次日{entry.ended_at:%H:%M}"


def _remarks(served: Sequence[ServiceEntry], *, alone: bool, waiting: int) -> list[str]:
    single = sum(entry.is_single_handed for entry in served)
    remarks = [f"其中 {single} 条服务记录由一人录入并确认。"] if single else []
    if waiting:
        time = formats.duration(waiting)
        remarks.append(f"另有已确认的服务时间 {time}未经公示，未计入本证明。")
    return [*remarks, ALONE] if alone else remarks


def _line(words: str | None) -> str:
    return " ".join((words or "").split())[:MAX_TEXT]


def _printable(words: str) -> str:
    # An entry is confirmed and cannot be mended: a picture sign in its description must not
    # keep a volunteer from the paper. Names and titles are refused instead, by character.
    return "".join(sign for sign in words if not fonts.missing(sign))


def _refuse_unprintable(values: dict[str, Any]) -> None:
    titles = [row["activity"] + row["organizer"] for row in values["rows"]]
    text = "".join([values["name"], values["issuer"], values["phone"], *titles])
    if characters := fonts.missing(text):
        raise MissingGlyph(characters)
