"""Releases of numbers in clear: prepared at the desk, released by the leader, gone after days."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, request, send_file
from flask_admin.base import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.services.privacy import releases
from models import DomainError, Release, ReleasePurpose, ReleaseState, Station, clock, db, engine
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, Column, Field, Section
from views.lists.filters import Is, at_station, between
from views.registers.ledger.activities import ACTIVITIES
from views.web.requests import access, actor, own_station

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReleaseView(RegisterView):
    """Releases of numbers within one's reach, the latest first."""

    model = Release
    resource = "releases"
    title = _("Releases of numbers")
    silent_of_unset = True
    details_template = "privacy/release.html"
    columns = (
        Column("prepared_on", _("Prepared on"), sort=True),
        Column("purpose", _("Purpose")),
        Column("activity.name", _("Activity")),
        Column("recipient", _("For whom")),
        Column("people", _("People named")),
        Column("state", _("State")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("prepared_by.name", _("Prepared by"), on=BEYOND_LIST),
        Column("decided_by.name", _("Released by"), on=BEYOND_LIST),
        Column("decided_at", _("Decided at"), formats.moment, on=BEYOND_LIST),
        Column("single_handed", _("Single-handed"), on=BEYOND_LIST),
        Column("expires_at", _("Expires at"), formats.moment, on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Release"),
            (
                Field("station", _("Station"), once=True),
                Field(
                    "purpose", _("Purpose"),
                    _("Numbers leave in clear for nothing else; the file holds what it asks."),
                    once=True,
                ),
                Field(
                    "activity", _("Activity"),
                    _("Those who served or came. Empty, for the official system: those on the roll "
                      "without a number there."),
                    once=True,
                ),
                Field(
                    "recipient", _("For whom"), _("The office or insurer that gets the file."),
                    once=True,
                ),
            ),
        ),
    )  # fmt: skip
    filters = (
        Is("state", _("State"), Release.state, ReleaseState),
        Is("purpose", _("Purpose"), Release.purpose, ReleasePurpose),
        at_station(Release),
        *between("prepared", _("Prepared on"), Release.prepared_on),
    )
    search = (Release.recipient,)
    order = (Release.prepared_on.desc(),)
    facts = ("state",)
    lookups = {"activity": ACTIVITIES}
    can_edit = property(lambda _self: False)

    def create_row(self, form: Form) -> Release:
        """Prepare a release, to be let go by the leader."""
        row = Release(
            purpose=form.purpose.data, activity=form.activity.data, recipient=form.recipient.data
        )
        if "station" in form:
            row.station = form.station.data
        elif (number := own_station(self.resource)) is not None:
            row.station = db.session.get_one(Station, number)
        releases.prepare(row, by_id=actor().id)
        return row

    def may_release(self, row: Release) -> bool:
        """Tell whether the person lets it go: who prepared it at an exempt station alone."""
        is_open = row.state is ReleaseState.PREPARED and self.may_on("release", row)
        return is_open and releases.is_independent(row, actor())

    def may_fetch(self, row: Release) -> bool:
        """Tell whether the file is there for the person."""
        lasts = row.expires_at is not None and row.expires_at > clock.utc_now()
        return row.state is ReleaseState.RELEASED and lasts and self.may_on("fetch", row)

    def most_days(self) -> int:
        """Return how many days a file lasts at most."""
        return releases.MOST_DAYS

    @expose("/release/", methods=("POST",))
    def release_view(self) -> str | Response:
        """Let numbers go, and show the password of the file this once."""
        row = self.get_one(request.form.get("id"))
        if not self.may_on("release", row):
            abort(403)
        number, days = row.id, request.form.get("days", "")
        try:
            lasts = int(days) if days.isascii() and days.isdigit() else 0
            password = releases.release(row, lasts, by=actor(), access=access())
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            flash(str(refusal), "error")
            return redirect(self.get_url(".details_view", id=number))
        return self.render("privacy/password.html", model=self.get_one(number), password=password)

    @expose("/decline/", methods=("POST",))
    def decline_view(self) -> Response:
        """Let nothing go."""
        return self.act_on_posted(
            lambda row: releases.decline(row, by=actor(), access=access()), "release"
        )

    @expose("/file/")
    def file(self) -> Response:
        """Send the file, which asks for its password, and leave a trace."""
        row: Any = self._asked()
        if not self.may_on("fetch", row):
            abort(403)
        number = row.id
        engine.begin_writing()
        try:
            content = releases.fetch(row, access=access())
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            flash(str(refusal), "error")
            return redirect(self.get_url(".details_view", id=number))
        return send_file(
            BytesIO(content), mimetype=BOOK, as_attachment=True,
            download_name=f"{gettext('Release')}-{number}.xlsx",
        )  # fmt: skip
