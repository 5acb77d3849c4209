"""Two people and one row: what one typed beside what the other saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, FormField, PasswordField

from . import formats
from .columns import Section
from .fields import NumberText

SECRET = (NumberText, PasswordField)


@dataclass(frozen=True)
class Difference:
    """A field in which the two disagree, in words; a secret is named and never told."""

    label: str
    mine: str
    theirs: str
    is_secret: bool = False


def differences(sections: tuple[Section, ...], mine: Form, theirs: Form) -> Iterator[Difference]:
    """Yield the fields that differ, in the order of the form."""
    for section in sections:
        for declared in section.fields:
            if declared.name in mine:
                yield from _compare(mine[declared.name], theirs[declared.name])


def plain_fields(form: Form) -> Iterator[Field]:
    """Yield the fields of a form, those of an enclosed form in its place."""
    for field in form:
        if isinstance(field, FormField):
            yield from plain_fields(field.form)
        else:
            yield field


def is_typed(field: Field) -> bool:
    """Tell whether a secret was typed, which must be typed again to be kept."""
    return isinstance(field, SECRET) and bool(field.data)


def posted(form: Form, given: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Return what was posted for the form's fields, to be posted once more; no secret."""
    fields = [field for field in plain_fields(form) if not isinstance(field, SECRET)]
    open_names = {name for field in fields for name in getattr(field, "names", (field.name,))}
    return [(name, value) for name, value in given.items(multi=True) if name in open_names]


def _compare(mine: Field, theirs: Field, title: str = "") -> Iterator[Difference]:
    label = str(mine.label.text)
    if isinstance(mine, FormField):
        for inner in mine.form:
            yield from _compare(inner, theirs.form[inner.short_name], f"{label} · ")
    elif isinstance(mine, SECRET):
        if mine.data:
            yield Difference(title + label, "", "", is_secret=True)
    elif _words(mine) != _words(theirs):
        yield Difference(title + label, _words(mine), _words(theirs))


def _words(field: Field) -> str:
    return field.told() if hasattr(field, "told") else formats.plain(field.data)
