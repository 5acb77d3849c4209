"""One human being in two rows: prepared by one person, merged by another, hours kept to the minute.

What the absorbed row had goes over to the row that is kept: lines of rolls, entries, papers. Where
both stand on one roll, the absorbed line leaves it and stays readable. The absorbed row stays, and
the merge tells what was its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Table, UniqueConstraint, func, or_, select, update
from sqlalchemy.orm import aliased

from admin_app.policy import Access, unscoped
from admin_app.services import audit, wording
from admin_app.services.ledger import totals
from admin_app.services.privacy import standing
from models import (
    Account,
    AuditAction,
    DomainError,
    MergeState,
    Model,
    Person,
    PersonLife,
    PersonMerge,
    RollState,
    ServiceEntry,
    Volunteer,
    clock,
    db,
)

from . import roll

SHOWN_OVERLAPS = 20
# Kept by their own services, or telling of the row as it was.
LEFT_ALONE = frozenset(
    {
        "service_entries",
        "volunteers",
        "person_lives",
        "person_years",
        "name_grams",
        "standing_changes",
        "person_merges",
    }
)

_entries: Any = ServiceEntry.__table__


@dataclass(frozen=True)
class Overlap:
    """Two live entries of the two rows that take the same time, by day, times and station code."""

    kept: str
    absorbed: str


def prepare(
    kept: Volunteer, absorbed: Volunteer, reason: str, *, by: Account | None, access: Access | None
) -> PersonMerge:
    """Write down that the persons of two lines are one human being; the caller commits.

    Raises ``DomainError`` for one row, for one that was merged before or waits already, and
    without a reason.
    """
    for line in (kept, absorbed):
        if access is not None:
            access.require("merges:write", line)
        standing.require_open(line)
    words = wording.reason(reason)
    if kept.person_id == absorbed.person_id:
        raise DomainError(_("Both lines are of one person already: nothing is to be merged."))
    _refuse_known(kept.person_id, absorbed.person_id)
    merge = PersonMerge(
        station=kept.station, kept_id=kept.person_id, absorbed_id=absorbed.person_id,
        kept_told=_told(kept), absorbed_told=_told(absorbed), reason=words,
        prepared_by_id=by.id if by else None,
    )  # fmt: skip
    db.session.add(merge)
    db.session.flush()  # the second of two equal merges must meet the first
    return merge


def decline(merge: PersonMerge, *, by: Account, access: Access) -> None:
    """Say that the two rows are two human beings; the caller commits."""
    _require_decider(merge, by, access)
    _decide(merge, MergeState.DECLINED, by)


def perform(merge: PersonMerge, *, by: Account | None, access: Access | None) -> None:
    """Make one person of two rows; the caller commits.

    Raises ``DomainError`` for who prepared it, for whoever does not reach every roll that either
    stands on, and while entries of both overlap: those are reversed first.
    """
    _require_decider(merge, by, access)
    with unscoped("a merge moves what one human being has, at whatever station"):
        _hold(merge)
        if found := overlaps(merge):
            raise DomainError(_refused(found))
        before = _minutes(merge.kept_id) + _minutes(merge.absorbed_id)
        merge.moved = {}
        lines = _join_rolls(merge)
        # The database lets confirmed entries go by this row alone, so it says so before they do.
        moving = _counted(merge.absorbed_id)
        merge.entries, merge.minutes = _count(merge.absorbed_id), before
        merge.moved = {**merge.moved, "entries": _ids(merge.absorbed_id), "lines": lines}
        _decide(merge, MergeState.DONE, by)
        _move_entries(merge, lines)
        totals.take_back(moving)
        totals.add([one._replace(person_id=merge.kept_id) for one in moving])
        for absorbed, kept in lines.items():
            _move_links(Volunteer.__table__, int(absorbed), kept)
        _move_links(Person.__table__, merge.absorbed_id, merge.kept_id)
        db.session.flush()
        if _minutes(merge.kept_id) != before:
            raise RuntimeError("a merge must keep the minutes")
        db.session.expire_all()  # moved beside the unit of work


def overlaps(merge: PersonMerge) -> list[Overlap]:
    """Return the live entries of both rows that take the same time, the earliest first."""
    kept, other = aliased(ServiceEntry), aliased(ServiceEntry)
    asked = (
        select(kept, other)
        .where(
            kept.person_id == merge.kept_id, other.person_id == merge.absorbed_id,
            kept.is_live, other.is_live,
            kept.started_at < other.ended_at, other.started_at < kept.ended_at,
        )
        .order_by(kept.started_at)
        .limit(SHOWN_OVERLAPS)
    )  # fmt: skip
    with unscoped("entries that overlap keep two rows from being one person"):
        return [Overlap(_when(a), _when(b)) for a, b in db.session.execute(asked)]


def hours(merge: PersonMerge) -> tuple[int, int]:
    """Return the minutes of the row that is kept and of the one that goes into it."""
    with unscoped("what both rows have together is told to who decides about them"):
        return _minutes(merge.kept_id), _minutes(merge.absorbed_id)


def _when(entry: ServiceEntry) -> str:
    times = f"{entry.started_at:%Y-%m-%d %H:%M}–{entry.ended_at:%H:%M}"
    return f"{times} {entry.station.code} #{entry.id}"


def _refused(found: Sequence[Overlap]) -> Any:
    pairs = "；".join(f"{one.kept} / {one.absorbed}" for one in found)
    return _(
        "Entries of both take the same time: reverse one of each pair first, then merge. %(pairs)s",
        pairs=pairs,
    )


def _told(line: Volunteer) -> str:
    person = line.person
    return f"{person.name} {person.id_number_masked} {line.number}"


def _refuse_known(*persons: int) -> None:
    known = select(PersonMerge.state).where(
        or_(
            (PersonMerge.state == MergeState.DONE) & PersonMerge.absorbed_id.in_(persons),
            (PersonMerge.state == MergeState.PREPARED)
            & (PersonMerge.absorbed_id.in_(persons) | PersonMerge.kept_id.in_(persons)),
        )
    )
    with unscoped("whether either row is merged or waits, at whatever station"):
        state = db.session.scalar(known.limit(1))
    if state is MergeState.DONE:
        raise DomainError(_("This row was merged into another one before."))
    if state is not None:
        raise DomainError(_("A merge of this person waits for a decision already."))


def _require_decider(merge: PersonMerge, by: Account | None, access: Access | None) -> None:
    db.session.refresh(merge, with_for_update=True)
    if merge.state is not MergeState.PREPARED:
        raise DomainError(_("This merge was decided before: reload the page."))
    if access is None:
        return
    access.require("merges:decide", merge)
    if by is not None and by.id == merge.prepared_by_id:
        raise DomainError(_("You prepared this merge: another person decides."))
    if by is not None and by.person_id in (merge.kept_id, merge.absorbed_id):
        raise DomainError(_("This is about yourself: another person decides."))
    with unscoped("on which rolls either row stands"):
        lines = _lines(merge.kept_id, merge.absorbed_id)
        if not all(access.reaches("merges:decide", line) for line in lines):
            raise DomainError(
                _(
                    "The person stands on a roll beyond your place: whoever supervises all of "
                    "them decides, such as the county or the prefecture."
                )
            )


def _decide(merge: PersonMerge, state: MergeState, by: Account | None) -> None:
    merge.state = state
    merge.decided_by_id, merge.decided_at = by.id if by else None, clock.utc_now()
    audit.record(
        AuditAction.DECIDE, PersonMerge.__tablename__, row=merge, state=state,
        entries=merge.entries or 0, minutes=merge.minutes or 0,
    )  # fmt: skip
    db.session.flush()  # the guards of the entries read the decision


def _hold(merge: PersonMerge) -> None:
    persons = sorted((merge.kept_id, merge.absorbed_id))
    held = select(Person).where(Person.id.in_(persons)).order_by(Person.id).with_for_update()
    db.session.scalars(held).all()
    # As the totals take them, or two who move them could wait for each other.
    lives = select(PersonLife).where(PersonLife.person_id.in_(persons))
    db.session.scalars(lives.order_by(PersonLife.person_id).with_for_update()).all()


def _lines(*persons: int) -> Sequence[Volunteer]:
    asked = select(Volunteer).where(Volunteer.person_id.in_(persons)).order_by(Volunteer.id)
    return db.session.scalars(asked).all()


def _join_rolls(merge: PersonMerge) -> dict[str, int]:
    """Let the lines of the absorbed row be the kept one's; return those that give way to another.

    The day of registration is the earlier one; who stands on the roll by either stands on it.
    """
    kept = db.session.get_one(Person, merge.kept_id)
    absorbed = db.session.get_one(Person, merge.absorbed_id)
    mine = {line.station_id: line for line in _lines(kept.id)}
    given_way, moved = {}, []
    for line in _lines(absorbed.id):
        own = mine.get(line.station_id)
        if own is None:
            line.person = kept
            moved.append(line.id)
            continue
        roll.join(own, line)
        if line.state is RollState.REGISTERED:
            own.state, own.left_on = RollState.REGISTERED, None
            line.state, line.left_on = RollState.LEFT, clock.today()
        given_way[str(line.id)] = own.id
    merge.moved = {"volunteers": moved, "lived_in": absorbed.lives_in_id}
    kept.lives_in_id = kept.lives_in_id or absorbed.lives_in_id
    absorbed.lives_in_id = None  # or one human being would count twice among the residents
    db.session.flush()  # the entries below follow their lines
    return given_way


def _move_entries(merge: PersonMerge, lines: dict[str, int]) -> None:
    """Move the entries, those of one line at a time, so that each keeps a line of its person."""
    mine = _entries.c.person_id == merge.absorbed_id
    bump = {"person_id": merge.kept_id, "version": _entries.c.version + 1}
    for absorbed, kept in lines.items():
        of_line = _entries.c.volunteer_id == int(absorbed)
        db.session.execute(update(_entries).where(mine, of_line).values(**bump, volunteer_id=kept))
    db.session.execute(update(_entries).where(mine).values(**bump))


def _move_links(target: Any, old: int, new: int) -> None:
    """Let whatever names the old row name the new one, but where that would say a thing twice."""
    for table, column in _links(target):
        moves = update(table).where(table.c[column] == old).values({column: new})
        for others in _unique_with(table, column):
            twin = table.alias()
            same = [twin.c[name] == table.c[name] for name in others]
            said = select(twin.c[column]).where(twin.c[column] == new, *same)
            moves = moves.where(~said.exists())
        db.session.execute(moves)


def _links(target: Any) -> Iterator[tuple[Table, str]]:
    for table in Model.metadata.sorted_tables:
        if table.name in LEFT_ALONE:
            continue
        for key in table.foreign_keys:
            if key.column.table is target:
                yield table, key.parent.name


def _unique_with(table: Table, column: str) -> Iterator[list[str]]:
    keys: list[Any] = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    keys += [index for index in table.indexes if index.unique]
    for rule in (*keys, table.primary_key):
        names = [one.name for one in rule.columns]
        if column in names:
            yield [name for name in names if name != column]


def _minutes(person: int) -> int:
    asked = select(func.sum(_entries.c.minutes)).where(
        _entries.c.person_id == person, ServiceEntry.counts
    )
    return db.session.scalar(asked) or 0


def _count(person: int) -> int:
    return db.session.scalar(select(func.count()).where(_entries.c.person_id == person)) or 0


def _ids(person: int) -> list[int]:
    return list(db.session.scalars(select(_entries.c.id).where(_entries.c.person_id == person)))


def _counted(person: int) -> list[totals.Counted]:
    columns = (_entries.c[name] for name in totals.Counted._fields)
    rows = db.session.execute(
        select(*columns).where(_entries.c.person_id == person, ServiceEntry.counts)
    )
    return [totals.Counted(*row) for row in rows]
