"""The first screen after signing in: what waits, and where to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from flask_admin import AdminIndexView, expose
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.services import workbench

from .menu import open_sections
from .web.requests import access


@dataclass(frozen=True)
class Card:
    """One number of the workbench and the list it opens."""

    label: Any
    number: int
    url: str


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
        numbers = workbench.numbers(access())
        cards = [Card(LABELS[n.name], n.count, self.get_url(*_target(n.name))) for n in numbers]
        return self.render("home/home.html", cards=cards, sections=open_sections())


LABELS = {
    "to_confirm": _("Entries waiting for confirmation"),
    "volunteers": _("Volunteers on the roll"),
    "activities": _("Activities this month"),
    "stations": _("Stations"),
}
TARGETS = {
    "to_confirm": "ledger.index_view",
    "volunteers": "volunteers.index_view",
    "activities": "activities.index_view",
    "stations": "stations.index_view",
}


def _target(name: str) -> tuple[str]:
    return (TARGETS[name],)
