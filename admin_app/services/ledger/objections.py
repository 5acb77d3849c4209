"""Objections and requests for correction: received, checked, decided, corrected, answered.

民政部令第67号 Arts 12–13: what is wrong or missing is checked and mended in time; the order
names no number of days, so none is counted here.
"""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, actor_id, unscoped
from admin_app.services import audit, wording
from admin_app.services.committee import exemptions
from admin_app.services.exchange import cells
from admin_app.services.masking import STAR
from models import (
    Account,
    AuditAction,
    DomainError,
    EntryState,
    Notice,
    NoticeLine,
    NoticeState,
    Objection,
    ObjectionState,
    Objector,
    ServiceEntry,
    clock,
    db,
)

RESULTS = (ObjectionState.UPHELD, ObjectionState.NOT_UPHELD, ObjectionState.TAKEN_BACK)
MAX_WORDS = 1000
MAX_CONTACT = 40
SHOWN = 3
OFFERED = 50


def receive(objection: Objection, contact: str | None, *, access: Access) -> None:
    """Write an objection down; the caller commits. Raises ``DomainError`` as ``require_sound``."""
    if objection.entry is not None:
        objection.volunteer = objection.entry.volunteer
        objection.notice = notice_of(objection.entry)
    require_sound(objection)
    access.require("objections:write", objection.volunteer)
    objection.station_id = objection.volunteer.station_id
    objection.received_by_id = actor_id()
    set_contact(objection, contact)
    db.session.add(objection)


def require_sound(objection: Objection) -> None:
    """Raise ``DomainError`` for what is no objection.

    It must say about whom; the public objects to what was published, of whom it names; the day is
    not to come.
    """
    if objection.volunteer is None:
        raise DomainError(_("Choose the volunteer whose hours it is about."))
    if objection.objector is Objector.ANYBODY and objection.notice is None:
        raise DomainError(
            _("Choose the notice: only the volunteer objects to hours that were not published.")
        )
    if objection.objector is Objector.ANYBODY and not _stands_on(objection):
        raise DomainError(_("No hours of this volunteer stand on that notice: choose another one."))
    if objection.notice is not None and objection.notice.state is NoticeState.DRAFT:
        raise DomainError(_("This notice is not published yet: choose another one."))
    if objection.received_on > clock.today():
        raise DomainError(_("The day lies in the future: correct it."))


def set_contact(objection: Objection, typed: str | None) -> None:
    """Keep a way of contact sealed, and beside it what may be shown; nothing typed clears it."""
    words = cells.text(typed or "")[:MAX_CONTACT]
    objection.contact = words or None
    objection.contact_masked = masked(words) or None


def masked(contact: str) -> str:
    """Keep the first three signs of a long way of contact, and nothing of a short one."""
    shown = SHOWN if len(contact) > 2 * SHOWN else 0
    return contact[:shown] + STAR * (len(contact) - shown)


def contact_of(objection: Objection, *, access: Access) -> str:
    """Return the way of contact, once there is a result to be told there; leaves a trace.

    Raises ``DomainError`` before, and after the objector was told.
    """
    access.require("objections:write", objection)
    if objection.is_open or objection.told_on is not None or objection.contact is None:
        raise DomainError(_("The contact is shown while there is a result to be told there."))
    audit.record(AuditAction.SHOW, Objection.__tablename__, row=objection)
    return objection.contact


def name_entry(objection: Objection, entry_id: int | None, *, access: Access) -> None:
    """Say which single entry an objection is about; the others are out of doubt from then on.

    Raises ``DomainError`` once it was checked, and for an entry that is none of those offered.
    """
    access.require("objections:write", objection)
    _lock(objection)
    if objection.state is not ObjectionState.RECEIVED:
        raise DomainError(_("This objection was checked before: reload the page."))
    if entry_id not in {entry.id for entry in entries_meant(objection)}:
        raise DomainError(_("Choose one of the entries of the list."))
    objection.entry_id = entry_id
    db.session.flush()  # the page tells the entry


def entries_meant(objection: Objection) -> list[ServiceEntry]:
    """Return the confirmed entries that an objection may be about, the latest first."""
    found = select(ServiceEntry).where(
        ServiceEntry.volunteer_id == objection.volunteer_id, ServiceEntry.counts
    )
    if objection.notice_id is not None:
        lines = NoticeLine.__table__.c
        hung = select(lines.entry_id).where(lines.notice_id == objection.notice_id)
        found = found.where(ServiceEntry.id.in_(hung))
    ordered = found.order_by(ServiceEntry.served_on.desc(), ServiceEntry.id.desc())
    return list(db.session.scalars(ordered.limit(OFFERED)))


def notice_of(entry: ServiceEntry) -> Notice | None:
    """Return the latest notice that an entry stands on and that was not withdrawn."""
    found = (
        select(Notice)
        .join(NoticeLine.__table__, NoticeLine.__table__.c.notice_id == Notice.id)
        .where(NoticeLine.__table__.c.entry_id == entry.id, Notice.is_published)
        .order_by(Notice.hangs_since.desc(), Notice.id.desc())
    )
    return db.session.scalar(found.limit(1))


def check(objection: Objection, finding: str, *, by: Account, access: Access) -> None:
    """Write down what the check found; the caller commits.

    Raises ``DomainError`` for one that is not to be checked, for who recorded or confirmed what
    it is about, and for a missing finding.
    """
    access.require("objections:check", objection)
    _lock(objection)
    if objection.state is not ObjectionState.RECEIVED:
        raise DomainError(_("This objection was checked before: reload the page."))
    _require_independent(objection, by)
    objection.finding = wording.text(
        finding, _("Write what the check found, and how it is known."), most=MAX_WORDS
    )
    objection.checked_by_id, objection.checked_at = by.id, clock.utc_now()
    _pass_to(objection, ObjectionState.CHECKED)


def decide(
    objection: Objection, result: ObjectionState, answer: str, *, by: Account, access: Access
) -> None:
    """Give an objection its result; the caller commits.

    It is taken back at any time before; upheld or not only after the check. Raises
    ``DomainError`` otherwise, and for who recorded or confirmed what it is about: he would
    bury it.
    """
    access.require("objections:decide", objection)
    _lock(objection)
    if not objection.is_open:
        raise DomainError(_("This objection was decided before: reload the page."))
    if result not in RESULTS:
        raise DomainError(_("Choose the result."))
    if result is not ObjectionState.TAKEN_BACK and objection.state is ObjectionState.RECEIVED:
        raise DomainError(_("Check it first: write down what the check found."))
    _require_independent(objection, by)
    objection.answer = wording.text(answer, _("Write what the objector is told."), most=MAX_WORDS)
    objection.decided_by_id, objection.decided_at = by.id, clock.utc_now()
    _pass_to(objection, result)


def note_correction(objection: Objection, new_entry_id: int | None, *, access: Access) -> None:
    """Link an upheld objection to what mended it: the reversal, a new entry, or both.

    Raises ``DomainError`` while there is neither, or for an entry that is none of those offered.
    """
    _require_either(access, objection)
    _lock(objection)
    if objection.state is not ObjectionState.UPHELD:
        raise DomainError(_("Only an upheld objection is corrected."))
    if objection.new_entry_id is not None:
        raise DomainError(_("The correction was noted before: reload the page."))
    if new_entry_id is not None:
        if new_entry_id not in {entry.id for entry in corrections(objection)}:
            raise DomainError(_("Choose one of the entries of the list."))
        objection.new_entry_id = new_entry_id
    if objection.entry is not None:
        objection.reversal_id = objection.entry.reversed_by_id
    if not objection.is_corrected:
        raise DomainError(_("Nothing is mended yet: reverse the entry, or record what is missing."))
    db.session.flush()  # the page tells the correction


def tell(objection: Objection, on: date | None, *, access: Access) -> None:
    """Write down on which day the objector was told the result, and forget how to reach him.

    Raises ``DomainError`` without a result, for who was told before, and for a day before it was
    received or to come.
    """
    _require_either(access, objection)
    _lock(objection)
    if objection.is_open:
        raise DomainError(_("There is no result yet that the objector could be told."))
    if objection.told_on is not None:
        raise DomainError(_("The objector was told before: reload the page."))
    if on is None or not objection.received_on <= on <= clock.today():
        raise DomainError(_("Choose the day on which the objector was told, today or before."))
    objection.told_on, objection.contact = on, None
    db.session.flush()  # the page tells the day


def corrections(objection: Objection) -> list[ServiceEntry]:
    """Return the volunteer's entries recorded since, of which one may be the correction."""
    found = (
        select(ServiceEntry)
        .where(
            ServiceEntry.volunteer_id == objection.volunteer_id,
            ServiceEntry.person_id == objection.volunteer.person_id,
            ServiceEntry.recorded_at >= objection.created_at,
            ServiceEntry.state.in_((EntryState.SUBMITTED, EntryState.CONFIRMED)),
        )
        .order_by(ServiceEntry.id.desc())
    )
    return list(db.session.scalars(found.limit(OFFERED)))


def _require_independent(objection: Objection, by: Account) -> None:
    if by.person_id is not None and objection.volunteer.person_id == by.person_id:
        raise DomainError(_("It is about your own hours: another person checks and decides."))
    if by.id not in _who_vouched(objection):
        return
    if not exemptions.is_exempt(objection.station_id, on=clock.today()):
        raise DomainError(
            _(
                "You recorded or confirmed what it is about: another person checks and decides. "
                "If everybody did, let the desk name the single entry it is about, or ask the "
                "county for an exemption."
            )
        )
    objection.single_handed = True


def _who_vouched(objection: Objection) -> set[int | None]:
    """Return the accounts that recorded or decided the entry, or all of the person's that hang."""
    lines = NoticeLine.__table__.c
    hung = select(lines.entry_id).where(
        lines.notice_id == objection.notice_id, lines.volunteer_id == objection.volunteer_id
    )
    meant = (
        ServiceEntry.id == objection.entry_id if objection.entry_id else ServiceEntry.id.in_(hung)
    )
    asked = select(ServiceEntry.recorded_by_id, ServiceEntry.decided_by_id).where(meant)
    with unscoped("who vouched for an entry is asked of whoever may check it"):
        return {account for pair in db.session.execute(asked) for account in pair} - {None}


def _stands_on(objection: Objection) -> bool:
    """Tell whether any hours of the volunteer stand on the notice."""
    if objection.notice is None:
        return False
    lines = NoticeLine.__table__.c
    found = select(lines.entry_id).where(
        lines.notice_id == objection.notice.id, lines.volunteer_id == objection.volunteer.id
    )
    return db.session.scalar(found.limit(1)) is not None


def _pass_to(objection: Objection, state: ObjectionState) -> None:
    objection.state = state
    audit.record(AuditAction.DECIDE, Objection.__tablename__, row=objection, state=state)
    db.session.flush()  # what is certified next reads the state


def _require_either(access: Access, objection: Objection) -> None:
    if not access.reaches("objections:write", objection):
        access.require("objections:decide", objection)


def _lock(objection: Objection) -> None:
    """Hold the row, so that of two people who decide at once one comes second."""
    db.session.refresh(objection, with_for_update=True)
