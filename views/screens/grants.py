"""The whole permission table on one page: which role carries which act."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext as _
from flask_login import login_required

from admin_app.policy import GRANTS
from models import Role
from views.web.requests import access

blueprint = Blueprint("grants", __name__, url_prefix="/grants")

# Registers without a screen of their own name.
SUBJECTS: dict[str, Any] = {
    "attendance": _("Attendance"),
    "board": _("Target board"),
    "doctor": _("State of the machine"),
    "evidence": _("Evidence"),
    "findings": _("Findings"),
    "reports": _("Monthly report"),
    "standards": _("Checklist"),
    "accounts": _("Accounts"),
}
ACTS: dict[str, Any] = {
    "adopt": _("adopt"),
    "approve": _("approve"),
    "attest": _("attest"),
    "check": _("check objections"),
    "choose": _("choose"),
    "confirm": _("confirm"),
    "decide": _("decide"),
    "decline": _("decline"),
    "delete": _("delete"),
    "export": _("export"),
    "fetch": _("fetch the file"),
    "find": _("find by number"),
    "hand_over": _("hand over"),
    "health": _("read the health note"),
    "history": _("read the past"),
    "import": _("import"),
    "issue": _("issue"),
    "make": _("make"),
    "own_data": _("hand a person the own data"),
    "personal": _("use personal data"),
    "publish": _("publish"),
    "read": _("read"),
    "release": _("release in clear"),
    "report": _("report upward"),
    "reprint": _("print again"),
    "request": _("request"),
    "reverse": _("reverse"),
    "review": _("review"),
    "submit": _("submit"),
    "upload": _("hand in officially"),
    "void": _("void"),
    "write": _("record and change"),
}


@blueprint.get("/")
@login_required
def index() -> str:
    """Show the table to whoever answers for who may do what."""
    if not access().may("accounts:read"):
        abort(403)
    return render_template("grants/grants.html", roles=list(Role), lines=list(_lines()))


def subject(register: str) -> Any:
    """Return what a register is called."""
    from views import SCREENS  # noqa: PLC0415  # the screens import the menu, which names this page

    titles = {screen.resource: screen.title for screen in reversed(SCREENS)}
    return SUBJECTS.get(register) or titles.get(register, register)


def _lines() -> list[tuple[Any, list[tuple[Any, list[bool]]]]]:
    """Return by register its acts, each with whether each role carries it; looking first."""
    registers: dict[str, set[str]] = {}
    for permission in set().union(*GRANTS.values()):
        register, _colon, act = permission.partition(":")
        registers.setdefault(register, set()).add(act)
    return [
        (
            subject(register),
            [
                (ACTS.get(act, act), [f"{register}:{act}" in GRANTS[role] for role in Role])
                for act in sorted(acts, key=lambda act: (act != "read", act))
            ],
        )
        for register, acts in sorted(registers.items())
    ]
