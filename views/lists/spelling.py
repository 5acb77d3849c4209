"""The formats once more, as SQL: a long export is written by the database itself.

Each rule here says in SQL what a function of ``views.formats`` says in Python;
``tests/views/test_spelling.py`` holds the two against each other on both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    Integer,
    String,
    Time,
    case,
    cast,
    func,
    literal,
    or_,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from models import Choice
from views import formats

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
DAY_AND_TIME, TIME_AT, TIME_LENGTH = 16, 12, 5


class office_moment(GenericFunction[str]):  # named as SQL functions are
    """A stored UTC moment as day and time in Asia/Shanghai, without summer time since 1991."""

    type = String()
    inherit_cache = True


@compiles(office_moment, "sqlite")
def _moment_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M', {compiler.process(element.clauses, **options)}, '+8 hours')"


@compiles(office_moment, "postgresql")
def _moment_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    told = compiler.process(element.clauses, **options)
    return f"substr(CAST({told} + interval '8 hours' AS varchar), 1, {DAY_AND_TIME})"


def spelled(column: ColumnElement[Any], show: Callable[[Any], str]) -> ColumnElement[Any] | None:
    """Return the SQL that writes a column as ``show`` does, or None where only Python can.

    The words of choices are those of the language in force now; what is unset is NULL.
    """
    if isinstance(show, formats.Words):
        return _words(column, show.labels)
    rule = RULES.get(show)
    return rule(column) if rule else None


def harmless(column: ColumnElement[Any], text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the text so that a spreadsheet does not run it as a formula.

    Only what people typed can begin like one.
    """
    if not isinstance(column.type, String) or isinstance(column.type, Enum):
        return text
    starts = func.substr(text, 1, 1).in_(FORMULA_STARTS)
    return case((starts, literal("'") + text), else_=text)


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any] | None:
    for kind, rule in PLAIN.items():
        if isinstance(column.type, kind):
            return rule(column)
    return None


def _choice(column: ColumnElement[Any]) -> ColumnElement[Any] | None:
    words: type[Choice] = column.type.enum_class  # type: ignore[attr-defined]
    return _cases(column, {word.value: formats.plain(word) for word in words})


def _category(column: ColumnElement[Any]) -> ColumnElement[Any]:
    words: type[Choice] = column.type.enum_class  # type: ignore[attr-defined]
    return _cases(column, {word.value: formats.category(word) for word in words})  # type: ignore[arg-type]


def _cases(column: ColumnElement[Any], words: Mapping[str, str]) -> ColumnElement[Any]:
    return case(words, value=type_coerce(column, String), else_=type_coerce(column, String))


def _due_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(cast(column, String), formats.due_day(None))


def _truth(column: ColumnElement[Any]) -> ColumnElement[Any]:
    yes, no = formats.plain(True), formats.plain(False)
    return case((column.is_(True), yes), (column.is_(False), no))


def _hours(column: ColumnElement[Any]) -> ColumnElement[Any]:
    rest = func.substr(cast(100 + column % 60, String), 2, 2)
    return cast(column // 60, String) + literal(":") + rest


def _clock_time(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.substr(cast(column, String), TIME_AT, TIME_LENGTH)


def _words(column: ColumnElement[Any], labels: Mapping[str, Any]) -> ColumnElement[Any]:
    text: ColumnElement[Any] = cast(column, String)
    for code, label in labels.items():
        text = func.replace(text, f'"{code}"', f'"{label}"')
    for mark, word in (('", "', "、"), ('["', ""), ('"]', ""), ("[]", "")):
        text = func.replace(text, mark, word)
    return text


def _counting(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write ``u30d d480 a120`` in words: marks take the letters' places, then words the marks'."""
    has_day = or_(column.like("d%"), column.like("% d%"))
    has_activity = column.contains("a")
    text: ColumnElement[Any] = literal(" ") + column + literal(" ")
    for mark, letter in zip(ROUNDED, "dnu", strict=True):
        text = func.replace(text, f"{letter} ", f"{mark} ")
    for mark, letter in ((UNIT, "u"), (DAY, "d"), (ACTIVITY, "a")):
        text = func.replace(text, f" {letter}", mark)
    # The day's number ends where the activity's begins, or with the rule.
    text = case((has_day, func.replace(text, ACTIVITY, DAY_END + ACTIVITY)), else_=text)
    end = case((has_activity, ACTIVITY_END), (has_day, DAY_END), else_="")
    text = func.replace(text, " ", end)
    for mark, words in _words_of_marks().items():
        text = func.replace(text, mark, words)
    return case((column.is_(None), formats.counting(None)), else_=func.ltrim(text, "、"))


def _words_of_marks() -> dict[str, str]:
    """Return the words before and after each number of a rule."""
    words = {}
    for mark, letter in zip(ROUNDED, "dnu", strict=True):
        words[UNIT], _number, words[mark] = formats.counting(f"u7{letter}").partition("7")
    for begins, ends, letter in ((DAY, DAY_END, "d"), (ACTIVITY, ACTIVITY_END, "a")):
        before, _number, words[ends] = formats.counting(f"{letter}7").partition("7")
        words[begins] = f"、{before}"
    return words


# Nobody types these; they stand for the parts of a rule while it is written.
ROUNDED = "\x01\x02\x03"
UNIT, DAY, DAY_END, ACTIVITY, ACTIVITY_END = "\x04\x05\x06\x07\x08"


# The first kind that fits: a choice is stored as a string, a moment is no day.
PLAIN: dict[type, Callable[[ColumnElement[Any]], ColumnElement[Any] | None]] = {
    Enum: _choice,
    String: lambda column: column,
    Boolean: _truth,
    Integer: lambda column: cast(column, String),
    DateTime: lambda column: func.substr(cast(column, String), 1, DAY_AND_TIME),
    Date: lambda column: cast(column, String),
    Time: lambda column: func.substr(cast(column, String), 1, TIME_LENGTH),
}

RULES: dict[Any, Callable[[ColumnElement[Any]], ColumnElement[Any] | None]] = {
    formats.plain: _plain,
    formats.category: _category,
    formats.clock_time: _clock_time,
    formats.counting: _counting,
    formats.due_day: _due_day,
    formats.hours: _hours,
    formats.moment: office_moment,
}
