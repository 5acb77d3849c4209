"""The sign-in sheet of an activity on paper (签到表): to be signed by hand, or as it was taken."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from admin_app.policy import Access, unscoped
from admin_app.services.paper import fonts
from admin_app.services.paper.render import MAX_TEXT, Paper, render
from models import Activity, Attendance, EntryState, Office, ServiceEntry, clock, db

from . import roster
from .roster import Line, Name

TEMPLATE = "attendance_sheet"
BLANK, FILLED = KINDS = ("blank", "filled")
# A longer roll is not printed name by name: its lines are left to be written in.
MOST_NAMES = 300
# For who is not on the list, and in place of a roll that is too long.
SPARE, LINES = 8, 40


def paper(activity: Activity, kind: str, *, access: Access) -> Paper:
    """Return the sheet as a PDF; a demo office's says 样张."""
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    told = filled(activity, access=access) if kind == FILLED else blank(activity, access=access)
    return render(TEMPLATE, told, sample=bool(is_demo))


def blank(activity: Activity, *, access: Access) -> dict[str, Any]:
    """Return the plain values of a sheet to be signed: the roll by serials, and lines to spare."""
    names = roster.everybody(activity, access=access, most=MOST_NAMES)
    if len(names) > MOST_NAMES:
        return _head(activity) | {"rows": [_row() for _n in range(LINES)], "is_long": True}
    rows = [*map(_row, names), *(_row() for _n in range(SPARE))]
    return _head(activity) | {"rows": rows, "is_long": False}


def filled(activity: Activity, *, access: Access) -> dict[str, Any]:
    """Return the plain values of a sheet as it was taken, in order of arrival.

    The time that counts stands there once it is confirmed, for who reads the ledger.
    """
    lines = roster.sheet(activity, access=access).lines
    asked = select(ServiceEntry.id, ServiceEntry.minutes).where(
        ServiceEntry.activity_id == activity.id, ServiceEntry.state == EntryState.CONFIRMED,
        ServiceEntry.counts,
    )  # fmt: skip
    minutes = {id_: counted for id_, counted in db.session.execute(asked)}
    ordered = sorted(lines, key=lambda line: (line.stretch.signed_in_at, line.stretch.id))
    rows = [_taken(line, minutes.get(line.stretch.entry_id or 0)) for line in ordered]
    return _head(activity) | {"rows": rows, "is_filled": True}


def name_of(activity: Activity) -> str:
    """Return what a file of the sheet is called, without an ending."""
    name = f"{activity.held_on}{activity.name}签到表"
    return "".join(sign for sign in name if sign.isprintable() and sign not in "/\\")


def _head(activity: Activity) -> dict[str, Any]:
    times = [f"{at:%H:%M}" if at else "" for at in (activity.starts_at, activity.ends_at)]
    return {
        "station": _text(activity.station.name),
        "activity": _text(activity.name),
        "date": activity.held_on.isoformat(),
        "times": "–".join(times) if any(times) else "",
        "place": _text(activity.place),
        "leader": _text(activity.leader_name),
        # The only post that is on file: what else people stood at is written in by hand.
        "post": "便民值守" if activity.desk_duty else "",
        "is_filled": False,
        "is_long": False,
        "printed_on": clock.today().isoformat(),
    }


def _row(who: Name | None = None) -> dict[str, Any]:
    return {
        "serial": str(who.serial or "") if who else "",
        "name": who.name if who else "",
        "number": who.number if who else "",
        "came": "",
        "went": "",
        "minutes": None,
        "remark": "",
        "dropped": False,
    }


def _taken(line: Line, minutes: int | None) -> dict[str, Any]:
    stretch = line.stretch
    is_open = stretch.signed_out_at is None and stretch.dropped_for is None
    remark = f"作废：{stretch.dropped_for}" if stretch.dropped_for else stretch.remark
    return _row(line.who) | {
        "came": f"{stretch.signed_in_at:%H:%M}",
        "went": _went(stretch),
        "minutes": minutes,
        "remark": _text(remark or ("未签退" if is_open else "")),
        "dropped": stretch.dropped_for is not None,
    }


def _went(stretch: Attendance) -> str:
    if stretch.signed_out_at is None:
        return ""
    is_next_day = stretch.signed_out_at.date() != stretch.signed_in_at.date()
    return f"{'次日' if is_next_day else ''}{stretch.signed_out_at:%H:%M}"


def _text(text: str | None) -> str:
    # Nobody can mend a word at the door: unprintable signs are left out.
    line = "".join(sign for sign in " ".join((text or "").split()) if not fonts.missing(sign))
    return line if len(line) <= MAX_TEXT else line[: MAX_TEXT - 1] + "…"
