"""What the first station of the demo asks beyond the rules, and what a few people answered.

The other stations state no purpose, and ask nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services.privacy import answers
from models import (
    Account,
    FieldPurpose,
    OptionalField,
    SlotDay,
    SlotPart,
    Speciality,
    Station,
    Volunteer,
    db,
    slot_bit,
)

from .people import Member

ASKED_FOR, ENDED_BEFORE = timedelta(days=400), timedelta(days=30)
PURPOSES = (
    (OptionalField.POLITICAL_STATUS, "统计党员、团员志愿者，组织党员先锋服务", False),
    (OptionalField.SPECIALITIES, "按特长安排服务岗位", False),
    (OptionalField.SLOTS, "排班时知道谁能到", False),
    (OptionalField.EMERGENCY_CONTACT, "外出服务遇突发情况时联系家属", False),
    (OptionalField.HEALTH_NOTE, "安排与身体状况相适应的岗位", True),
)
# Asked once: what was told is still stored, and hidden.
ENDED = (
    (OptionalField.EDUCATION, "课后辅导岗位的安排"),
    (OptionalField.OCCUPATION, "邻里互助统计"),
)
WEEKEND = [(day, part) for day in (SlotDay.SATURDAY, SlotDay.SUNDAY) for part in SlotPart]
MORNINGS = [(day, SlotPart.MORNING) for day in SlotDay if day < SlotDay.SATURDAY]
EVENINGS = [(day, SlotPart.EVENING) for day in SlotDay]
# Places on the roll, with times, specialities, and whom to call.
ANSWERS = (
    (0, WEEKEND, (Speciality.FIRST_AID, Speciality.CARE), ("丈夫", "13800000101")),
    (1, MORNINGS, (Speciality.REPAIRS,), ("女儿", "13800000102")),
    (2, EVENINGS, (Speciality.TEACHING, Speciality.WRITING), None),
    (4, [*WEEKEND, *MORNINGS], (Speciality.ARTS, Speciality.MUSIC), ("儿子", "13800000103")),
    (5, [(SlotDay.SATURDAY, SlotPart.MORNING)], (Speciality.DRIVING,), None),
)
NOTE_OF, NOTE = 1, "有高血压，不安排高温户外服务。"


def state_purposes(
    station: Station, roll: Sequence[Member], today: date, *, clerk: Account
) -> None:
    """State the purposes, and let a few people answer at the desk."""
    _state(station, today)
    people = [db.session.get_one(Volunteer, member.volunteer_id) for member in roll[:8]]
    with acting_as(access_of(clerk)):
        for place, slots, specialities, contact in ANSWERS:
            told = {
                "slots": sum(slot_bit(*slot) for slot in slots),
                "specialities": [one.value for one in specialities],
            }
            if contact:
                called = people[place + 1 if place else 3].person.name
                told |= {
                    "emergency_name": called, "emergency_relation": contact[0],
                    "emergency_phone": contact[1],
                }  # fmt: skip
            if place == NOTE_OF:
                told["health_note"] = NOTE
            row = people[place]
            answers.take(row, told, born_on=row.person.born_on, on=today, agreed_on=today)
        db.session.flush()  # in the clerk's name


def _state(station: Station, today: date) -> None:
    leader = db.session.scalar(select(Account.id).where(Account.login == "leader"))
    begun = max(station.opened_on or today, today - ASKED_FOR)
    for field, purpose, is_sensitive in PURPOSES:
        db.session.add(
            FieldPurpose(
                station=station, field=field, purpose=purpose, is_sensitive=is_sensitive,
                since=begun, stated_by_id=leader,
            )
        )  # fmt: skip
    for field, purpose in ENDED:
        db.session.add(
            FieldPurpose(
                station=station, field=field, purpose=purpose, since=begun,
                ended_on=max(begun, today - ENDED_BEFORE), stated_by_id=leader,
            )
        )  # fmt: skip
    db.session.flush()  # what is answered is judged by them
