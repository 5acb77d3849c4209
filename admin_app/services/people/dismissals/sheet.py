"""The decision sheet of a dismissal (志愿者劝退审批备案表)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.paper.render import MAX_TEXT, Paper, render
from models import Dismissal, DismissalGround, DismissalState, Office, clock, db

TEMPLATE = "dismissal"
# As annex 4, article 5 has them.
GROUNDS = {
    DismissalGround.DISOBEYED: "无正当理由多次不服从社区志愿服务工作安排",
    DismissalGround.RULES: "严重违反社区志愿服务站管理规定",
    DismissalGround.HARM: "造成服务对象损失且其行为给社会、服务对象造成严重不良影响",
    DismissalGround.MISUSE: "利用志愿者的名义从事营利性活动或非法活动",
}


def paper(row: Dismissal) -> Paper:
    """Return the sheet as a PDF, whether or not the case was decided; a demo's says 样张."""
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    return render(TEMPLATE, values(row), sample=bool(is_demo))


def values(row: Dismissal) -> dict[str, Any]:
    """Return the plain values the sheet prints; the identity number does not stand on it."""
    decided = clock.office_time(row.decided_at).date().isoformat() if row.decided_at else ""
    return {
        "station": row.station.name,
        "name": row.volunteer.person.name,
        "number": row.volunteer.number,
        "registered_on": row.volunteer.registered_on.isoformat(),
        "grounds": [[text, ground is row.ground] for ground, text in GROUNDS.items()],
        "serious": row.serious,
        "facts": _pieces(row.facts),
        "statement": _pieces(row.statement),
        "heard_on": row.heard_on.isoformat() if row.heard_on else "",
        "prepared_on": row.prepared_on.isoformat(),
        "prepared_by": row.prepared_by.name if row.prepared_by else "",
        "decided": row.state is not DismissalState.PREPARED,
        "dismissed": row.dismissed_on is not None,
        "decision": _pieces(row.decision),
        "decided_by": row.decided_by.name if row.decided_by else "",
        "decided_on": decided,
        "last": row.dismissed_on.isoformat() if row.dismissed_on else "",
        "reported_to": row.reported_to or "",
        "reported_on": row.reported_on.isoformat() if row.reported_on else "",
        "receipt": row.receipt or "",
        "receipt_on": row.receipt_on.isoformat() if row.receipt_on else "",
        "lifted_on": row.lifted_on.isoformat() if row.lifted_on else "",
    }


def _pieces(words: str | None) -> list[str]:
    """Return a text of any length in pieces that paper takes."""
    text = words or ""
    return [text[n : n + MAX_TEXT] for n in range(0, len(text), MAX_TEXT)]
