"""Checklists (五有/六有): how a station stands in a month, and the stations of a place by score."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import login_required
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin_app.services import charts, evidence
from admin_app.services.reports import Month, Place
from admin_app.services.standards import checklists
from admin_app.services.standards.checklists import ATTESTED, PartResult, Result
from models import (
    Checklist,
    ChecklistAttestation,
    ChecklistChoice,
    Division,
    DomainError,
    EvidenceFile,
    NotAllowed,
    PartName,
    Station,
    clock,
    db,
    engine,
)
from views.lookups import key
from views.web.requests import access

from . import asked

READ, ATTEST = "standards:read", "standards:attest"
PAGE_SIZE = 50

blueprint = Blueprint("checklists", __name__, url_prefix="/standards/checklists")


@blueprint.get("/")
@login_required
def index() -> str | Response:
    """Show a station's month by its checklist, or the stations of a place, the lowest first."""
    if "place" in request.args:
        return redirect(url_for(".index", **asked.chosen_place(), month=str(_month())))
    place, month = asked.place(READ), _month()
    return _station(place, month) if isinstance(place, Station) else _division(place, month)


@blueprint.post("/attest")
@login_required
def attest() -> Response:
    """Attest a part of the station that the address names."""
    station, month = _own_station(), _month()

    def act() -> str:
        try:
            part = PartName(request.form.get("part", ""))
        except ValueError:
            raise DomainError(_("Choose what was seen.")) from None
        checklists.attest(
            station, part, since=Month.parse(request.form.get("since", "")),
            seen=request.form.get("seen", ""), access=access(), evidence=_evidence(station),
        )  # fmt: skip
        return _("“%(part)s” is attested.", part=part.label)

    return _done(act, station, month)


@blueprint.post("/withdraw")
@login_required
def withdraw() -> Response:
    """Withdraw an attestation of the station that the address names."""
    station, month = _own_station(), _month()
    row = db.session.get(ChecklistAttestation, key(request.form.get("id")) or 0)
    if row is None or row.station_id != station.id:
        abort(404)

    def act() -> str:
        checklists.withdraw(row, access=access())
        return _("The attestation is withdrawn.")

    return _done(act, station, month)


@blueprint.post("/choose")
@login_required
def choose() -> Response:
    """Let a checklist hold at a division from a day on."""
    place, month = _own_division(), _month()

    def act() -> str:
        chosen = db.session.get(Checklist, key(request.form.get("checklist")) or 0)
        if chosen is None:
            raise DomainError(_("Choose a checklist."))
        checklists.choose(place, chosen, since=_day(), by=access())
        return _("“%(checklist)s” holds at %(division)s from %(day)s.",
                 checklist=chosen.name, division=place.name, day=_day())  # fmt: skip

    return _done(act, place, month)


@blueprint.post("/unchoose")
@login_required
def unchoose() -> Response:
    """Take back a choice that is not in force yet."""
    place, month = _own_division(), _month()
    row = db.session.get(ChecklistChoice, key(request.form.get("id")) or 0)
    if row is None or row.division_code != place.code:
        abort(404)

    def act() -> str:
        checklists.unchoose(row, by=access())
        return _("The choice is taken back.")

    return _done(act, place, month)


def _station(station: Station, month: Month) -> str:
    result = checklists.check(station, month)
    if not result.is_kept and month == Month.last_full():
        # Whoever asks first after its end keeps the month.
        engine.begin_writing()
        checklists.keep(station, month)
        db.session.commit()
        result = checklists.check(station, month)
    past = checklists.history(station, before=month)
    attests = access().reaches(ATTEST, station)
    return render_template(
        "standards/station.html",
        station=station,
        result=result,
        month=month,
        past=past,
        chart=_chart([*past, *([] if result.is_kept else [result])]),
        attested=checklists.attested(station),
        attests=attests,
        sees_files=access().reaches("evidence:read", station),
        offered=ATTESTED,
        files=evidence.of(station) if attests else (),
        since=Month.of(clock.today()),
        link=lambda part: _link(part, station, month),
        **_around(station, month),
    )


def _division(place: Division, month: Month) -> str:
    found = sorted(checklists.results(place, month), key=_lowest_first)
    scored = [one for one in found if one.items]
    pages = max(1, -(-len(scored) // PAGE_SIZE))
    page = min(key(request.args.get("page")) or 1, pages)
    may_choose = checklists.may_choose(place, access())
    choices = select(ChecklistChoice).filter_by(division_code=place.code)
    return render_template(
        "standards/stations.html",
        place=place,
        month=month,
        rows=scored[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        passed=sum(one.passes for one in scored),
        count=len(scored),
        without=len(found) - len(scored),
        page=page,
        pages=pages,
        chosen=checklists.at(place, on=clock.today()),
        choices=db.session.scalars(choices.order_by(ChecklistChoice.since)).all(),
        may_choose=may_choose,
        every=checklists.every() if may_choose else (),
        today=clock.today(),
        **_around(place, month),
    )


def _lowest_first(one: Result) -> tuple[float, str]:
    return (one.met / one.total if one.total else 2, one.code)


def _around(place: Place, month: Month) -> dict[str, Any]:
    def address(where: Any = place, when: Month = month, **more: Any) -> str:
        return url_for(".index", **asked.named(where), month=str(when), **more)

    running = Month.of(clock.today())
    return {
        "address": address,
        "around": asked.around(READ, place),
        "months": [one for one in asked.months_offered(month) if one <= running],
        "running": running,
        "act": lambda name: url_for(f".{name}", **asked.named(place), month=str(month)),
    }


def _chart(results: list[Result]) -> Markup | None:
    scored = [one for one in results if one.items]
    if len(scored) <= 1:
        return None
    return charts.columns(
        [format_date(one.month.first, "LLL") for one in scored],
        [one.met for one in scored],
        [f"{one.met}/{one.total}" for one in scored],
        title=_("Items met by month"),
        height=140,
    )


# Where each part is mended: a register, and what narrows it to the rows in question.
_REGISTERS = {
    PartName.TEAM: "teams",
    PartName.ACTIVE_TEAM: "teams",
    PartName.PROJECTS: "projects",
    PartName.VOLUNTEERS: "volunteers",
    PartName.LEADERSHIP: "leadership",
    PartName.RULES: "rules",
    PartName.RULE: "rules",
    PartName.ACTIVITIES: "activities",
    PartName.SERVICES: "activities",
    PartName.LEDGER: "activities",
}


def _link(part: PartResult, station: Station, month: Month) -> str | None:
    """Return where a part is mended, for whom that opens."""
    if part.part is PartName.ARCHIVE:
        return "#attest" if access().reaches(ATTEST, station) else None
    register = _REGISTERS.get(part.part)
    if register is None:
        return url_for("stations.details_view", id=station.id)
    if not access().reaches(f"{register}:read", station):
        return None
    narrowed: dict[str, str] = {}
    if part.finding.why == "ledger":
        narrowed = {"flt_recording": "overdue"}
    elif register == "activities":
        narrowed = {
            "flt_state": "held",
            "flt_held_since": f"{month.first}",
            "flt_held_until": f"{month.last}",
        }
    return url_for(f"{register}.index_view", flt_station=station.id, **narrowed)


def _month() -> Month:
    """Return the month asked for, the running one if none is, and none that has not begun."""
    written = request.args.get("month")
    running = Month.of(clock.today())
    return min(Month.parse(written), running) if written else running


def _own_station() -> Station:
    place = asked.place(READ)
    if not isinstance(place, Station):
        abort(404)
    access().require(ATTEST, place)
    return place


def _own_division() -> Division:
    place = asked.place(READ)
    if not isinstance(place, Division):
        abort(404)
    if not checklists.may_choose(place, access()):
        abort(403)
    return place


def _evidence(station: Station) -> EvidenceFile | None:
    written = request.form.get("evidence")
    if not written:
        return None
    row = db.session.get(EvidenceFile, key(written) or 0)
    if row is None or row.station_id != station.id:
        raise DomainError(_("Choose a file of this station."))
    return row


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("since", "").strip())
    except ValueError:
        raise DomainError(_("Choose the day from which it holds.")) from None


def _done(act: Any, place: Place, month: Month) -> Response:
    """Do an act wholly or not at all, say what became of it, and go back to the page."""
    address = url_for(".index", **asked.named(place), month=str(month))
    try:
        told = act()
        db.session.commit()
    except NotAllowed:
        raise
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    else:
        flash(told, "success")
    return redirect(address)
