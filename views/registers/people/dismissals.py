"""Dismissals: prepared at the desk, decided by the leader, reported upward when serious."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import request, send_file
from flask_admin.base import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services import audit, evidence
from admin_app.services.people import dismissals, names
from admin_app.services.people.dismissals import sheet
from admin_app.services.people.names import Matched
from models import (
    AuditAction,
    Dismissal,
    DismissalGround,
    DismissalState,
    DomainError,
    EvidenceFile,
    Person,
    Volunteer,
    clock,
    db,
    engine,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import typed_day
from views.lists.filters import Chosen, Is, at_station, between
from views.web.requests import access, actor

from .volunteers import ROLL


class DismissalView(RegisterView):
    """Dismissals within one's reach, the latest first."""

    model = Dismissal
    resource = "dismissals"
    title = _("Dismissals")
    silent_of_unset = True
    details_template = "people/dismissal.html"
    columns = (
        Column("prepared_on", _("Prepared on"), sort=True),
        Column("volunteer.person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("ground", _("Ground")),
        Column("state", _("State")),
        Column("serious", _("Serious")),
        Column("dismissed_on", _("Last day"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("facts", _("Facts"), on=DETAILS),
        Column("heard_on", _("Heard on"), on=DETAILS),
        Column("statement", _("What the volunteer says"), on=DETAILS),
        Column("prepared_by.name", _("Prepared by"), on=BEYOND_LIST),
        Column("decision", _("Decision"), on=DETAILS),
        Column("decided_by.name", _("Decided by"), on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
        Column("reported_to", _("Reported to"), on=BEYOND_LIST),
        Column("reported_on", _("Reported on"), on=BEYOND_LIST),
        Column("receipt", _("Receipt"), on=BEYOND_LIST),
        Column("receipt_on", _("Receipt of"), on=BEYOND_LIST),
        Column("lifted_on", _("Lifted on"), on=DETAILS),
        Column("lifted_by.name", _("Lifted by"), on=DETAILS),
        Column("lift_reason", _("Why it was lifted"), on=DETAILS),
    )
    sections = (
        Section(
            _("Dismissal"),
            (
                Field("volunteer", _("Volunteer"), _("Type the name or roll number."), once=True),
                Field("ground", _("Ground"), _("Zhanjiang document of 2018, annex 4, article 5.")),
                Field(
                    "serious", _("Serious"),
                    _("A serious case goes on file with the organization above."),
                ),
                Field("facts", _("Facts"), _("What happened, when, and who saw it."), wide=True),
                Field("heard_on", _("Heard on"), _("Nobody is dismissed unheard.")),
                Field("statement", _("What the volunteer says"), wide=True),
            ),
        ),
    )  # fmt: skip
    filters = (
        Is("state", _("State"), Dismissal.state, DismissalState),
        Is("ground", _("Ground"), Dismissal.ground, DismissalGround),
        Chosen("volunteer", _("Volunteer"), Dismissal.volunteer_id, ROLL, few=True),
        at_station(Dismissal),
        *between("prepared", _("Prepared on"), Dismissal.prepared_on),
    )
    search = (Person.name,)
    order = (Dismissal.prepared_on.desc(),)
    facts = ("state",)
    lookups = {"volunteer": ROLL}
    acting_on = (Dismissal.volunteer,)

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name or initials."""
        return Matched(Dismissal.volunteer.has(names.named(Volunteer.person_id, words).condition))

    def may_change(self, row: Any) -> bool:
        """Close what was decided."""
        return row.state == DismissalState.PREPARED and super().may_change(row)

    def may_delete(self, row: Any) -> bool:
        """Keep what was decided."""
        return row.state == DismissalState.PREPARED and super().may_delete(row)

    def create_row(self, form: Form) -> Dismissal:
        """Prepare a case, to be decided by the leader."""
        row = Dismissal(volunteer=form.volunteer.data, **_typed(form))
        dismissals.prepare(row, by_id=actor().id)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Complete a case that nobody decided yet; who wrote it last prepared it."""
        for name, value in _typed(form).items():
            setattr(row, name, value)
        dismissals.require_sound(row)
        row.prepared_by_id = actor().id

    # One case

    def may_see_papers(self, row: Dismissal) -> bool:
        """Tell whether the evidence opens for the person."""
        return access().reaches("evidence:personal", row)

    def papers(self, row: Dismissal) -> Sequence[EvidenceFile]:
        """Return the evidence of a case, the latest first."""
        return evidence.of(row.station, dismissal=row)

    def may_keep_papers(self, row: Dismissal) -> bool:
        """Tell whether the person hands evidence in."""
        return self.may_see_papers(row) and access().reaches("evidence:write", row)

    def may_decide(self, row: Dismissal) -> bool:
        """Tell whether the person decides the case: never who prepared it."""
        is_open = row.state is DismissalState.PREPARED and row.prepared_by_id != actor().id
        return is_open and self.may_on("decide", row)

    def today(self) -> str:
        """Return today, as the day fields write it."""
        return clock.today().isoformat()

    @expose("/decide/", methods=("POST",))
    def decide_view(self) -> Response:
        """Decide a case by the typed words."""

        def decide(row: Dismissal) -> None:
            dismissals.decide(
                row, request.form.get("decision", ""), dismissed=_chosen(), on=_day("last"),
                by=actor(), access=access(),
            )  # fmt: skip

        return self.act_on_posted(decide, "decide")

    @expose("/lift/", methods=("POST",))
    def lift_view(self) -> Response:
        """Lift a dismissal for the typed reason."""

        def lift(row: Dismissal) -> None:
            dismissals.lift(row, request.form.get("reason", ""), by=actor(), access=access())

        return self.act_on_posted(lift, "decide")

    @expose("/report/", methods=("POST",))
    def report_view(self) -> Response:
        """Note the report upward and its receipt."""

        def report(row: Dismissal) -> None:
            on = _day("reported_on")
            if on is None:
                raise DomainError(_("Type the day of the report."))
            dismissals.report(
                row, to=request.form.get("reported_to", ""), on=on,
                receipt=request.form.get("receipt", ""), receipt_on=_day("receipt_on"),
                access=access(),
            )  # fmt: skip

        return self.act_on_posted(report, "report")

    @expose("/pdf/")
    def pdf_view(self) -> Response:
        """Send the decision sheet, and keep a trace."""
        row = self._asked()
        content, name = sheet.paper(row).pdf, f"{gettext('Dismissal')}-{row.volunteer.number}.pdf"
        engine.begin_writing()
        audit.record(AuditAction.PRINT, Dismissal.__tablename__, row=row, report="dismissal")
        db.session.commit()
        return send_file(
            BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
        )


def _typed(form: Form) -> dict[str, Any]:
    return {
        "ground": form.ground.data,
        "serious": bool(form.serious.data),
        "facts": form.facts.data,
        "heard_on": form.heard_on.data,
        "statement": form.statement.data or None,
    }


def _chosen() -> bool:
    chosen = request.form.get("result", "")
    if chosen not in ("dismissed", "dropped"):
        raise DomainError(_("Choose the result."))
    return chosen == "dismissed"


def _day(name: str) -> Any:
    words = request.form.get(name, "").strip()
    day = typed_day(words) if words else None
    if words and day is None:
        raise DomainError(_("This is no day: type it as 2026-11-20, 20261120 or 11-20."))
    return day
