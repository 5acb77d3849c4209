"""Opening an empty office: its place, its first station, its first account."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from admin_app.policy import unscoped
from admin_app.services import accounts, office
from admin_app.services.keys import private_files
from admin_app.services.places import divisions, stations
from models import Account, Division, DomainError, Level, Role, Station, db

CODE_FILE = "first-run-code"
CODE_BYTES = 12
SHOWN = 20
STATION_LEVELS = (Level.COMMUNITY, Level.TOWNSHIP, Level.COUNTY)
# What the first person does at the station, besides making further accounts.
FIRST_ROLES = (Role.LEADER, Role.CLERK)


@dataclass(frozen=True)
class Opening:
    """What the person at the desk says when the office is opened."""

    division_code: str
    station_name: str
    login: str
    name: str
    password: str
    role: Role = Role.LEADER


def open_office(given: Opening) -> Account:
    """Open an empty office and return its first account; the caller commits.

    The account leads or keeps the first station and administers the system, so that it can
    appoint the others. Raises ``DomainError`` in an office that has an account.
    """
    require_unopened()
    with unscoped("there is nobody yet in whose name to open the office"):
        if given.role not in FIRST_ROLES:
            raise DomainError(_("The first person is the station's leader or its clerk."))
        office.mark(is_demo=False)
        _load_divisions_if_none()
        station = _first_station(given)
        account = accounts.open_account(given.login, given.name, given.password)
        accounts.appoint(account, given.role, station, by=None)
        accounts.appoint(account, Role.ADMINISTRATOR, None, by=None)
        db.session.flush()  # the caller reads what was opened
    return account


def require_unopened() -> None:
    """Raise ``DomainError`` in an office that has an account."""
    if office.has_accounts():
        raise DomainError(_("This office was opened before: sign in, or ask an administrator."))


def places(words: str) -> list[tuple[str, str]]:
    """Return codes and full names of the places that a typed name or code may mean."""
    typed = words.split()
    if not typed:
        return []
    with unscoped("names and codes of places are public"):
        if db.session.scalar(select(Division.id).limit(1)) is None:
            return _shipped_places(typed)
        return _stored_places(typed)


def code() -> str:
    """Return the one-time code that proves a stranger to sit at this machine; make it once."""
    return private_files.write_once(code_path(), secrets.token_hex(CODE_BYTES)).strip()


def is_the_code(typed: str) -> bool:
    """Tell whether somebody typed the code that lies in the instance folder."""
    return compare_digest(typed.strip().encode(), code().encode())


def code_path() -> Path:
    """Return where the code lies: whoever reads it there is at home."""
    return Path(current_app.instance_path) / CODE_FILE


def forget_code() -> None:
    """Remove the code: the office is open."""
    code_path().unlink(missing_ok=True)


def _load_divisions_if_none() -> None:
    if db.session.scalar(select(Division.id).limit(1)) is None:
        divisions.load(divisions.shipped())


def _first_station(given: Opening) -> Station:
    """Return the station that was imported before under this name, or open it."""
    division = divisions.by_code(given.division_code.strip())
    name = " ".join(given.station_name.split())
    if not name:
        raise DomainError(_("Type the station's name."))
    known = select(Station).where(Station.division_id == division.id, Station.name == name)
    return db.session.scalars(known).first() or stations.open_station(division, name)


def _shipped_places(typed: Sequence[str]) -> list[tuple[str, str]]:
    lines = {line.code: line for line in divisions.shipped()}
    found = []
    for line in sorted(lines.values(), key=lambda line: line.code):
        above, names = lines.get(line.parent_code), [line.name]
        while above is not None and above.level is not Level.PROVINCE:
            names.insert(0, above.name)
            above = lines.get(above.parent_code)
        if line.level in STATION_LEVELS and _fits(typed, line.code, names):
            found.append((line.code, _label(names, line.code)))
    return found[:SHOWN]


def _fits(typed: Sequence[str], code_: str, names: Sequence[str]) -> bool:
    # One word must be in the place's own name; the others may say where it lies.
    own = any(word in names[-1] or code_.startswith(word) for word in typed)
    return own and all(
        code_.startswith(word) or any(word in name for name in names) for word in typed
    )


def _stored_places(typed: Sequence[str]) -> list[tuple[str, str]]:
    township, county, prefecture = aliased(Division), aliased(Division), aliased(Division)
    layers = (prefecture, county, township, Division)
    own = [
        or_(_contains(Division, word), Division.code.startswith(word, autoescape=True))
        for word in typed
    ]
    anywhere = [
        or_(
            *(_contains(layer, word) for layer in layers),
            Division.code.startswith(word, autoescape=True),
        )
        for word in typed
    ]
    rows = db.session.execute(
        select(Division, township.name, county.name, prefecture.name)
        .outerjoin(township, Division.township_id == township.id)
        .outerjoin(county, Division.county_id == county.id)
        .outerjoin(prefecture, Division.prefecture_id == prefecture.id)
        .where(Division.level.in_(STATION_LEVELS), or_(*own), and_(*anywhere))
        .order_by(Division.code)
        .limit(SHOWN)
    )
    return [
        (place.code, _label([*dict.fromkeys(filter(None, (*above[::-1], place.name)))], place.code))
        for place, *above in rows
    ]


def _contains(layer: type[Division], word: str) -> ColumnElement[bool]:
    return layer.name.contains(word, autoescape=True)


def _label(names: Sequence[str], code_: str) -> str:
    return f"{' '.join(names)} {code_}"
