"""The monthly report: on the screen, on paper and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_login import login_required
from markupsafe import Markup
from werkzeug.wrappers import Response

from admin_app.policy import Access, declared
from admin_app.services import audit, charts, reports
from admin_app.services.jobs import Kind, Made, Progress
from admin_app.services.reports import Month, MonthReport, Place
from models import AuditAction, Station, db, engine
from views import formats
from views.web.requests import access

from . import asked, jobs
from .service_registers import may_print

READ, EXPORT = "reports:read", "reports:export"
# Up to so many stations a report is ready before anybody looks at the clock.
LONG = 100
# Counting is one step of a long report, laying it out the other.
STEPS = 2
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACTIONS = {"pdf": AuditAction.PRINT, "xlsx": AuditAction.EXPORT}

blueprint = Blueprint("reports", __name__, url_prefix="/reports/month")


@blueprint.get("/")
@login_required
def month() -> str | Response:
    """Show the month of a place, the last full one of one's own unless another is asked for."""
    if "place" in request.args:
        return redirect(url_for(".month", **asked.chosen_place(), month=str(asked.month())))
    place, month = asked.place(READ), asked.month()
    report = reports.month(place, month)
    return render_template(
        "reports/month.html",
        report=report,
        around=asked.around(READ, place),
        months=list(asked.months_offered(month)),
        address=_address,
        registers=dict(_registers(report, place)),
        may_export=access().reaches(EXPORT, place),
        register=_service_register(place, month),
        by_month=_by_month(report),
        by_category=_by_category(report),
        hours=formats.hours,
        duration=_duration,
    )


@blueprint.get("/pdf")
@login_required
def pdf() -> Response:
    """Send the report as a PDF and keep a trace of it."""
    return _exported("pdf")


@blueprint.get("/xlsx")
@login_required
def xlsx() -> Response:
    """Send the report as a workbook and keep a trace of it."""
    return _exported("xlsx")


def _exported(form: str) -> Response:
    place, month = asked.place(READ), asked.month()
    access().require(EXPORT, place)
    if reports.stations_in(place, up_to=LONG + 1) > LONG:
        kind = "station" if asked.is_station(place) else "division"
        return jobs.hand_over(
            KIND.name,
            needs=(READ, EXPORT),
            about={"place": place.name, "month": str(month), "form": form,
                   "table": place.__tablename__},
            asked={kind: place.id, "month": str(month), "form": form},
        )  # fmt: skip
    return _handed_over(form, place, reports.month(place, month))


def _make(wanted: Mapping[str, Any], progress: Progress) -> Made:
    """Make the report of a large area, in the name of who asked."""
    progress(0, STEPS)
    place = reports.division(wanted["division"], _declared())
    _declared().require(EXPORT, place)
    report = reports.month(place, Month.parse(wanted["month"]))
    progress(1, STEPS)
    form = wanted["form"]
    return Made(
        BytesIO(_content(form, report)),
        name=_name(form, report),
        mimetype=TYPES[form],
        action=ACTIONS[form],
        register=place.__tablename__,
        row=place,
        details={"report": "month", "month": str(report.month)},
    )


def _title(about: Mapping[str, Any]) -> str:
    words = {"pdf": _("PDF"), "xlsx": _("Excel")}[about["form"]]
    return _("Monthly report · %(place)s · %(month)s (%(form)s)", place=about["place"],
             month=about["month"], form=words)  # fmt: skip


KIND = Kind("report_month", _title, _make)


def _declared() -> Access:
    scope = declared()
    assert isinstance(scope, Access)  # noqa: S101  # a job is done in its asker's name
    return scope


def _content(form: str, report: MonthReport) -> bytes:
    return reports.paper(report).pdf if form == "pdf" else reports.workbook(report)


def _address(place: Any, month: Month, endpoint: str = ".month") -> str:
    return asked.page_address(endpoint, place, month)


def _registers(report: MonthReport, place: Place) -> Iterator[tuple[str, str]]:
    """Yield the lists behind the numbers, each for whom it opens."""
    if isinstance(place, Station):
        here = {"flt9_station": str(place.id)}
    elif reports.own(access()) == [place]:
        here = {}  # a list shows one's own place without being told
    else:
        return
    for register, filters in _LISTS.items():
        if access().reaches(f"{register}:read", place):
            since, until = report.month.first.isoformat(), report.month.last.isoformat()
            days = {f"flt1_{filters}_since": since, f"flt2_{filters}_until": until}
            yield register, url_for(f"{register}.index_view", **days, **here, **_STATES[register])


_LISTS = {"activities": "held", "ledger": "served", "volunteers": "registered"}
_STATES = {
    "activities": {"flt0_state": "held"},
    "ledger": {"flt0_state": "confirmed"},
    "volunteers": {},
}


def _service_register(place: Place, month: Month) -> str | None:
    """Return where the register of a station's services is printed, for whom it opens."""
    if not (isinstance(place, Station) and may_print(place)):
        return None
    return url_for("service_registers.station", station=place.id, month=str(month))


def _by_month(report: MonthReport) -> Markup:
    return charts.columns(
        [format_date(month.first, "LLL") for month, _minutes in report.trend],
        [minutes for _month, minutes in report.trend],
        [_duration(minutes) for _month, minutes in report.trend],
        title=_("Service time by month"),
    )


def _by_category(report: MonthReport) -> Markup:
    return charts.bars(
        [str(row.category.label) for row in report.categories],
        [row.minutes for row in report.categories],
        [_duration(row.minutes) for row in report.categories],
        title=_("Service time by category"),
        width=330,
    )


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not rest:
        return _("%(hours)s h", hours=f"{hours:,}")
    if not hours:
        return _("%(minutes)s min", minutes=rest)
    return _("%(hours)s h %(minutes)s min", hours=f"{hours:,}", minutes=rest)


def _handed_over(form: str, place: Place, report: MonthReport) -> Response:
    content = _content(form, report)
    engine.begin_writing()
    audit.record(
        ACTIONS[form], place.__tablename__, row=place, report="month", month=str(report.month)
    )
    db.session.commit()
    return send_file(
        BytesIO(content),
        mimetype=TYPES[form],
        as_attachment=True,
        download_name=_name(form, report),
    )


def _name(form: str, report: MonthReport) -> str:
    name = f"{report.place.name}{report.month}月报.{form}"
    return "".join(sign for sign in name if sign.isprintable() and sign not in "/\\")
