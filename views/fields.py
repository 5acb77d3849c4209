"""Form fields as an office types: days and times in many spellings, words for choices."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Boolean, Date, Enum, Time
from wtforms import BooleanField, DateField, Field, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from admin_app.services.exchange import cells
from models import Choice, clock

FIRST_YEAR, LAST_YEAR = 1900, 2199


class ChoiceField(SelectField):
    """A select over a closed list of words; nothing is chosen beforehand."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        self.kind: type[Choice] = options.pop("kind")
        super().__init__(label, validators, coerce=self._word, **options)
        self.choices = [("", "—"), *((word.value, word.label) for word in self.kind)]

    def _word(self, value: Any) -> Choice | None:
        if value in (None, ""):
            return None
        return self.kind(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the posted word, or say that it is none of the list."""
        try:
            super().process_formdata(valuelist)
        except ValueError as exc:
            self.data = None
            raise ValueError(_("Choose one of the list.")) from exc

    def iter_choices(self) -> Any:
        """Yield the words; the chosen one is compared by its value."""
        chosen = self.data.value if isinstance(self.data, Choice) else self.data or ""
        for value, label in self.choices:
            yield value, label, value == chosen, {}

    def pre_validate(self, form: Any) -> None:
        """Accept nothing chosen; whether that will do is the validators' question."""
        if self.data is not None and not isinstance(self.data, Choice):
            raise ValidationError(_("Choose one of the list."))


def reasonable(_form: Any, field: Field) -> None:
    """Refuse a day that no register of people alive can mean, such as a slip in the year."""
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."))


def within_reach(_form: Any, field: Field) -> None:
    """Refuse a posted key that the look-up does not offer; silence would choose for the person."""
    typed = field.raw_data[0] if field.raw_data else ""
    if typed and field.data is None:
        field.errors.clear()  # Flask-Admin has said so already, in English whatever is spoken
        raise ValidationError(_("Choose one of the list."))


def no_nul(_form: Any, field: Field) -> None:
    """Refuse a character that PostgreSQL cannot store."""
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(_("This text holds a character that cannot be stored: retype it."))


def stripped(value: Any) -> Any:
    """Take the blanks around a text away, and what no database stores; an empty text is nothing."""
    return (value.replace("\x00", "").strip() or None) if isinstance(value, str) else value


_DAY_OF_YEAR = re.compile(r"(\d{1,2})\s*[-/.月\u2010-\u2015\u2212]\s*(\d{1,2})\s*[日号]?")
_MIDNIGHT = 24 * 60


def typed_day(words: str) -> date | None:
    """Return the day that typed words mean: as on a sheet, and without a year this year's.

    ``admin_app/static/forms/spelling.js`` reads the same; one table tests both.
    """
    without_year = _DAY_OF_YEAR.fullmatch(cells.text(words))
    if without_year is None:
        return cells.day(words)
    try:
        return date(clock.today().year, *map(int, without_year.groups()))
    except ValueError:
        return None


def typed_time(words: str) -> time | None:
    """Return the time of day that typed words mean, as on a sheet."""
    minutes = cells.clock(words)
    return None if minutes is None or minutes == _MIDNIGHT else time(*divmod(minutes, 60))


class DayField(DateField):
    """A day in whatever spelling; the browser adds a calendar."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("render_kw", {"data-day": True})
        super().__init__(label, validators, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed day, or say how a day is typed."""
        words = " ".join(valuelist).strip()
        self.data = typed_day(words) if words else None
        if words and self.data is None:
            raise ValueError(_("This is no day: type it as 2026-11-20, 20261120 or 11-20."))


class ClockField(TimeField):
    """A time of day in whatever spelling; the browser offers the half hours."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("render_kw", {"data-time": True})
        super().__init__(label, validators, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed time, or say how a time is typed."""
        words = " ".join(valuelist).strip()
        self.data = typed_time(words) if words else None
        if words and self.data is None:
            raise ValueError(_("This is no time of day: type it as 9:30, 0930 or 14:00."))


def required(field: Field) -> None:
    """Ask for a field that is optional elsewhere."""
    field.validators = [
        InputRequired(), *(v for v in field.validators if not isinstance(v, Optional))
    ]  # fmt: skip
    field.flags.required, field.flags.optional = True, False


def suited(column: Any) -> tuple[type[Field] | None, dict[str, Any]]:
    """Return the field class and its options for a column, or None for Flask-Admin's own."""
    if isinstance(column.type, Enum):
        return ChoiceField, {"kind": column.type.enum_class}
    if isinstance(column.type, Date):
        return DayField, {"validators": [reasonable]}
    if isinstance(column.type, Time):
        return ClockField, {}
    if isinstance(column.type, Boolean):
        return BooleanField, {}
    return None, {}


class NumberText(StringField):
    """A personal number that is typed once and never shown again."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        # A draft of a form is kept in the browser; what is marked so is left out of it.
        options["render_kw"] = {"data-secret": True, **options.get("render_kw", {})}
        super().__init__(label, [*(validators or []), Length(max=40), no_nul], **options)

    def _value(self) -> str:
        # After a refused form the person types it again: it must not travel back.
        return ""


class CardNumber(NumberText):
    """An identity number, read by the browser while it is typed."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("render_kw", {"data-card": True, "spellcheck": "false"})
        super().__init__(label, validators, **options)


class MobileNumber(NumberText):
    """A mobile number, counted by the browser while it is typed."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("render_kw", {"data-mobile": True, "inputmode": "tel"})
        super().__init__(label, validators, **options)
