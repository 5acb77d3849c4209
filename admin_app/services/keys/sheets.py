"""The sheet with the recovery code, for the safe; and keys that come back by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app import keys
from admin_app.policy import unscoped
from admin_app.services import audit
from admin_app.services.paper.render import Paper, render
from models import AuditAction, DomainError, Office, clock, db

PRINTED = "sheet_printed_at"
TEMPLATE = "recovery"


def printed_at() -> str | None:
    """Return when the sheet was printed last, or None when nobody did."""
    found = keys.read(_instance()).get(PRINTED)
    return None if found is None else str(found)


def code(*, again: bool = False) -> str:
    """Return the recovery code for its sheet, and leave a trace.

    Raises ``DomainError`` for a second sheet that nobody asked for expressly.
    """
    kept = _kept(again=again)
    return _hand_out(kept, keys.recovery(kept), again=again)


def paper(*, again: bool = False) -> Paper:
    """Return the sheet as a PDF, the code also as a QR code; the trace is the same.

    What cannot be printed counts as not printed.
    """
    kept = _kept(again=again)
    secret = keys.recovery(kept)
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    values = {
        "code": keys.code(secret).split("-"),
        "printed_on": clock.today().isoformat(),
        "again": bool(kept.get(PRINTED)),
    }
    made = render(TEMPLATE, values, sample=bool(is_demo))
    _hand_out(kept, secret, again=again)
    return made


def _kept(*, again: bool) -> dict[str, Any]:
    kept: dict[str, Any] = keys.read(_instance())
    if kept.get(PRINTED) and not again:
        raise DomainError(
            _("The sheet was printed at %(moment)s (UTC) already. If it is lost, print it --again.",
              moment=kept[PRINTED])
        )  # fmt: skip
    return kept


def _hand_out(kept: dict[str, Any], secret: bytes, *, again: bool) -> str:
    instance = _instance()
    kept |= {"recovery": secret.hex(), PRINTED: clock.utc_now().isoformat(timespec="seconds")}
    keys.write(instance / keys.FILE, kept)
    keys.write_sealed(instance, kept)
    with unscoped("the keys are the whole office's"):
        audit.record(AuditAction.PRINT, Office.__tablename__, report="recovery_sheet", again=again)
        db.session.commit()
    return keys.code(secret)


def bring_back(typed: str) -> None:
    """Put the keys back from the sealed copy in the data folder, by the code on the sheet.

    Keys that are there already are left alone.
    """
    instance = _instance()
    if _are_whole(instance):
        raise DomainError(_("The keys are there and whole: nothing was changed."))
    try:
        kept = keys.opened((instance / keys.SEALED_FILE).read_bytes(), keys.secret_of(typed))
    except FileNotFoundError as missing:
        raise DomainError(
            _("There is no %(name)s in the data folder: restore a backup, which holds the keys.",
              name=keys.SEALED_FILE)
        ) from missing  # fmt: skip
    except ValueError as wrong:
        raise DomainError(
            _("This is not the code of these keys: compare it with the sheet. Nothing was changed.")
        ) from wrong
    if keys.exist(instance):
        (instance / keys.FILE).replace(instance / f"{keys.FILE}.damaged")
    keys.write(instance / keys.FILE, kept)


def _are_whole(instance: Path) -> bool:
    try:
        return keys.exist(instance) and bool(keys.read(instance))
    except ValueError:
        return False


def _instance() -> Path:
    return Path(current_app.instance_path)
