"""Certificates: requests with the buttons that decide them, and the papers on file."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, request, send_file
from flask_admin.actions import action
from flask_admin.base import expose
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.policy import unscoped
from admin_app.services import certificates
from admin_app.services.accounts.co_signing import beside
from admin_app.services.certificates import numbers, snapshot
from admin_app.services.people import names
from admin_app.services.people.names import Matched
from models import (
    Account,
    Category,
    Certificate,
    CertificateRequest,
    CertificateState,
    DomainError,
    Person,
    RequestState,
    Volunteer,
    db,
    engine,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.lists.filters import Is, IsSet, at_station, between
from views.lookups import containing, is_number
from views.web.co_signing import second_person
from views.web.requests import access, actor

from .people.volunteers import ROLL


def _by(account_id: int | None) -> str:
    """Name who answers for an act, to whoever may read the row; without one it was the system."""
    if account_id is None:
        return gettext("The system")
    with unscoped("who answers for a paper is named to whoever may read it"):
        return db.session.get_one(Account, account_id).name


def _by_anybody(account_id: int | None) -> str:
    return "" if account_id is None else _by(account_id)


def _kinds(codes: list[str]) -> str:
    return formats.labels([Category(code) for code in codes])


def matching_volunteer(model: Any, words: str) -> Any:
    """Return the condition that a row's volunteer is found by some words."""
    if is_number(words):
        return model.volunteer.has(containing(Volunteer.number, words))
    return model.volunteer.has(names.named(Volunteer.person_id, words).condition)


class RequestView(RegisterView):
    """Requests for certificates: the desk asks, the leadership approves, the leader issues."""

    model = CertificateRequest
    resource = "certificates"
    screen = "certificate_requests"
    title = _("Certificate requests")
    details_template = "certificates/request.html"
    columns = (
        Column("created_at", _("Requested at"), formats.moment, sort=True),
        Column("volunteer.person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number")),
        Column("since", _("From")),
        Column("until", _("Until")),
        Column("state", _("State")),
        Column("purpose", _("Purpose"), on=DETAILS),
        Column("replaces", _("Replaces certificate"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("requested_by_id", _("Requested by"), _by, on=BEYOND_LIST),
        Column("decided_by_id", _("Decided by"), _by_anybody, on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
        Column("decline_reason", _("Reason"), on=DETAILS),
    )
    sections = (
        Section(
            _("Request"),
            (
                Field("volunteer", _("Volunteer"), _("Type the name or roll number."), wide=True),
                Field("since", _("From"), _("Leave empty to begin with the first service.")),
                Field("until", _("Until"), _("This day counts; leave empty for all until today.")),
                Field("purpose", _("Purpose"), _("What the volunteer needs it for."), wide=True),
                Field(
                    "replaces",
                    _("Replaces certificate"),
                    _("The number of a lost or wrong paper; it ends when the new one is issued."),
                    wide=True,
                ),
            ),
        ),
    )
    filters = (
        Is("state", _("State"), CertificateRequest.state, RequestState),
        at_station(CertificateRequest),
    )
    search = (Person.name, Volunteer.number)
    order = (CertificateRequest.created_at.desc(),)
    lookups = {
        "volunteer": ROLL,
    }

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name, initials or roll number."""
        return Matched(matching_volunteer(CertificateRequest, words))

    can_create = property(lambda self: self.may("request"))
    creating = "request"
    can_edit = property(lambda self: False)

    def create_form(self, obj: Any = None) -> Form:
        """Fill in what is known of a paper that is to be replaced."""
        form = super().create_form(obj)
        if request.method == "GET" and "replaces" in request.args:
            old = self._replaced(request.args["replaces"])
            form.volunteer.data, form.replaces.data = old.volunteer, old.number
            form.since.data, form.until.data = old.request.since, old.request.until
        return form

    def _replaced(self, number: str) -> Certificate:
        try:
            return certificates.of_number(number)
        except DomainError:
            abort(404)

    def create_row(self, form: Form) -> CertificateRequest:
        """Ask for a certificate."""
        if form.volunteer.data is None:
            raise DomainError(_("Choose the volunteer."))
        number = form.replaces.data
        asked = certificates.request(
            form.volunteer.data, since=form.since.data, until=form.until.data,
            purpose=form.purpose.data, by=actor(), access=access(),
            replaces=certificates.of_number(number) if number else None,
        )  # fmt: skip
        if waiting := snapshot.unpublicised(asked.volunteer, asked.since, asked.until):
            flash(str(_left_out(waiting)), "warning")
        return asked

    def left_out(self, row: CertificateRequest) -> str:
        """Say how much an open request leaves out because it was not publicised; or nothing."""
        if not row.is_open:
            return ""
        try:
            waiting = snapshot.unpublicised(row.volunteer, row.since, row.until)
        except DomainError as refusal:
            return str(refusal)
        return str(_left_out(waiting)) if waiting else ""

    def issued(self, row: CertificateRequest) -> Certificate | None:
        """Return the certificate that came of a request."""
        found: Certificate | None = db.session.scalar(
            select(Certificate).where(Certificate.request_id == row.id)
        )
        return found

    @action("approve", _("Approve"), _("Approve the selected requests?"))
    def action_approve(self, rows: list[CertificateRequest]) -> None:
        """Approve the ticked requests."""
        self.perform(_each(certificates.approve), rows, _approved)

    @expose("/approve/", methods=("POST",))
    def approve_view(self) -> Response:
        """Approve one request."""
        row = self._posted("approve")
        id_ = row.id
        self.perform(_each(certificates.approve), [row], _approved)
        return redirect(self.get_url(".details_view", id=id_))

    @expose("/decline/", methods=("POST",))
    def decline_view(self) -> Response:
        """Decline one request with the typed reason."""
        row = self._posted("approve")
        id_, reason = row.id, request.form.get("reason", "")

        def decline(asked: CertificateRequest, **who: Any) -> None:
            certificates.decline(asked, reason, **who)

        self.perform(_each(decline), [row], _declined)
        return redirect(self.get_url(".details_view", id=id_))

    @expose("/issue/", methods=("POST",))
    def issue_view(self) -> Response:
        """Issue one approved request, and show the certificate."""
        row = self._posted("issue")
        id_ = row.id
        self.perform(_each(certificates.issue), [row], _issued)
        made = self.issued(self.get_one(id_))
        if made is None:
            return redirect(self.get_url(".details_view", id=id_))
        return redirect(self.get_url("certificates.details_view", id=made.id))

    def may_co_sign(self, row: CertificateRequest) -> bool:
        """Tell whether a second person may decide at the PC of the one who works there."""
        return any(self.may_on(act, row) for act in ("request", "approve", "issue"))

    @expose("/co-sign/", methods=("POST",))
    def co_sign_view(self) -> Response:
        """Let a second person approve or issue one request; nobody is signed in or out."""
        row, act = self.get_one(request.form.get("id")), request.form.get("act", "")
        if not self.may_co_sign(row):
            abort(403)
        if act not in CO_SIGNED:
            abort(404)
        id_, seat, second = row.id, actor(), second_person()
        if second is not None:
            verb, done = CO_SIGNED[act]

            def sign(rows: list[Any]) -> int:
                with beside(second, seat, *rows) as theirs:
                    for one in rows:
                        verb(one, by=second, access=theirs)
                return len(rows)

            self.perform(sign, [row], done)
        return redirect(self.get_url(".details_view", id=id_))

    def _posted(self, act: str) -> Any:
        row = self.get_one(request.form.get("id"))
        if not self.may_on(act, row):
            abort(403)
        return row


class CertificateView(RegisterView):
    """Certificates on file: downloaded as the very bytes issued, voided with a reason."""

    model = Certificate
    resource = "certificates"
    title = _("Certificates")
    origin = _("A certificate is made when its request is approved and issued.")
    details_template = "certificates/certificate.html"
    columns = (
        Column("number", _("Number"), sort=True),
        Column("volunteer.person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("issued_on", _("Issued on"), sort=True),
        Column("minutes", _("Time served"), formats.hours),
        Column("state", _("State")),
        Column("categories", _("Kinds of service"), _kinds, on=BEYOND_LIST),
        Column("unit", _("Issuing unit"), on=BEYOND_LIST),
        Column("code", _("Check code"), numbers.printed_code, on=DETAILS),
        Column("request.requested_by_id", _("Requested by"), _by, on=BEYOND_LIST),
        Column("request.decided_by_id", _("Approved by"), _by, on=BEYOND_LIST),
        Column("issued_by_id", _("Issued by"), _by, on=BEYOND_LIST),
        Column("single_handed", _("Single-handed"), on=BEYOND_LIST),
        Column("sample", _("Sample"), on=BEYOND_LIST),
        Column("request.replaces", _("Replaces certificate"), on=BEYOND_LIST),
        Column("voided_by_id", _("Voided by"), _by_anybody, on=BEYOND_LIST),
        Column("voided_at", _("Voided at"), formats.moment, on=BEYOND_LIST),
        Column("void_reason", _("Reason"), on=DETAILS),
        Column("doubted_at", _("Under check since"), formats.moment, on=BEYOND_LIST),
        Column("upheld_at", _("Let stand at"), formats.moment, on=DETAILS),
        Column("uphold_reason", _("Reason to let it stand"), on=DETAILS),
        Column("sha256", _("SHA-256 of the paper"), on=DETAILS),
    )
    filters = (
        Is("state", _("State"), Certificate.state, CertificateState),
        IsSet("doubted", _("Under check"), Certificate.doubted_at),
        at_station(Certificate),
        *between("issued", _("Issued on"), Certificate.issued_on),
    )
    search = (Certificate.number, Person.name)
    order = (Certificate.issued_on.desc(),)

    def matching(self, words: str) -> Matched:
        """Find by the certificate's number, or by the volunteer."""
        by_number = containing(Certificate.number, words)
        return Matched(or_(by_number, matching_volunteer(Certificate, words)))

    def is_valid(self, row: Certificate) -> bool:
        """Tell whether the paper can still be voided or replaced."""
        return row.state is CertificateState.VALID

    @expose("/paper/")
    def paper_view(self) -> Response:
        """Hand the stored paper out, and leave a trace of it."""
        engine.begin_writing()
        row = self._asked()
        if not self.may_on("reprint", row):
            abort(403)
        paper, name = certificates.reprint(row, access=access()), f"{row.number}.pdf"
        db.session.commit()
        return send_file(
            BytesIO(paper), mimetype="application/pdf", as_attachment=True, download_name=name
        )

    @expose("/finish/", methods=("POST",))
    def finish_view(self) -> Response:
        """Make a paper whose first rendering failed."""

        def finish(row: Certificate, **_who: Any) -> None:
            certificates.finish(row, access=access())

        return self._do("issue", finish, _made)

    @expose("/void/", methods=("POST",))
    def void_view(self) -> Response:
        """Void one certificate with the typed reason."""
        reason = request.form.get("reason", "")

        def void(row: Certificate, **who: Any) -> None:
            certificates.void(row, reason, **who)

        return self._do("void", void, _voided)

    @expose("/uphold/", methods=("POST",))
    def uphold_view(self) -> Response:
        """Let one certificate stand, with the typed reason."""
        reason = request.form.get("reason", "")

        def uphold(row: Certificate, **who: Any) -> None:
            certificates.uphold(row, reason, **who)

        return self._do("void", uphold, _upheld)

    def _do(self, act: str, verb: Callable[..., Any], done: Callable[[int], str]) -> Response:
        row = self.get_one(request.form.get("id"))
        if not self.may_on(act, row):
            abort(403)
        id_ = row.id
        self.perform(_each(verb), [row], done)
        return redirect(self.get_url(".details_view", id=id_))


def _each(verb: Callable[..., Any]) -> Callable[[list[Any]], int]:
    def act(rows: list[Any]) -> int:
        for row in rows:
            verb(row, by=actor(), access=access())
        return len(rows)

    return act


def _left_out(minutes: int) -> Any:
    return _(
        "%(hours)s of confirmed service are not publicised yet and will not be on the certificate.",
        hours=formats.hours(minutes),
    )


def _approved(n: int) -> str:
    return ngettext("%(num)d request approved.", "%(num)d requests approved.", n)


def _declined(n: int) -> str:
    return ngettext("%(num)d request declined.", "%(num)d requests declined.", n)


def _issued(n: int) -> str:
    return ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", n)


def _made(n: int) -> str:
    return ngettext("%(num)d paper made.", "%(num)d papers made.", n)


def _upheld(n: int) -> str:
    return ngettext("%(num)d certificate stands.", "%(num)d certificates stand.", n)


def _voided(n: int) -> str:
    return ngettext("%(num)d certificate voided.", "%(num)d certificates voided.", n)


# What a second person may do at the PC of another, and what is said after it.
CO_SIGNED = {
    "approve": (certificates.approve, _approved),
    "issue": (certificates.issue, _issued),
}
