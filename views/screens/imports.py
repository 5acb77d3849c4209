"""Bringing sheets in: upload, look at what would happen, confirm, fetch what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin_app.config import Settings
from admin_app.services import masking
from admin_app.services.accounts import one_times
from admin_app.services.exchange import batches
from admin_app.services.exchange.accounts import NewAccount
from admin_app.services.exchange.batches import WITHOUT_STATION, Upload
from admin_app.services.exchange.ledger import Flag, Service
from admin_app.services.exchange.population import NewPopulation
from admin_app.services.exchange.stations import NewStation
from admin_app.services.exchange.verdicts import Judged
from admin_app.services.exchange.volunteers import Newcomer
from models import DomainError, ImportBatch, ImportKind, Station, clock, db, engine
from views.web.requests import access

blueprint = Blueprint("imports", __name__, url_prefix="/import")

SHOWN_ACCEPTED = 20
SHOWN_REFUSED = 200
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A number the database has no room for is no page, and no error either.
BATCH = "/<int(max=2147483647):batch_id>"


@dataclass(frozen=True)
class Screen:
    """What the screen says of one kind of sheet."""

    title: Any
    columns: Any
    register: str
    heads: tuple[Any, ...]
    cells: Callable[[Any], tuple[Any, ...]]
    confirm: str = "imports.confirm"


def _station_cells(new: NewStation) -> tuple[Any, ...]:
    return new.community_code, new.name, new.kind.label


def _population_cells(new: NewPopulation) -> tuple[Any, ...]:
    before = f"{new.before.residents:,} → " if new.before else ""
    return new.code, new.name, new.year, f"{before}{new.residents:,}", new.source


def _person_cells(new: Newcomer) -> tuple[Any, ...]:
    return new.name, masking.id_number(new.id_number), masking.phone(new.phone), new.guardian_name


def _account_cells(new: NewAccount) -> tuple[Any, ...]:
    return new.login, new.name, new.role.label, new.place or _("Whole system")


def _service_cells(service: Service) -> tuple[Any, ...]:
    return (
        service.served_on,
        service.who.name,
        service.activity,
        service.category.label,
        f"{service.start // 60:02}:{service.start % 60:02}–"
        f"{service.end // 60:02}:{service.end % 60:02}",
        service.minutes,
    )


SCREENS = {
    ImportKind.STATIONS: Screen(
        lazy_gettext("Import stations"),
        lazy_gettext(
            "Community code and station name; kind, day of opening and the rest if known."
        ),
        "stations.index_view",
        (lazy_gettext("Community"), lazy_gettext("Name"), lazy_gettext("Kind")),
        _station_cells,
    ),
    ImportKind.POPULATION: Screen(
        lazy_gettext("Import population"),
        lazy_gettext(
            "Code of the division, its name, year, residents and source; the codes as text."
        ),
        "population.index_view",
        (
            lazy_gettext("Code"),
            lazy_gettext("Division"),
            lazy_gettext("Year"),
            lazy_gettext("Resident population"),
            lazy_gettext("Source"),
        ),
        _population_cells,
    ),
    ImportKind.VOLUNTEERS: Screen(
        lazy_gettext("Import volunteers"),
        lazy_gettext(
            "Name, identity number and phone; the guardian's name for who is under age. Political"
            " status and education are left out where the station does not ask them."
        ),
        "volunteers.index_view",
        (
            lazy_gettext("Full name"),
            lazy_gettext("Identity number"),
            lazy_gettext("Phone"),
            lazy_gettext("Guardian"),
        ),
        _person_cells,
    ),
    ImportKind.LEDGER: Screen(
        lazy_gettext("Import service entries"),
        lazy_gettext("Date, name, identity number, activity, start and end; stated hours if any."),
        "ledger.index_view",
        (
            lazy_gettext("Date"),
            lazy_gettext("Full name"),
            lazy_gettext("Activity"),
            lazy_gettext("Category"),
            lazy_gettext("Time"),
            lazy_gettext("Minutes"),
        ),
        _service_cells,
    ),
    ImportKind.ACCOUNTS: Screen(
        lazy_gettext("Open accounts from a sheet"),
        lazy_gettext(
            "Sign-in name, full name, role and the code of the station, or of the division for a"
            " supervisor; the codes as text."
        ),
        "accounts.index_view",
        (
            lazy_gettext("Sign-in name"),
            lazy_gettext("Full name"),
            lazy_gettext("Role"),
            lazy_gettext("Place"),
        ),
        _account_cells,
        confirm="imports.open_accounts",
    ),
}


@blueprint.before_request
def _ask_who() -> Any:
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None


@blueprint.get("/stations")
def stations() -> str:
    """Ask for a list of stations."""
    return _form(ImportKind.STATIONS)


@blueprint.get("/population")
def population() -> str:
    """Ask for a list of resident populations."""
    return _form(ImportKind.POPULATION)


@blueprint.get("/volunteers")
def volunteers() -> str:
    """Ask for a sheet of volunteers."""
    return _form(ImportKind.VOLUNTEERS)


@blueprint.get("/ledger")
def ledger() -> str:
    """Ask for a sheet of service entries."""
    return _form(ImportKind.LEDGER)


@blueprint.get("/accounts")
def accounts() -> str:
    """Ask for a list of accounts to be opened."""
    return _form(ImportKind.ACCOUNTS)


@blueprint.post("/<any(stations, population, volunteers, ledger, accounts):kind>")
def upload(kind: str) -> Response | tuple[str, int]:
    """Keep a readable sheet until it is confirmed, or say what is wrong with it."""
    chosen = ImportKind(kind)
    _require(chosen)
    try:
        handed_in = _handed_in(chosen)
        # Reading a long sheet takes seconds: nobody's writing waits for it.
        db.session.rollback()
        batch = batches.receive(handed_in, by=current_user, access=access(), at=clock.utc_now())
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return _form(chosen, refusal=str(refusal)), 422
    return redirect(url_for("imports.batch", batch_id=batch.id))


@blueprint.get(BATCH)
def batch(batch_id: int) -> str:
    """Show what would happen to each row, or, once confirmed, what did."""
    found = _mine(batch_id)
    if found.landed_at is not None:
        return render_template("imports/result.html", batch=found, screen=SCREENS[found.kind])
    judged = batches.look(found, access())
    return render_template(
        "imports/preview.html",
        batch=found,
        screen=SCREENS[found.kind],
        judged=judged,
        accepted=judged.accepted[:SHOWN_ACCEPTED],
        refused=judged.refused[:SHOWN_REFUSED],
        flags=_flags(judged),
        minutes=getattr(judged, "minutes", None),
        changed=getattr(judged, "changed", None),
        unchanged=getattr(judged, "unchanged", None),
    )


@blueprint.post(f"{BATCH}/confirm")
def confirm(batch_id: int) -> Response:
    """Enter the accepted rows."""
    found = _mine(batch_id)
    if SCREENS[found.kind].confirm != "imports.confirm":
        abort(404)
    try:
        batches.land(found, access=access(), at=clock.utc_now())
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    return redirect(url_for("imports.batch", batch_id=batch_id))


@blueprint.post(f"{BATCH}/open-accounts")
def open_accounts(batch_id: int) -> Response | str:
    """Open the accounts of the accepted rows and show their passwords, this once."""
    found = _mine(batch_id)
    if found.kind is not ImportKind.ACCOUNTS:
        abort(404)
    back = redirect(url_for("imports.batch", batch_id=batch_id))
    try:
        expected = len(batches.look(found, access()).accepted)
        # Hashing takes a while for each: nobody's writing waits for it.
        db.session.rollback()
        passwords = one_times(expected)
        found = _mine(batch_id)
        judged = batches.land(found, access=access(), at=clock.utc_now(), passwords=passwords)
        page = render_template(
            "imports/slips.html", batch=found, slips=judged.slips, address=_address()
        )
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return back
    return page if judged.slips else back


@blueprint.post(f"{BATCH}/discard")
def discard(batch_id: int) -> Response:
    """Drop a sheet that shall not be entered."""
    found = _mine(batch_id)
    kind = found.kind
    batches.discard(found)
    db.session.commit()
    return redirect(url_for(f"imports.{kind}"))


@blueprint.get(f"{BATCH}/returned.xlsx")
def returned(batch_id: int) -> Response:
    """Hand the refused rows back as a workbook."""
    engine.begin_writing()  # handing personal data out leaves a trace
    found = _mine(batch_id)
    content = batches.hand_back(found)
    name = _("Returned %(file)s", file=found.file_name.rpartition(".")[0] or found.file_name)
    db.session.commit()
    return send_file(
        BytesIO(content), mimetype=WORKBOOK, as_attachment=True, download_name=f"{name}.xlsx"
    )


def _form(kind: ImportKind, refusal: str | None = None) -> str:
    _require(kind)
    return render_template(
        "imports/upload.html",
        kind=kind,
        screen=SCREENS[kind],
        stations=_stations(kind),
        asks_station=kind not in WITHOUT_STATION,
        chosen=request.form.get("station", type=int),
        on=request.form.get("on") or clock.today().isoformat(),
        today=clock.today().isoformat(),
        refusal=refusal,
        mine=batches.mine(kind, clock.utc_now()),
    )


def _require(kind: ImportKind) -> None:
    if not batches.may_bring_in(access(), kind):
        abort(403)


def _mine(batch_id: int) -> ImportBatch:
    found = batches.waiting(batch_id, clock.utc_now())
    if found is None:
        abort(404)
    _require(found.kind)
    return found


def _address() -> str:
    settings: Settings = current_app.extensions["station_settings"]
    return settings.paper_url


def _stations(kind: ImportKind) -> list[Station]:
    if kind in WITHOUT_STATION:
        return []
    found = db.session.scalars(select(Station).order_by(Station.code))
    return [station for station in found if access().reaches(f"{kind}:import", station)]


def _handed_in(kind: ImportKind) -> Upload:
    file = request.files.get("sheet")
    content = file.read() if file else b""
    if file is None or not content:
        raise DomainError(_("Choose the file of the sheet."))
    try:
        on = date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        raise DomainError(_("Choose the day the sheet was handed in.")) from None
    return Upload(kind, file.filename or "", content, _station(kind), on)


def _station(kind: ImportKind) -> Station | None:
    if kind in WITHOUT_STATION:
        return None
    chosen = request.form.get("station", type=int)
    found = next((s for s in _stations(kind) if s.id == chosen), None)
    if found is None:
        raise DomainError(_("Choose the station that the sheet belongs to."))
    return found


def _flags(judged: Judged[Any]) -> Counter[Flag]:
    return Counter(flag for row in judged.accepted for flag in getattr(row, "flags", ()))
