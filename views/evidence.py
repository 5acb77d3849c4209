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
from models import DomainError, EvidenceFile, EvidenceSubject, MediaType, Rule, Station, db

from .fields import stripped, typed_day
from .lookups import key
from .web.requests import access

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")

# A number the database has no room for is no page, and no error either.
FILE = "/<int(max=2147483647):evidence_id>"
# Whatever a reader does with the bytes, they run nothing and fetch nothing.
CLOSED = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
ENDINGS = {MediaType.JPEG: ".jpg", MediaType.PDF: ".pdf"}
MOST_AT_ONCE = 10
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
    rule = _rule(request.args.get("rule"))
    station = _writable(rule.station_id if rule else key(request.args.get("station")))
    return _form(station, rule)


@blueprint.post("/new")
def add() -> Response | tuple[str, int]:
    """Keep the files handed in, all or none."""
    rule = _rule(request.form.get("rule"))
    station = _writable(rule.station_id if rule else key(request.form.get("station")))
    number, rule_number = station.id, rule.id if rule else None
    try:
        told = _told()
        # Looking at pictures takes a second each: nobody's writing waits for it.
        db.session.rollback()
        readings = _readings()
        station, rule = _writable(number), _rule(rule_number)
        for reading in readings:
            evidence.put(
                station, told.subject, reading, access=access(), caption=told.caption,
                taken_on=told.taken_on, rule=rule,
            )  # fmt: skip
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return _form(_writable(number), _rule(rule_number), refusal=str(refusal)), 422
    flash(_("Kept: %(count)s.", count=len(readings)), "success")
    return redirect(_home(number, rule_number))


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
    row = _there(evidence_id)
    return redirect(_home(row.station_id, row.rule_id))


@blueprint.post(f"{FILE}/remove")
def remove(evidence_id: int) -> Response:
    """Take a file away."""
    row = _changeable(evidence_id)
    home = _home(row.station_id, row.rule_id)
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


def _rule(typed: Any) -> Rule | None:
    if not typed:
        return None
    number = key(typed)
    rule = db.session.get(Rule, number) if number else None
    if rule is None:
        abort(404)
    return rule


def _home(station_id: int, rule_id: int | None) -> str:
    if rule_id is not None:
        return url_for("rules.details_view", id=rule_id)
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


def _form(station: Station, rule: Rule | None, refusal: str | None = None) -> str:
    chosen = request.values.get("subject") or (EvidenceSubject.RULES.value if rule else "")
    return render_template(
        "evidence/form.html",
        station=station,
        rule=rule,
        subjects=list(EvidenceSubject),
        chosen=chosen,
        caption=request.form.get("caption", ""),
        taken_on=request.form.get("taken_on", ""),
        most=evidence.most_bytes() // MB,
        at_once=MOST_AT_ONCE,
        refusal=refusal,
        back=_home(station.id, rule.id if rule else None),
    )


def _edit_page(row: EvidenceFile, refusal: str | None = None) -> str:
    told = request.form
    day = row.taken_on.isoformat() if row.taken_on else ""
    return render_template(
        "evidence/edit.html",
        row=row,
        subjects=list(EvidenceSubject),
        chosen=told.get("subject", row.subject.value),
        caption=told.get("caption", row.caption or ""),
        taken_on=told.get("taken_on", day),
        refusal=refusal,
        back=_home(row.station_id, row.rule_id),
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
