"""The data: keys that open it, its tables and guards, the trail, the ledger."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidTag
from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app import keys
from admin_app.policy import unscoped
from admin_app.services import audit, jobs, office
from models import CheckOutcome, Person, clock, db, guards

from .finding import Finding, bad, ok, warn

KEYS, TABLES, GUARDS = _("Keys"), _("Tables"), _("Guards of the database")
TRAIL, LEDGER, OFFICE = _("Audit trail"), _("Ledger"), _("Office")
LAST_LINKS = 200
CHECK_DAYS = 3


def office_is_open() -> Finding:
    """Tell whether the office is open, and real."""
    if not office.has_accounts():
        return warn(OFFICE, _("Nobody opened the office yet: flask setup, or its first screen."))
    if office.is_demo():
        return warn(OFFICE, _("This is a demo: everything in it is invented."))
    return ok(OFFICE, _("The office is open."))


def keys_fit() -> Finding:
    """Tell whether the keys are there, whole, and those of this data."""
    instance = Path(current_app.instance_path)
    try:
        if not keys.exist(instance):
            return bad(KEYS, _("keys.json is missing: flask keys restore, or restore a backup."))
        if keys.is_rotating(instance):
            return bad(KEYS, _("A rotation of the keys was cut off: flask keys rotate again."))
        with unscoped("whether one sealed value opens"):
            db.session.execute(select(Person.id_number).order_by(Person.id.desc()).limit(1)).all()
    except (InvalidTag, KeyError):
        return bad(KEYS, _("The keys do not open the data: flask keys restore, or the backup's."))
    except ValueError:
        return bad(KEYS, _("keys.json is damaged: flask keys restore, or restore a backup."))
    return ok(KEYS, _("The keys open the data."))


def tables() -> Finding:
    """Tell whether the tables are those of this version."""
    have, wanted = office.steps()
    if have is None:
        return bad(TABLES, _("There are no tables yet: flask db upgrade."))
    if have != wanted:
        return bad(
            TABLES,
            _("The tables are of step %(have)s and this version wants %(wanted)s: back up, then "
              "flask db upgrade.", have=have, wanted=wanted),
        )  # fmt: skip
    return ok(TABLES, _("Step %(step)s, the newest.", step=have))


def guards_stand() -> Finding:
    """Tell whether the database itself still refuses to change what is confirmed."""
    if lost := guards.missing(db.session.connection()):
        return bad(
            GUARDS,
            _("Somebody took %(names)s away or changed them: restore the backup.",
              names=", ".join(lost)),
        )  # fmt: skip
    return ok(GUARDS, _("All stand."))


def trail() -> Finding:
    """Tell whether the end of the trail is whole; ``audit verify`` reads all of it."""
    with unscoped("the end of the chain is verified"):
        faults = audit.verify_end(LAST_LINKS)
    if faults:
        return bad(TRAIL, _("%(fault)s Run flask audit verify.", fault=faults[0]))
    return ok(TRAIL, _("Its last links are whole."))


def ledger() -> Finding:
    """Tell what the last nightly check found, and whether it is long ago."""
    with unscoped("the last nightly check"):
        check = jobs.last_check()
    if check is None:
        return warn(
            LEDGER, _("It was never checked by night: run flask ledger verify, or a worker.")
        )
    if check.outcome in (CheckOutcome.DIFFERS, CheckOutcome.BROKEN):
        return bad(
            LEDGER,
            _("Night of %(night)s: %(outcome)s. Run flask ledger verify.",
              night=check.night, outcome=check.outcome.label),
        )  # fmt: skip
    if (clock.today() - check.night).days > CHECK_DAYS:
        return warn(LEDGER, _("The last nightly check was on %(night)s.", night=check.night))
    return ok(LEDGER, _("Night of %(night)s: %(outcome)s.",
                        night=check.night, outcome=check.outcome.label))  # fmt: skip


CHECKS = (
    (OFFICE, office_is_open), (KEYS, keys_fit), (TABLES, tables), (GUARDS, guards_stand),
    (TRAIL, trail), (LEDGER, ledger),
)  # fmt: skip
