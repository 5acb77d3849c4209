"""Ten everyday tasks of the registers, and what stands in the database once each is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.tasks import ours, theirs
from benchmarks.tasks.wanted import ACTIVITY, ASKED, NEWCOMER, SERVED
from models import (
    Activity,
    ActivityState,
    Category,
    CertificateRequest,
    EntryState,
    Person,
    Registration,
    ServiceEntry,
    Sex,
    Volunteer,
    clock,
)

CLERK, DEPUTY = "chen", "dai"


@dataclass(frozen=True)
class Task:
    """Something a person does, played on both sides and checked in what it left behind."""

    name: str
    words: str
    who: str
    is_done: Callable[[Session, Any], bool]
    remark: str = ""

    def play(self, side: str, hand: Any) -> Any:
        """Play the task on one side; what it returns is handed to the check."""
        return getattr({"ours": ours, "stock": theirs}[side], self.name)(hand)


def _looked(_rows: Session, _told: Any) -> bool:
    return True  # what was looked for was seen on the page


def _corrected(rows: Session, _told: Any) -> bool:
    return _of(rows, ASKED[0]).skills == "理发"


def _registered(rows: Session, _told: Any) -> bool:
    # Ours waits for the review of another person; stock has none.
    waits = select(Registration).where(Registration.name == NEWCOMER.name)
    if (asked := rows.scalars(waits).one_or_none()) is not None:
        return (asked.sex, asked.born_on.year, asked.id_number, asked.phone) == (
            Sex.MALE, 1972, NEWCOMER.id_number, NEWCOMER.phone,
        )  # fmt: skip
    row = _of(rows, NEWCOMER.name)
    person = row.person
    return (
        (person.sex, person.born_on.year, person.id_number) == (Sex.MALE, 1972, NEWCOMER.id_number)
        and row.phone == NEWCOMER.phone
        and row.registered_on == clock.today()
    )


def _noted(rows: Session, _told: Any) -> bool:
    row = rows.scalars(select(Activity).where(Activity.name == ACTIVITY.name)).one()
    return (row.category, row.state, row.held_on, row.starts_at, row.ends_at, row.place) == (
        Category.HEALTH, ActivityState.HELD, clock.today(), time(9), time(11), ACTIVITY.place,
    )  # fmt: skip


def _recorded(*people: str) -> Callable[[Session, Any], bool]:
    def is_done(rows: Session, _told: Any) -> bool:
        found = rows.execute(
            select(Person.name, ServiceEntry.minutes)
            .join(ServiceEntry.person)
            .join(ServiceEntry.activity)
            .where(Activity.name == SERVED, Person.name.in_(people))
        )
        return {tuple(row) for row in found} == {(name, 120) for name in people}

    return is_done


def _confirmed(rows: Session, _told: Any) -> bool:
    waiting = select(func.count(ServiceEntry.id)).where(ServiceEntry.state == EntryState.SUBMITTED)
    return rows.scalar(waiting) == 0


def _exported(rows: Session, told: str) -> bool:
    last = clock.today().replace(day=1) - timedelta(days=1)
    wanted = select(func.count(ServiceEntry.id)).where(
        ServiceEntry.served_on.between(last.replace(day=1), last)
    )
    return len(told.splitlines()) - 1 == rows.scalar(wanted)


def _asked(rows: Session, _told: Any) -> bool:
    return rows.scalars(select(CertificateRequest)).one().volunteer.person.name == ASKED[0]


def _of(rows: Session, name: str) -> Volunteer:
    return rows.scalars(select(Volunteer).join(Volunteer.person).where(Person.name == name)).one()


# In this order: what is recorded later must not wait when all is confirmed.
TASKS = (
    Task("see_waiting", "See the entries that wait for confirmation", DEPUTY, _looked),
    Task("confirm_all", "Confirm all sixty entries that wait", DEPUTY, _confirmed,
         "Stock has no such button; it is given the one that its manual shows."),
    Task("find", "Find a volunteer by a part of the name and open the record", CLERK, _looked),
    Task("correct", "Correct one character in a volunteer's record", CLERK, _corrected),
    Task("register", "Register a volunteer", CLERK, _registered,
         "Stock keeps person and roll line on two screens; a hook gives it sex, birth date and"
         " roll number."),
    Task("note_activity", "Note today's activity", CLERK, _noted,
         "Stock offers the categories by their codes."),
    Task("record_one", "Record one volunteer's service at an activity", CLERK,
         _recorded(ASKED[0]), "A hook gives stock day, minutes, category and person."),
    Task("record_three", "Record three volunteers at the same activity", CLERK,
         _recorded(*ASKED[1:])),
    Task("export_month", "Export last month's ledger as CSV", CLERK, _exported),
    Task("ask_certificate", "Request a certificate", CLERK, _asked),
)  # fmt: skip
