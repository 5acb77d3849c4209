"""Confirming and declining what was recorded. Only confirmed minutes count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, unscoped
from admin_app.services import audit
from admin_app.services.accounts import owners
from admin_app.services.committee import exemptions
from admin_app.services.figures import FiguresOfDay
from admin_app.services.people import guardians
from models import (
    Account,
    AuditAction,
    DomainError,
    EntryState,
    RefusedAct,
    ServiceEntry,
    clock,
    db,
)

from . import caps, official, totals
from .hours import Stretch, refuse_overlap, require_open

ASKED_AT_ONCE = 500
TOLD_EVERY = 100
# The mark of what one person recorded and confirmed under an exemption.
ALONE = "confirmed_alone"
NEEDED = {EntryState.CONFIRMED: "ledger:confirm", EntryState.DECLINED: "ledger:decline"}

Told = Callable[[int, int], object]


def confirm(
    entries: Iterable[ServiceEntry], *, by: Account, access: Access, told: Told | None = None
) -> int:
    """Confirm entries and return how many; all or none. ``told`` hears how many of how many are.

    Raises ``DomainError`` for a decided entry, one's own recording (two-person rule) or one's
    own service, for a person whose confirmed time the entry would overlap, and for who was under
    age with no guardian's word or presence to this day.
    """
    return _decide(entries, EntryState.CONFIRMED, by, access, told)


def decline(
    entries: Iterable[ServiceEntry], *, by: Account, access: Access, told: Told | None = None
) -> int:
    """Decline entries and return how many; all or none. ``told`` as for ``confirm``."""
    return _decide(entries, EntryState.DECLINED, by, access, told)


def _decide(
    entries: Iterable[ServiceEntry], state: EntryState, by: Account, access: Access,
    told: Told | None,
) -> int:  # fmt: skip
    chosen: Sequence[ServiceEntry] = sorted(entries, key=lambda entry: entry.id)
    exempt: dict[int, bool] = {}
    for entry in chosen:
        access.require(NEEDED[state], entry)
        require_open(entry)
        _require_submitted(entry)
        if state is EntryState.CONFIRMED:
            _require_confirmer(entry, by, exempt)
    if state is EntryState.CONFIRMED:
        for entry, lacking in _of_minors(chosen):
            guardians.require_answered(lacking, entry.volunteer, on=entry.served_on)
            entry.flags = [flag for flag in entry.flags if flag not in guardians.MARKS]
        for entry in _doubtful(chosen):
            refuse_overlap(
                entry.person_id, Stretch(entry.started_at, entry.ended_at), but=entry.id,
                volunteer_id=entry.volunteer_id, act=RefusedAct.CONFIRM,
            )  # fmt: skip
        caps.keep_to(chosen)
    now = clock.utc_now()
    for number, entry in enumerate(chosen, start=1):
        entry.state, entry.decided_by_id, entry.decided_at = state, by.id, now
        if state is EntryState.CONFIRMED and entry.recorded_by_id == by.id:
            entry.flags = [*entry.flags, ALONE]
        audit.record(
            AuditAction.DECIDE, ServiceEntry.__tablename__, row=entry, state=state,
            minutes=entry.minutes,
        )  # fmt: skip
        if told is not None and number % TOLD_EVERY == 0:
            db.session.flush()  # what is told is written
            told(number, len(chosen))
    db.session.flush()  # the database judges every entry before anything is told
    if state is EntryState.CONFIRMED:
        totals.add(map(totals.of, chosen))
        official.reopen({entry.activity for entry in chosen})
    return len(chosen)


def unanswered(entries: Iterable[ServiceEntry]) -> list[ServiceEntry]:
    """Return those that nobody may confirm yet: under age, with no guardian's word or presence."""
    return [entry for entry, lacking in _of_minors(entries) if lacking]


def _of_minors(entries: Iterable[ServiceEntry]) -> Iterator[tuple[ServiceEntry, list[str]]]:
    """Yield the entries that came in with a mark of a minor, and what each lacks now.

    A guardian may have been named, or a consent written down, since.
    """
    known: dict[date, FiguresOfDay] = {}
    for entry in entries:
        if guardians.MARKS.isdisjoint(entry.flags):
            continue
        day = entry.served_on
        if day not in known:
            known[day] = FiguresOfDay(guardians.AGES, on=day)
        yield (
            entry,
            guardians.marks(
                entry.volunteer, known[day], entry.station.code, on=day,
                present=entry.guardian_present,
            ),
        )  # fmt: skip


def _doubtful(entries: Sequence[ServiceEntry]) -> Iterator[ServiceEntry]:
    """Yield the entries whose person has another live one at that time.

    Many are asked at once: ten thousand questions would take a minute.
    """
    for first in range(0, len(entries), ASKED_AT_ONCE):
        part = entries[first : first + ASKED_AT_ONCE]
        taken = _taken(part)
        for entry in part:
            if any(
                began < entry.ended_at and ended > entry.started_at and id_ != entry.id
                for id_, began, ended in taken[entry.person_id]
            ):
                yield entry


def _taken(entries: Sequence[ServiceEntry]) -> dict[int, list[tuple[int, datetime, datetime]]]:
    """Return the live stretches of the entries' persons around the entries' days."""
    since = min(entry.served_on for entry in entries) - timedelta(days=1)
    until = max(entry.ended_at.date() for entry in entries)
    taken: dict[int, list[tuple[int, datetime, datetime]]] = {e.person_id: [] for e in entries}
    around = select(
        ServiceEntry.person_id, ServiceEntry.id, ServiceEntry.started_at, ServiceEntry.ended_at
    ).where(
        ServiceEntry.person_id.in_(taken),
        ServiceEntry.is_live,
        ServiceEntry.served_on.between(since, until),
    )
    with unscoped("one person's time is one, in whatever station"):
        for person_id, id_, began, ended in db.session.execute(around):
            taken[person_id].append((id_, began, ended))
    return taken


def _require_submitted(entry: ServiceEntry) -> None:
    if entry.state is EntryState.DRAFT:
        raise DomainError(
            _("Entry %(id)s is a draft: whoever keeps the ledger submits it first.", id=entry.id)
        )


def require_second_person(entry: ServiceEntry, by: Account) -> None:
    """Raise ``DomainError`` for who recorded an entry or served in it (two-person rule)."""
    _require_not_own(entry, by)
    if owners.is_same_person(entry.recorded_by_id, by):
        raise DomainError(
            _("Entry %(id)s was recorded by you: another person must decide.", id=entry.id)
        )


def _require_confirmer(entry: ServiceEntry, by: Account, exempt: dict[int, bool]) -> None:
    """Raise as ``require_second_person``, unless the county let the station do without."""
    station_id = entry.station_id
    if station_id not in exempt and owners.is_same_person(entry.recorded_by_id, by):
        exempt[station_id] = exemptions.is_exempt(station_id, on=clock.today())
    if exempt.get(station_id):
        _require_not_own(entry, by)
    else:
        require_second_person(entry, by)


def _require_not_own(entry: ServiceEntry, by: Account) -> None:
    if by.person_id is not None and entry.person_id == by.person_id:
        raise DomainError(
            _("Entry %(id)s is your own service: another person must decide.", id=entry.id)
        )
