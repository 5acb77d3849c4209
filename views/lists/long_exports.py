"""Lists too long to be waited for: a worker writes the workbook, as the screen would have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, g, request
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from admin_app.policy import declared, unscoped, visible
from admin_app.services.jobs import Kind, Made, Progress
from models import AuditAction, clock, db
from views.screens import jobs

from . import exports

# Up to here a workbook is ready before anybody looks at the clock.
LONG = 20_000


def handed_over(screen: Any, found: Select[Any]) -> Response | None:
    """Hand a long list over to a worker; None for one that is written at once."""
    if _count(screen.model, found, up_to=LONG + 1) <= LONG:
        return None
    return jobs.hand_over(
        KIND.name,
        needs=(f"{screen.resource}:read", f"{screen.resource}:export"),
        about={"screen": screen.endpoint, "table": screen.model.__tablename__},
        asked={"screen": screen.endpoint, "arguments": dict(request.args.items())},
    )


def _make(asked: Mapping[str, Any], progress: Progress) -> Made:
    """Write the list as its screen reads the same address, in the name of who asked."""
    screen, reach = screen_of(asked["screen"]), declared()
    with current_app.test_request_context(query_string=asked["arguments"]):
        g.access = reach
        titles, found, order = screen.exported()
        total = _count(screen.model, found)
        rows = progress.over(screen._exported.stream(found, order, screen.reckoned(found)), total)
        file = exports.workbook(titles, rows)
    return Made(
        file,
        name=f"{screen.resource}-{clock.today():%Y%m%d}.xlsx",
        mimetype=exports.TYPES["xlsx"],
        action=AuditAction.EXPORT,
        register=screen.model.__tablename__,
        details={"rows": total, "kind": "xlsx"},
    )


def _title(about: Mapping[str, Any]) -> str:
    return _("%(register)s (Excel)", register=screen_of(about["screen"]).title)


KIND = Kind("export", _title, _make)


def screen_of(endpoint: str) -> Any:
    """Return the register screen of an endpoint, as a job names it."""
    [admin] = current_app.extensions["admin"]
    return next(view for view in admin._views if view.endpoint == endpoint)


def _count(model: Any, found: Select[Any], *, up_to: int | None = None) -> int:
    inner = found.with_only_columns(model.id).where(visible(model)).order_by(None).limit(up_to)
    with unscoped("the statement carries its own scope"):
        return db.session.scalar(select(func.count()).select_from(inner.subquery())) or 0
