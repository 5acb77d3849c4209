"""Deleting what tells who somebody is, while his hours and papers stay true.

Each register names its personal columns in ``audit_hides``, so one that comes later is emptied by
itself. What was vouched for stays: confirmed entries never change, an issued paper is kept so that
it can be verified. A person who stands on the rolls of several stations is forgotten with the last
of them; each station deletes what it keeps itself.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Date, Enum, Select, func, inspect, or_, select
from sqlalchemy.orm import undefer

from admin_app.policy import unscoped
from admin_app.services import evidence
from admin_app.services.exchange import cells
from models import (
    ERASED,
    NO_BIRTH,
    Account,
    Certificate,
    CertificateRequest,
    Consent,
    ConsentScope,
    Dismissal,
    DismissalState,
    DomainError,
    EntryState,
    EvidenceFile,
    MergeState,
    Model,
    NameGram,
    Objection,
    Person,
    PersonMerge,
    Registration,
    RegistrationStep,
    Release,
    ReleaseLine,
    ReleaseState,
    RequestState,
    RollState,
    ServiceEntry,
    Volunteer,
    clock,
    db,
    engine,
)

from . import consents, releases

# Vouched for, and kept as they are; an account is of the office and not of the roll.
KEPT = frozenset({"service_entries", "certificates", "accounts"})
# Emptied by the verbs below, each in its own way.
APART = frozenset({"persons", "volunteers", "person_merges"})
# The station's own words on what it did with a request: the answer of the law.
TOLD = frozenset(
    {"privacy_requests.answer", "privacy_requests.ground", "retention_decisions.reason"}
)
# That there was something is counted, or printed long ago; what it was is gone.
COUNTED = frozenset({"name_masked", "official_number", "guardian_name"})
# A line of a roll, or those of a statement.
Line = Volunteer | type[Volunteer]


def kept(volunteer: Volunteer) -> dict[str, int]:
    """Return how many rows of each register stay on file whatever the person asks."""
    with unscoped("what must be kept of a person is told to who decides"):
        found = {
            model.__tablename__: db.session.scalar(
                select(func.count()).select_from(table).where(table.c.volunteer_id == volunteer.id)
            )
            or 0
            for model in (ServiceEntry, Certificate)
            for table in [model.__table__]
        }
    return {name: count for name, count in found.items() if count}


def elsewhere(volunteer: Volunteer) -> int:
    """Return on how many other rolls the person stands whose data are not deleted."""
    with unscoped("who stands on another roll is forgotten with the last one"):
        people = [person.id for person in _with_absorbed(volunteer.person)]
        others = select(func.count(Volunteer.id)).where(
            Volunteer.person_id.in_(people),
            Volunteer.station_id != volunteer.station_id,
            Volunteer.erased_on.is_(None),
        )
        return db.session.scalar(others) or 0


def require_settled(volunteer: Volunteer) -> None:
    """Raise ``DomainError`` while something of the person still waits for somebody."""
    with unscoped("what waits for a decision is settled before anything is deleted"):
        _refuse_absorbed(volunteer)
        open_ = [
            str(words) for words, asked in waiting(volunteer) if db.session.scalar(asked.limit(1))
        ]
    if open_:
        raise DomainError(
            _("Settle first what still waits: %(what)s.", what="、".join(open_))
        )  # fmt: skip


def erase(volunteer: Volunteer) -> dict[str, int]:
    """Delete what tells who the person is, and return how many rows of each register lost it.

    Whether it may be done is the caller's question, who commits. Raises ``DomainError`` for a line
    whose data are gone already and while something waits.
    """
    if volunteer.erased_on is not None:
        raise DomainError(_("The data of this line were deleted before."))
    require_settled(volunteer)
    engine.forget_after_commit()
    counts: Counter[str] = Counter()
    with unscoped("a person's data are deleted wherever the station keeps them"):
        people = _with_absorbed(volunteer.person)
        for line in _lines(volunteer, people):
            counts.update(row.__tablename__ for row in _emptied(line))
            counts.update(
                volunteers=1, evidence_files=_drop_papers(line), releases=_drop_releases(line)
            )
            _empty_line(line)
        db.session.flush()  # whether it was the last roll is asked below
        if not elsewhere(volunteer):
            counts.update(_forget(people))
        db.session.flush()
    return {name: count for name, count in sorted(counts.items()) if count}


def _lines(volunteer: Volunteer, people: Sequence[Person]) -> Sequence[Volunteer]:
    """Return the lines of one human being at the station; a merge leaves one behind at times."""
    numbers = [person.id for person in people]
    asked = select(Volunteer).where(
        Volunteer.station_id == volunteer.station_id, Volunteer.person_id.in_(numbers),
        Volunteer.erased_on.is_(None),
    )  # fmt: skip
    personal = [getattr(Volunteer, name) for name in _personal(Volunteer)]
    return db.session.scalars(asked.options(*map(undefer, personal))).unique().all()


def _refuse_absorbed(volunteer: Volunteer) -> None:
    if db.session.scalar(merged(volunteer)) is not None:
        raise DomainError(_("This row was merged into another one: choose the line that is kept."))


def merged(volunteer: Line) -> Select[int]:
    """Return what finds the merge of the line into another one."""
    return select(PersonMerge.id).where(
        PersonMerge.absorbed_id == volunteer.person_id, PersonMerge.state == MergeState.DONE
    )


def waiting(volunteer: Line) -> Iterator[tuple[Any, Select[int]]]:
    """Yield each register in which something of a line may wait, with what finds it."""
    line = volunteer.id
    yield (
        _("Service entries"),
        select(ServiceEntry.id).where(
            ServiceEntry.volunteer_id == line,
            ServiceEntry.state.in_((EntryState.DRAFT, EntryState.SUBMITTED)),
        ),
    )
    yield (
        _("Certificate requests"),
        select(CertificateRequest.id).where(
            CertificateRequest.volunteer_id == line,
            CertificateRequest.state.in_((RequestState.REQUESTED, RequestState.APPROVED)),
        ),
    )
    yield (
        _("Objections"),
        select(Objection.id).where(Objection.volunteer_id == line, Objection.is_open),
    )
    yield (
        _("Dismissals"),
        select(Dismissal.id).where(
            Dismissal.volunteer_id == line, Dismissal.state == DismissalState.PREPARED
        ),
    )
    yield _("Registrations"), _registrations(volunteer, Registration.id).where(Registration.is_open)
    yield (
        _("Merges of persons"),
        select(PersonMerge.id).where(
            PersonMerge.state == MergeState.PREPARED,
            or_(
                PersonMerge.kept_id == volunteer.person_id,
                PersonMerge.absorbed_id == volunteer.person_id,
            ),
        ),
    )
    yield (
        _("Accounts"),
        select(Account.id).where(Account.person_id == volunteer.person_id, Account.active),
    )


def _registrations(volunteer: Line, what: Any) -> Any:
    """Return those that led to the line, and those of the same number that led to none."""
    hashed = select(Person.id_number_hash).where(Person.id == volunteer.person_id)
    return select(what).where(
        Registration.station_id == volunteer.station_id,
        or_(
            Registration.volunteer_id == volunteer.id,
            Registration.id_number_hash.in_(hashed.correlate(Volunteer)),
        ),
    )


def _emptied(volunteer: Volunteer) -> Iterator[Model]:
    """Empty the rows that belong to the line, and yield those that held something."""
    for row in _rows(volunteer):
        if _empty(row):
            yield row


def _rows(volunteer: Volunteer) -> Iterator[Model]:
    registrations = db.session.scalars(_registrations(volunteer, Registration)).all()
    yield from registrations
    numbers = [one.id for one in registrations]
    yield from db.session.scalars(
        select(RegistrationStep).where(RegistrationStep.registration_id.in_(numbers))
    )
    models: Any = sorted(Model.registry.mappers, key=lambda one: one.class_.__tablename__)
    for mapper in models:
        table = mapper.local_table
        if table.name in KEPT | APART | {"registrations"} or "volunteer_id" not in table.c:
            continue
        personal = [getattr(mapper.class_, name) for name in _personal(mapper.class_)]
        if personal:
            mine = table.c.volunteer_id == volunteer.id
            asked = select(mapper.class_).where(mine).options(*map(undefer, personal))
            yield from db.session.scalars(asked).unique()


def _personal(model: Any) -> list[str]:
    """Return the columns that tell of a person, as the register says itself."""
    said: frozenset[str] = getattr(model, "audit_hides", frozenset())
    if model is RegistrationStep:
        said = frozenset({"reason"})
    return [
        column.key
        for column in inspect(model).column_attrs
        if (column.key in said or column.key.endswith("_masked"))
        and f"{model.__tablename__}.{column.key}" not in TOLD
    ]


def _empty(row: Any) -> bool:
    """Take the personal values of a row away; tell whether there were any."""
    held = False
    for name in _personal(type(row)):
        before = getattr(row, name)
        blank = _blank(row.__table__.c[name], before)
        if before is not None and before != blank:
            setattr(row, name, blank)
            held = True
    return held


def _blank(column: Any, before: Any) -> Any:
    if before is None or (column.nullable and column.name not in COUNTED):
        return None
    if isinstance(column.type, Enum):
        return before  # a closed choice that is asked of all, the sex, names nobody
    if isinstance(column.type, Date):
        return NO_BIRTH
    # A hash of nothing, found by nobody.
    return secrets.token_hex(32) if column.name.endswith("_hash") else ERASED


def _drop_papers(volunteer: Volunteer) -> int:
    """Take away the scans of consents and cases, which carry names and hands."""
    consents = select(Consent.id).where(Consent.volunteer_id == volunteer.id)
    cases = select(Dismissal.id).where(Dismissal.volunteer_id == volunteer.id)
    files = db.session.scalars(
        select(EvidenceFile).where(
            or_(EvidenceFile.consent_id.in_(consents), EvidenceFile.dismissal_id.in_(cases))
        )
    ).all()
    for file in files:
        evidence.destroy(file)
    return len(files)


def _drop_releases(volunteer: Volunteer) -> int:
    """Take away the files of numbers in clear that name the person and lie here still."""
    named = select(ReleaseLine.release_id).where(ReleaseLine.volunteer_id == volunteer.id)
    files = db.session.scalars(
        select(Release).where(Release.id.in_(named), Release.state == ReleaseState.RELEASED)
    ).all()
    for file in files:
        releases.let_go(file)
    return len(files)


def _empty_line(volunteer: Volunteer) -> None:
    _empty(volunteer)
    volunteer.publication_consent_on = None
    for scope in ConsentScope:
        consents.end(volunteer, scope)
    volunteer.restricted_on = None
    if volunteer.state is not RollState.LEFT:
        volunteer.state, volunteer.left_on = RollState.LEFT, clock.today()
    volunteer.erased_on = clock.today()


def _forget(people: Sequence[Person]) -> dict[str, int]:
    """Let nothing tell who a human being was, in whichever of the rows."""
    numbers = [person.id for person in people]
    for person in people:
        person.name = f"{ERASED}-{person.id}"
        person.name_key = cells.key(person.name)
        person.id_number = person.name  # each its own: the hash of it stays unique under new keys
        person.id_number_hash = secrets.token_hex(32)
        person.id_number_masked, person.born_on = ERASED, NO_BIRTH
        person.erased_at = clock.utc_now()
    db.session.flush()  # done merges let go of the names of who is forgotten, and of no other
    merges = db.session.scalars(
        select(PersonMerge).where(
            or_(PersonMerge.kept_id.in_(numbers), PersonMerge.absorbed_id.in_(numbers))
        )
    ).all()
    for merge in merges:
        merge.kept_told = merge.absorbed_told = merge.reason = ERASED
    grams: Any = NameGram.__table__
    db.session.execute(grams.delete().where(grams.c.person_id.in_(numbers)))
    return {"persons": len(people), "person_merges": len(merges)}


def _with_absorbed(person: Person) -> Sequence[Person]:
    found, fresh = {person.id}, {person.id}
    while fresh:
        fresh = (
            set(
                db.session.scalars(
                    select(PersonMerge.absorbed_id).where(
                        PersonMerge.state == MergeState.DONE, PersonMerge.kept_id.in_(fresh)
                    )
                )
            )
            - found
        )
        found |= fresh
    return db.session.scalars(select(Person).where(Person.id.in_(found)).order_by(Person.id)).all()
