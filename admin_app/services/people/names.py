"""Finding people by a part of their name: one character, two, three, or pinyin initials.

Neither database's own text index finds two Chinese characters, and under the C locale one of them
finds none; so the parts of every name are kept as rows of their own, compared byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    any_,
    cast,
    delete,
    event,
    false,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.orm import Mapper

from admin_app.policy import unscoped
from models import NameGram, Person, db

LONGEST = 3
INITIALS = "~"
IN_ONE_STATEMENT = 5000
# So many people are looked up one by one; of more, each row is asked.
FEW = 3000
# Up to so many PostgreSQL hashes for one question; of more, nearly every page meets some anyhow.
HASHED = 50_000


def grams(name_key: str) -> set[str]:
    """Return the parts under which a name is found: 1 to 3 characters in a row, and initials."""
    parts = {
        name_key[start : start + length]
        for length in range(1, LONGEST + 1)
        for start in range(len(name_key) - length + 1)
    }
    return parts | {INITIALS + initials(name_key)}


def initials(name_key: str) -> str:
    """Return the first letters of a name's pinyin; signs without pinyin are left out."""
    # Loads half a hundred megabytes of phrases: only who writes or reads letters needs them.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    letters = pinyin(name_key, style=Style.FIRST_LETTER, errors="ignore", strict=False)
    return "".join(first for [first] in letters).lower()


@dataclass(frozen=True)
class Matched:
    """The condition of a search, and whether it names few rows that an index finds at once."""

    condition: ColumnElement[bool]
    few: bool = False


def named(person_id: Any, words: str) -> Matched:
    """Return the condition that a row's person has words in the name, or begins with initials.

    Few people are named to the database one by one, so that their rows are looked up; of many
    each row is asked, because a list shows fifty and stops.
    """
    found = _find(words)
    if found is not None:
        return Matched(_one_of(person_id, found) if found else false(), few=True)
    table = NameGram.__table__.alias()
    people = select(table.c.person_id).where(*_parts(table, words))
    if _is_hashed(people):
        # Wrapped, it becomes no join: the people are hashed once, and each row is asked.
        return Matched(func.coalesce(person_id.in_(people), false()))
    return Matched(people.where(table.c.person_id == person_id).exists())


def _find(words: str) -> list[int] | None:
    table = NameGram.__table__
    query = select(table.c.person_id).where(*_parts(table, words)).limit(FEW + 1)
    with unscoped("the rows that are found carry the scope, not the people"):
        found = list(db.session.scalars(query))
    return found if len(found) <= FEW else None


def _is_hashed(people: Select[Any]) -> bool:
    if db.session.get_bind().dialect.name != "postgresql":
        return False  # SQLite asks a table as fast as a list
    with unscoped("the rows that are found carry the scope, not the people"):
        return db.session.scalar(people.offset(HASHED).limit(1)) is None


def _parts(table: Any, words: str) -> list[ColumnElement[bool]]:
    key = words.casefold()
    if key.isascii() and key.isalpha():
        first = INITIALS + key
        return [table.c.gram >= first, table.c.gram < first + "\x7f"]
    parts = [table.c.gram == words[:LONGEST]]
    for start in range(1, len(words) - LONGEST + 1):
        other = NameGram.__table__.alias()
        same = other.c.person_id == table.c.person_id
        part = other.c.gram == words[start : start + LONGEST]
        parts.append(select(other.c.person_id).where(same, part).exists())
    return parts


def _one_of(column: Any, found: list[int]) -> ColumnElement[bool]:
    if db.session.get_bind().dialect.name == "postgresql":
        return column == any_(cast(found, ARRAY(BigInteger)))  # type: ignore[no-any-return]
    return column.in_(found)  # type: ignore[no-any-return]


def index(connection: Connection, people: Iterable[tuple[int, str]]) -> None:
    """Keep the parts of many new names; bulk inserts call this, saved persons need not."""
    rows = [
        {"gram": gram, "person_id": person_id}
        for person_id, name_key in people
        for gram in sorted(grams(name_key))
    ]
    for first in range(0, len(rows), IN_ONE_STATEMENT):
        connection.execute(insert(NameGram), rows[first : first + IN_ONE_STATEMENT])


@event.listens_for(Person, "after_insert")
def _keep(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    index(connection, [(person.id, person.name_key)])


@event.listens_for(Person, "after_update")
def _keep_anew(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    if inspect(person).attrs.name_key.history.has_changes():
        connection.execute(delete(NameGram).where(NameGram.person_id == person.id))
        index(connection, [(person.id, person.name_key)])
