"""The ledger's first verbs: record, correct, submit, rate. What they write waits for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select

from admin_app.policy import Access, actor_id, unscoped
from admin_app.services.figures import FiguresOfDay
from admin_app.services.people import dismissals, guardians, leave
from admin_app.services.privacy import standing
from models import (
    Activity,
    DomainError,
    EntryKind,
    EntrySource,
    EntryState,
    RefusedAct,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)

from . import caps, counting, gate
from .counting import Counting
from .refusals import Attempt, TimeTaken

# Asked before every entry: said once. The days are told beside the times for the index.
_TAKEN = (
    select(Station.name, ServiceEntry.started_at, ServiceEntry.ended_at)
    .join(Station, Station.id == ServiceEntry.station_id)
    .where(
        ServiceEntry.person_id == bindparam("person"),
        ServiceEntry.is_live,
        ServiceEntry.served_on >= bindparam("first"),
        ServiceEntry.served_on <= bindparam("last"),
        ServiceEntry.started_at < bindparam("ended"),
        ServiceEntry.ended_at > bindparam("started"),
        ServiceEntry.id != bindparam("but"),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Stretch:
    """A stretch of service in the office's civil time."""

    started_at: datetime
    ended_at: datetime

    @classmethod
    def on(cls, day: date, start: time, end: time, *, past_midnight: bool = False) -> Stretch:
        """Return the stretch that begins on a day; with ``past_midnight`` it may end on the next.

        Raises ``DomainError`` unless it ends after it starts. All of it counts on the first day.
        """
        began, ended = datetime.combine(day, start), datetime.combine(day, end)
        if ended > began:
            return cls(began, ended)
        if not past_midnight or end == start:
            raise DomainError(_("The end must be later than the start, on the same day."))
        return cls(began, ended + timedelta(days=1))

    @property
    def minutes(self) -> int:
        """Return the minutes as served, without rounding."""
        return counting.minutes_between(*self.times)

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Return start and end."""
        return self.started_at, self.ended_at


def stretch_at(activity: Activity, start: time, end: time) -> Stretch:
    """Return the stretch of an activity; it may pass midnight where the figures of the place allow.

    Raises ``DomainError`` as ``Stretch.on`` does.
    """
    day = activity.held_on
    may_pass = end < start and counting.at(activity.station.code, on=day).past_midnight
    return Stretch.on(day, start, end, past_midnight=may_pass)


def record(
    volunteer: Volunteer,
    activity: Activity,
    stretch: Stretch,
    *,
    content: str | None = None,
    quality: str | None = None,
    kind: EntryKind = EntryKind.SERVICE,
    place: str | None = None,
    guardian_present: str | None = None,
    source: EntrySource = EntrySource.SCREEN,
    draft: bool = False,
    flush: bool = True,
) -> ServiceEntry:
    """Record a stretch of service, to be confirmed by another person; the caller commits.

    Raises ``DomainError`` for a stretch that cannot be, or of which nothing counts, and for who is
    under age without a guardian's word or presence. A draft takes nobody's time: whether the time
    is free, and a guardian answers, is asked when it is submitted. Without ``flush`` the
    caller holds the persons, and flushes before another entry of the same person.
    """
    if flush and not draft:
        caps.hold([volunteer.person_id])
    (check_place if draft else check)(volunteer, activity, stretch)
    known = _figures_of(stretch)
    rule = counting.of_day(known, activity.station.code)
    minutes, cut = caps.counted(volunteer.person_id, activity.id, stretch.times, rule)
    raised = _flags(volunteer, activity, stretch, known, rule=rule, present=guardian_present)
    if not draft:
        guardians.require_answered(raised, volunteer, on=stretch.started_at.date())
    entry = ServiceEntry(
        station_id=volunteer.station_id,
        volunteer=volunteer,
        person_id=volunteer.person_id,
        activity=activity,
        category=activity.category,
        served_on=stretch.started_at.date(),
        started_at=stretch.started_at,
        ended_at=stretch.ended_at,
        minutes=minutes,
        rule=rule.code,
        kind=kind,
        place=place or None,
        guardian_present=guardian_present or None,
        content=content or None,
        quality=quality or None,
        state=EntryState.DRAFT if draft else EntryState.SUBMITTED,
        source=source,
        recorded_by_id=actor_id(),
        flags=[*raised, *cut],
    )
    db.session.add(entry)
    if flush:
        db.session.flush()  # the next entry of the same person must meet this one
    return entry


def correct(entry: ServiceEntry, activity: Activity, stretch: Stretch) -> None:
    """Change the activity and times of an entry that nobody decided yet.

    Whoever changes it answers for it from now on, so another person confirms it.
    """
    require_open(entry)
    if entry.state is EntryState.DRAFT:
        check_place(entry.volunteer, activity, stretch)
    else:
        caps.hold([entry.person_id])
        check(entry.volunteer, activity, stretch, but=entry.id)
    raised = _count(entry, activity, stretch)
    if entry.state is not EntryState.DRAFT:
        guardians.require_answered(raised, entry.volunteer, on=entry.served_on)
    entry.recorded_by_id = actor_id() or entry.recorded_by_id


def _count(entry: ServiceEntry, activity: Activity, stretch: Stretch) -> list[str]:
    known = _figures_of(stretch)
    rule = counting.of_day(known, activity.station.code)
    minutes, cut = caps.counted(entry.person_id, activity.id, stretch.times, rule, but=entry.id)
    entry.activity, entry.category = activity, activity.category
    entry.served_on = stretch.started_at.date()
    entry.started_at, entry.ended_at = stretch.started_at, stretch.ended_at
    entry.minutes, entry.rule = minutes, rule.code
    raised = _flags(
        entry.volunteer, activity, stretch, known, rule=rule, present=entry.guardian_present
    )
    entry.flags = [*raised, *cut]
    return raised


def submit(entries: Iterable[ServiceEntry], *, access: Access) -> int:
    """Hand drafts on to be confirmed by another person and return how many; all or none.

    From now on they take their persons' time and stop the clock of recording: who submits is who
    records, now. Raises ``DomainError`` for what is no draft, and as ``record`` does.
    """
    chosen = sorted(entries, key=lambda entry: entry.id)
    caps.hold({entry.person_id for entry in chosen})
    for entry in chosen:
        access.require("ledger:submit", entry)
        if entry.state is not EntryState.DRAFT:
            raise DomainError(_("Entry %(id)s is no draft: reload the list.", id=entry.id))
        stretch = Stretch(entry.started_at, entry.ended_at)
        check(entry.volunteer, entry.activity, stretch, but=entry.id)
        raised = _count(entry, entry.activity, stretch)
        guardians.require_answered(raised, entry.volunteer, on=entry.served_on)
        entry.state = EntryState.SUBMITTED
        entry.recorded_by_id, entry.recorded_at = actor_id(), clock.utc_now()
        entry.rated_at = None  # a quality that is there came with the hours
        db.session.flush()  # the next entry of the same person must meet this one
    return len(chosen)


def rate(entry: ServiceEntry, quality: str | None) -> None:
    """Write down the quality of an entry; if it comes later than the hours, from now on it counts.

    The clock of recording (民政部令第67号 Art 11) stops only when both are there.
    """
    if quality and not entry.quality:
        entry.rated_at = clock.utc_now()
    entry.quality = quality or None


def check(
    volunteer: Volunteer, activity: Activity, stretch: Stretch, *, but: int | None = None
) -> None:
    """Raise ``DomainError`` for a stretch that cannot be: future, other day, or taken.

    ``but`` names the entry that is being changed, which does not stand in its own way.
    """
    check_place(volunteer, activity, stretch)
    refuse_overlap(volunteer.person_id, stretch, but=but, volunteer_id=volunteer.id)


def check_place(volunteer: Volunteer, activity: Activity, stretch: Stretch) -> None:
    """Raise ``DomainError`` for a stretch that cannot be, whether or not the time is taken."""
    if stretch.ended_at > clock.office_now():
        raise DomainError(_("Service in the future cannot be recorded: check date and times."))
    if activity.held_on != stretch.started_at.date():
        raise DomainError(
            _("The activity was on %(day)s: choose the activity of the service day.",
              day=activity.held_on)
        )  # fmt: skip
    if activity.station_id != volunteer.station_id:
        raise DomainError(_("Activity and volunteer belong to different stations."))
    gate.refuse_barred(activity)
    standing.require_open(volunteer)
    dismissals.refuse(volunteer, on=activity.held_on)
    guardians.refuse_hazard(
        volunteer, hazardous=activity.hazardous, code=activity.station.code, on=activity.held_on
    )


def refuse_overlap(
    person_id: int,
    stretch: Stretch,
    *,
    but: int | None = None,
    volunteer_id: int | None = None,
    act: RefusedAct = RefusedAct.RECORD,
) -> None:
    """Raise ``TimeTaken`` when the person served elsewhere at that time; touching is fine.

    The volunteer and the act are what supervisors are told of it.
    """
    with unscoped("one person's time is one, in whatever station"):
        other = db.session.execute(
            _TAKEN,
            {
                "person": person_id,
                "first": stretch.started_at.date() - timedelta(days=1),
                "last": stretch.ended_at.date(),
                "started": stretch.started_at,
                "ended": stretch.ended_at,
                "but": but or 0,
            },
        ).first()
    if other is None:
        return
    station, began, ended = other
    attempt = volunteer_id and Attempt(
        volunteer_id, act, stretch.started_at, stretch.ended_at, station, began, ended
    )
    raise TimeTaken(
        _("This person served at %(station)s from %(began)s to %(ended)s: correct the times.",
          station=station, began=f"{began:%Y-%m-%d %H:%M}", ended=f"{ended:%H:%M}"),
        attempt or None,
    )  # fmt: skip


def _figures_of(stretch: Stretch) -> FiguresOfDay:
    """Return how the day counts, and its ages."""
    return FiguresOfDay((*counting.ASKED, *guardians.AGES), on=stretch.started_at.date())


def _flags(
    volunteer: Volunteer,
    activity: Activity,
    stretch: Stretch,
    known: FiguresOfDay,
    *,
    rule: Counting,
    present: str | None,
) -> list[str]:
    """Return what the confirmer should look at; none of it refuses what is on file."""
    day, code = stretch.started_at.date(), activity.station.code
    return [
        *["before_registration"] * (day < volunteer.registered_on),
        *guardians.marks(volunteer, known, code, on=day, present=present),
        *[leave.ON_LEAVE] * leave.is_on(volunteer, day),
        *["outside_window"] * _is_outside(activity, stretch, rule),
    ]


def _is_outside(activity: Activity, stretch: Stretch, rule: Counting) -> bool:
    """Tell whether a stretch leaves the activity's times."""
    midnight = datetime.combine(activity.held_on, time())
    start, end = (counting.minutes_between(midnight, moment) for moment in stretch.times)
    return rule.leaves(start, end, counting.window(activity.starts_at, activity.ends_at))


def require_open(entry: ServiceEntry) -> None:
    """Raise ``DomainError`` for an entry that was decided."""
    if entry.is_decided:
        raise DomainError(_("Entry %(id)s was decided before: reload the list.", id=entry.id))
