"""The file of a station beside its form: what it works with, what it offers, how it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.services.exchange import cells
from admin_app.services.places import equipment, service_items
from admin_app.services.places.service_items import Item
from models import DomainError, ServiceKind, Station, clock, db
from views import histories
from views.fields import stripped, typed_day
from views.web.requests import access

blueprint = Blueprint("station_file", __name__, url_prefix="/station-file")

# A number the database has no room for is no page, and no error either.
STATION = "/<int(max=2147483647):station_id>"
SPARE_THINGS, SPARE_ITEMS = 5, 2
NAME_LENGTH, ITEM_LENGTH = 50, 100

Typed = dict[str, str]


@blueprint.before_request
def _ask_who() -> object:
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None


@blueprint.route(f"{STATION}/equipment", methods=("GET", "POST"))
def things(station_id: int) -> str | Response:
    """Keep the list of equipment; what was typed stays when it is refused."""
    station = _mine(station_id)
    rows = [{"name": row.name, "count": str(row.count)} for row in equipment.of(station)]
    if request.method == "POST":
        rows = _posted("thing", ("name", "count"))
        done = _kept(
            lambda: equipment.set_list(station, _things(rows), access=access()),
            _("The list of equipment was kept."),
        )
        if done:
            return redirect(_page_of(station_id))
        station = _mine(station_id)
    most = equipment.MOST_KINDS
    rows += [{"name": "", "count": ""}] * min(SPARE_THINGS, max(0, most - len(rows)))
    return render_template(
        "stations/equipment.html", station=station, rows=rows, back=_page_of(station_id)
    )


@blueprint.route(f"{STATION}/services", methods=("GET", "POST"))
def services(station_id: int) -> str | Response:
    """Keep what the station offers, kind by kind; what was typed stays when it is refused."""
    station = _mine(station_id)
    shown = service_items.of(station)
    offered: list[Item] = [Item(row.kind, row.text, row.since, row.until) for row in shown]
    if "usual" in request.args:
        there = {(item.kind, item.text) for item in offered}
        usual = service_items.usual(clock.today())
        offered += [item for item in usual if (item.kind, item.text) not in there]
    rows = {kind: [_typed(i) for i in offered if i.kind is kind] for kind in ServiceKind}
    if request.method == "POST":
        rows = {kind: _posted(kind.value, ("text", "since", "until")) for kind in ServiceKind}
        done = _kept(
            lambda: service_items.set_items(station, _items(rows), access=access()),
            _("The service items were kept."),
        )
        if done:
            return redirect(_page_of(station_id))
        station = _mine(station_id)
    spare = {"text": "", "since": "", "until": ""}
    for told in rows.values():
        told.extend([spare] * min(SPARE_ITEMS, max(0, service_items.MOST_OF_A_KIND - len(told))))
    return render_template(
        "stations/services.html", station=station, rows=rows, back=_page_of(station_id)
    )


@blueprint.get(f"{STATION}/history")
def history(station_id: int) -> str:
    """Show how the facts of the station changed."""
    station = _there(station_id)
    if not access().reaches("stations:history", station):
        abort(403)
    return render_template(
        "stations/history.html",
        station=station,
        lines=histories.lines(station, histories.MOST),
        most=histories.MOST,
        back=_page_of(station_id),
    )


def _there(station_id: int) -> Station:
    station = db.session.get(Station, station_id)
    if station is None:
        abort(404)
    return station


def _mine(station_id: int) -> Station:
    station = _there(station_id)
    if not access().reaches("stations:write", station):
        abort(403)
    return station


def _page_of(station_id: int) -> str:
    return url_for("stations.details_view", id=station_id)


def _kept(act: Callable[[], None], words: str) -> bool:
    try:
        act()
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return False
    flash(words, "success")
    return True


def _posted(name: str, parts: tuple[str, ...]) -> list[Typed]:
    """Return the typed rows of a list, without those that say nothing."""
    columns = [request.form.getlist(f"{name}-{part}")[:200] for part in parts]
    lines = zip(*columns, strict=False)
    rows = [
        dict(zip(parts, (stripped(word) or "" for word in line), strict=True)) for line in lines
    ]
    return [row for row in rows if any(row.values())]


def _things(rows: list[Typed]) -> dict[str, int]:
    told: dict[str, int] = {}
    for row in rows:
        name = row["name"]
        _require_short(name, NAME_LENGTH)
        count = cells.whole_number(row["count"]) if row["count"] else 1
        if not name or count is None:
            raise DomainError(
                _("“%(name)s”: type a name, and beside it how many there are.",
                  name=name or row["count"])
            )  # fmt: skip
        if name in told:
            raise DomainError(_("“%(name)s” stands there twice: add the numbers up.", name=name))
        told[name] = count
    return told


def _items(rows: dict[ServiceKind, list[Typed]]) -> list[Item]:
    told = []
    for kind, lines in rows.items():
        for row in lines:
            if not row["text"]:
                raise DomainError(_("%(kind)s: type what is offered.", kind=kind.label))
            _require_short(row["text"], ITEM_LENGTH)
            told.append(Item(kind, row["text"], _day(row["since"]), _day(row["until"])))
    return told


def _require_short(words: str, most: int) -> None:
    if len(words) > most:
        raise DomainError(
            _("“%(start)s…” is longer than %(most)s characters: shorten it.",
              start=words[:12], most=most)
        )  # fmt: skip


def _day(words: str) -> date | None:
    found = typed_day(words) if words else None
    if words and found is None:
        raise DomainError(_("“%(words)s” is no day: type it as 2026-11-20.", words=words[:20]))
    return found


def _typed(item: Item) -> Typed:
    return {
        "text": item.text,
        "since": item.since.isoformat() if item.since else "",
        "until": item.until.isoformat() if item.until else "",
    }
