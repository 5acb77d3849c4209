"""Entering the accepted rows of a sheet: in bulk, in the caller's transaction, all or none."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update

from admin_app.policy import Access, unscoped
from admin_app.services import accounts, masking
from admin_app.services.accounts import OneTime
from admin_app.services.ledger import due_days, gate, recording, totals
from admin_app.services.ledger.totals import Counted
from admin_app.services.people import guardians, names
from admin_app.services.people import volunteers as roll_keeping
from admin_app.services.places import stations as station_keeping
from admin_app.services.privacy import answers, purposes
from admin_app.services.standards import registered
from models import (
    Activity,
    ActivityState,
    Category,
    Consent,
    Division,
    EntrySource,
    EntryState,
    Gate,
    OptionalField,
    Person,
    Population,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
    id_number_hash,
    phone_hash,
)

from . import cells, coded, stored
from .accounts import JudgedAccounts, Slip
from .bulk import Row, insert_rows
from .ledger import Service
from .population import NewPopulation
from .stations import NewStation
from .volunteers import Newcomer


@dataclass(frozen=True)
class Landing:
    """How rows enter: from which upload, by whom, when, and whether they count at once."""

    batch_id: int
    by_id: int | None
    at: datetime
    on: date
    confirmed: bool


def open_stations(arriving: Iterable[NewStation]) -> None:
    """Open the stations in their communities."""
    for new in arriving:
        division = db.session.scalars(
            select(Division).where(Division.code == new.community_code)
        ).one()
        station_keeping.open_station(
            division,
            new.name,
            kind=new.kind,
            opened_on=new.opened_on,
            manager_name=new.manager_name or None,
            manager_terms=new.manager_terms,
            phone=new.phone or None,
            address=new.address or None,
            computers=new.computers,
        )


def keep_population(arriving: Iterable[NewPopulation]) -> None:
    """Write the numbers down; one that was there already is changed, and the trail keeps it."""
    for new in arriving:
        same = {"division_id": new.division_id, "year": new.year}
        row = db.session.scalar(select(Population).filter_by(**same)) or Population(**same)
        row.residents, row.source = new.residents, new.source
        db.session.add(row)


def open_accounts(
    judged: JudgedAccounts, passwords: Sequence[OneTime], *, by: Access | None
) -> None:
    """Open the accounts, each with its appointment and a password that is told on its slip alone.

    What is lacking of the passwords is made here, while others wait.
    """
    given = [*passwords, *accounts.one_times(len(judged.accepted) - len(passwords))]
    for new, password in zip(judged.accepted, given, strict=False):
        account = accounts.open_account(new.login, new.name, password)
        appointment = accounts.appoint(account, new.role, new.place, by=by)
        judged.slips.append(Slip(new.login, new.name, new.role, appointment.place, password.word))


def enrol(arriving: Sequence[Newcomer], station: Station, landing: Landing) -> None:
    """Put the people on the station's roll, in the sheet's order."""
    if not arriving:
        return
    hashes = [id_number_hash(new.id_number) for new in arriving]
    known = stored.person_ids(hashes)
    answered = _Answered(station, landing.on)
    with registered.following(db.session.connection(), known.values()) as touched:
        persons = _persons(arriving, hashes, known, station)
        touched.update(persons.values())
        numbers = roll_keeping.next_numbers(station, len(arriving))
        insert_rows(
            Volunteer,
            [
                _volunteer(new, number, persons[hashed], landing.on)
                | answered.by(new)
                | _area(station)
                for new, number, hashed in zip(arriving, numbers, hashes, strict=True)
            ],
        )
    _keep_consents(
        {number: new for new, number in zip(arriving, numbers, strict=True) if new.guardian_name},
        station,
        landing.on,
    )


def record(arriving: Sequence[Service], station: Station, landing: Landing) -> None:
    """Write the services into the ledger, each under the activity of its day and name."""
    if not arriving:
        return
    activities = _activities(arriving, station)
    decided = landing.at if landing.confirmed else None
    common = _area(station) | {
        "state": EntryState.CONFIRMED if landing.confirmed else EntryState.SUBMITTED,
        "source": EntrySource.COMMAND if landing.confirmed else EntrySource.IMPORT,
        "import_batch_id": landing.batch_id,
        "recorded_by_id": landing.by_id,
        "recorded_at": landing.at,
        "decided_at": decided,
    }
    touched = {activities[_activity_of(service)] for service in arriving}
    barred = _barred(touched)
    insert_rows(ServiceEntry, (_entry(service, activities, barred) for service in arriving), common)
    recording.settle(db.session.connection(), touched)
    if landing.confirmed:
        totals.add(_counted(service, station) for service in arriving)


def _counted(service: Service, station: Station) -> Counted:
    return Counted(
        person_id=service.who.person_id,
        category=service.category,
        served_on=service.served_on,
        minutes=service.minutes,
        **_area(station),
    )


def _persons(
    arriving: Sequence[Newcomer], hashes: Sequence[str], known: dict[str, int], station: Station
) -> dict[str, int]:
    """Return the persons by the hashes of their numbers; the new ones live at the station's."""
    fresh = {
        hashed: cells.key(new.name)
        for new, hashed in zip(arriving, hashes, strict=True)
        if hashed not in known
    }
    insert_rows(
        Person,
        [
            {
                "name": new.name,
                "name_key": cells.key(new.name),
                "sex": new.sex,
                "born_on": new.born_on,
                "id_number": new.id_number,
                "id_number_hash": hashed,
                "id_number_masked": masking.id_number(new.id_number),
                "lives_in_id": station.division_id,
            }
            for new, hashed in zip(arriving, hashes, strict=True)
            if hashed not in known
        ],
    )
    _house(known.values(), station)
    found = stored.person_ids(hashes)
    names.index(db.session.connection(), ((found[h], key) for h, key in fresh.items()))
    return found


def _house(persons: Iterable[int], station: Station) -> None:
    """Let those live where the station lies of whom nobody knew where."""
    for part in stored.in_parts(persons):
        db.session.execute(
            update(Person)
            .where(Person.id.in_(part), Person.lives_in_id.is_(None))
            .values(lives_in_id=station.division_id),
            execution_options={"synchronize_session": False},
        )


def _volunteer(new: Newcomer, number: str, person_id: int, on: date) -> Row:
    return {
        "number": number,
        "person_id": person_id,
        "registered_on": on,
        "phone": new.phone,
        "phone_hash": phone_hash(new.phone),
        "phone_masked": masking.phone(new.phone),
        "skills": new.skills or None,
        "availability": new.availability or None,
        "note": new.note or None,
    }


class _Answered:
    """What a sheet answers to the fields that its station asks; of sensitive ones it brings none.

    A separate consent is given by a person, not by a sheet.
    """

    def __init__(self, station: Station, on: date) -> None:
        self._on, self._ages = on, guardians.gates(station.code, on=on)
        self._asked = [
            field for field, purpose in purposes.asked(station.id).items()
            if not answers.is_sensitive(field, purpose)
        ]  # fmt: skip

    def by(self, new: Newcomer) -> Row:
        told = {
            OptionalField.POLITICAL_STATUS: new.political_status,
            OptionalField.EDUCATION: new.education,
        }
        codes = {field: coded.match(field, words) for field, words in told.items()}
        is_young = self._ages.is_sensitive(clock.age_on(new.born_on, self._on))
        return {
            field.value: (code.value if code else told[field] or None)
            if field in self._asked and not is_young
            else None
            for field, code in codes.items()
        }


def _keep_consents(minors: dict[str, Newcomer], station: Station, on: date) -> None:
    """Write down that the guardians named beside volunteers agreed, by roll number.

    Which edition of the notice was read no sheet says, so none is written.
    """
    ids: dict[str, int] = {}
    for part in stored.in_parts(minors):
        asked = select(Volunteer.number, Volunteer.id).where(Volunteer.number.in_(part))
        ids |= {number: id_ for number, id_ in db.session.execute(asked)}
    insert_rows(
        Consent,
        (
            {"volunteer_id": ids[number], "scope": scope, "given_on": on, "way": new.guardian_way}
            | guardians.columns(new.guardian_name, new.guardian_relation, new.guardian_phone)
            | _area(station)
            for number, new in minors.items()
            for scope in guardians.AT_REGISTRATION
        ),
    )


def _barred(activities: Iterable[int]) -> set[int]:
    """Return which of these activities are known to be no volunteering."""
    found: set[int] = set()
    for part in stored.in_parts(activities):
        asked = select(Activity.id).where(Activity.id.in_(part), Activity.gate != Gate.NONE)
        with unscoped("an entry names an activity of its own station, whoever keeps it"):
            found.update(db.session.scalars(asked))
    return found


def _entry(
    service: Service, activities: dict[tuple[date, str], int], barred: Container[int]
) -> Row:
    activity_id = activities[_activity_of(service)]
    midnight = datetime.combine(service.served_on, time())
    return {
        "person_id": service.who.person_id,
        "volunteer_id": service.who.volunteer_id,
        "activity_id": activity_id,
        "category": service.category,
        "served_on": service.served_on,
        "started_at": midnight + timedelta(minutes=service.start),
        "ended_at": midnight + timedelta(minutes=service.end),
        "minutes": service.minutes,
        "rule": service.rule,
        "content": service.content or None,
        "quality": service.quality or None,
        "recorder": service.recorder or None,
        "guardian_present": service.guardian_present or None,
        "flags": [flag.value for flag in service.flags]
        + ([gate.BARRED] if activity_id in barred else []),
    }


def _activity_of(service: Service) -> tuple[date, str]:
    return service.served_on, cells.key(service.activity)


def _activities(arriving: Sequence[Service], station: Station) -> dict[tuple[date, str], int]:
    """Return the activity of each day and name, made where the station has none."""
    days = {service.served_on for service in arriving}
    known = _activities_of(station, days)
    wanted: dict[tuple[date, str], tuple[str, Category]] = {}
    for service in arriving:
        place = _activity_of(service)
        if place not in known:
            wanted.setdefault(place, (service.activity, service.category))
    if not wanted:
        return known
    due, code = due_days.here(), station.division.code
    insert_rows(
        Activity,
        [
            {"name": name, "held_on": day, "category": category, "due_on": due.of(code, day)}
            | _area(station)
            for (day, _key), (name, category) in wanted.items()
        ],
    )
    return _activities_of(station, days)


def _activities_of(station: Station, days: set[date]) -> dict[tuple[date, str], int]:
    query = (
        select(Activity.held_on, Activity.name, Activity.id)
        .where(
            Activity.station_id == station.id,
            Activity.held_on.between(min(days), max(days)),
            Activity.state != ActivityState.CANCELLED,
        )
        .order_by(Activity.id.desc())  # of two by one name the older one wins
    )
    with unscoped("an entry names an activity of its own station, whoever keeps it"):
        found = db.session.execute(query).all()
    return {(day, cells.key(name)): activity for day, name, activity in found}


def _area(station: Station) -> Row:
    # Bulk inserts pass the session by, which copies the areas of single rows.
    return {
        "station_id": station.id,
        "township_id": station.township_id,
        "county_id": station.county_id,
        "prefecture_id": station.prefecture_id,
    }
