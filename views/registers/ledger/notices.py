"""Notices of counted hours: drafted at the desk, published by the leadership, printed."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from flask import abort, redirect, request, send_file
from flask_admin.base import expose
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from jinja2 import pass_context
from sqlalchemy import Select, and_
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import Form

from admin_app.policy import Access, actor_id
from admin_app.services import audit
from admin_app.services.accounts.co_signing import beside
from admin_app.services.ledger import notices
from models import (
    Account,
    AuditAction,
    Choice,
    DomainError,
    Notice,
    NoticeState,
    Station,
    clock,
    db,
    engine,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.lists.filters import Is, at_station, between
from views.lists.listing import Reckoned
from views.registers.committee.leadership import STATION
from views.web.co_signing import second_person
from views.web.requests import access, actor, own_station


class Hanging(Choice):
    """How a notice stands today."""

    AHEAD = "ahead", _("Not up yet")
    RUNNING = "running", _("Hanging")
    CLOSED = "closed", _("Over")


class HangsToday(Is):
    """A published notice stands so today."""

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        today = clock.today()
        days = {
            Hanging.AHEAD: Notice.hangs_since > today,
            Hanging.RUNNING: and_(Notice.hangs_since <= today, Notice.hangs_until >= today),
            Hanging.CLOSED: Notice.hangs_until < today,
        }[Hanging(value)]
        return and_(Notice.is_published, days)


# What is frozen at publishing, and of a draft counted anew.
COUNTED = ("named", "unnamed", "minutes")


def first_of_last_month() -> date:
    """Return the day with which a new notice's period usually begins."""
    return last_of_last_month().replace(day=1)


def last_of_last_month() -> date:
    """Return the day with which a new notice's period usually ends."""
    return date.fromordinal(clock.today().replace(day=1).toordinal() - 1)


def last_day(value: date | None) -> str:
    """Write a last day, and that it is over."""
    if value is None:
        return ""
    is_over = value < clock.today()
    return gettext("%(day)s, over", day=value) if is_over else value.isoformat()


class NoticeView(RegisterView):
    """Notices of the stations within one's reach, the latest first."""

    model = Notice
    resource = "notices"
    title = _("Notices")
    details_template = "notices/notice.html"
    columns = (
        Column("served_since", _("Served from")),
        Column("served_until", _("Served until")),
        Column("state", _("State")),
        Column("hangs_since", _("Hangs from"), sort=True),
        Column("hangs_until", _("Hangs until"), last_day),
        Column("days", _("Days")),
        Column("named", _("People named")),
        Column("unnamed", _("People counted without a name"), on=BEYOND_LIST),
        Column("minutes", _("Time served"), formats.hours),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("prepared_by.name", _("Prepared by"), on=BEYOND_LIST),
        Column("published_by.name", _("Published by"), on=BEYOND_LIST),
        Column("published_at", _("Published at"), formats.moment, on=BEYOND_LIST),
        Column("withdrawn_by.name", _("Withdrawn by"), on=BEYOND_LIST),
        Column("withdrawn_at", _("Withdrawn at"), formats.moment, on=BEYOND_LIST),
        Column("withdraw_reason", _("Reason"), on=DETAILS),
    )
    sections = (
        Section(
            _("Notice"),
            (
                Field("station", _("Station"), once=True),
                Field(
                    "served_since", _("Served from"),
                    _("What is confirmed of these days and was not published before."),
                    begins=first_of_last_month,
                ),
                Field("served_until", _("Served until"), begins=last_of_last_month),
                Field("hangs_since", _("Hangs from"), begins=clock.today),
                Field("days", _("Days"), _("How many days it hangs, the first and last included.")),
            ),
        ),
    )  # fmt: skip
    filters = (
        Is("state", _("State"), Notice.state, NoticeState),
        HangsToday("hanging", _("Today"), Notice.hangs_until, Hanging),
        at_station(Notice),
        *between("hung", _("Hangs from"), Notice.hangs_since),
    )
    order = (Notice.hangs_since.desc(),)
    facts = ("state",)
    lookups = {"station": STATION}

    def reckoned(self, found: Select[Any]) -> Reckoned:
        """Say of a draft how many would hang on it now: nothing is frozen yet."""
        drafts = found.where(Notice.state == NoticeState.DRAFT)
        return {
            notice.id: self._counted(notices.sheet_of(notice))
            for notice in db.session.scalars(drafts.options(joinedload(Notice.station)))
        }

    @pass_context
    def get_detail_value(self, context: Any, model: Any, name: str) -> Any:
        """Say of a draft what would hang, where the row holds nothing yet."""
        told = super().get_detail_value(context, model, name)
        if model.state is not NoticeState.DRAFT or name not in COUNTED:
            return told
        return self._counted(notices.sheet_of(model))[name]

    @staticmethod
    def _counted(sheet: notices.Sheet) -> dict[str, str]:
        return {
            "named": formats.plain(len(sheet.rows)),
            "unnamed": formats.plain(sheet.unnamed),
            "minutes": formats.hours(sheet.minutes),
        }

    def may_change(self, row: Any) -> bool:
        """Close what hung."""
        return row.state == NoticeState.DRAFT and super().may_change(row)

    def may_delete(self, row: Any) -> bool:
        """Keep what hung."""
        return row.state == NoticeState.DRAFT and super().may_delete(row)

    def _begin(self, form: Form) -> None:
        super()._begin(form)
        station = db.session.get(Station, own_station(self.resource) or 0)
        if station is not None:
            form.days.data = notices.days_asked(station, on=clock.today())

    def create_row(self, form: Form) -> Notice:
        """Draft a notice; another person publishes it."""
        row: Notice = super().create_row(form)
        if row.station is None:
            row.station = db.session.get(Station, row.station_id or 0)
        if row.station is None:
            raise DomainError(_("Choose a station that you keep."))
        row.state, row.prepared_by_id = NoticeState.DRAFT, actor_id()
        notices.settle(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Change a draft; who changed it last prepared it."""
        super().change_row(row, form)
        row.prepared_by_id = actor_id()
        notices.settle(row)

    # One notice

    def sheet(self, row: Notice) -> notices.Sheet:
        """Return what hung, or what would hang now."""
        return notices.sheet_of(row)

    @expose("/publish/", methods=("POST",))
    def publish_view(self) -> Response:
        """Freeze and publish one draft, as it was when the page was opened."""
        row = self._posted()
        id_, by, person = row.id, actor(), access()
        self.perform(lambda rows: _publish(rows, by=by, access=person), [row], _published)
        return redirect(self.get_url(".details_view", id=id_))

    def may_co_sign(self, row: Notice) -> bool:
        """Tell whether a second person may publish at the PC of the one who prepares there."""
        return self.may_on("write", row) or self.may_on("publish", row)

    @expose("/co-sign/", methods=("POST",))
    def co_sign_view(self) -> Response:
        """Let a second person publish one draft; nobody is signed in or out."""
        row = self.get_one(request.form.get("id"))
        if not self.may_co_sign(row):
            abort(403)
        id_, seat, second = row.id, actor(), second_person()
        if second is not None:

            def sign(rows: list[Notice]) -> int:
                with beside(second, seat, *rows) as theirs:
                    return _publish(rows, by=second, access=theirs)

            self.perform(sign, [row], _published)
        return redirect(self.get_url(".details_view", id=id_))

    @expose("/withdraw/", methods=("POST",))
    def withdraw_view(self) -> Response:
        """Withdraw one published notice with the typed reason."""
        row, reason = self._posted(), request.form.get("reason", "")
        id_ = row.id

        def withdraw(rows: list[Notice]) -> int:
            for notice in rows:
                notices.withdraw(notice, reason, by=actor(), access=access())
            return len(rows)

        self.perform(withdraw, [row], _withdrawn)
        return redirect(self.get_url(".details_view", id=id_))

    @expose("/paper/")
    def paper_view(self) -> Response:
        """Hand out the sheet for the wall, and leave a trace of it."""
        row = self._asked()
        if not self.may_on("export", row) or not row.is_published:
            abort(403)
        pdf, name = notices.paper(row).pdf, f"{row.station.code}-{row.hangs_since}.pdf"
        engine.begin_writing()  # only now: no transaction may wait for a paper
        audit.record(AuditAction.PRINT, Notice.__tablename__, row=row, people=row.named)
        db.session.commit()
        return send_file(
            BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name
        )

    def _posted(self) -> Any:
        row = self.get_one(request.form.get("id"))
        if not self.may_on("publish", row):
            abort(403)
        return row


def _publish(rows: list[Notice], *, by: Account, access: Access) -> int:
    for notice in rows:
        if str(notice.version) != request.form.get("version", ""):
            raise DomainError(_("Somebody changed this notice: look at it once more."))
        notices.publish(notice, by=by, access=access)
    return len(rows)


def _published(n: int) -> str:
    return ngettext("%(num)d notice published.", "%(num)d notices published.", n)


def _withdrawn(n: int) -> str:
    return ngettext("%(num)d notice withdrawn.", "%(num)d notices withdrawn.", n)
