"""Notices of counted hours: prepared by one person, published by another, frozen from then on.

民政部令第67号 Art 16: nobody is named in public without consent. Who did not agree and who is
under age without his guardian's own word for it is counted in one line; his hours hang with the
others'. Who takes the consent back is not named again, whatever was frozen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import insert, select

from admin_app.policy import Access, unscoped
from admin_app.services import audit, figures, masking, wording
from admin_app.services.committee import exemptions
from admin_app.services.paper import fonts
from admin_app.services.paper.render import MAX_ROWS, MissingGlyph, Paper, render
from admin_app.services.people import guardians
from models import (
    Account,
    AuditAction,
    ConsentScope,
    DomainError,
    FigureName,
    Notice,
    NoticeLine,
    NoticeState,
    Office,
    Person,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)

from . import publicity

TEMPLATE = "notice"
MAX_DAYS = 365


class Line(NamedTuple):
    """One entry as it hangs: whose, by which name if any, how many minutes.

    Who is not named did not agree, or is under age without the guardian's word for it.
    """

    number: str
    name_masked: str | None
    minutes: int
    entry_id: int
    volunteer_id: int
    is_minor: bool


@dataclass(frozen=True)
class Row:
    """One person on the sheet: the end of the roll number, the masked name, times and minutes."""

    serial: str
    name_masked: str
    times: int
    minutes: int


@dataclass(frozen=True)
class Sheet:
    """What a notice tells: the named, and how many others with how many minutes.

    Of the others, ``minors`` are under age when the notice goes up.
    """

    rows: list[Row]
    unnamed: int
    unnamed_minutes: int
    minors: int
    minors_minutes: int

    @property
    def adults(self) -> int:
        """Return how many of full age did not agree to be named."""
        return self.unnamed - self.minors

    @property
    def adults_minutes(self) -> int:
        """Return the minutes of those of full age who did not agree to be named."""
        return self.unnamed_minutes - self.minors_minutes

    @property
    def minutes(self) -> int:
        """Return the minutes of all."""
        return sum(row.minutes for row in self.rows) + self.unnamed_minutes


def days_asked(station: Station, *, on: date) -> int | None:
    """Return how many days a notice hangs at least at a station, or None where nothing says so."""
    return figures.at_code(station.code[: figures.CODE_LENGTH], FigureName.NOTICE_DAYS, on=on)


def settle(notice: Notice) -> None:
    """Complete a draft's days: the last one follows from the first and from how many.

    Raises ``DomainError`` for a period that ends before it begins, one that is not over by the
    first day, a first day more than a year ahead, and for fewer days than the place asks.
    """
    if notice.served_until < notice.served_since:
        raise DomainError(_("The last day lies before the first: correct the period."))
    if notice.served_until > notice.hangs_since:
        raise DomainError(
            _("The period of service must be over when the notice goes up: choose an earlier end.")
        )
    if notice.hangs_since > clock.today() + timedelta(days=MAX_DAYS):
        raise DomainError(_("The first day lies more than a year ahead: correct it."))
    if not 0 < notice.days <= MAX_DAYS:
        raise DomainError(_("A notice hangs 1 to %(most)s days.", most=MAX_DAYS))
    least = days_asked(notice.station, on=notice.hangs_since)
    if least is not None and notice.days < least:
        raise DomainError(
            _("A notice hangs %(least)s days here at least (see Figures): choose more days.",
              least=least)
        )  # fmt: skip
    notice.hangs_until = notice.hangs_since + timedelta(days=notice.days - 1)


def publish(notice: Notice, *, by: Account, access: Access) -> None:
    """Freeze the list and put the notice up; the caller commits.

    Raises ``DomainError`` for what is no draft, for who prepared it, for a first day that is over
    and for a period in which nothing counts that was not published before.
    """
    access.require("notices:publish", notice)
    _lock(notice)
    if notice.state is not NoticeState.DRAFT:
        raise DomainError(_("This notice was published or withdrawn before: reload the page."))
    if notice.prepared_by_id == by.id and not _is_exempt(notice):
        raise DomainError(_("You prepared this notice: another person publishes it."))
    if notice.hangs_since < clock.today():
        raise DomainError(
            _("The first day is over, and nothing hung: choose today or a later day.")
        )
    settle(notice)
    _hold(notice.station)
    lines = list(_candidates(notice))
    sheet = _sheet(lines)
    _require_printable(sheet, notice.station)
    db.session.execute(insert(NoticeLine), [_kept(notice, line) for line in lines])
    notice.state = NoticeState.PUBLISHED
    notice.published_by_id, notice.published_at = by.id, clock.utc_now()
    notice.named, notice.unnamed, notice.minutes = len(sheet.rows), sheet.unnamed, sheet.minutes
    audit.record(
        AuditAction.DECIDE, Notice.__tablename__, row=notice, state=notice.state,
        entries=len(lines), minutes=sheet.minutes,
    )  # fmt: skip
    db.session.flush()  # what is certified next reads what hangs


def withdraw(notice: Notice, reason: str, *, by: Account, access: Access) -> None:
    """Take a published notice down for good, for a reason; what stood on it counts as unpublished.

    Raises ``DomainError`` for what is not published, and for a missing reason.
    """
    access.require("notices:publish", notice)
    _lock(notice)
    if notice.state is not NoticeState.PUBLISHED:
        raise DomainError(_("Only a published notice is withdrawn: reload the page."))
    words = wording.reason(reason)
    notice.state, notice.withdraw_reason = NoticeState.WITHDRAWN, words
    notice.withdrawn_by_id, notice.withdrawn_at = by.id, clock.utc_now()
    audit.record(AuditAction.DECIDE, Notice.__tablename__, row=notice, state=notice.state)
    db.session.flush()  # what is certified next reads what hangs


def sheet_of(notice: Notice) -> Sheet:
    """Return what hung, or of a draft what would hang if it were published now."""
    is_draft = notice.state is NoticeState.DRAFT
    return _sheet(list(_candidates(notice) if is_draft else _hung(notice)))


def paper(notice: Notice) -> Paper:
    """Return the sheet for the wall as a PDF; the same notice always gives the same hours."""
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    return render(TEMPLATE, values(notice, sheet_of(notice)), sample=bool(is_demo))


def values(notice: Notice, sheet: Sheet) -> dict[str, Any]:
    """Return the plain values the sheet prints."""
    station = notice.station
    return {
        "station": station.name,
        "served_since": notice.served_since.isoformat(),
        "served_until": notice.served_until.isoformat(),
        "hangs_since": notice.hangs_since.isoformat(),
        "hangs_until": notice.hangs_until.isoformat(),
        "days": notice.days,
        "rows": [
            {"serial": row.serial, "masked": row.name_masked, "times": row.times,
             "minutes": row.minutes}
            for row in sheet.rows
        ],
        "adults": sheet.adults,
        "adults_minutes": sheet.adults_minutes,
        "minors": sheet.minors,
        "minors_minutes": sheet.minors_minutes,
        "people": len(sheet.rows) + sheet.unnamed,
        "minutes": sheet.minutes,
        "address": station.address or "",
        "phone": station.phone or "",
        "alone": notice.is_single_handed,
    }  # fmt: skip


def _candidates(notice: Notice) -> Iterator[Line]:
    """Yield what counts in the period and stands on no other published notice, by roll number."""
    found = (
        select(
            Volunteer.number, Person.name, Person.born_on, Volunteer.publication_consent_on,
            guardians.stands(ConsentScope.PUBLICATION, Volunteer.id, notice.hangs_since),
            ServiceEntry.minutes, ServiceEntry.id, ServiceEntry.volunteer_id,
        )
        .join(Volunteer, Volunteer.id == ServiceEntry.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(
            ServiceEntry.station_id == notice.station_id,
            ServiceEntry.served_on.between(notice.served_since, notice.served_until),
            ServiceEntry.counts,
            ~publicity.on_published_notice(),
        )
        .order_by(Volunteer.number, ServiceEntry.served_on, ServiceEntry.id)
    )  # fmt: skip
    # Age counts on the day on which the name goes up.
    day = notice.hangs_since
    ages = guardians.gates(notice.station.code, on=day)
    with unscoped("a notice holds every counted entry of its station, whoever asks for it"):
        rows = db.session.execute(found).all()
    for number, name, born_on, own, guardian, minutes, entry_id, volunteer_id in rows:
        may = guardians.may_be_named(born_on, own, is_agreed=guardian, ages=ages, on=day)
        shown, is_minor = masking.name(name) if may else None, _is_minor(born_on, ages, day)
        yield Line(number, shown, minutes, entry_id, volunteer_id, is_minor)


def _hung(notice: Notice) -> Iterator[Line]:
    lines: Any = NoticeLine.__table__.c
    day = notice.hangs_since
    stands = guardians.stands(
        ConsentScope.PUBLICATION, Volunteer.id, day, until=max(day, clock.today())
    )
    found = (
        select(
            Volunteer.number, Person.born_on, Volunteer.publication_consent_on, stands,
            lines.name_masked, lines.minutes, lines.entry_id, lines.volunteer_id,
        )
        .join(Volunteer, Volunteer.id == lines.volunteer_id)
        .join(Person, Person.id == Volunteer.person_id)
        .where(lines.notice_id == notice.id)
        .order_by(Volunteer.number, lines.entry_id)
    )  # fmt: skip
    ages = guardians.gates(notice.station.code, on=day)
    with unscoped("the lines of a notice that is in reach"):
        rows = db.session.execute(found).all()
    for number, born_on, own, guardian, masked, minutes, entry_id, volunteer_id in rows:
        # Frozen was that he agreed; what may have changed is that it was taken back.
        agreed = day if own is not None else None
        may = guardians.may_be_named(born_on, agreed, is_agreed=guardian, ages=ages, on=day)
        shown, is_minor = masked if may else None, _is_minor(born_on, ages, day)
        yield Line(number, shown, minutes, entry_id, volunteer_id, is_minor)


def _is_minor(born_on: date, ages: guardians.Gates, day: date) -> bool:
    return ages.is_minor(clock.age_on(born_on, day))


def _sheet(lines: Sequence[Line]) -> Sheet:
    rows: list[Row] = []
    others: list[int] = []
    minors: list[int] = []
    for number, own in groupby(lines, key=lambda line: line.number):
        entries = list(own)
        minutes, name = sum(entry.minutes for entry in entries), entries[0].name_masked
        if name is None:
            others.append(minutes)
            minors += [minutes] * entries[0].is_minor
        else:
            rows.append(Row(number.rpartition("-")[2], name, len(entries), minutes))
    return Sheet(rows, len(others), sum(others), len(minors), sum(minors))


def _kept(notice: Notice, line: Line) -> dict[str, Any]:
    return {
        "notice_id": notice.id,
        "entry_id": line.entry_id,
        "volunteer_id": line.volunteer_id,
        "minutes": line.minutes,
        "name_masked": line.name_masked,
    }


def _require_printable(sheet: Sheet, station: Station) -> None:
    if not sheet.rows and not sheet.unnamed:
        raise DomainError(
            _("Nothing to publish: in this period nothing counts that was not published before.")
        )
    if len(sheet.rows) > MAX_ROWS:
        raise DomainError(
            _("More than %(most)s people: choose a shorter period, such as one month.",
              most=MAX_ROWS)
        )  # fmt: skip
    names = "".join(row.name_masked for row in sheet.rows)
    if characters := fonts.missing(names + station.name):
        raise MissingGlyph(characters)


def _is_exempt(notice: Notice) -> bool:
    return exemptions.is_exempt(notice.station_id, on=clock.today())


def _lock(notice: Notice) -> None:
    """Hold the row, so that of two people who decide at once one comes second."""
    db.session.refresh(notice, with_for_update=True)


def _hold(station: Station) -> None:
    """Hold the station, so that of two notices published at once no entry hangs on both."""
    with unscoped("the station of a notice that is in reach"):
        db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())
