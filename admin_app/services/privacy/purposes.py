"""Fields asked (收集项目与用途): stated by the leader, ended, and cleared away after their end.

A station asks what the rules name. Anything more it asks only while it says what for
(个人信息保护法 Art 6): without a purpose that holds today a field stands in no form, on no page and
on no paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_, select

from admin_app.policy import Access, unscoped
from admin_app.services import audit, wording
from models import (
    ALWAYS_SENSITIVE,
    Account,
    AuditAction,
    ConsentScope,
    DomainError,
    FieldPurpose,
    OptionalField,
    Registration,
    Station,
    Volunteer,
    clock,
    columns_of,
    db,
    engine,
)

from . import consents

MOST_PURPOSE = 200
# What each field is called on paper.
NAMES = {
    OptionalField.POLITICAL_STATUS: "政治面貌",
    OptionalField.EDUCATION: "学历",
    OptionalField.OCCUPATION: "从业状况",
    OptionalField.NATIONALITY: "国籍",
    OptionalField.ETHNIC_GROUP: "民族",
    OptionalField.EMAIL: "电子邮箱",
    OptionalField.ADDRESS: "住址",
    OptionalField.SERVICE_AREA: "服务区域",
    OptionalField.SPECIALITIES: "个人特长",
    OptionalField.SLOTS: "可服务时间",
    OptionalField.EMERGENCY_CONTACT: "紧急联系人",
    OptionalField.HEALTH_NOTE: "健康说明",
}
Asked = dict[OptionalField, FieldPurpose]


def asked(*stations: int, on: date | None = None) -> Asked:
    """Return the fields that any of these stations asks on a day, today by default."""
    day = on or clock.today()
    found = select(FieldPurpose).where(
        FieldPurpose.station_id.in_(stations), FieldPurpose.in_force(day)
    )
    with unscoped("what a station asks follows from its purposes, whoever fills in the form"):
        rows = {row.field: row for row in db.session.scalars(found)}
    return {field: rows[field] for field in OptionalField if field in rows}


def asking(field: OptionalField) -> ColumnElement[bool]:
    """Return the condition for the lines of rolls whose station asks a field today."""
    purposes: Any = FieldPurpose.__table__
    day = clock.today()
    return Volunteer.station_id.in_(
        select(purposes.c.station_id).where(
            purposes.c.field == field,
            purposes.c.since <= day,
            or_(purposes.c.ended_on.is_(None), purposes.c.ended_on > day),
        )
    )


def state(
    station: Station,
    field: OptionalField,
    purpose: str,
    *,
    is_sensitive: bool = False,
    since: date | None = None,
    ends_on: date | None = None,
    by: Account | None,
    access: Access | None = None,
) -> FieldPurpose:
    """State what a station asks a field for; the caller commits.

    Raises ``DomainError`` without words, for a day gone by, and while a purpose holds already.
    """
    if access is not None:
        access.require("purposes:write", station)
    begins = since or clock.today()
    if begins < clock.today():
        raise DomainError(_("A purpose is stated before the field is asked: not for days past."))
    if ends_on is not None and ends_on <= begins:
        raise DomainError(_("The purpose would end before it begins: correct the days."))
    words = wording.line(
        purpose, _("Say what the station needs it for, in its own words."), most=MOST_PURPOSE
    )
    overlaps = select(FieldPurpose.id).where(
        FieldPurpose.station_id == station.id,
        FieldPurpose.field == field,
        or_(FieldPurpose.ended_on.is_(None), FieldPurpose.ended_on > begins),
    )
    if ends_on is not None:
        overlaps = overlaps.where(FieldPurpose.since < ends_on)
    if db.session.scalar(overlaps.limit(1)) is not None:
        raise DomainError(_("A purpose is stated for this field already: end that one first."))
    row = FieldPurpose(
        station=station, field=field, purpose=words, since=begins, ended_on=ends_on,
        is_sensitive=is_sensitive or field in ALWAYS_SENSITIVE, stated_by_id=by.id if by else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()  # what is asked next must find it
    return row


def end(purpose: FieldPurpose, *, access: Access) -> None:
    """Ask a field no longer, from today on; the caller commits.

    What was told stays stored and is shown nowhere until ``clear`` takes it away or a new purpose
    is stated.
    """
    access.require("purposes:write", purpose)
    db.session.refresh(purpose, with_for_update=True)
    if purpose.ended_on is not None and purpose.ended_on <= clock.today():
        raise DomainError(_("This purpose has ended before: reload the page."))
    purpose.ended_on = max(clock.today(), purpose.since)
    db.session.flush()  # the page tells it


def clear(purpose: FieldPurpose, *, access: Access) -> int:
    """Take away what was told under a purpose that ended; return from how many rows.

    One transaction, which the caller commits; the trail names each row. Raises ``DomainError``
    while the station asks the field.
    """
    access.require("purposes:write", purpose)
    db.session.refresh(purpose, with_for_update=True)
    if purpose.field in asked(purpose.station_id):
        raise DomainError(_("The station asks this field still: end its purpose first."))
    engine.forget_after_commit()
    count = 0
    with unscoped("whoever ends a purpose clears what was told under it, at that station alone"):
        for row in _telling(purpose.station_id, purpose.field):
            erase(row, (purpose.field,))
            count += 1
        purpose.cleared_on = clock.today()
        audit.record(
            AuditAction.DECIDE, FieldPurpose.__tablename__, row=purpose,
            field=purpose.field.value, cleared=count,
        )  # fmt: skip
        db.session.flush()  # in the name of who cleared
    return count


def kept(purpose: FieldPurpose) -> int:
    """Return how many rows of the station hold something of the purpose's field."""
    with unscoped("how many rows hold a field is told, and nothing of them"):
        return sum(1 for _row in _telling(purpose.station_id, purpose.field))


def erase(row: Registration | Volunteer, fields: Iterable[OptionalField] = OptionalField) -> None:
    """Take fields away from a row, all by default, with the consents that stood for them."""
    gone = set(fields)
    for field in gone:
        for name in columns_of(field):
            setattr(row, name, None)
        if isinstance(row, Volunteer):
            consents.end(row, ConsentScope.ANSWER, field=field)
    kept = {
        name: told for name, told in (row.separate_consents or {}).items()
        if OptionalField(name) not in gone
    }  # fmt: skip
    row.separate_consents = kept or None


def _telling(station_id: int, field: OptionalField) -> Iterator[Registration | Volunteer]:
    models: tuple[type[Registration | Volunteer], ...] = (Volunteer, Registration)
    for model in models:
        table: Any = model.__table__
        holds = or_(*(table.c[name].is_not(None) for name in columns_of(field)))
        found: Any = select(model).where(table.c.station_id == station_id, holds)
        yield from db.session.scalars(found.order_by(table.c.id))
