"""Uploaded sheets: waiting sealed for their uploader, landing once, handing the rest back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import defer

from admin_app.policy import Access, unscoped
from admin_app.services import accounts, audit, clear_text
from admin_app.services.accounts import OneTime
from admin_app.services.ledger import refusals
from admin_app.services.ledger.refusals import Attempt
from admin_app.services.places import population
from models import (
    Account,
    AuditAction,
    DomainError,
    ImportBatch,
    ImportKind,
    NotAllowed,
    Station,
    clock,
    db,
)

from . import arrivals, judging, returned
from .accounts import JudgedAccounts
from .arrivals import Landing
from .verdicts import Judged

KEPT_FOR = timedelta(hours=24)
NAME_ROOM = 200
SHOWN = 10
# Their rows name where they belong.
WITHOUT_STATION = (ImportKind.STATIONS, ImportKind.POPULATION, ImportKind.ACCOUNTS)


@dataclass(frozen=True)
class Upload:
    """A file as it came in, for which register, and of which day."""

    kind: ImportKind
    file_name: str
    content: bytes
    station: Station | None
    on: date


def permit(access: Access, kind: ImportKind, station: Station | None) -> None:
    """Raise ``NotAllowed`` unless one appointment carries this import at this place."""
    if kind not in WITHOUT_STATION:
        access.require(f"{kind}:import", station)
    elif not may_bring_in(access, kind):
        raise NotAllowed(_("Your appointment does not carry this act at this place."))


def may_bring_in(access: Access, kind: ImportKind) -> bool:
    """Tell whether a person brings in sheets of a kind, at whatever place."""
    if kind is ImportKind.POPULATION:
        return bool(population.keeping_places(access, "import"))
    if kind is ImportKind.ACCOUNTS:
        return accounts.may_open(access)
    return access.may(f"{kind}:import")


def receive(upload: Upload, *, by: Account, access: Access, at: datetime) -> ImportBatch:
    """Keep a readable sheet sealed until its uploader confirms it; the caller commits."""
    # First of all and before any query: a long sheet is read without holding anybody up.
    judging.read(upload.kind, upload.content)
    permit(access, upload.kind, upload.station)
    if upload.on > clock.today():
        raise DomainError(_("The day the sheet was handed in lies in the future. Correct it."))
    sweep(at)
    batch = _batch(upload, by.id, at)
    batch.sheet = upload.content
    return _kept(batch)


def waiting(batch_id: int, at: datetime) -> ImportBatch | None:
    """Return an upload of the person who asks, as long as it is kept; else ``None``."""
    found: ImportBatch | None = db.session.scalar(
        select(ImportBatch).where(ImportBatch.id == batch_id, ImportBatch.expires_at > at)
    )
    return found


def mine(kind: ImportKind, at: datetime) -> list[ImportBatch]:
    """Return the kept uploads of the person who asks, the newest first, without their sheets."""
    query = (
        select(ImportBatch)
        .where(ImportBatch.kind == kind, ImportBatch.expires_at > at)
        .order_by(ImportBatch.id.desc())
        .options(defer(ImportBatch.sheet), defer(ImportBatch.returned))
        .limit(SHOWN)
    )
    return list(db.session.scalars(query))


def look(batch: ImportBatch, access: Access) -> Judged[Any]:
    """Judge a waiting sheet against what is stored now; nothing is written."""
    permit(access, batch.kind, batch.station)
    return _judge(batch, _sheet(batch), access, lands=False)


def land(
    batch: ImportBatch, *, access: Access, at: datetime, passwords: Sequence[OneTime] = ()
) -> Judged[Any]:
    """Enter the accepted rows of a waiting sheet, once, and keep the others for return.

    The sheet is judged again: what was free at the preview may be taken by now. What a screen
    brings in waits for a second person to confirm it. ``passwords`` are for new accounts. The
    caller commits.
    """
    permit(access, batch.kind, batch.station)
    with unscoped("the upload is held until it has landed"):
        db.session.execute(
            select(ImportBatch.id).where(ImportBatch.id == batch.id).with_for_update()
        )
        db.session.refresh(batch)
    content = _sheet(batch)
    _hold(batch.station)
    judged = _judge(batch, content, access, lands=True)
    landing = Landing(batch.id, batch.uploaded_by_id, at, batch.handed_in_on, confirmed=False)
    _enter(judged, batch, landing, partial(_open_accounts, judged, passwords, access))
    with unscoped("the uploader's own upload is closed"):
        batch.sheet, batch.landed_at, batch.expires_at = None, at, at + KEPT_FOR
        batch.returned = returned.workbook(judged.table, judged.refused) if judged.refused else None
        db.session.flush()
    return judged


def bring_in(
    upload: Upload, *, by: Account | None, access: Access | None, at: datetime, dry_run: bool
) -> Judged[Any]:
    """Judge a sheet and enter its accepted rows at once, confirmed by the system, as commands do.

    Without ``by`` the system records too. A dry run writes nothing. The caller commits.
    """
    if access is not None:
        permit(access, upload.kind, upload.station)
    batch = _batch(upload, by.id if by else None, at)
    if dry_run:
        return _judge(batch, upload.content, access, lands=False)
    _hold(upload.station)
    judged = _judge(batch, upload.content, access, lands=True)
    batch.landed_at = at
    _kept(batch)
    landing = Landing(batch.id, batch.uploaded_by_id, at, upload.on, confirmed=True)
    _enter(judged, batch, landing, partial(_open_accounts, judged, (), access))
    return judged


def hand_back(batch: ImportBatch) -> bytes:
    """Return the workbook of refused rows and leave a trace; the caller commits."""
    if batch.returned is None:
        raise DomainError(_("No row of this sheet was refused, or the workbook has expired."))
    audit.record(AuditAction.EXPORT, ImportBatch.__tablename__, row=batch, rows=batch.refused)
    return batch.returned


def discard(batch: ImportBatch) -> None:
    """Drop a waiting sheet that nobody will confirm; the caller commits."""
    if batch.landed_at is None:
        with unscoped("the uploader's own upload is dropped"):
            db.session.delete(batch)
            db.session.flush()


def sweep(at: datetime) -> None:
    """Forget the sheets that nobody confirmed in time and the workbooks nobody fetched."""
    past = ImportBatch.expires_at <= at
    with unscoped("what has expired is forgotten, whoever uploaded it"):
        db.session.execute(
            delete(ImportBatch).where(past, ImportBatch.landed_at.is_(None)), _UNSEEN
        )
        db.session.execute(
            update(ImportBatch)
            .where(past, ImportBatch.returned.is_not(None))
            .values(returned=None),
            _UNSEEN,
        )


_UNSEEN = {"synchronize_session": False}


def _batch(upload: Upload, by_id: int | None, at: datetime) -> ImportBatch:
    return ImportBatch(
        kind=upload.kind,
        station_id=upload.station.id if upload.station else None,
        station=upload.station,
        uploaded_by_id=by_id,
        uploaded_at=at,
        expires_at=at + KEPT_FOR,
        handed_in_on=upload.on,
        file_name=_tame(upload.file_name),
        sha256=sha256(upload.content).hexdigest(),
    )


def _tame(file_name: str) -> str:
    """Keep a name that can stand in a list and in a header, without folders and numbers."""
    shown = "".join(sign for sign in file_name if sign.isprintable())
    return clear_text.masked(re.split(r"[/\\]", shown)[-1])[-NAME_ROOM:]


def _kept(batch: ImportBatch) -> ImportBatch:
    # Uploads lie in no place: who may make one was asked above.
    with unscoped("an upload is its uploader's"):
        db.session.add(batch)
        db.session.flush()  # entries name the upload they came from
    return batch


def _sheet(batch: ImportBatch) -> bytes:
    if batch.sheet is None:
        raise DomainError(_("This sheet has been imported already. Upload a new one."))
    return batch.sheet


def _hold(station: Station | None) -> None:
    """Let one import at a time land at a station, so that none is judged by stale rows."""
    if station is not None:
        with unscoped("the station is held while its import lands"):
            db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())


def _judge(
    batch: ImportBatch, content: bytes, access: Access | None, *, lands: bool
) -> Judged[Any]:
    table = judging.read(batch.kind, content)
    return judging.judge(
        batch.kind, table, station=batch.station, on=batch.handed_in_on, access=access, lands=lands
    )


def _enter(
    judged: Judged[Any], batch: ImportBatch, landing: Landing, open_accounts: Callable[[], None]
) -> None:
    enter: dict[ImportKind, Callable[[], None]] = {
        ImportKind.STATIONS: lambda: arrivals.open_stations(judged.accepted),
        ImportKind.POPULATION: lambda: arrivals.keep_population(judged.accepted),
        ImportKind.VOLUNTEERS: lambda: arrivals.enrol(judged.accepted, _at(batch), landing),
        ImportKind.LEDGER: lambda: arrivals.record(judged.accepted, _at(batch), landing),
        ImportKind.ACCOUNTS: open_accounts,
    }
    try:
        enter[batch.kind]()
        db.session.flush()  # what others entered meanwhile shows now
    except IntegrityError as exc:
        raise DomainError(
            _("Somebody entered one of these rows at the same moment. Check the sheet once more.")
        ) from exc
    refusals.write(_attempts(judged, batch.station))
    with unscoped("an upload is its uploader's"):
        batch.accepted, batch.refused = len(judged.accepted), len(judged.refused)
        batch.minutes = getattr(judged, "minutes", 0)
        db.session.flush()
    _trace(batch, confirmed=landing.confirmed)


def _open_accounts(
    judged: Judged[Any], passwords: Sequence[OneTime], access: Access | None
) -> None:
    assert isinstance(judged, JudgedAccounts)  # noqa: S101  # as its kind says
    arrivals.open_accounts(judged, passwords, by=access)


def _attempts(judged: Judged[Any], station: Station | None) -> Iterator[Attempt]:
    """Yield the rows whose person's time was taken; by a row of the sheet, it was here."""
    for refusal in judged.refused:
        if refusal.attempt is not None and station is not None:
            here = refusal.attempt.other_station or station.name
            yield replace(refusal.attempt, other_station=here)


def _at(batch: ImportBatch) -> Station:
    assert batch.station is not None  # noqa: S101  # every kind but stations belongs to one
    return batch.station


@dataclass(frozen=True)
class _Landed:
    """The upload and where it landed, as the trail wants them."""

    id: int
    station_id: int | None
    township_id: int | None
    county_id: int | None
    prefecture_id: int | None


def _trace(batch: ImportBatch, *, confirmed: bool) -> None:
    station = batch.station
    areas = ("township_id", "county_id", "prefecture_id")
    place = _Landed(batch.id, batch.station_id, *(getattr(station, area, None) for area in areas))
    audit.record(
        AuditAction.IMPORT,
        ImportBatch.__tablename__,
        row=place,
        kind=batch.kind,
        sha256=batch.sha256,
        accepted=batch.accepted,
        refused=batch.refused,
        minutes=batch.minutes,
        # By command one person alone brings rows in and the system confirms them.
        single_handed=confirmed,
    )
