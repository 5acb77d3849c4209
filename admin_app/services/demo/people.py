"""The demo's volunteers: a few hundred people whom nobody ever met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from admin_app.services import masking
from admin_app.services.exchange import cells
from admin_app.services.people import guardians, volunteers
from admin_app.services.people import names as name_parts
from admin_app.services.standards import registered
from models import (
    Consent,
    ConsentScope,
    ConsentWay,
    Education,
    Occupation,
    Person,
    PoliticalStatus,
    Sex,
    Station,
    Volunteer,
    clock,
    db,
    id_number_hash,
    phone_hash,
)

from .names import RARE, Names
from .places import Plan, areas_of

# Which lines of a roll are minors; on the first, one name stands twice and one is rare.
MINORS = frozenset({3, 11})
NAMESAKES = {21: 20}
RARE_LINE = 8
# Whose roll numbers end so did not agree to be named in public.
UNNAMED = ("3", "7")
# How many of a roll came within the months that the demo tells of, and how far back the rest.
RECENT_SHARE, RECENT_DAYS, LONG_DAYS = 0.15, 90, 540

OCCUPATIONS = (
    Occupation.OTHER, Occupation.RETIRED, Occupation.SELF_EMPLOYED, Occupation.PROFESSIONAL,
    Occupation.PROFESSIONAL, Occupation.EMPLOYEE, Occupation.FARMER,
)  # fmt: skip
SKILLS = ("", "", "书法", "急救", "理发", "电器维修", "普通话与粤语", "摄影", "舞蹈", "法律咨询")
AVAILABILITY = ("周末", "工作日上午", "工作日下午", "晚上", "随时")
EDUCATION = (Education.JUNIOR, Education.SENIOR, Education.COLLEGE, Education.BACHELOR)
PARENTS = ("父亲", "母亲")
POLITICAL = (
    *[PoliticalStatus.MASSES] * 3, PoliticalStatus.PARTY_MEMBER, PoliticalStatus.YOUTH_LEAGUE,
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One line of a roll as far as the activities need it."""

    volunteer_id: int
    person_id: int
    registered_on: date


class Roll:
    """Puts people on the roll of one station."""

    def __init__(
        self, plan: Plan, station: Station, rng: Random, names: Names, *, is_asking: bool
    ) -> None:
        self._plan = plan
        self._station = station
        self._rng = rng
        self._names = names
        self._is_asking = is_asking

    def enrol(self, today: date, *, special: bool) -> list[Member]:
        """Put invented people on the roll, the earliest first; a special one has namesakes."""
        days = sorted(self._registered_on(today) for _n in range(self._plan.roll))
        people = [self._person(day, minor=n in MINORS) for n, day in enumerate(days)]
        if special:
            people[RARE_LINE] |= _named(RARE)
            for later, earlier in NAMESAKES.items():
                people[later] |= _named(people[earlier]["name"])
        ids = db.session.scalars(
            insert(Person).returning(Person.id, sort_by_parameter_order=True), people
        ).all()
        named = zip(ids, (person["name_key"] for person in people), strict=True)
        name_parts.index(db.session.connection(), named)
        return self._enter([*zip(ids, days, people, strict=True)])

    def enrol_again(self, known: Sequence[Member]) -> list[Member]:
        """Put people of another station on this roll too: one human being, two lines."""
        found = select(Person.__table__).where(Person.id.in_([m.person_id for m in known]))
        born = {row["id"]: dict(row) for row in db.session.execute(found).mappings()}
        return self._enter(
            [
                (m.person_id, max(m.registered_on, self._plan.opened_on), born[m.person_id])
                for m in known
            ]
        )

    def _registered_on(self, today: date) -> date:
        back = RECENT_DAYS if self._rng.random() < RECENT_SHARE else LONG_DAYS
        return max(self._plan.opened_on, today - timedelta(days=self._rng.randint(2, back)))

    def _person(self, day: date, *, minor: bool) -> dict[str, Any]:
        rng, division = self._rng, self._plan.division
        grown = rng.choice((rng.randint(18, 45), rng.randint(46, 76)))
        age = rng.randint(15, 17) if minor else grown
        # So many full years on the day of registration, and some weeks more.
        born = date(day.year - age, day.month, min(day.day, 28)) - timedelta(rng.randint(1, 300))
        sex = rng.choice(list(Sex))
        number = self._names.identity_number(division, born, sex)
        return {
            **_named(self._names.of(division, sex)),
            "sex": sex,
            "born_on": born,
            "id_number": number,
            "id_number_hash": id_number_hash(number),
            "id_number_masked": masking.id_number(number),
            "lives_in_id": self._station.division_id,
        }

    def _enter(self, lines: Sequence[tuple[int, date, dict[str, Any]]]) -> list[Member]:
        numbers = volunteers.next_numbers(self._station, len(lines))
        rows = [
            {"number": number, "person_id": id_, "registered_on": day}
            | {"publication_consent_on": None if number.endswith(UNNAMED) else day}
            | areas_of(self._station)
            | self._told(clock.age_on(person["born_on"], day))
            for number, (id_, day, person) in zip(numbers, lines, strict=True)
        ]
        with registered.following(db.session.connection(), (line[0] for line in lines)):
            ids = db.session.scalars(
                insert(Volunteer).returning(Volunteer.id, sort_by_parameter_order=True), rows
            ).all()
        self._let_be_named(
            (id_, row["publication_consent_on"]) for id_, row in zip(ids, rows, strict=True)
        )
        self._agree(
            (id_, day)
            for id_, (_person, day, person) in zip(ids, lines, strict=True)
            if self._is_minor(clock.age_on(person["born_on"], day))
        )
        return [Member(id_, line[0], line[1]) for id_, line in zip(ids, lines, strict=True)]

    def _let_be_named(self, lines: Iterable[tuple[int, Any]]) -> None:
        """Keep since when people agree to be named in public, as the lines of the roll say."""
        rows = [
            {
                "volunteer_id": volunteer, "scope": ConsentScope.PUBLICATION, "given_on": day,
                "way": ConsentWay.SIGNED, **areas_of(self._station),
            }
            for volunteer, day in lines
            if day is not None
        ]  # fmt: skip
        if rows:
            db.session.execute(insert(Consent), rows)

    def _agree(self, minors: Iterable[tuple[int, date]]) -> None:
        """Let guardians agree on the day of registration; every other one to a name in public."""
        rows = []
        for n, (volunteer, day) in enumerate(minors):
            name = self._names.adult(self._plan.division)
            told = guardians.columns(name, self._rng.choice(PARENTS), self._names.phone())
            scopes = [*guardians.AT_REGISTRATION, *[ConsentScope.PUBLICATION] * (n % 2)]
            rows += [
                {"volunteer_id": volunteer, "scope": scope, "given_on": day}
                | {"way": ConsentWay.SIGNED}
                | told
                | areas_of(self._station)
                for scope in scopes
            ]
        if rows:
            db.session.execute(insert(Consent), rows)

    def _is_minor(self, age: int) -> bool:
        return age < (volunteers.adult_age(self._station.division, clock.today()) or 0)

    def _told(self, age: int) -> dict[str, Any]:
        """Return what a person of an age tells the desk."""
        rng, phone = self._rng, self._names.phone()
        minor = self._is_minor(age)
        return {
            "phone": phone,
            "phone_hash": phone_hash(phone),
            "phone_masked": masking.phone(phone),
            **self._answered(minor=minor),
            "skills": rng.choice(SKILLS) or None,
            "availability": "周末" if minor else rng.choice(AVAILABILITY),
        }

    def _answered(self, *, minor: bool) -> dict[str, Any]:
        """Return what is told at the station that asks it; elsewhere nobody was asked."""
        rng = self._rng
        political = PoliticalStatus.YOUTH_LEAGUE if minor else rng.choice(POLITICAL)
        education = Education.SENIOR if minor else rng.choice(EDUCATION)
        occupation = Occupation.STUDENT if minor else rng.choice(OCCUPATIONS)
        told = (
            (political.value, education.value, occupation.value) if self._is_asking else [None] * 3
        )
        return dict(zip(("political_status", "education", "occupation"), told, strict=True))


def _named(name: str) -> dict[str, str]:
    return {"name": name, "name_key": cells.key(name)}
