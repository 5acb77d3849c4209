"""The roster of an activity: many people's hours typed, pasted or taken over, and saved at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import abort, current_app, flash, redirect, request
from flask_admin.base import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from admin_app.services import rosters
from admin_app.services.ledger import refusals
from admin_app.services.people import names, roll
from admin_app.services.rosters import Line, Stopped
from models import Activity, DomainError, Person, Volunteer, db

from .fields import stripped
from .lists.narrowing import offered
from .lookups import Lookup, containing, is_number, key
from .web.requests import access
from .writing import broken_rule

WRITE = "ledger:write"
TYPED = ("start", "end", "content", "quality")
# Of what was not read, as much as a person looks at.
SHOWN_LINES, SHOWN_SIGNS = 10, 40


class Rosters:
    """The pages of an activity on which the clerk records many people in one form."""

    def may_record(self, row: Activity) -> bool:
        """Tell whether the person records service at an activity."""
        return access().reaches(WRITE, row)

    @expose("/roster/", methods=("GET", "POST"))
    def roster_view(self) -> str | Response:
        """Show a roster, do to it what a button says, or save it wholly."""
        if not access().may(WRITE):
            abort(403)
        if not request.values.get("id"):
            return self.render("ledger/roster_of.html", return_url=self.get_url(".index_view"))
        activity: Activity = self.get_one(request.values["id"])
        if not self.may_record(activity):
            abort(403)
        if request.method == "GET":
            return self._roster_page(activity, [], _suggested(activity))
        return self._acted(activity, _typed_lines(activity), _typed_common())

    def _acted(self, activity: Activity, lines: list[Line], common: Line) -> str | Response:
        act, errors = request.form.get("act", "save"), dict[int, str]()
        pasted = request.form.get("list", "")
        people = {one.id for line in lines for one in (line.volunteer, *line.choices) if one}
        try:
            if act == "save":
                return self._recorded(activity, lines, common)
            lines = self._changed(act, activity, lines, common)
            pasted = "" if act == "read" else pasted
        except Stopped as stopped:
            errors = {place: str(refusal) for place, refusal in stopped.errors.items()}
            flash(str(stopped), "error")
        except DomainError as refusal:
            flash(str(refusal), "error")
        except IntegrityError as error:
            db.session.rollback()
            flash(broken_rule(error), "error")
        rosters.named(activity, people)  # forgotten by a rollback: read at once, not one by one
        return self._roster_page(activity, lines, common, errors, pasted)

    def _recorded(self, activity: Activity, lines: Sequence[Line], common: Line) -> Response:
        id_ = activity.id
        try:
            count = rosters.record(activity, lines, common, access=access())
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            refusals.keep_all(refusal.errors.values() if isinstance(refusal, Stopped) else ())
            raise
        flash(_recorded(count), "success" if count else "info")
        answer = redirect(self.get_url("ledger.index_view", flt_activity=id_))
        # As for any saved form: the browser throws away the draft of just this one.
        answer.set_cookie(
            "saved", quote(f"{request.path}:{id_}"), max_age=60,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]), samesite="Lax",
        )  # fmt: skip
        return answer

    def _changed(
        self, act: str, activity: Activity, lines: list[Line], common: Line
    ) -> list[Line]:  # fmt: skip
        """Return the lines after a button other than saving."""
        if act == "read":
            more, left = rosters.read(activity, request.form.get("list", ""))
            if left:
                flash(_("Not read, because it names nobody: %(lines)s", lines=_cut(left)))
            return self._added(lines, more, common)
        if act == "copy":
            earlier = _earlier(activity)
            more = rosters.people_of(earlier, activity) if earlier else []
            return self._added(lines, more, common)
        place = key(act.removeprefix("drop-"))
        return [line for number, line in enumerate(lines, start=1) if number != place]

    def _added(self, lines: list[Line], more: Iterable[Line], common: Line) -> list[Line]:
        """Return the lines with new ones; one that says the same as one before is left out."""
        told, fresh = {_said(line) for line in lines}, list[Line]()
        for line in more:
            timed = replace(line, start=line.start or common.start, end=line.end or common.end)
            if _said(timed) not in told:
                told.add(_said(timed))
                fresh.append(timed)
        if len(lines) + len(fresh) > rosters.MOST:
            raise DomainError(
                _("One roster takes at most %(most)s lines: save these first.", most=rosters.MOST)
            )
        flash(ngettext("%(num)d line added.", "%(num)d lines added.", len(fresh)))
        return [*lines, *fresh]

    def _roster_page(
        self, activity: Activity, lines: Sequence[Line], common: Line,
        errors: dict[int, str] | None = None, pasted: str = "",
    ) -> str:  # fmt: skip
        return self.render(
            "ledger/roster.html",
            model=activity,
            lines=[(line, (errors or {}).get(place, "")) for place, line in enumerate(lines)],
            common=common,
            earlier=_earlier(activity) or rosters.last_like(activity),
            pasted=pasted,
            most=rosters.MOST,
            return_url=self.get_url(".details_view", id=activity.id),
        )

    @expose("/roster/people/")
    def roster_people_lookup(self) -> Response:
        """Answer whom the typed words find on the roll of the activity's station."""
        if not access().may(WRITE):
            abort(403)
        activity: Activity = self.get_one(request.args.get("id"))
        if not self.may_record(activity):
            abort(403)
        return offered(_on_the_roll_of(activity))

    @expose("/roster/activities/")
    def roster_activities_lookup(self) -> Response:
        """Answer which activities the typed words find, of one's own reach or of one station."""
        if not access().may(WRITE):
            abort(403)
        station = key(request.args.get("station"))
        only = (lambda: Activity.station_id == station) if station else None
        order = (Activity.held_on.desc(), Activity.id.desc())
        return offered(Lookup(Activity, (Activity.name,), order=order, only=only))


def _on_the_roll_of(activity: Activity) -> Lookup:
    def matching(words: str) -> Any:
        if is_number(words):
            return containing(Volunteer.number, words)
        return names.named(Volunteer.person_id, words).condition

    def here() -> Any:
        there = roll.still_there(activity.held_on)
        return there & (Volunteer.station_id == activity.station_id)

    return Lookup(
        Volunteer, (Volunteer.number,), join=(Volunteer.person,), only=here, matching=matching,
        order=(Person.name, Volunteer.number),
    )  # fmt: skip


def _suggested(activity: Activity) -> Line:
    times = activity.starts_at, activity.ends_at
    start, end = (f"{at:%H:%M}" if at else "" for at in times)
    return Line(start=start, end=end, content=activity.content or "")


def _typed_common() -> Line:
    return Line(**{name: _text(request.form.get(f"all_{name}", "")) for name in TYPED})


def _typed_lines(activity: Activity) -> list[Line]:
    """Return the lines of the posted form in its order; a name that was corrected is read anew.

    Who was chosen and is not on the roll is not: a namesake must not step in.
    """
    columns = [request.form.getlist(f"line_{name}") for name in ("volunteer", "said", *TYPED)]
    rows = list(zip(*columns, strict=False))
    # The form adds no line beyond the most; what was read beside them is at most as long.
    if len({len(column) for column in columns}) > 1 or len(rows) > 2 * rosters.MOST:
        abort(400)
    chosen = [key(row[0], Volunteer) for row in rows]
    people = rosters.named(activity, (number for number in chosen if number))
    lines = [
        Line(people.get(number or 0), *map(_text, row[1:]))
        for number, row in zip(chosen, rows, strict=True)
    ]
    settled = rosters.settled(activity, lines)
    return [
        line if row[0].strip() and line.volunteer is None else meant
        for row, line, meant in zip(rows, lines, settled, strict=True)
    ]


def _earlier(activity: Activity) -> Activity | None:
    """Return the chosen activity whose roster is taken over, if it is one of the same station."""
    number = key(request.form.get("from"), Activity)
    found = db.session.get(Activity, number) if number else None
    return found if found and found.station_id == activity.station_id else None


def _said(line: Line) -> tuple[Any, ...]:
    person = line.volunteer.id if line.volunteer else line.said
    return person, line.start, line.end


def _text(typed: str) -> str:
    return stripped(typed) or ""


def _cut(left: Sequence[str]) -> str:
    """Return what was left as one text that a person reads."""
    shown = [one if len(one) <= SHOWN_SIGNS else one[:SHOWN_SIGNS] + "…" for one in left]
    return "；".join(shown[:SHOWN_LINES]) + ("…" if len(left) > SHOWN_LINES else "")


def _recorded(count: int) -> str:
    if not count:
        return _("This roster was recorded already: nothing was recorded twice.")
    return ngettext(
        "%(num)d entry recorded. Another person confirms it.",
        "%(num)d entries recorded. Another person confirms them.",
        count,
    )
