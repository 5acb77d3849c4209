"""The demo's sign-ins: one a role, under a password of this office alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import current_app

from admin_app.services.keys import private_files

FILE = "demo-sign-ins.json"
# Without signs that are mistaken for one another when typed off a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 3, 4


@dataclass(frozen=True)
class DemoSignIn:
    """One account that a visitor may use."""

    login: str
    role: str
    place: str
    password: str


def new_password() -> str:
    """Return a password that is typed easily and guessed by nobody on the LAN."""
    groups = (
        "".join(secrets.choice(LETTERS) for _n in range(GROUP_LENGTH)) for _g in range(GROUPS)
    )
    return "-".join(groups)


def keep_sign_ins(sign_ins: Sequence[DemoSignIn]) -> None:
    """Keep the sign-ins for the next start, readable by the office's own user alone."""
    rows = [asdict(sign_in) for sign_in in sign_ins]
    private_files.write(_path(), json.dumps(rows, ensure_ascii=False, indent=1))


def read_sign_ins() -> list[DemoSignIn]:
    """Return the sign-ins kept in the instance folder; none when the file is gone."""
    if not _path().exists():
        return []
    return [DemoSignIn(**row) for row in json.loads(_path().read_text("utf-8"))]


def _path() -> Path:
    return Path(current_app.instance_path) / FILE
