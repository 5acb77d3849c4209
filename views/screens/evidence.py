"""Evidence: handing files in, showing them, saying anew what they show, removing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePath
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
from flask_login import current_user
from werkzeug.wrappers import Response

from admin_app.services import evidence
from admin_app.services.evidence.reading import MB
from models import (
    Consent,
    Dismissal,
    DomainError,
    EvidenceFile,
    EvidenceSubject,
    MediaType,
    Rule,
    Station,
    db,
)
from models.evidence.evidence_file import PERSONAL
from views.fields import stripped, typed_day
from views.lookups import key
from views.web.requests import access

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")

# A number the database has no room for is no page, and no error either.
FILE = "/<int(max=2147483647):evidence_id>"
# Whatever a reader does with the bytes, they run nothing and fetch nothing.
CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
ENDINGS = {MediaType.JPEG: ".jpg", MediaType.PDF: ".pdf"}
MOST_AT_ONCE = 10
# The rows that files may be about, by what a form calls them, and the screen of each.
OWNERS: dict[str, Any] = {
    "rule": Rule, "consent": Consent, "dismissal": Dismissal,
}  # fmt: skip
HOMES = {"rule": "rules", "consent": "consents", "dismissal": "dismissals"}
SHOWN = {
    "rule": EvidenceSubject.RULES, "consent": EvidenceSubject.CONSENT,
    "dismissal": EvidenceSubject.DISMISSAL,
}  # fmt: skip
CAPTION_LENGTH = 200


@dataclass(frozen=True)
class Told:
    """What a form says of a file beside its bytes."""

    subject: EvidenceSubject
    caption: str | None
    taken_on: date | None


@blueprint.before_request
def _ask_who() -> object:
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None


@blueprint.get("/new")
def new() -> str:
    """Ask for files of a station, or of one of its rules."""
    about = _about(request.args)
    return _form(_writable(_station_of(about, request.args)), about)


@blueprint.post("/new")
def add() -> Response | tuple[str, int]:
    """Keep the files handed in, all or none."""
    number = _writable(_station_of(_about(request.form), request.form)).id
    try:
        told = _told()
        # Looking at pictures takes a second each: nobody's writing waits for it.
        db.session.rollback()
        readings = _readings()
        station, about = _writable(number), _about(request.form)
        for reading in readings:
            evidence.put(
                station, told.subject, reading, access=access(), caption=told.caption,
                taken_on=told.taken_on, **about,
            )  # fmt: skip
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return _form(_writable(number), _about(request.form), refusal=str(refusal)), 422
    flash(_("Kept: %(count)s.", count=len(readings)), "success")
    return redirect(_home_of(number, _about(request.form)))


@blueprint.get(f"{FILE}/")
def file(evidence_id: int) -> Response:
    """Send a file: a picture to look at, a paper to keep."""
    row = _there(evidence_id)
    return _sent(row, evidence.content(row), row.media)


@blueprint.get(f"{FILE}/small/")
def small_file(evidence_id: int) -> Response:
    """Send the small picture of a picture."""
    row = _there(evidence_id)
    if not row.is_picture:
        abort(404)
    return _sent(row, evidence.preview(row), MediaType.JPEG)


@blueprint.route(f"{FILE}/edit", methods=("GET", "POST"))
def edit(evidence_id: int) -> str | Response | tuple[str, int]:
    """Say anew what a file shows."""
    row = _changeable(evidence_id)
    if request.method == "GET":
        return _edit_page(row)
    try:
        if request.form.get("version") != str(row.version):
            raise DomainError(_("Someone else changed this record: look at it and save again."))  # noqa: TRY301
        told = _told()
        evidence.change(
            row, access=access(), subject=told.subject, caption=told.caption,
            taken_on=told.taken_on,
        )  # fmt: skip
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return _edit_page(_changeable(evidence_id), refusal=str(refusal)), 422
    flash(_("Saved."), "success")
    return redirect(_home(_there(evidence_id)))


@blueprint.post(f"{FILE}/remove")
def remove(evidence_id: int) -> Response:
    """Take a file away."""
    row = _changeable(evidence_id)
    home = _home(row)
    gone = evidence.remove(row, access=access())
    db.session.commit()
    words = _("The file was removed for good.") if gone else _(
        "The file is no longer shown; what rests on it keeps it."
    )  # fmt: skip
    flash(words, "success")
    return redirect(home)


def _there(evidence_id: int) -> EvidenceFile:
    row = db.session.get(EvidenceFile, evidence_id)
    if row is None:
        abort(404)
    return row


def _changeable(evidence_id: int) -> EvidenceFile:
    row = _there(evidence_id)
    if row.removed_at is not None:
        abort(404)
    if not access().reaches("evidence:write", row):
        abort(403)
    return row


def _writable(station_id: int | None) -> Station:
    station = db.session.get(Station, station_id) if station_id else None
    if station is None:
        abort(404)
    if not access().reaches("evidence:write", station):
        abort(403)
    return station


def _about(told: Any) -> dict[str, Any]:
    """Return the one row that files are about beside their station, by what it is called."""
    for name, model in OWNERS.items():
        if told.get(name):
            number = key(told[name], model)
            row = db.session.get(model, number) if number else None
            if row is None:
                abort(404)
            return {name: row}
    return {}


def _station_of(about: dict[str, Any], told: Any) -> int | None:
    for row in about.values():
        return int(row.station_id)
    return key(told.get("station"))


def _home(row: EvidenceFile) -> str:
    kept = ((name, getattr(row, name)) for name in OWNERS)
    return _home_of(row.station_id, {name: one for name, one in kept if one is not None})


def _home_of(station_id: int, about: dict[str, Any]) -> str:
    for name, row in about.items():
        return url_for(f"{HOMES[name]}.details_view", id=row.id)
    return url_for("stations.details_view", id=station_id)


def _readings() -> list[evidence.Reading]:
    given = request.files.getlist("file")
    try:
        files = [file for file in given if file.filename]
        if not files:
            raise DomainError(_("Choose a picture or a PDF."))
        if len(files) > MOST_AT_ONCE:
            raise DomainError(_("Hand in %(most)s files at once at most.", most=MOST_AT_ONCE))
        return [evidence.read(file.stream, file.filename or "") for file in files]
    finally:
        for file in given:
            file.close()  # large ones lie on the disk until then


def _told() -> Told:
    try:
        subject = EvidenceSubject(request.form.get("subject", ""))
    except ValueError:
        raise DomainError(_("Choose what the file shows.")) from None
    caption = stripped(request.form.get("caption", ""))
    if caption and len(caption) > CAPTION_LENGTH:
        raise DomainError(
            _("The caption is longer than %(most)s characters: shorten it.", most=CAPTION_LENGTH)
        )
    words = request.form.get("taken_on", "").strip()
    taken_on = typed_day(words) if words else None
    if words and taken_on is None:
        raise DomainError(_("This is no day: type it as 2026-11-20, 20261120 or 11-20."))
    return Told(subject, caption, taken_on)


def _form(station: Station, about: dict[str, Any], refusal: str | None = None) -> str:
    [(name, row)] = about.items() or [("", None)]
    shown = SHOWN.get(name)
    chosen = request.values.get("subject") or (shown.value if shown else "")
    return render_template(
        "evidence/form.html",
        station=station,
        about=row,
        about_name=name,
        subjects=_subjects(shown),
        chosen=chosen,
        caption=request.form.get("caption", ""),
        taken_on=request.form.get("taken_on", ""),
        most=evidence.most_bytes() // MB,
        at_once=MOST_AT_ONCE,
        refusal=refusal,
        back=_home_of(station.id, about),
    )


def _subjects(shown: EvidenceSubject | None) -> list[EvidenceSubject]:
    """Return what may be chosen: a paper that names somebody is of its own kind, and no other."""
    if shown in PERSONAL:
        return [shown]
    return [subject for subject in EvidenceSubject if subject not in PERSONAL]


def _edit_page(row: EvidenceFile, refusal: str | None = None) -> str:
    told = request.form
    day = row.taken_on.isoformat() if row.taken_on else ""
    return render_template(
        "evidence/edit.html",
        row=row,
        subjects=_subjects(row.subject),
        chosen=told.get("subject", row.subject.value),
        caption=told.get("caption", row.caption or ""),
        taken_on=told.get("taken_on", day),
        refusal=refusal,
        back=_home(row),
    )


def _sent(row: EvidenceFile, data: bytes, media: MediaType) -> Response:
    name = f"{PurePath(row.file_name).stem or row.id}{ENDINGS[media]}"
    # A picture is our own drawing; a paper is another's, and no page of ours shows it.
    answer = send_file(
        BytesIO(data), mimetype=media.value, download_name=name,
        as_attachment=media is not MediaType.JPEG,
    )  # fmt: skip
    answer.headers["Content-Security-Policy"] = CLOSED
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
