"""What a station may ask beyond what the rules name: each field only behind a purpose it states.

Asked of everybody is what the Zhanjiang document of 2018 (annex 2) and Order 67, Art 5, name. The
code lists are those of the national volunteer service system.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Choice
from models.sealing import SealedText


class OptionalField(Choice):
    """A thing that is asked of a volunteer only where the station says what for."""

    POLITICAL_STATUS = "political_status", _("Political status")
    EDUCATION = "education", _("Education")
    OCCUPATION = "occupation", _("Employment")
    NATIONALITY = "nationality", _("Nationality")
    ETHNIC_GROUP = "ethnic_group", _("Ethnic group")
    EMAIL = "email", _("E-mail")
    ADDRESS = "address", _("Address")
    SERVICE_AREA = "service_area", _("Area of service")
    SPECIALITIES = "specialities", _("Specialities")
    SLOTS = "slots", _("Times of the week")
    EMERGENCY_CONTACT = "emergency_contact", _("Emergency contact")
    HEALTH_NOTE = "health_note", _("Health note")


# What the law itself calls sensitive (个人信息保护法 Art 28): no station may call it otherwise.
ALWAYS_SENSITIVE = frozenset({OptionalField.HEALTH_NOTE})
# The columns of a field, where they are not one by its own name.
_SEVERAL: dict[OptionalField, tuple[str, ...]] = {
    OptionalField.EMERGENCY_CONTACT: (
        "emergency_name", "emergency_relation", "emergency_phone", "emergency_phone_masked",
    ),
}  # fmt: skip


def columns_of(field: OptionalField) -> tuple[str, ...]:
    """Return the columns that hold a field, the one that tells whether it is kept first."""
    return _SEVERAL.get(field, (field.value,))


OPTIONAL_COLUMNS = frozenset(name for field in OptionalField for name in columns_of(field))


class PoliticalStatus(Choice):
    """Political status (政治面貌), by its national code."""

    PARTY_MEMBER = "01", _("Member of the Communist Party")
    PROBATIONARY = "02", _("Probationary member of the Communist Party")
    YOUTH_LEAGUE = "03", _("Member of the Communist Youth League")
    REVOLUTIONARY_COMMITTEE = "04", _("Revolutionary Committee of the Kuomintang")
    DEMOCRATIC_LEAGUE = "05", _("China Democratic League")
    CONSTRUCTION = "06", _("China National Democratic Construction Association")
    PROMOTING_DEMOCRACY = "07", _("China Association for Promoting Democracy")
    PEASANTS_WORKERS = "08", _("Peasants' and Workers' Democratic Party")
    PUBLIC_INTEREST = "09", _("China Zhi Gong Party")
    JIUSAN = "10", _("Jiusan Society")
    TAIWAN_LEAGUE = "11", _("Taiwan Democratic Self-Government League")
    NO_PARTY = "12", _("Personage without party affiliation")
    MASSES = "13", _("Citizen without party membership")
    OTHER = "20", _("Other")


class Education(Choice):
    """Highest level of education (学历), by its national code."""

    DOCTOR = "11", _("Doctor's degree")
    MASTER = "14", _("Master's degree")
    BACHELOR = "20", _("Bachelor's degree")
    COLLEGE = "30", _("College")
    SECONDARY_VOCATIONAL = "40", _("Secondary vocational school")
    TECHNICAL = "50", _("Technical school")
    SENIOR = "60", _("Senior middle school")
    JUNIOR = "70", _("Junior middle school")
    PRIMARY = "80", _("Primary school")
    KINDERGARTEN = "90", _("Kindergarten")
    PRESCHOOL = "91", _("Before school age")
    ILLITERATE = "00", _("Illiterate or semi-literate")
    SPECIAL = "98", _("Special education")
    OTHER = "99", _("Other")


class Occupation(Choice):
    """Employment (从业状况), by its national code."""

    CIVIL_SERVANT = "11", _("Civil servant")
    PROFESSIONAL = "13", _("Professional or technician")
    EMPLOYEE = "17", _("Employee")
    MANAGER = "21", _("Manager in an enterprise")
    WORKER = "24", _("Factory or manual worker")
    FARMER = "27", _("Farmer")
    STUDENT = "31", _("Student")
    SOLDIER = "37", _("Soldier on active duty")
    FREELANCE = "51", _("Freelance")
    SELF_EMPLOYED = "54", _("Self-employed trader")
    WITHOUT_WORK = "70", _("Without employment")
    RETIRED = "80", _("Retired")
    OTHER = "90", _("Other")


class Speciality(Choice):
    """What somebody is good at (个人特长), by its national code."""

    FIRST_AID = "01", _("Medical first aid")
    COMPETITIVE_SPORT = "02", _("Competitive sport")
    DRIVING = "03", _("Driving and transport")
    LAW = "04", _("Legal service")
    INFORMATION = "05", _("Information technology")
    MANAGEMENT = "06", _("Management")
    PUBLIC_RELATIONS = "07", _("Public relations")
    TEACHING = "08", _("Education and training")
    REPAIRS = "09", _("Repair of electric appliances")
    SECURITY = "10", _("Security")
    FINANCE = "11", _("Accounting and finance")
    DESIGN = "12", _("Design")
    RECEPTION = "13", _("Customer service and reception")
    PROPERTY = "14", _("Property maintenance")
    WRITING = "15", _("News and writing")
    LANGUAGES = "16", _("Foreign languages")
    MUSIC = "17", _("Music")
    COUNSELLING = "18", _("Psychological counselling")
    CARE = "19", _("Nursing and care")
    HANDICRAFT = "20", _("Handicraft")
    ARTS = "21", _("Culture and arts")
    NETWORKS = "22", _("Network technology")
    PHOTOGRAPHY = "23", _("Photography and video")
    OTHER = "99", _("Other")


# The fields that hold a code of a list. What was kept before the lists stays as it was written.
CODED: dict[OptionalField, type[Choice]] = {
    OptionalField.POLITICAL_STATUS: PoliticalStatus,
    OptionalField.EDUCATION: Education,
    OptionalField.OCCUPATION: Occupation,
}


class SlotDay(Choice):
    """A column of the week's 24 times: the holidays are one more day."""

    MONDAY = "0", _("Monday")
    TUESDAY = "1", _("Tuesday")
    WEDNESDAY = "2", _("Wednesday")
    THURSDAY = "3", _("Thursday")
    FRIDAY = "4", _("Friday")
    SATURDAY = "5", _("Saturday")
    SUNDAY = "6", _("Sunday")
    HOLIDAY = "7", _("Public holiday")


class SlotPart(Choice):
    """A part of a day."""

    MORNING = "0", _("Morning")
    AFTERNOON = "1", _("Afternoon")
    EVENING = "2", _("Evening")


SLOTS = tuple((day, part) for day in SlotDay for part in SlotPart)
ALL_SLOTS = (1 << len(SLOTS)) - 1


def slot_bit(day: SlotDay, part: SlotPart) -> int:
    """Return the bit by which one of the 24 times stands in ``slots``."""
    return 1 << SLOTS.index((day, part))


def slots_in(mask: int | None) -> list[tuple[SlotDay, SlotPart]]:
    """Return the times of the week that a stored number names, in the order of the week."""
    return [slot for n, slot in enumerate(SLOTS) if (mask or 0) >> n & 1]


class OptionalValues:
    """The columns of the optional fields: of a registration, and of the line of a roll."""

    __tablename__: str

    # Codes, or the words that stood there before the lists.
    political_status: Mapped[str | None] = mapped_column(String(30))
    education: Mapped[str | None] = mapped_column(String(30))
    occupation: Mapped[str | None] = mapped_column(String(50))
    nationality: Mapped[str | None] = mapped_column(String(30))
    ethnic_group: Mapped[str | None] = mapped_column(String(30))
    email: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str | None]
    service_area: Mapped[str | None] = mapped_column(String(100))
    specialities: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # One bit for each of the 24 times of the week.
    slots: Mapped[int | None]
    emergency_name: Mapped[str | None] = mapped_column(String(50))
    emergency_relation: Mapped[str | None] = mapped_column(String(20))
    emergency_phone_masked: Mapped[str | None] = mapped_column(String(40))
    # What was separately agreed to (个人信息保护法 Art 29): the field, the day, and who agreed.
    separate_consents: Mapped[dict[str, dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True)
    )

    @declared_attr
    @classmethod
    def emergency_phone(cls) -> Mapped[str | None]:
        """Return the column of the number, sealed for its own table."""
        return mapped_column(SealedText(f"{cls.__tablename__}.emergency_phone"), deferred=True)

    @declared_attr
    @classmethod
    def health_note(cls) -> Mapped[str | None]:
        """Return the column of the note, sealed for its own table."""
        return mapped_column(SealedText(f"{cls.__tablename__}.health_note"), deferred=True)
