"""The verbs over evidence: keep, list, change its words, hand out, remove."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import IO, Any

from flask_babel import lazy_gettext as _
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from admin_app.policy import Access, unscoped
from models import (
    ERASED,
    Consent,
    Dismissal,
    DomainError,
    EvidenceFile,
    EvidenceSubject,
    Model,
    Rule,
    Station,
    clock,
    db,
)
from models.evidence.evidence_file import PERSONAL

from . import vault
from .reading import Reading, read

# Some years of pictures; more is an archive, and a slip of a loop.
MOST_FILES = 300
GONE = _("The file of this evidence is not on the disk: restore it from the backup.")
# Files to take away when the transaction ends: the removed if it holds, the new if it does not.
_GOING, _COMING = "evidence_going", "evidence_coming"


def keep(
    station: Station,
    subject: EvidenceSubject,
    stream: IO[bytes],
    file_name: str,
    *,
    access: Access,
    caption: str | None = None,
    taken_on: date | None = None,
    rule: Rule | None = None,
    consent: Consent | None = None,
    dismissal: Dismissal | None = None,
) -> EvidenceFile:
    """Look at a file that is handed in and keep it; the caller commits.

    Raises ``DomainError`` for what cannot be kept. Looking takes a second: where others wait for
    the database, call ``read`` before the transaction and ``put`` in it.
    """
    access.require("evidence:write", station)
    return put(
        station, subject, read(stream, file_name),
        access=access, caption=caption, taken_on=taken_on, rule=rule, consent=consent,
        dismissal=dismissal,
    )  # fmt: skip


def put(
    station: Station,
    subject: EvidenceSubject,
    reading: Reading,
    *,
    access: Access,
    caption: str | None = None,
    taken_on: date | None = None,
    rule: Rule | None = None,
    consent: Consent | None = None,
    dismissal: Dismissal | None = None,
) -> EvidenceFile:
    """Keep what was read, the file before its row; the caller commits."""
    access.require("evidence:write", station)
    _require_sound(station, taken_on, rule)
    if _personal(consent, dismissal) is not (subject if subject in PERSONAL else None):
        raise DomainError(_("A paper that names somebody is kept with what it is about."))
    # The station's row is held, or of two files at once each would find room for itself.
    db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())
    shown = of(station, consent=consent, dismissal=dismissal)
    if len(shown) >= MOST_FILES:
        raise DomainError(
            _("“%(station)s” keeps %(most)s files already: remove some that nobody needs.",
              station=station.name, most=MOST_FILES)
        )  # fmt: skip
    rule_id = rule.id if rule else None
    digest = reading.sha256
    if any((e.sha256, e.subject, e.rule_id) == (digest, subject, rule_id) for e in shown):
        raise DomainError(_("“%(name)s” is kept here already.", name=reading.file_name))
    stored_as = vault.store(reading.data, reading.preview)
    db.session.info.setdefault(_COMING, []).append(stored_as)
    row = EvidenceFile(
        station=station,
        subject=subject,
        rule=rule,
        consent=consent,
        dismissal=dismissal,
        caption=caption or None,
        taken_on=taken_on,
        media=reading.media,
        size=len(reading.data),
        sha256=digest,
        width=reading.width,
        height=reading.height,
        file_name=reading.file_name,
        stored_as=stored_as,
        uploaded_by_id=access.account_id,
    )
    db.session.add(row)
    db.session.flush()  # whoever cites the row needs its number
    return row


def of(
    station: Station,
    subject: EvidenceSubject | None = None,
    *,
    rule: Rule | None = None,
    consent: Consent | None = None,
    dismissal: Dismissal | None = None,
) -> Sequence[EvidenceFile]:
    """Return what a station shows, the latest first: all, of one subject, or of one rule.

    Papers that name somebody are shown only with what they are about, such as a consent.
    """
    query = select(EvidenceFile).where(
        EvidenceFile.station_id == station.id, EvidenceFile.removed_at.is_(None)
    )
    if subject is not None:
        query = query.where(EvidenceFile.subject == subject)
    if rule is not None:
        query = query.where(EvidenceFile.rule_id == rule.id)
    if consent is not None:
        query = query.where(EvidenceFile.consent_id == consent.id)
    elif dismissal is not None:
        query = query.where(EvidenceFile.dismissal_id == dismissal.id)
    else:
        query = query.where(EvidenceFile.subject.not_in(PERSONAL))
    return db.session.scalars(query.order_by(EvidenceFile.id.desc())).all()


def content(row: EvidenceFile) -> bytes:
    """Return the bytes of a file that the caller could read the row of."""
    found = vault.fetch(row.stored_as)
    if found is None:
        raise DomainError(GONE)
    return found


def preview(row: EvidenceFile) -> bytes:
    """Return a small picture, or the whole one where no small one is on the disk."""
    return vault.fetch_preview(row.stored_as) or content(row)


def change(
    row: EvidenceFile,
    *,
    access: Access,
    subject: EvidenceSubject,
    caption: str | None,
    taken_on: date | None,
) -> None:
    """Say anew what a file shows; the caller commits."""
    access.require("evidence:write", row)
    _require_sound(row.station, taken_on, row.rule)
    if subject is not row.subject and {subject, row.subject} & set(PERSONAL):
        raise DomainError(_("A paper that names somebody is kept with what it is about."))
    row.subject, row.caption, row.taken_on = subject, caption or None, taken_on


def remove(row: EvidenceFile, *, access: Access) -> bool:
    """Take a file away; return whether it is gone for good once the caller commits.

    What another register cites stays for those who look it up there, and is shown no longer.
    """
    access.require("evidence:write", row)
    if _personal(row.consent_id, row.dismissal_id) is not None or is_cited(row):
        row.removed_at, row.removed_by_id = clock.utc_now(), access.account_id
        return False
    db.session.info.setdefault(_GOING, []).append(row.stored_as)
    db.session.delete(row)
    return True


def destroy(row: EvidenceFile) -> None:
    """Take a paper that names somebody away for good, who may do so; the caller commits."""
    db.session.info.setdefault(_GOING, []).append(row.stored_as)
    if is_cited(row):
        row.caption, row.file_name, row.removed_at = None, ERASED, clock.utc_now()
    else:
        db.session.delete(row)


def _personal(consent: object, dismissal: object) -> EvidenceSubject | None:
    """Return what a paper about a consent or a case shows, None for one about neither."""
    if consent is not None:
        return EvidenceSubject.CONSENT
    return EvidenceSubject.DISMISSAL if dismissal is not None else None


def is_cited(row: EvidenceFile) -> bool:
    """Tell whether any register points at the file."""
    with unscoped("whoever cites a file keeps it, also where its remover may not look"):
        return any(
            db.session.scalar(select(func.count()).select_from(table).where(column == row.id))
            for table, column in _citing()
        )


def _citing() -> list[tuple[Any, Any]]:
    kept = EvidenceFile.__table__.c.id
    return [
        (table, key.parent)
        for table in Model.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is kept
    ]


def _require_sound(station: Station, taken_on: date | None, rule: Rule | None) -> None:
    if taken_on is not None and taken_on > clock.today():
        raise DomainError(_("The picture was taken today at the latest: check the day."))
    if rule is not None and rule.station_id != station.id:
        raise DomainError(_("This rule is another station's."))


@event.listens_for(db.session, "after_commit")
def _hold(session: Session) -> None:
    _settle(session, _GOING)


@event.listens_for(db.session, "after_rollback")
def _undo(session: Session) -> None:
    _settle(session, _COMING)


def _settle(session: Session, leaving: str) -> None:
    for name in session.info.get(leaving, ()):
        vault.drop(name)
    for kind in (_GOING, _COMING):
        session.info.pop(kind, None)
