"""The attendance sheet of an activity, for a tablet at the door: each tap is a post of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import login_required
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_app.services import audit
from admin_app.services.attendance import paper, roster, taking
from admin_app.services.attendance.roster import Line, Name
from models import (
    Activity,
    Attendance,
    AttendanceState,
    AuditAction,
    DomainError,
    NotAllowed,
    Volunteer,
    clock,
    db,
    engine,
)
from views.fields import typed_time
from views.lookups import MAX_BIG_KEY, key
from views.web.requests import access

PARTS = {
    "expected": lazy_gettext("Expected"),
    "there": lazy_gettext("Here"),
    "gone": lazy_gettext("Gone"),
}
FIRST = "expected"
LONGEST_WORDS = 50
MOST_REFUSED = 8
ONE = f"/<int(max={MAX_BIG_KEY}):id_>"

blueprint = Blueprint("attendance", __name__, url_prefix="/attendance")


@blueprint.get("/")
@login_required
def index() -> str:
    """List the sheets of these days, and those that wait for somebody."""
    if not access().may(roster.READ):
        abort(403)
    found = roster.sheets(access())
    return render_template(
        "attendance/sheets.html", sheets=found, waits=roster.waits(found), today=clock.today()
    )


@blueprint.get(f"{ONE}/")
@login_required
def sheet(id_: int) -> str:
    """Show who is expected, who is there and who went, each with the tap that comes next."""
    activity, person = _asked(id_), access()
    words = request.args.get("search", "").replace("\x00", "").strip()[:LONGEST_WORDS]
    found = roster.sheet(activity, access=person, words=words)
    told = roster.counts(activity, access=person)
    counted = {"expected": told.expected, "there": told.there, "gone": told.gone}
    return render_template(
        "attendance/sheet.html",
        activity=activity, sheet=found, words=words, part=_part(request.args),
        parts=[(name, words_, counted[name]) for name, words_ in PARTS.items()],
        there=found.among(AttendanceState.OPEN),
        gone=found.among(*set(AttendanceState) - {AttendanceState.OPEN}),
        told=told, today=clock.today(),
        takes=taking.may_take(activity, person),
        closes=person.reaches(taking.CLOSE, activity),
        registers=person.may("registrations:write"),
        reads_activity=person.reaches("activities:read", activity),
        most=roster.LISTED,
    )  # fmt: skip


@blueprint.get(f"{ONE}/type")
@login_required
def type_times(id_: int) -> str:
    """Show the form for times that were not tapped: of a line, or of who has none."""
    activity = _asked(id_)
    if not taking.may_take(activity, access()):
        abort(403)
    line, who = _line(activity), _name(activity)
    if line is None and who is None:
        abort(404)
    return render_template(
        "attendance/type.html", activity=activity, line=line, who=line.who if line else who,
        closes=access().reaches(taking.CLOSE, activity), longest=taking.LONGEST,
    )  # fmt: skip


@blueprint.get(f"{ONE}/pdf")
@login_required
def pdf(id_: int) -> Response:
    """Send the sheet on paper, to be signed by hand or as it was taken, and keep a trace."""
    activity = _asked(id_)
    kind = request.args.get("kind", paper.BLANK)
    if kind not in paper.KINDS:
        abort(404)
    content, name = paper.paper(activity, kind, access=access()).pdf, paper.name_of(activity)
    engine.begin_writing()
    audit.record(
        AuditAction.PRINT, Activity.__tablename__, row=activity, report="attendance_sheet",
        kind=kind,
    )  # fmt: skip
    db.session.commit()
    return send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True,
        download_name=f"{name}.pdf",
    )  # fmt: skip


@blueprint.post(f"{ONE}/<act>")
@login_required
def note(id_: int, act: str) -> Response:
    """Do one act on the sheet wholly or not at all, say what became of it, and go back to it."""
    if act not in ACTS:
        abort(404)
    activity = _asked(id_)
    back = _back(id_)
    try:
        told = ACTS[act](activity)
        db.session.commit()
    except NotAllowed:
        raise
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(_typed_again(id_) if act in TYPED else back)
    except (StaleDataError, IntegrityError):
        # The other tablet was faster by less than the sheet was held: what it noted stands.
        db.session.rollback()
        flash(str(taking.LATE), "error")
    else:
        for words in told:
            flash(*words)
    return redirect(back)


Told = list[tuple[str, str]]


def _sign_in(activity: Activity) -> Told:
    stretch = taking.sign_in(activity, _volunteer_id(), access=access())
    return [_said(_("%(name)s signed in at %(time)s.", name=_called(activity, stretch),
                    time=f"{stretch.signed_in_at:%H:%M}"))]  # fmt: skip


def _sign_out(activity: Activity) -> Told:
    id_, version = _tapped()
    stretch = taking.sign_out(activity, id_, version=version, access=access())
    return [_said(_("%(name)s signed out at %(time)s.", name=_called(activity, stretch),
                    time=f"{stretch.signed_out_at:%H:%M}"))]  # fmt: skip


def _undo(activity: Activity) -> Told:
    id_, version = _tapped()
    taking.undo(activity, id_, version=version, access=access())
    return [_said(_("The last tap was taken back."))]


def _add(activity: Activity) -> Told:
    start, end, remark = _typed()
    stretch = taking.add(activity, _volunteer_id(), start, end, remark, access=access())
    return [_said(_("Noted for %(name)s.", name=_called(activity, stretch)))]


def _correct(activity: Activity) -> Told:
    id_, version = _tapped()
    start, end, remark = _typed()
    stretch = taking.correct(
        activity, id_, start, end, remark, version=version, access=access()
    )  # fmt: skip
    return [_said(_("Noted for %(name)s.", name=_called(activity, stretch)))]


def _accompany(activity: Activity) -> Told:
    id_, version = _tapped()
    stretch = taking.accompany(
        activity, id_, request.form.get("guardian", ""), version=version, access=access()
    )
    return [_said(_("Noted for %(name)s.", name=_called(activity, stretch)))]


def _drop(activity: Activity) -> Told:
    id_, version = _tapped()
    taking.drop(activity, id_, request.form.get("reason", ""), version=version, access=access())
    return [_said(_("The line was dropped and gives no hours."))]


def _hand_in(activity: Activity) -> Told:
    taking.hand_in(activity, access=access())
    return [_said(_("The sheet was handed in: the clerk turns it into drafts."))]


def _give_back(activity: Activity) -> Told:
    taking.give_back(activity, access=access())
    return [_said(_("The sheet was given back: attendance is taken again."))]


def _close(activity: Activity) -> Told:
    closed = taking.close(activity, access=access())
    words = ngettext(
        "%(num)d draft was made: look at it in the ledger and submit it.",
        "%(num)d drafts were made: look at them in the ledger and submit them.", closed.drafts,
    )  # fmt: skip
    told = [(words, "success" if closed.drafts else "info")]
    told += [(f"{name}: {why}", "error") for name, why in closed.refused[:MOST_REFUSED]]
    left = len(closed.refused) - MOST_REFUSED
    if left > 0:
        told.append((ngettext("%(num)d more was refused.", "%(num)d more were refused.", left),
                     "error"))  # fmt: skip
    return told


ACTS: dict[str, Callable[[Activity], Told]] = {
    "sign-in": _sign_in,
    "sign-out": _sign_out,
    "undo": _undo,
    "add": _add,
    "correct": _correct,
    "accompany": _accompany,
    "drop": _drop,
    "hand-in": _hand_in,
    "give-back": _give_back,
    "close": _close,
}
# What was typed and refused is corrected where it was typed.
TYPED = ("accompany", "add", "correct", "drop")


def _asked(id_: int) -> Activity:
    """Return the activity; one whose sheet is out of reach does not exist."""
    if not access().may(roster.READ):
        abort(403)
    activity = db.session.get(Activity, id_)
    if activity is None or not access().reaches(roster.READ, activity):
        abort(404)
    return activity


def _said(words: str) -> tuple[str, str]:
    return words, "success"


def _called(activity: Activity, stretch: Attendance) -> str:
    who = roster.name_of(activity, stretch.volunteer_id)
    return who.name if who else ""


def _part(given: Mapping[str, str]) -> str:
    part = given.get("part", "")
    return part if part in PARTS else FIRST


def _back(id_: int) -> str:
    part = _part(request.form)
    return url_for(".sheet", id_=id_, **({"part": part} if part != FIRST else {}))


def _typed_again(id_: int) -> str:
    told = {name: request.form[name] for name in ("line", "volunteer") if name in request.form}
    return url_for(".type_times", id_=id_, **{k: v.partition(".")[0] for k, v in told.items()})


def _name(activity: Activity) -> Name | None:
    number = key(request.args.get("volunteer"), Volunteer)
    return roster.name_of(activity, number) if number is not None else None


def _line(activity: Activity) -> Line | None:
    number = key(request.args.get("line"), Attendance)
    return roster.line_of(activity, number, access=access()) if number is not None else None


def _volunteer_id() -> int:
    number = key(request.form.get("volunteer"), Volunteer)
    if number is None:
        abort(400)
    return number


def _tapped() -> tuple[int, int]:
    """Return the line of a button and the version it was shown in, which stand in one value."""
    line, _dot, version = request.form.get("line", "").partition(".")
    numbers = key(line, Attendance), key(version)
    if None in numbers:
        abort(400)
    return numbers  # type: ignore[return-value]  # mypy does not narrow a tuple


def _typed() -> tuple[time, time | None, str]:
    written = request.form.get("end", "").strip()
    start, end = typed_time(request.form.get("start", "")), typed_time(written) if written else None
    if start is None or (written and end is None):
        raise DomainError(_("This is no time of day: type it as 9:30, 0930 or 14:00."))
    return start, end, request.form.get("remark", "")
