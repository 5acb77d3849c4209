"""Numbers in clear, let out of the office: prepared at the desk, released by the leader, for days.

The file is an Excel workbook that opens with a password alone (ECMA-376 agile, AES-256), which any
office software asks for; the password is shown once and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO

import xlsxwriter
from flask_babel import lazy_gettext as _
from msoffcrypto.format.ooxml import OOXMLFile
from sqlalchemy import ColumnElement, func, insert, or_, select
from sqlalchemy.orm import joinedload, undefer

from admin_app.policy import Access, unscoped
from admin_app.services import audit, wording
from admin_app.services.accounts import passwords
from admin_app.services.committee import exemptions
from models import (
    Account,
    Attendance,
    AuditAction,
    Division,
    DomainError,
    Person,
    Release,
    ReleaseLine,
    ReleasePurpose,
    ReleaseState,
    RollState,
    ServiceEntry,
    Volunteer,
    clock,
    db,
    engine,
)

MOST_RECIPIENT, MOST_PEOPLE, MOST_DAYS = 100, 2000, 7
HEADS = {
    ReleasePurpose.OFFICIAL: ("姓名", "性别", "身份证号码", "手机号", "服务区域"),
    ReleasePurpose.INSURANCE: ("姓名", "身份证号码", "活动", "日期"),
}


def prepare(row: Release, *, by_id: int | None) -> None:
    """Put a release before the leader; the caller commits.

    Raises ``DomainError`` without a recipient, for insurance without an activity, and for more
    people than a file should tell of.
    """
    row.recipient = wording.line(row.recipient, _("Name who gets the file."), most=MOST_RECIPIENT)
    if row.purpose is ReleasePurpose.INSURANCE and row.activity is None:
        raise DomainError(_("Insurance is for those of one activity: choose it."))
    if row.activity is not None:
        row.station = row.activity.station
    if row.station is None:
        raise DomainError(_("Choose a station that you keep."))
    row.prepared_on, row.prepared_by_id = clock.today(), by_id
    with db.session.no_autoflush:
        count = db.session.scalar(select(func.count(Volunteer.id)).where(_named(row))) or 0
    if count > MOST_PEOPLE:
        raise DomainError(_("More than %(most)s people: choose an activity.", most=MOST_PEOPLE))
    row.people = count
    db.session.add(row)


def release(row: Release, days: int, *, by: Account, access: Access) -> str:
    """Make the file, let it go for some days, and return its password; the caller commits.

    Raises ``DomainError`` for what was decided before, for who prepared it where the county exempts
    nobody, and for days that cannot be.
    """
    _require_decider(row, by, access)
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(_("The file lasts for 1 to %(most)s days.", most=MOST_DAYS))
    password = passwords.one_time()
    with unscoped("a release names those of its activity or roll, at its own station"):
        people = _people(row)
        if not people:
            raise DomainError(_("Nobody is to be named any more: decline it."))
        row.file, row.people = _sealed(_workbook(row, people), password), len(people)
        row.state, row.decided_by_id, row.decided_at = ReleaseState.RELEASED, by.id, clock.utc_now()
        row.expires_at = clock.utc_now() + timedelta(days=days)
        db.session.flush()  # the lines name it
        lines = [{"release_id": row.id, "volunteer_id": one.id} for one in people]
        db.session.execute(insert(ReleaseLine), lines)
    audit.record(
        AuditAction.SHOW, Release.__tablename__, row=row, purpose=row.purpose, people=len(people),
        until=row.expires_at,
    )  # fmt: skip
    return password


def decline(row: Release, *, by: Account, access: Access) -> None:
    """Let nothing go; the caller commits."""
    _require_decider(row, by, access)
    row.state, row.decided_by_id, row.decided_at = ReleaseState.DECLINED, by.id, clock.utc_now()
    audit.record(AuditAction.DECIDE, Release.__tablename__, row=row, state=row.state)
    db.session.flush()


def fetch(row: Release, *, access: Access, at: datetime | None = None) -> bytes:
    """Return the file, and leave a trace; the caller commits.

    Raises ``DomainError`` where none was released, or its days are over.
    """
    access.require("releases:fetch", row)
    if row.state is not ReleaseState.RELEASED or row.file is None:
        raise DomainError(_("There is no file: it was not released, or it expired."))
    if row.expires_at is not None and row.expires_at <= (at or clock.utc_now()):
        raise DomainError(_("The days of this file are over: prepare another one."))
    audit.record(AuditAction.EXPORT, Release.__tablename__, row=row, purpose=row.purpose)
    return row.file


def let_go(row: Release) -> None:
    """Take the file of a release away before its time."""
    engine.forget_after_commit()
    row.file, row.state = None, ReleaseState.GONE


def drop_expired(*, at: datetime | None = None) -> int:
    """Take the files away whose days are over; return how many. The caller commits."""
    with unscoped("files of numbers in clear go when their days are over"):
        over = db.session.scalars(
            select(Release).where(
                Release.state == ReleaseState.RELEASED,
                Release.expires_at <= (at or clock.utc_now()),
            )
        ).all()
        for row in over:
            let_go(row)
        db.session.flush()
    return len(over)


def _require_decider(row: Release, by: Account, access: Access) -> None:
    access.require("releases:release", row)
    db.session.refresh(row, with_for_update=True)
    if row.state is not ReleaseState.PREPARED:
        raise DomainError(_("This release was decided before: reload the page."))
    if not is_independent(row, by):
        raise DomainError(
            _(
                "You prepared this release: another person decides it, unless the county exempts "
                "the station by a letter."
            )
        )
    row.single_handed = row.prepared_by_id == by.id


def is_independent(row: Release, by: Account) -> bool:
    """Tell whether somebody other than who prepared a release decides it, or may do it alone."""
    return row.prepared_by_id != by.id or exemptions.is_exempt(row.station_id, on=clock.today())


def _named(row: Release) -> ColumnElement[bool]:
    """Return the condition for those whom the file tells of; none who restricted it."""
    usable = Volunteer.restricted_on.is_(None) & Volunteer.erased_on.is_(None)
    if row.activity is None:
        station = row.station.id if row.station is not None else row.station_id
        return (
            usable
            & (Volunteer.station_id == station)
            & (Volunteer.state == RollState.REGISTERED)
            & (func.coalesce(Volunteer.official_number, "") == "")
        )
    served = select(ServiceEntry.volunteer_id).where(
        ServiceEntry.activity_id == row.activity.id, ServiceEntry.is_live
    )
    came = select(Attendance.volunteer_id).where(
        Attendance.activity_id == row.activity.id, Attendance.dropped_for.is_(None)
    )
    return usable & or_(Volunteer.id.in_(served), Volunteer.id.in_(came))


def _people(row: Release) -> Sequence[Volunteer]:
    asked = select(Volunteer).where(_named(row)).order_by(Volunteer.number)
    numbers = undefer(Volunteer.phone), joinedload(Volunteer.person).undefer(Person.id_number)
    return db.session.scalars(asked.options(*numbers)).unique().all()


def _workbook(row: Release, people: Sequence[Volunteer]) -> BytesIO:
    """Return the sheet with no more than the purpose asks."""
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("名单")
    sheet.set_column(0, len(HEADS[row.purpose]) - 1, 22)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, words in enumerate(HEADS[row.purpose]):
        sheet.write_string(0, column, words, bold)
    for line, one in enumerate(people, start=1):
        for column, words in enumerate(_cells(row, one)):
            sheet.write_string(line, column, words)
    book.close()
    output.seek(0)
    return output


def _cells(row: Release, one: Volunteer) -> tuple[str, ...]:
    person = one.person
    if row.purpose is ReleasePurpose.INSURANCE and row.activity is not None:
        held = row.activity
        return person.name, person.id_number, held.name, held.held_on.isoformat()
    county = db.session.get(Division, one.county_id) if one.county_id else None
    sex = {"male": "男", "female": "女"}[person.sex.value]
    return person.name, sex, person.id_number, one.phone or "", county.name if county else ""


def _sealed(book: BytesIO, password: str) -> bytes:
    output = BytesIO()
    OOXMLFile(book).encrypt(password, output)
    return output.getvalue()
