"""What to look at in the ledger of a place: doubts by kind, each opening to its entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required
from werkzeug.wrappers import Response

from admin_app.services import audit, masking
from admin_app.services.ledger import findings
from admin_app.services.ledger.findings import Day, Finding, Kind, Sheet, Told
from admin_app.services.ledger.overlaps import Overlap, Period, Side
from admin_app.services.reports import Month, Place
from models import AuditAction, DomainError, clock, db, engine
from views import formats
from views.lists import exports
from views.lookups import key
from views.web.requests import access

from . import asked

READ, EXPORT = "findings:read", "findings:export"
PAGE_SIZE = 50
MOST_PAGES = 100_000
FILES = ("csv", "xlsx")

blueprint = Blueprint("findings", __name__, url_prefix="/findings")


@dataclass(frozen=True)
class Line:
    """A finding as it reads: who, where, when, what, and the entries that open for the person."""

    who: str
    where: str
    when: str
    what: str
    entries: Sequence[tuple[int, str]] = ()


@blueprint.get("/")
@login_required
def index() -> str | Response:
    """Show what there is of each kind, and the findings of one of them."""
    if "place" in request.args:
        return redirect(_address_chosen())
    place, period = asked.place(READ), _period()
    refusal, told, lines, kind = "", {}, [], _kind()
    try:
        findings.require_short(place, period)
    except DomainError as error:
        refusal = str(error)
    else:
        told = findings.counts(place, period)
        kind = kind or next((one for one in Kind if told[one]), Kind.OVERLAP)
        page = min(_page(), max(0, told[kind] - 1) // PAGE_SIZE)
        found = findings.of(kind, place, period, first=page * PAGE_SIZE, most=PAGE_SIZE)
        lines = list(map(_line, found))
    kind = kind or Kind.OVERLAP
    return render_template(
        "findings/findings.html",
        place=place, period=period, refusal=refusal, counts=told, kind=kind, kinds=list(Kind),
        lines=lines, unset=findings.unset(place, period), page=_shown_page(told, kind),
        pages=_pages(told, kind), address=_addressed(place, period),
        around=asked.around(READ, place),
        may_export=access().reaches(EXPORT, place),
    )  # fmt: skip


@blueprint.get("/export/<kind_of_file>")
@login_required
def export(kind_of_file: str) -> Response:
    """Send the findings of one kind as a table, masked as on the screen, and keep a trace."""
    if kind_of_file not in FILES:
        abort(404)
    place, period, kind = asked.place(READ), _period(), _kind() or Kind.OVERLAP
    access().require(EXPORT, place)
    findings.require_short(place, period)
    lines = [_line(one) for one in findings.of(kind, place, period)]
    engine.begin_writing()
    audit.record(
        AuditAction.EXPORT, place.__tablename__, row=place, findings=kind.value,
        since=str(period.since), until=str(period.until), rows=len(lines), kind=kind_of_file,
    )  # fmt: skip
    db.session.commit()
    titles = [_("Finding"), _("Volunteer"), _("Station"), _("When"), _("What"), _("Entries")]
    name = f"findings-{kind.value}-{clock.today():%Y%m%d}.{kind_of_file}"
    return exports.answer(kind_of_file, name, titles, _cells(kind, lines))


def _cells(kind: Kind, lines: Sequence[Line]) -> Iterator[Sequence[str]]:
    label = str(kind.label)
    for line in lines:
        numbers = " ".join(str(number) for number, _address in line.entries)
        yield label, line.who, line.where, line.when, line.what, numbers


def _line(found: Finding) -> Line:
    if isinstance(found, Overlap):
        return _pair(found)
    if isinstance(found, Day):
        return _day(found)
    if isinstance(found, Sheet):
        return _sheet(found)
    return _single(found)


def _pair(found: Overlap) -> Line:
    first, second = found.first, found.second
    words = (
        _("The same times twice: recorded twice?")
        if found.is_same
        else ngettext("%(num)d minute in common", "%(num)d minutes in common", found.minutes)
    )
    states = " / ".join(str(s.state.label) for s in (first, second) if _reaches(s))
    return Line(
        masking.name(found.name),
        " / ".join(dict.fromkeys((first.station, second.station))),
        f"{_times(first.started_at, first.ended_at)} / {_clock(second, first)}",
        f"{words} · {states}",
        [(side.id, _entry(side.id)) for side in (first, second) if _reaches(side)],
    )


def _clock(second: Side, first: Side) -> str:
    if second.started_at.date() == first.started_at.date():
        return f"{second.started_at:%H:%M}–{second.ended_at:%H:%M}"
    return _times(second.started_at, second.ended_at)


def _single(found: Told) -> Line:
    words = [found.activity, formats.hours(found.minutes), str(found.state.label)]
    if found.served_on < found.registered_on:
        words.append(_("registered on %(day)s", day=found.registered_on))
    if found.left_on is not None and found.served_on > found.left_on:
        words.append(_("left on %(day)s", day=found.left_on))
    return Line(
        masking.name(found.name), found.station, _times(found.started_at, found.ended_at),
        " · ".join(words), [(found.id, _entry(found.id))],
    )  # fmt: skip


def _day(found: Day) -> Line:
    where = found.station
    if found.stations > 1:
        where = ngettext("%(num)d station", "%(num)d stations", found.stations)
    return Line(
        masking.name(found.name), where, str(found.served_on),
        _("%(served)s in %(count)s entries, %(most)s count", served=formats.hours(found.minutes),
          count=found.entries, most=formats.hours(found.most)),
        [(found.entry, _entry(found.entry))],
    )  # fmt: skip


def _sheet(found: Sheet) -> Line:
    return Line(
        "",
        found.station,
        formats.moment(found.landed_at),
        _("Came in first at %(station)s on %(moment)s; now %(accepted)s rows were accepted and"
          " %(refused)s refused (file %(file)s…)", station=found.first_station,
          moment=formats.moment(found.first_landed_at), accepted=found.accepted,
          refused=found.refused, file=found.sha256[:8]),
    )  # fmt: skip


def _times(began: Any, ended: Any) -> str:
    return f"{began:%Y-%m-%d %H:%M}–{ended:%H:%M}"


def _reaches(side: Side) -> bool:
    return access().reaches("ledger:read", side)


def _entry(number: int) -> str:
    return url_for("ledger.details_view", id=number)


# What is asked for


def _period() -> Period:
    """Return the days asked for; those of the last month and of this one until today if none."""
    last = Month.last_full()
    return Period(_typed_day("since", last.first), _typed_day("until", clock.today()))


def _typed_day(name: str, default: date) -> date | None:
    written = request.args.get(name)
    if written is None:
        return default
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _kind() -> Kind | None:
    written = request.args.get("kind")
    if not written:
        return None
    try:
        return Kind(written)
    except ValueError:
        abort(404)


def _page() -> int:
    number = key(request.args.get("page"))
    return min(number or 1, MOST_PAGES) - 1


def _pages(told: Mapping[Kind, int], kind: Kind) -> int:
    return max(1, -(-told.get(kind, 0) // PAGE_SIZE))


def _shown_page(told: Mapping[Kind, int], kind: Kind) -> int:
    return min(_page() + 1, _pages(told, kind))


def _address_chosen() -> str:
    kept = {name: request.args[name] for name in ("since", "until", "kind") if name in request.args}
    return url_for(".index", **asked.chosen_place(), **kept)


def _addressed(place: Place, period: Period) -> Any:
    """Return what writes the address of a kind, a page or a file of this place and period."""
    days = {"since": period.since, "until": period.until}
    kept: dict[str, Any] = {name: day for name, day in days.items() if day is not None}

    def address(endpoint: str = ".index", **more: Any) -> str:
        return url_for(endpoint, **asked.named(place), **kept, **more)

    return address
