"""The first screen after signing in: what waits, where things stand, and what to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from flask_admin import AdminIndexView, expose
from flask_babel import format_date
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.policy import Access
from admin_app.services import accounts, workbench
from admin_app.services.accounts import rescues
from admin_app.services.attendance import roster
from admin_app.services.jobs import warning
from admin_app.services.reports import Month
from admin_app.services.standards import checklists
from admin_app.services.workbench import Number
from models import Station, clock
from views import formats
from views.menu import open_sections
from views.web.requests import access

from . import asked, jobs


@dataclass(frozen=True)
class Card:
    """One number of the workbench and the list it opens."""

    label: Any
    number: Number
    url: str

    @property
    def shown(self) -> str:
        """Return the number as it reads: minutes as hours, a long one in groups of three."""
        is_time = self.number.name == "minutes"
        return formats.hours(self.number.count) if is_time else f"{self.number.count:,}"


@dataclass(frozen=True)
class Start:
    """Something a person at the desk begins many times a day."""

    label: Any
    endpoint: str
    permission: str
    icon: str


class HomeView(AdminIndexView):
    """Today: the numbers within one's reach, each a link to its rows."""

    def is_accessible(self) -> bool:
        """Open to everybody who is signed in."""
        return bool(current_user.is_authenticated)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:
        """Send a guest to the sign-in."""
        return redirect(self.get_url("sign_in.sign_in", next=request.full_path))

    @expose("/")
    def index(self) -> str:
        """Show the workbench."""
        person = access()
        return self.render(
            "home/home.html",
            day=format_date(clock.today(), "full"),
            waiting=[self._card(number) for number in workbench.waiting(person)],
            decides=any(person.may(permission) for permission, _query in DECIDING),
            cards=[self._card(n) for n in workbench.numbers(person) if not _is_own_station(n)],
            doors=roster.today(person),
            score=_score(),
            activities=workbench.activities_around(person),
            starts=[start for start in STARTS if _may_begin(person, start)],
            finds=person.may("volunteers:read"),
            rescues=rescues.unseen(person),
            moment=formats.moment,
            has_files=jobs.has_any(),
            check=warning(person),
            sections=open_sections(),
        )

    def _card(self, number: Number) -> Card:
        label, endpoint, filters = CARDS[number.name]
        if number.name in MONTHLY:
            filters = filters | {MONTHLY[number.name]: clock.today().replace(day=1).isoformat()}
        return Card(label, number, self.get_url(endpoint, **filters))


def _score() -> checklists.Result | None:
    """Return how the one station of whom it may concern stands this month."""
    places = asked.own("standards:read")
    if len(places) != 1 or not isinstance(places[0], Station):
        return None
    result = checklists.check(places[0], Month.of(clock.today()))
    return result if result.items else None


def _may_begin(person: Access, start: Start) -> bool:
    # A township keeps accounts below itself and opens none.
    is_open = start.permission != "accounts:write" or accounts.may_open(person)
    return is_open and person.may(start.permission)


def _is_own_station(number: Number) -> bool:
    # Who keeps one station need not be told that there is one.
    return number.name == "stations" and number.count == 1


# Who only has something at times need not read that nothing waits.
DESK = ("to_draft", "to_submit", "to_correct")
DECIDING = tuple(asked for name, asked in workbench.WAITING.items() if name not in DESK)
CARDS: dict[str, tuple[Any, str, dict[str, str]]] = {
    "to_confirm": (
        _("Service entries to confirm"), "ledger.index_view", {"flt0_state": "submitted"},
    ),
    "to_review": (
        _("Registrations to review"), "registrations.index_view", {"flt_state": "waiting"},
    ),
    "to_correct": (
        _("Registrations to correct"), "registrations.index_view", {"flt_state": "returned"},
    ),
    "to_approve": (
        _("Certificate requests to approve"),
        "certificate_requests.index_view",
        {"flt0_state": "requested"},
    ),
    "to_issue": (
        _("Certificates to issue"),
        "certificate_requests.index_view",
        {"flt0_state": "approved"},
    ),
    "to_draft": (_("Attendance sheets handed in"), "attendance.index", {}),
    "to_submit": (_("Drafts to submit"), "ledger.index_view", {"flt0_state": "draft"}),
    "to_check": (_("Certificates to check"), "certificates.index_view", {"flt_doubted": "yes"}),
    "to_publish": (_("Notices to publish"), "notices.index_view", {"flt0_state": "draft"}),
    "to_decide": (
        _("Objections to check and decide"), "objections.index_view", {"flt_waits": "result"},
    ),
    "dismissals": (
        _("Dismissals to decide"), "dismissals.index_view", {"flt0_state": "prepared"},
    ),
    "privacy": (
        _("Privacy requests to decide"), "privacy.index_view", {"flt0_state": "received"},
    ),
    "objections": (_("Objections open"), "objections.index_view", {"flt_waits": "result"}),
    "activities": (
        _("Activities held this month"), "activities.index_view", {"flt0_state": "held"},
    ),
    "overdue": (
        _("Activities overdue for recording"),
        "activities.index_view",
        {"flt_recording": "overdue"},
    ),
    "to_upload": (
        _("Activities not in the official system yet"),
        "activities.index_view",
        {"flt_uploaded": "no", "flt0_state": "held"},
    ),
    "minutes": (
        _("Hours confirmed this month"), "ledger.index_view", {"flt0_state": "confirmed"},
    ),
    "submitted": (
        _("Entries waiting for confirmation"), "ledger.index_view", {"flt0_state": "submitted"},
    ),
    "volunteers": (
        _("Volunteers on the roll"), "volunteers.index_view", {"flt0_state": "registered"},
    ),
    "unfilled": (_("Unfilled seats of leadership groups"), "leadership.index_view", {}),
    "unposted": (_("Rules not posted yet"), "rules.index_view", {}),
    "stations": (_("Stations open"), "stations.index_view", {}),
    "accounts": (_("Accounts open"), "accounts.index_view", {}),
}  # fmt: skip
# The filter that begins a list at the first of the month.
MONTHLY = {"activities": "flt1_held_since", "minutes": "flt1_served_since"}
STARTS = (
    Start(_("Register a volunteer"), "registrations.create_view", "registrations:write", "user"),
    Start(_("New activity"), "activities.create_view", "activities:write", "calendar-event"),
    Start(_("Record service"), "ledger.create_view", "ledger:write", "clipboard-list"),
    Start(
        _("Request a certificate"), "certificate_requests.create_view", "certificates:request",
        "certificate",
    ),
    Start(_("Import service entries"), "imports.ledger", "ledger:import", "upload"),
    Start(_("Monthly report"), "reports.month", "reports:read", "report-analytics"),
    Start(_("Import stations"), "imports.stations", "stations:import", "upload"),
    Start(_("New account"), "accounts.create_view", "accounts:write", "user"),
    Start(_("Audit trail"), "audit.index_view", "audit:read", "history"),
)  # fmt: skip
