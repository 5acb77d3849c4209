"""Fields behind stated purposes: how forms ask them, and where pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from wtforms import Field as FormField
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import Length, Optional

from admin_app.services.privacy import answers, purposes
from models import (
    CODED,
    OPTIONAL_COLUMNS,
    SLOTS,
    Choice,
    Education,
    Occupation,
    OptionalField,
    PoliticalStatus,
    Registration,
    SlotDay,
    SlotPart,
    Speciality,
    Volunteer,
    columns_of,
    slot_bit,
)

from . import formats
from .columns import DETAILS, Column, Field, Section
from .fields import ChoiceField, DayField, NumberText, no_nul, reasonable, stripped
from .lists.filters import Filter
from .web.requests import access

Row = Registration | Volunteer


class CodedField(ChoiceField):
    """A select over a national list; words that stood there before it may stay."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        self.older = ""
        super().__init__(label, validators or [Optional()], **options)

    def _word(self, value: Any) -> Any:
        return value if value and value == self.older else super()._word(value)

    def process_data(self, value: Any) -> None:
        """Take the stored code, or the stored words as one more choice."""
        if value and value not in set(self.kind):
            self.older = value
            self.choices = [*self.choices, (value, value)]
        super().process_data(value)

    def iter_choices(self) -> Any:
        """Yield the codes and the older words."""
        if self.older and self.data == self.older:
            return ((value, label, value == self.older, {}) for value, label in self.choices)
        return super().iter_choices()

    def pre_validate(self, form: Any) -> None:
        """Accept the older words, too."""
        if not (self.older and self.data == self.older):
            super().pre_validate(form)


class TicksField(FormField):
    """Boxes to tick, each under a name of its own, as drafts and conflicts keep them."""

    options: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Return the names under which the boxes are posted."""
        return [f"{self.name}-{option}" for option in self.options]

    def process(self, formdata: Any, *rest: Any, **more: Any) -> None:
        """Take what is stored, or of a posted form what is ticked."""
        super().process(formdata, *rest, **more)
        if formdata is not None:
            ticked = zip(self.options, self.names, strict=True)
            self.data = self.read([option for option, name in ticked if name in formdata])

    def read(self, ticked: list[str]) -> Any:
        """Return the value of some ticked boxes."""
        raise NotImplementedError

    def box(
        self, option: str, label: Any, *, is_ticked: bool, hides: bool, is_first: bool
    ) -> Markup:
        """Write one box with its label; a hidden one is read aloud alone."""
        return Markup(
            '<label class="office-choice"><input class="form-check-input" type="checkbox" value="1"'
            ' name="{name}"{id}{ticked}><span{hidden}>{label}</span></label>'
        ).format(
            name=f"{self.name}-{option}",
            id=Markup(' id="{}"').format(self.id) if is_first else "",
            ticked=Markup(" checked") if is_ticked else "",
            hidden=Markup(' class="visually-hidden"') if hides else "",
            label=label,
        )


class SpecialitiesField(TicksField):
    """What somebody is good at, of the national list."""

    options = tuple(one.value for one in Speciality)

    def read(self, ticked: list[str]) -> Any:
        """Return the codes."""
        return ticked or None

    def told(self) -> str:
        """Return what is ticked in words."""
        return specialities(self.data)

    def widget(self, _field: Any, **_options: Any) -> Markup:
        """Write the boxes in columns."""
        boxes = [
            self.box(
                one.value, one.label, is_ticked=one.value in (self.data or ()), hides=False,
                is_first=n == 0,
            )
            for n, one in enumerate(Speciality)
        ]  # fmt: skip
        return Markup('<div class="office-choices">{}</div>').format(Markup("").join(boxes))


class SlotsField(TicksField):
    """The 24 times of a week: eight days down, three parts of a day across."""

    options = tuple(str(n) for n in range(len(SLOTS)))

    def read(self, ticked: list[str]) -> Any:
        """Return the number that keeps them."""
        return sum(1 << int(option) for option in ticked) or None

    def told(self) -> str:
        """Return what is ticked in words."""
        return formats.times(self.data)

    def widget(self, _field: Any, **_options: Any) -> Markup:
        """Write the grid."""
        heads = [Markup('<th scope="col">{}</th>').format(part.label) for part in SlotPart]
        rows = [
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                day.label, Markup("").join(self._cell(day, part) for part in SlotPart)
            )
            for day in SlotDay
        ]
        return Markup(
            '<table class="office-slots"><thead><tr><td></td>{}</tr></thead>'
            "<tbody>{}</tbody></table>"
        ).format(Markup("").join(heads), Markup("").join(rows))

    def _cell(self, day: SlotDay, part: SlotPart) -> Markup:
        number = SLOTS.index((day, part))
        is_ticked = bool((self.data or 0) & slot_bit(day, part))
        label = f"{day.label} {part.label}"
        box = self.box(str(number), label, is_ticked=is_ticked, hides=True, is_first=number == 0)
        return Markup("<td>{}</td>").format(box)


class CanCome(Filter):
    """Who can come at one of the 24 times, where the station asks for them."""

    control = "choice"

    def __init__(self) -> None:
        super().__init__("can_come", _("Can come on"), Volunteer.slots)

    def is_offered(self) -> bool:
        """Tell whether a station of the person's own asks for the times."""
        return OptionalField.SLOTS in purposes.asked(*stations("volunteers:read"))

    def offers(self) -> Iterable[tuple[str, Any]]:
        """Yield the times of the week."""
        return ((str(n), f"{day.label} {part.label}") for n, (day, part) in enumerate(SLOTS))

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for no time of the week."""
        if not value.isdecimal() or int(value) >= len(SLOTS):
            raise ValueError(value)
        can = Volunteer.slots.bitwise_and(slot_bit(*SLOTS[int(value)])) != 0
        return can & purposes.asking(OptionalField.SLOTS)

    def words(self, value: str) -> str | None:
        """Return the day and its part."""
        return None if super().words(value) is None else dict(self.offers())[value]


def stations(permission: str) -> list[int]:
    """Return the stations at which the person holds a permission; none of those above them."""
    places = access().places(permission)
    return [place.value for place in places if place.column == "station" and place.value]


def coded(kind: type[Choice]) -> Any:
    """Return how a stored code of a list reads; older words as they are."""

    def write(value: str | None) -> str:
        return formats.plain(kind(value) if value in set(kind) else value)

    return write


def specialities(codes: list[str] | None) -> str:
    """Write specialities in words."""
    return formats.labels([Speciality(code) for code in codes or ()])


def _show(field: OptionalField) -> Any:
    return coded(CODED[field]) if field in CODED else None


COLUMNS = (
    *(
        Column(field.value, field.label, _show(field), on=DETAILS)
        for field in OptionalField
        if field not in (
            OptionalField.SPECIALITIES, OptionalField.SLOTS, OptionalField.EMERGENCY_CONTACT,
            OptionalField.HEALTH_NOTE,
        )
    ),
    Column("specialities", _("Specialities"), specialities, on=DETAILS),
    Column("slots", _("Times of the week"), formats.times, on=DETAILS),
    Column("emergency_name", _("Emergency contact"), on=DETAILS),
    Column("emergency_relation", _("Emergency contact's relation"), on=DETAILS),
    Column("emergency_phone_masked", _("Emergency contact's phone"), on=DETAILS),
)  # fmt: skip
SECTION = Section(
    _("Asked by this station"),
    (
        Field("political_status", _("Political status")),
        Field("education", _("Education")),
        Field("occupation", _("Employment")),
        Field("nationality", _("Nationality")),
        Field("ethnic_group", _("Ethnic group")),
        Field("email", _("E-mail")),
        Field("address", _("Address"), wide=True),
        Field("service_area", _("Area of service"), wide=True),
        Field("specialities", _("Specialities"), wide=True),
        Field("slots", _("Times of the week"), wide=True),
        Field("emergency_name", _("Emergency contact")),
        Field("emergency_relation", _("Emergency contact's relation")),
        Field("new_emergency_phone", _("Emergency contact's phone")),
        Field("health_note", _("Health note"), wide=True),
        Field("separate_consent_on", _("Separate consent on")),
    ),
)


def form_fields() -> dict[str, FormField]:
    """Return the fields of a form that are no plain column."""
    return {
        "political_status": CodedField(_("Political status"), kind=PoliticalStatus),
        "education": CodedField(_("Education"), kind=Education),
        "occupation": CodedField(_("Employment"), kind=Occupation),
        "specialities": SpecialitiesField(_("Specialities")),
        "slots": SlotsField(_("Times of the week")),
        "new_emergency_phone": NumberText(
            _("Emergency contact's phone"), [Optional()], render_kw={"data-secret": True}
        ),
        "emergency_name": StringField(
            _("Emergency contact"), [Length(max=50), no_nul], filters=[stripped]
        ),
        "health_note": TextAreaField(
            _("Health note"), [Length(max=answers.MOST_NOTE), no_nul], filters=[stripped],
            render_kw={"data-secret": True},
        ),
        "separate_consent_on": DayField(_("Separate consent on"), [Optional(), reasonable]),
    }  # fmt: skip


class AsksOptional:
    """What a register screen does about the fields behind purposes."""

    resource: str

    def facts_of(self, row: Row) -> list[tuple[str, Any]]:
        """Return the columns of a row's page, without what its station does not ask today."""
        # Once accepted, the line of the roll tells it.
        is_told = not isinstance(row, Registration) or row.is_open
        asked = shown(purposes.asked(row.station_id)) if is_told else set()
        hidden = {column.name for column in COLUMNS} - asked
        told: list[tuple[str, Any]] = super().facts_of(row)  # type: ignore[misc]
        return [(name, label) for name, label in told if name not in hidden]

    def ask(self, form: Form) -> None:
        """Leave in a form what its station asks, each field with its purpose beside it."""
        row = form._obj
        places = [row.station_id] if row is not None else stations(f"{self.resource}:write")
        asked = purposes.asked(*places)
        for name in [field.name for field in SECTION.fields if field.name in form]:
            field = _FIELD_OF.get(name)
            if field in asked:
                if name in (*columns_of(field)[:1], field.value):
                    form[name].description = gettext(
                        "Purpose: %(purpose)s", purpose=asked[field].purpose
                    )
            elif name != CONSENT or not asked:
                del form[name]
        if CONSENT in form:
            form[CONSENT].description = _consent_help(asked)
        if "new_emergency_phone" in form and row is not None and row.emergency_phone_masked:
            form.new_emergency_phone.description = gettext("Empty: the number on file stays.")

    def health_note(self, row: Row) -> str | None:
        """Return the health note to those who keep the station, where it is asked; else None."""
        if OptionalField.HEALTH_NOTE not in purposes.asked(row.station_id):
            return None
        return (row.health_note or "") if access().reaches("volunteers:health", row) else None

    def separate_consents(self, row: Row) -> list[tuple[OptionalField, str, str]]:
        """Return what was separately agreed to, the day, and which guardian agreed."""
        asked = purposes.asked(row.station_id)
        given = row.separate_consents or {}
        return [
            (field, given[field.value]["on"], given[field.value].get("guardian", ""))
            for field in asked
            if field.value in given
        ]


CONSENT = "separate_consent_on"
_FIELD_OF = {name: field for field in OptionalField for name in columns_of(field)} | {
    "new_emergency_phone": OptionalField.EMERGENCY_CONTACT
}


def shown(asked: Iterable[OptionalField]) -> set[str]:
    """Return the columns of some fields."""
    return {name for field in asked for name in columns_of(field)}


def answered(form: Form) -> dict[str, Any]:
    """Return what a form says to the fields it asks, by their columns."""
    told = {name: form[name].data for name in OPTIONAL_COLUMNS if name in form}
    if "new_emergency_phone" in form:
        told["emergency_phone"] = form.new_emergency_phone.data or None
    return told


def agreed_on(form: Form) -> Any:
    """Return the day of the separate consent that a form names."""
    return form[CONSENT].data if CONSENT in form else None


def _consent_help(asked: purposes.Asked) -> str:
    grave = [field for field, row in asked.items() if answers.is_sensitive(field, row)]
    if not grave:
        return gettext(
            "Asked only of children so young that all their data are sensitive: the guardian's "
            "(Personal Information Protection Law, Arts 28, 29, 31)."
        )
    return gettext(
        "The day on which the person, under age the guardian, agreed by itself to: %(fields)s "
        "(Personal Information Protection Law, Arts 28, 29).",
        fields=formats.labels(grave),
    )
