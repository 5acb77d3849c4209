"""Which rows a place holds, one line a register.

A scope answers with a condition and never with a query, so that one rule serves a list, a count,
a single row, a look-up, an export and a report. A model without a line shows nothing to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from models import (
    Account,
    Activity,
    Appointment,
    AppointmentDivision,
    AreaMonth,
    AtStation,
    Attendance,
    AuditEntry,
    AuditHead,
    Backup,
    Certificate,
    CertificateRequest,
    Checklist,
    ChecklistAttestation,
    ChecklistChoice,
    ChecklistItem,
    ChecklistResult,
    Consent,
    Dismissal,
    Division,
    EvidenceFile,
    Exemption,
    FieldPurpose,
    Figure,
    ImportBatch,
    Job,
    JobPart,
    JobWorker,
    LeadershipGroup,
    LeadershipSeat,
    Leave,
    LedgerCheck,
    ManagerChange,
    Model,
    NameGram,
    Notice,
    NoticeLine,
    NoticeState,
    Objection,
    Office,
    OpeningHours,
    OverlapRefusal,
    Person,
    PersonLife,
    PersonMerge,
    PersonYear,
    Population,
    PrivacyRequest,
    Project,
    RecoveryCode,
    RegisteredChange,
    RegisteredCount,
    Registration,
    RegistrationStep,
    Release,
    ReleaseLine,
    Rescue,
    RescueSeen,
    RetentionDecision,
    Reversal,
    RollGap,
    Rule,
    ServiceEntry,
    ServiceItem,
    SignIn,
    SignInTry,
    StandingChange,
    Station,
    StationEquipment,
    Team,
    TeamMember,
    Training,
    TrainingAttendee,
    UploadMonth,
    Volunteer,
    Workday,
)
from models.evidence.evidence_file import PERSONAL

if TYPE_CHECKING:
    from .access import Access, Place

# The levels at which an appointment can be held, and the column that carries each.
PLACE_COLUMNS = {
    "station": "station_id",
    "township": "township_id",
    "county": "county_id",
    "prefecture": "prefecture_id",
}

# An organizer or helper reaches only the rows of these that name the account as keeper.
KEPT: tuple[type[Model], ...] = (Activity, Project)

Scope = Callable[["Access", tuple["Place", ...]], ColumnElement[bool]]


def _column_name(model: type, level: str) -> str:
    return "id" if model is Station and level == "station" else PLACE_COLUMNS.get(level, "")


def _at_place(model: type, table: Any = None) -> Scope:
    source: Any = model if table is None else table

    def condition(_access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
        return or_(false(), *(_inside(model, source, place) for place in places))

    return condition


def _inside(model: type, source: Any, place: Place) -> ColumnElement[bool]:
    if place.column is None:
        return true()
    name = _column_name(model, place.column)
    if not name:
        return false()
    inside: ColumnElement[bool] = getattr(source, name) == place.value
    if place.keeper_id is not None and model in KEPT:
        return and_(inside, source.keeper_id == place.keeper_id)
    return inside


def _at_kept_activities(_access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
    # Through the table, as below: an organizer or helper sees the sheets of what they keep.
    return or_(false(), *(_sheets_inside(place) for place in places))


def _sheets_inside(place: Place) -> ColumnElement[bool]:
    inside = _inside(Attendance, Attendance, place)
    if place.keeper_id is None:
        return inside
    kept = Activity.__table__.alias()
    held = kept.c.id == Attendance.activity_id
    return and_(inside, select(kept.c.id).where(held, kept.c.keeper_id == place.keeper_id).exists())


def _on_a_visible_roll(access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
    # Through the table and not the model: the session would scope the model once more in here.
    roll = Volunteer.__table__.alias()
    inside = _at_place(Volunteer, roll.c)(access, places)
    return select(roll.c.id).where(roll.c.person_id == Person.id, inside).exists()


def _colleagues(access: Access, _places: tuple[Place, ...]) -> ColumnElement[bool]:
    # Whoever is appointed where one works: the ledger names who recorded and who confirmed, an
    # activity its keeper. The screen of accounts narrows to what its own permission reaches.
    return appointed_at(access, tuple(held.place for held in access.held))


def appointed_at(access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
    """Return the condition for one's own account and those appointed at some places."""
    if any(place.column is None for place in places):
        return true()  # a new account has no appointment yet to be found by
    held = Appointment.__table__.alias()
    inside = or_(_at_place(Appointment, held.c)(access, places), _further_inside(held.c, places))
    appointed = select(held.c.id).where(held.c.account_id == Account.id, inside).exists()
    return or_(Account.id == access.account_id, appointed)


def _own_appointment_or_in_reach(access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
    return or_(
        Appointment.account_id == access.account_id,
        _at_place(Appointment)(access, places),
        _further_inside(Appointment, places),
    )


def _further_inside(held: Any, places: tuple[Place, ...]) -> ColumnElement[bool]:
    # An appointment is seen wherever it reaches, and not at its first division alone.
    more = AppointmentDivision.__table__.alias()
    inside = [
        _inside(AppointmentDivision, more.c, place) for place in places if place.column != "station"
    ]
    named = more.c.appointment_id == held.id
    return select(more.c.id).where(named, or_(false(), *inside)).exists()


def _of_a_seen_appointment(access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
    held = Appointment.__table__.alias()
    seen = or_(
        held.c.account_id == access.account_id,
        _at_place(Appointment, held.c)(access, places),
        _further_inside(held.c, places),
    )
    return select(held.c.id).where(held.c.id == AppointmentDivision.appointment_id, seen).exists()


def _everyone_signed_in(access: Access, _places: tuple[Place, ...]) -> ColumnElement[bool]:
    return true() if access.account_id is not None else false()


def _evidence(access: Access, places: tuple[Place, ...]) -> ColumnElement[bool]:
    # A paper that names somebody is no picture of the premises: it is for the desk alone.
    shown = and_(EvidenceFile.subject.not_in(PERSONAL), _at_place(EvidenceFile)(access, places))
    at_desk = _at_place(EvidenceFile)(access, access.places("evidence:personal"))
    return or_(shown, at_desk)


def _published_notices_or_of_the_desk(
    access: Access, places: tuple[Place, ...]
) -> ColumnElement[bool]:
    """Return what hangs for all who read notices; drafts only where one reads the ledger too."""
    at_places = _at_place(Notice)
    return or_(
        and_(Notice.state == NoticeState.PUBLISHED, at_places(access, places)),
        at_places(access, access.places("ledger:read")),
    )


def _nobody(_access: Access, _places: tuple[Place, ...]) -> ColumnElement[bool]:
    return false()


SCOPES: dict[type[Model], Scope] = {
    Account: _colleagues,
    Activity: _at_place(Activity),
    Attendance: _at_kept_activities,
    AreaMonth: _nobody,  # read by admin_app.services.ledger.totals, at one place at a time
    Appointment: _own_appointment_or_in_reach,
    AppointmentDivision: _of_a_seen_appointment,
    AuditEntry: _at_place(AuditEntry),
    AuditHead: _nobody,
    Backup: _everyone_signed_in,  # places and counts; the screen asks for its permission
    Certificate: _at_place(Certificate),
    CertificateRequest: _at_place(CertificateRequest),
    Checklist: _everyone_signed_in,  # published rules, and where they hold
    ChecklistAttestation: _at_place(ChecklistAttestation),
    ChecklistChoice: _everyone_signed_in,
    ChecklistItem: _everyone_signed_in,
    ChecklistResult: _at_place(ChecklistResult),
    Dismissal: _at_place(Dismissal),
    Division: _everyone_signed_in,  # public names and codes
    EvidenceFile: _evidence,
    Exemption: _at_place(Exemption),
    FieldPurpose: _at_place(FieldPurpose),
    Figure: _everyone_signed_in,  # published rules
    Consent: _at_place(Consent),
    ImportBatch: lambda access, _places: ImportBatch.uploaded_by_id == access.account_id,
    Job: lambda access, _places: Job.asked_by_id == access.account_id,
    JobPart: _nobody,  # read by admin_app.services.jobs alone, once the job itself is in reach
    JobWorker: _everyone_signed_in,  # whether anybody works at all
    LeadershipGroup: _at_place(LeadershipGroup),
    LeadershipSeat: _at_place(LeadershipSeat),
    Leave: _at_place(Leave),
    LedgerCheck: _everyone_signed_in,  # counts alone; the screen asks for its permission
    ManagerChange: _nobody,  # read by services.places.managers, at one board at a time
    NameGram: _nobody,  # read by admin_app.services.people.names alone
    Notice: _published_notices_or_of_the_desk,
    NoticeLine: _nobody,  # read by admin_app.services.ledger.publicity, of a notice in reach
    Objection: _at_place(Objection),
    OpeningHours: _at_place(OpeningHours),
    OverlapRefusal: _at_place(OverlapRefusal),
    Office: _everyone_signed_in,  # that it is a demo, and since when
    Person: _on_a_visible_roll,
    PersonMerge: _at_place(PersonMerge),
    PersonLife: _nobody,  # read by admin_app.services.ledger.totals, of one's own people
    PersonYear: _nobody,
    PrivacyRequest: _at_place(PrivacyRequest),
    Project: _at_place(Project),
    Population: _everyone_signed_in,  # published statistics
    RecoveryCode: _nobody,  # read by admin_app.services.accounts alone, as are the tries
    RegisteredChange: _nobody,  # read by services.standards.registered, at one place at a time
    RegisteredCount: _nobody,
    Registration: _at_place(Registration),
    RegistrationStep: _at_place(RegistrationStep),
    Rescue: _nobody,  # read by services.accounts.rescues, for whom it concerns
    RescueSeen: _nobody,
    Release: _at_place(Release),
    ReleaseLine: _nobody,  # read by services.privacy alone, of a release in reach
    RetentionDecision: _at_place(RetentionDecision),
    Reversal: _at_place(Reversal),
    RollGap: _at_place(RollGap),
    Rule: _at_place(Rule),
    ServiceEntry: _at_place(ServiceEntry),
    ServiceItem: _at_place(ServiceItem),
    StandingChange: _nobody,
    SignIn: lambda access, _places: SignIn.account_id == access.account_id,
    SignInTry: _nobody,
    Station: _at_place(Station),
    Team: _at_place(Team),
    TeamMember: _at_place(TeamMember),
    Training: _at_place(Training),
    TrainingAttendee: _at_place(TrainingAttendee),
    StationEquipment: _at_place(StationEquipment),
    UploadMonth: _nobody,  # read by admin_app.services.ledger.uploads, at one place at a time
    Volunteer: _at_place(Volunteer),
    Workday: _everyone_signed_in,  # the State Council's lists
}


def condition(model: type[Model], access: Access) -> ColumnElement[bool]:
    """Return the condition for the rows of a model that the access may read.

    A model without a scope raises ``KeyError``: a forgotten line shows nothing to anybody.
    """
    return SCOPES[model](access, access.places(f"{model.resource}:read"))


def covers(place: Place, row: Any) -> bool:
    """Tell whether a place holds a row, judged in memory by the row's own columns."""
    if place.column is None:
        return True
    name = _column_name(type(row), place.column)
    if not name or getattr(row, name, None) != place.value:
        return False
    if place.keeper_id is not None and hasattr(row, "keeper_id"):
        return bool(row.keeper_id == place.keeper_id)
    return True


def is_placed(model: type) -> bool:
    """Tell whether rows of a model lie at a place that a write can be judged by."""
    return issubclass(model, AtStation | Station | Appointment | AppointmentDivision | Population)


def unscoped_models(models: Iterable[type[Model]]) -> list[str]:
    """Return the names of the models that no line above speaks of."""
    return sorted(model.__name__ for model in models if model not in SCOPES)
