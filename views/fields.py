"""Form fields as the office's browsers know them: native dates, words for choices."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Boolean, Date, Enum, Time
from wtforms import BooleanField, DateField, Field, SelectField, StringField, TimeField
from wtforms.validators import Length, ValidationError

from models import Choice

TIME_FORMATS = ["%H:%M", "%H:%M:%S"]
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
        raise ValidationError(_("Choose one of the list."))


def no_nul(_form: Any, field: Field) -> None:
    """Refuse a character that PostgreSQL cannot store."""
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(_("This text holds a character that cannot be stored: retype it."))


def stripped(value: Any) -> Any:
    """Take the blanks around a text away, and what no database stores; an empty text is nothing."""
    return (value.replace("\x00", "").strip() or None) if isinstance(value, str) else value


def suited(column: Any) -> tuple[type[Field] | None, dict[str, Any]]:
    """Return the field class and its options for a column, or None for Flask-Admin's own."""
    if isinstance(column.type, Enum):
        return ChoiceField, {"kind": column.type.enum_class}
    if isinstance(column.type, Date):
        return DateField, {"validators": [reasonable]}
    if isinstance(column.type, Time):
        return TimeField, {"format": TIME_FORMATS}
    if isinstance(column.type, Boolean):
        return BooleanField, {}
    return None, {}


class NumberText(StringField):
    """A personal number that is typed once and never shown again."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, [*(validators or []), Length(max=40), no_nul], **options)

    def _value(self) -> str:
        # After a refused form the person types it again: it must not travel back.
        return ""
