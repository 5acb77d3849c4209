"""The side menu: sections by task, each entry shown to whom it opens for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from admin_app.policy import Access
from models import Role

from .web import locale
from .web.requests import access

# As many pages, languages and sets of entries as an office has.
KEPT = 2000


@dataclass(frozen=True)
class Entry:
    """A screen: its name, where it is, and the permission that opens it."""

    label: Any
    endpoint: str
    permission: str
    icon: str

    @property
    def url(self) -> str:
        """Return the address of the screen."""
        return url_for(self.endpoint)


SECTIONS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        _("Stations"),
        (
            Entry(_("Stations"), "stations.index_view", "stations:read", "building-community"),
            Entry(_("Leadership groups"), "leadership.index_view", "leadership:read", "users"),
            Entry(_("Rules"), "rules.index_view", "rules:read", "book"),
            Entry(_("Checklist"), "checklists.index", "standards:read", "check"),
            Entry(_("Exemptions"), "exemptions.index_view", "exemptions:read", "users"),
            Entry(_("Divisions"), "divisions.index_view", "divisions:read", "map-pin"),
            Entry(_("Population"), "population.index_view", "population:read", "users"),
            Entry(_("Import stations"), "imports.stations", "stations:import", "upload"),
        ),
    ),
    (
        _("Volunteers"),
        (
            Entry(_("Registrations"), "registrations.index_view", "registrations:read", "inbox"),
            Entry(_("Volunteers"), "volunteers.index_view", "volunteers:read", "id-badge-2"),
            Entry(_("Fields asked"), "purposes.index_view", "purposes:read", "list"),
            Entry(_("Consents"), "consents.index_view", "consents:read", "shield-lock"),
            Entry(_("Trainings"), "trainings.index_view", "trainings:read", "book"),
            Entry(_("Leave"), "leaves.index_view", "leaves:read", "calendar-event"),
            Entry(_("Dismissals"), "dismissals.index_view", "dismissals:read", "x"),
            Entry(_("Privacy requests"), "privacy.index_view", "privacy:read", "shield-lock"),
            Entry(_("Merges of persons"), "merges.index_view", "merges:read", "users"),
            Entry(_("Import volunteers"), "imports.volunteers", "volunteers:import", "upload"),
        ),
    ),
    (
        _("Activities"),
        (
            Entry(_("Activities"), "activities.index_view", "activities:read", "calendar-event"),
            Entry(_("Attendance"), "attendance.index", "attendance:read", "clock"),
            Entry(_("Projects"), "projects.index_view", "projects:read", "clipboard-list"),
            Entry(_("Teams"), "teams.index_view", "teams:read", "users"),
            Entry(_("Members"), "team_members.index_view", "team_members:read", "user"),
        ),
    ),
    (
        _("Ledger"),
        (
            Entry(_("Service entries"), "ledger.index_view", "ledger:read", "clipboard-list"),
            Entry(_("Notices"), "notices.index_view", "notices:read", "printer"),
            Entry(_("Objections"), "objections.index_view", "objections:read", "info-circle"),
            Entry(_("Findings"), "findings.index", "findings:read", "alert-triangle"),
            Entry(_("Refused for overlap"), "refusals.index_view", "findings:read", "x"),
            Entry(_("Import service entries"), "imports.ledger", "ledger:import", "upload"),
        ),
    ),
    (
        _("Certificates"),
        (
            Entry(
                _("Certificate requests"),
                "certificate_requests.index_view",
                "certificates:read",
                "list",
            ),
            Entry(_("Certificates"), "certificates.index_view", "certificates:read", "certificate"),
        ),
    ),
    (
        _("Reports"),
        (
            Entry(_("Target board"), "board.index", "board:read", "list"),
            Entry(_("Monthly report"), "reports.month", "reports:read", "report-analytics"),
            Entry(_("Recorded in time"), "punctuality.index", "reports:read", "clock"),
            Entry(_("Not in the official system"), "uploads.index", "board:read", "upload"),
        ),
    ),
    (
        _("Settings"),
        (
            Entry(_("Accounts"), "accounts.index_view", "accounts:read", "user"),
            Entry(_("Appointments"), "appointments.index_view", "accounts:read", "shield-lock"),
            Entry(_("Who may what"), "grants.index", "accounts:read", "list"),
            Entry(_("Figures"), "figures.index_view", "figures:read", "list"),
            Entry(_("Working days"), "workdays.index_view", "workdays:read", "calendar-event"),
            Entry(_("Audit trail"), "audit.index_view", "audit:read", "history"),
            Entry(_("Nightly checks"), "checks.index_view", "checks:read", "check"),
            Entry(_("System health"), "doctor.index", "doctor:read", "check"),
            Entry(_("Backups"), "backups.index_view", "backups:read", "download"),
        ),
    ),
)


def open_sections(person: Access | None = None) -> list[tuple[Any, list[Entry]]]:
    """Return the sections with the entries that open for the person who asks, or for another."""
    person = access() if person is None else person
    shown = (
        (title, [entry for entry in entries if person.may(entry.permission)])
        for title, entries in SECTIONS
    )
    return [(title, entries) for title, entries in shown if entries]


def written() -> Markup:
    """Return the menu of the person who asks, with the entry marked that the page lies in."""
    roles = frozenset(held.role for held in access().held)
    return _written(roles, locale(), request.script_root, request.path)


@lru_cache(KEPT)
def _written(_roles: frozenset[Role], _language: str, _root: str, path: str) -> Markup:
    """Write the menu; what it shows follows from the roles alone, which grant the entries."""
    text = render_template("menu.html", sections=open_sections(), path=path)
    return Markup(text)  # noqa: S704  # our own template, escaped


def opens(path: str, person: Access) -> bool:
    """Tell whether a path is a screen of the menu that opens for a person."""
    return any(entry.url == path for _title, found in open_sections(person) for entry in found)
