"""Numbers and check codes: given out without gap or repeat, and read however they are typed."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date

from sqlalchemy import update

from admin_app.policy import unscoped
from models import Station, db

# Without what the eye takes for another: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 8
SERIAL_DIGITS = 5
MAX_TYPED = 100

_NUMBER = re.compile(r"(\d{14})(\d{4})(\d{5,9})", re.ASCII)


def next_number(station: Station, on: date) -> str:
    """Reserve the next number: the station's code, the year, and a serial of the station.

    The serial never starts again, so a number tells how many papers the station has issued.
    """
    with unscoped("the serial belongs to the station, whoever issues"):
        # One UPDATE locks the row on both engines; a rollback gives the serial back.
        serial = db.session.execute(
            update(Station)
            .where(Station.id == station.id)
            .values(last_certificate=Station.last_certificate + 1)
            .returning(Station.last_certificate)
            .execution_options(synchronize_session=False)
        ).scalar_one()
    return f"{station.code.replace('-', '')}-{on.year}-{serial:0{SERIAL_DIGITS}}"


def new_code() -> str:
    """Return a check code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def printed_code(code: str) -> str:
    """Return a check code as papers and screens show it, in two groups."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def read_number(typed: str) -> str:
    """Return the number that was meant: width, case, spaces and hyphens do not matter."""
    found = _NUMBER.fullmatch(_bare(typed))
    return "-".join(found.groups()) if found else ""


def read_code(typed: str) -> str:
    """Return the check code that was meant, as it is stored."""
    return _bare(typed)


def _bare(typed: str) -> str:
    narrow = unicodedata.normalize("NFKC", typed[:MAX_TYPED]).upper()
    return "".join(sign for sign in narrow if sign.isascii() and sign.isalnum())
