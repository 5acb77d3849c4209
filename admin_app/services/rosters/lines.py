"""The lines of a roster: whom each means on the roll, as typed, pasted or read from a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select

from admin_app.services.people import roll
from models import Activity, DomainError, Person, Volunteer, db

from . import pasted
from .pasted import Said

# More than any activity of a community; a sheet is imported instead.
MOST = 200
IN_ONE_QUESTION = 500
DAY = 24 * 60


@dataclass(frozen=True)
class Line:
    """One line as it stands in the form; without a volunteer, ``said`` is what was meant."""

    volunteer: Volunteer | None = None
    said: str = ""
    start: str = ""
    end: str = ""
    content: str = ""
    quality: str = ""
    # Whom it may mean, where it is not certain.
    choices: tuple[Volunteer, ...] = ()

    @property
    def words(self) -> str:
        """Return how the line names its person."""
        return str(self.volunteer) if self.volunteer else self.said


def read(activity: Activity, text: str) -> tuple[list[Line], list[str]]:
    """Return the lines that a pasted text makes, and what of it was not read as a line.

    A person who is not on the roll, and a serial that the sheet does not have, are lines too.
    """
    found = pasted.read(text)
    known = _by_name(activity, [name for one in found.people for name in one.names])
    lines, left = list[Line](), list[str](found.left)
    for one in found.people:
        made = _lines(activity, one, known)
        lines += made
        if not made:
            left.append(one.words)
    lines += _of_serials(activity, found.serials)
    if len(lines) > MOST:
        raise DomainError(
            _("One roster takes at most %(most)s lines: paste a part, or import a sheet.",
              most=MOST)
        )  # fmt: skip
    return lines, left


def settled(activity: Activity, lines: Iterable[Line]) -> list[Line]:
    """Return the lines with the people that corrected names mean now; the others as they are."""
    told = list(lines)
    read_anew = {line.said: _one(line.said) for line in told if line.volunteer is None}
    known = _by_name(activity, [name for one in read_anew.values() for name in one.names])
    return [
        line if line.volunteer else _meant(line, _persons(read_anew[line.said].names, known))
        for line in told
    ]


def named(activity: Activity, ids: Iterable[int]) -> dict[int, Volunteer]:
    """Return the people on the roll of the activity's station by their keys; no other is found."""
    numbers = sorted(set(ids))
    found: dict[int, Volunteer] = {}
    for first in range(0, len(numbers), IN_ONE_QUESTION):
        part = Volunteer.id.in_(numbers[first : first + IN_ONE_QUESTION])
        found |= {row.id: row for row in db.session.scalars(_roll(activity).where(part))}
    return found


def _one(words: str) -> Said:
    people = pasted.read(words[: pasted.LONGEST_WORDS]).people
    return people[0] if people else Said(words, ())


def _lines(activity: Activity, one: Said, known: dict[str, list[Volunteer]]) -> list[Line]:
    """Return the lines of one said line: one, or one a person where it names several."""
    start, end = _times(activity, one)
    whole = Line(said=one.words, start=start, end=end)
    persons = _persons(one.names, known)
    if one.is_heading:
        # A notice may mention somebody; a person is who stands alone in a line.
        return [_meant(whole, persons)] if persons and len(one.names) == 1 else []
    if persons and one.is_listed:
        return [_meant(replace(whole, said=name), same) for name, same in _each(one.names, known)]
    return [_meant(whole, [same]) for same in persons] or [whole]


def _each(
    names: Sequence[str], known: dict[str, list[Volunteer]]
) -> Iterator[tuple[str, list[list[Volunteer]]]]:
    """Yield every name with whom it means; of several in one line none is passed over."""
    for name in dict.fromkeys(names):
        yield name, [known[name]] if name in known else []


def _persons(names: Sequence[str], known: dict[str, list[Volunteer]]) -> list[list[Volunteer]]:
    """Return whom names mean, each with the namesakes; one name that was spaced apart is one."""
    whole = names[0] if names else ""
    if whole in known and "".join(names[1:]) == whole:
        return [known[whole]]
    return [known[name] for name in dict.fromkeys(names) if name in known]


def _meant(line: Line, persons: list[list[Volunteer]]) -> Line:
    if len(persons) == 1 and len(persons[0]) == 1:
        return replace(line, volunteer=persons[0][0], choices=())
    return replace(line, choices=tuple(one for same in persons for one in same))


def _times(activity: Activity, one: Said) -> tuple[str, str]:
    """Return start and end as a line says them; a length alone begins with the activity."""
    start, end = one.start, one.end
    if start is None and one.minutes and activity.starts_at:
        start = activity.starts_at.hour * 60 + activity.starts_at.minute
        end = (start + one.minutes) % DAY
    return _written(start), _written(end)


def _written(minutes: int | None) -> str:
    return "" if minutes is None else "{:02}:{:02}".format(*divmod(minutes, 60))


def _by_name(activity: Activity, wanted: Iterable[str]) -> dict[str, list[Volunteer]]:
    """Return the people on the activity's roll by the names wanted, namesakes by roll number."""
    names = sorted(set(wanted))
    known: dict[str, list[Volunteer]] = {}
    for first in range(0, len(names), IN_ONE_QUESTION):
        part = Person.name_key.in_(names[first : first + IN_ONE_QUESTION])
        for volunteer in db.session.scalars(_roll(activity).where(part)):
            known.setdefault(volunteer.person.name_key, []).append(volunteer)
    return known


def _roll(activity: Activity) -> Select[Volunteer]:
    return (
        select(Volunteer)
        .join(Volunteer.person)
        .where(Volunteer.station_id == activity.station_id, roll.still_there(activity.held_on))
        .order_by(Volunteer.number)
    )


def _of_serials(activity: Activity, serials: Sequence[int]) -> list[Line]:
    if not serials:
        return []
    found = roll.by_serial(activity.station_id, activity.held_on, serials)
    people = named(activity, found.values())
    return [
        Line(volunteer=people.get(found.get(serial, 0)), said=str(serial)) for serial in serials
    ]
