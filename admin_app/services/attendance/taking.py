"""Taking attendance: in, out, back, and what a person decides where a tap is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access, actor_id, unscoped
from admin_app.services.ledger import counting, gate, hours
from admin_app.services.people import dismissals, guardians
from admin_app.services.privacy import standing
from models import (
    Activity,
    ActivityState,
    Attendance,
    AttendanceState,
    DomainError,
    EntrySource,
    Volunteer,
    clock,
    db,
)

from . import roster
from .roster import Name

WRITE, CLOSE = "attendance:write", "ledger:submit"
LONGEST, MOST_NAME = 100, 50

LATE = _("Somebody else changed this line a moment ago: look at it, then tap again.")


@dataclass(frozen=True)
class Closed:
    """How many stretches became drafts, and of whom one did not, with the reason."""

    drafts: int
    refused: Sequence[tuple[str, str]]


def may_take(activity: Activity, access: Access) -> bool:
    """Tell whether a person notes on the sheet now: once handed in, only who closes it."""
    if not access.reaches(WRITE, activity):
        return False
    return activity.handed_in_at is None or access.reaches(CLOSE, activity)


def sign_in(activity: Activity, volunteer_id: int, *, access: Access) -> Attendance:
    """Note that a volunteer came, now; the caller commits.

    Raises ``DomainError`` on another day than the activity's, and for who is there already.
    """
    _require_open_sheet(activity, access)
    now = _now()
    if now.date() != activity.held_on:
        raise DomainError(
            _("The activity is on %(day)s, not today: type the times instead.",
              day=activity.held_on)
        )  # fmt: skip
    return _begin(activity, volunteer_id, now, None, None)


def sign_out(activity: Activity, id_: int, *, version: int, access: Access) -> Attendance:
    """Note that a volunteer went, now; the caller commits."""
    _require_open_sheet(activity, access)
    stretch, now = _found(activity, id_, version), _now()
    if stretch.state is not AttendanceState.OPEN:
        raise DomainError(LATE)
    if now <= stretch.signed_in_at:
        raise DomainError(_("Signed in this very minute: undo it, or wait a minute."))
    if now.date() != activity.held_on and not _may_pass(activity, stretch.signed_in_at, now):
        raise DomainError(_("The day of the activity is over: type when the volunteer went."))
    stretch.signed_out_at, stretch.noted_by_id = now, actor_id()
    db.session.flush()
    return stretch


def undo(activity: Activity, id_: int, *, version: int, access: Access) -> None:
    """Take the last tap of a line back: the sign-out, or else the sign-in; the caller commits.

    The trail keeps both. A time that was typed with a remark is corrected, not taken back.
    """
    _require_open_sheet(activity, access)
    stretch = _found(activity, id_, version)
    _require_undecided(stretch)
    if stretch.remark is not None:
        raise DomainError(_("This time was typed with a remark: correct it instead."))
    if stretch.signed_out_at is None:
        db.session.delete(stretch)
    else:
        _require_free(stretch, stretch.signed_in_at, None)
        stretch.signed_out_at, stretch.noted_by_id = None, actor_id()
    db.session.flush()


def add(
    activity: Activity, volunteer_id: int, start: time, end: time | None, remark: str, *,
    access: Access,
) -> Attendance:  # fmt: skip
    """Note typed times of a volunteer with a remark; the caller commits."""
    _require_open_sheet(activity, access)
    began, ended = _typed(activity, start, end)
    stretch = _begin(activity, volunteer_id, began, ended, _said(remark))
    _decide(stretch)
    db.session.flush()
    return stretch


def correct(
    activity: Activity, id_: int, start: time, end: time | None, remark: str, *, version: int,
    access: Access,
) -> Attendance:  # fmt: skip
    """Write other times on a line, with a remark and by whom; the caller commits."""
    _require_open_sheet(activity, access)
    stretch = _found(activity, id_, version)
    _require_undecided(stretch)
    began, ended = _typed(activity, start, end)
    _require_free(stretch, began, ended)
    stretch.signed_in_at, stretch.signed_out_at, stretch.remark = began, ended, _said(remark)
    _decide(stretch)
    db.session.flush()
    return stretch


def accompany(
    activity: Activity, id_: int, name: str, *, version: int, access: Access
) -> Attendance:
    """Note which guardian was with a volunteer under age; nothing takes it back.

    The caller commits.
    """
    _require_open_sheet(activity, access)
    stretch = _found(activity, id_, version)
    _require_undecided(stretch)
    stretch.guardian_present = _said(name)[:MOST_NAME] if name.strip() else None
    db.session.flush()
    return stretch


def drop(activity: Activity, id_: int, reason: str, *, version: int, access: Access) -> None:
    """Let a stretch give no hours, for a reason that stays on the sheet; the caller commits."""
    _require_open_sheet(activity, access)
    access.require(CLOSE, activity)
    stretch = _found(activity, id_, version)
    _require_undecided(stretch)
    stretch.dropped_for = _said(reason)
    _decide(stretch)
    db.session.flush()


def hand_in(activity: Activity, *, access: Access) -> None:
    """Tell the clerk that the sheet is done; from now on only who closes it writes on it."""
    access.require(WRITE, activity)
    _hold(activity)
    if activity.handed_in_at is None:
        _mark(activity, clock.utc_now(), actor_id())


def give_back(activity: Activity, *, access: Access) -> None:
    """Let who takes attendance write on the sheet again."""
    access.require(CLOSE, activity)
    _mark(activity, None, None)


def close(activity: Activity, *, access: Access) -> Closed:
    """Turn each complete stretch into a draft of the ledger; the caller commits.

    What was not signed out stays open on the sheet until a person decides, and so does what the
    ledger refuses.
    """
    access.require(WRITE, activity)
    access.require(CLOSE, activity)
    _hold(activity)
    drafts, refused = 0, list[tuple[str, str]]()
    for stretch in db.session.scalars(
        select(Attendance)
        .where(Attendance.activity_id == activity.id, roster.is_waiting())
        .where(Attendance.signed_out_at.is_not(None))
        .order_by(Attendance.id)
        .execution_options(populate_existing=True)
    ).all():
        volunteer: Volunteer = stretch.volunteer
        assert stretch.signed_out_at is not None  # noqa: S101  # asked for above
        served = hours.Stretch(stretch.signed_in_at, stretch.signed_out_at)
        try:
            stretch.entry = hours.record(
                volunteer, activity, served, source=EntrySource.ATTENDANCE, draft=True,
                guardian_present=stretch.guardian_present,
            )  # fmt: skip
        except DomainError as refusal:
            refused.append((volunteer.person.name, str(refusal)))
        else:
            drafts += 1
    db.session.flush()
    if activity.handed_in_at is None:
        _mark(activity, clock.utc_now(), actor_id())
    return Closed(drafts, refused)


def _begin(
    activity: Activity, volunteer_id: int, began: datetime, ended: datetime | None,
    remark: str | None,
) -> Attendance:  # fmt: skip
    gate.refuse_barred(activity)
    if activity.state is ActivityState.CANCELLED:
        raise DomainError(_("The activity was cancelled: nobody is signed in."))
    if _name(activity, volunteer_id) is None:
        raise DomainError(_("This volunteer is not on the station's roll on that day."))
    with unscoped("whether a volunteer may take part: who takes attendance reads no roll"):
        volunteer = db.session.get_one(Volunteer, volunteer_id)
        standing.require_open(volunteer)
        dismissals.refuse(volunteer, on=activity.held_on)
        guardians.refuse_hazard(
            volunteer, hazardous=activity.hazardous, code=activity.station.code,
            on=activity.held_on,
        )  # fmt: skip
    stretch = Attendance(
        station_id=activity.station_id, activity=activity, volunteer_id=volunteer_id,
        signed_in_at=began, signed_out_at=ended, remark=remark, noted_by_id=actor_id(),
    )  # fmt: skip
    _require_free(stretch, began, ended)
    db.session.add(stretch)
    db.session.flush()  # the unique key answers here, and the next tap must meet this one
    return stretch


def _name(activity: Activity, volunteer_id: int) -> Name | None:
    return roster.name_of(activity, volunteer_id)


def _require_free(stretch: Attendance, began: datetime, ended: datetime | None) -> None:
    """Raise ``DomainError`` when the volunteer is on the sheet at that time; touching is fine."""
    with db.session.no_autoflush:
        others = db.session.scalars(
            select(Attendance)
            .where(Attendance.activity_id == stretch.activity.id)
            .where(Attendance.volunteer_id == stretch.volunteer_id)
            .where(Attendance.dropped_for.is_(None), Attendance.id != (stretch.id or 0))
            .execution_options(populate_existing=True)
        ).all()
    for other in others:
        is_before = other.signed_out_at is not None and other.signed_out_at <= began
        is_after = ended is not None and ended <= other.signed_in_at
        if not is_before and not is_after:
            raise DomainError(
                _("Signed in already since %(time)s: nothing was noted twice.",
                  time=f"{other.signed_in_at:%H:%M}")
            )  # fmt: skip


def _require_open_sheet(activity: Activity, access: Access) -> None:
    access.require(WRITE, activity)
    _hold(activity)
    if not may_take(activity, access):
        raise DomainError(_("The sheet was handed in: ask the clerk to give it back."))


def _hold(activity: Activity) -> None:
    """Let taps on one sheet follow one another: each must see what the last one noted."""
    held = select(Activity).where(Activity.id == activity.id)
    db.session.scalar(
        held.with_for_update(key_share=True).execution_options(populate_existing=True)
    )


def _found(activity: Activity, id_: int, version: int) -> Attendance:
    stretch = db.session.scalar(
        select(Attendance)
        .where(Attendance.id == id_, Attendance.activity_id == activity.id)
        .execution_options(populate_existing=True)
    )
    if stretch is None or stretch.version != version:
        raise DomainError(LATE)
    return stretch


def _require_undecided(stretch: Attendance) -> None:
    if stretch.entry_id is not None:
        raise DomainError(_("This line is in the ledger already: correct the draft there."))
    if stretch.dropped_for is not None:
        raise DomainError(_("This line was dropped: note the volunteer anew."))


def _decide(stretch: Attendance) -> None:
    stretch.decided_by_id, stretch.decided_at = actor_id(), clock.utc_now()


def _mark(activity: Activity, at: datetime | None, by: int | None) -> None:
    db.session.flush()  # judged by one's own rights; what follows is not
    with unscoped("who takes attendance hands the sheet in, and writes nothing else of it"):
        activity.handed_in_at, activity.handed_in_by_id = at, by
        db.session.flush()


def _said(words: str) -> str:
    said = words.strip()
    if not said:
        raise DomainError(_("Say why in a few words: the sheet was not tapped."))
    if len(said) > LONGEST:
        raise DomainError(_("Say it in at most %(most)s characters.", most=LONGEST))
    return said


def _typed(activity: Activity, start: time, end: time | None) -> tuple[datetime, datetime | None]:
    began, ended = datetime.combine(activity.held_on, start), None
    if end is not None:
        began, ended = hours.stretch_at(activity, start, end).times
    if (ended or began) > clock.office_now():
        raise DomainError(_("This time has not come yet: check the times."))
    return began, ended


def _may_pass(activity: Activity, began: datetime, now: datetime) -> bool:
    """Tell whether who came yesterday may still go: where the figures let service pass midnight."""
    if now - began >= timedelta(days=1):
        return False
    return counting.at(activity.station.code, on=activity.held_on).past_midnight


def _now() -> datetime:
    return clock.office_now().replace(second=0, microsecond=0)
