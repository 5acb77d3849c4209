"""The machine: folder and its modes, room on the disks, clock, fonts, address, programs."""

from __future__ import annotations

import shutil
import stat
from datetime import timedelta
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, text

from admin_app import keys
from admin_app.policy import unscoped
from admin_app.services import backups
from admin_app.services.backups import postgresql
from admin_app.services.backups.places import settings
from admin_app.services.paper import fonts
from admin_app.services.places.workdays import Calendar, UnknownYear
from models import AuditEntry, clock, db

from .finding import Finding, bad, ok, warn

FOLDER, DISK, CLOCK = _("Data folder"), _("Room on the disk"), _("Clock")
FONTS, ADDRESS, SERVER = _("Fonts"), _("Public address"), _("Database server")
WORKING_DAYS = _("Working days")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SECRETS = (keys.FILE, keys.SEALED_FILE, "station.toml", "station.db")
LITTLE, TOO_LITTLE = 2_000_000_000, 300_000_000
SLACK = timedelta(minutes=5)
OLDEST_SERVER = 15
YEAR_ENDS_IN = timedelta(days=31)


def folder() -> Finding:
    """Tell whether anybody else of this machine reads the data."""
    instance = Path(current_app.instance_path)
    if not instance.stat().st_mode & OTHERS:
        return ok(FOLDER, _("%(path)s is its owner's alone.", path=instance))
    open_files = [
        name
        for name in SECRETS
        if (instance / name).exists() and (instance / name).stat().st_mode & OTHERS
    ]
    if open_files:
        return bad(
            FOLDER,
            _("Others of this machine can read %(names)s: chmod 700 %(path)s.",
              names=", ".join(open_files), path=instance),
        )  # fmt: skip
    return warn(FOLDER, _("Others can look into the folder: chmod 700 %(path)s.", path=instance))


def disk() -> Finding:
    """Tell whether there is room for the data, and for the backups."""
    places = [Path(current_app.instance_path)]
    regular = backups.regular()
    if regular is not None and regular.exists():
        places.append(regular)
    room, place = min((shutil.disk_usage(place).free, place) for place in places)
    told = {"room": f"{room / 1_000_000_000:.1f}", "path": place}
    if room < TOO_LITTLE:
        return bad(DISK, _("Only %(room)s GB are free at %(path)s: make room today.", **told))
    if room < LITTLE:
        return warn(DISK, _("%(room)s GB are free at %(path)s: make room soon.", **told))
    return ok(DISK, _("%(room)s GB are free at %(path)s.", **told))


def machine_clock() -> Finding:
    """Tell whether the clock was set back, or differs from the database server's."""
    now = clock.utc_now()
    with unscoped("when the last trace was left"):
        last = db.session.scalar(select(func.max(AuditEntry.at)))
    if last is not None and last > now + SLACK:
        return bad(
            CLOCK,
            _("The clock is behind the last entry of the audit trail (%(moment)s): set it right.",
              moment=f"{clock.office_time(last):%Y-%m-%d %H:%M}"),
        )  # fmt: skip
    if db.engine.dialect.name == "postgresql":
        theirs = db.session.scalar(text("SELECT now() AT TIME ZONE 'UTC'"))
        if abs(theirs - now) > SLACK:
            return warn(CLOCK, _("Machine and database server differ by more than five minutes."))
    return ok(
        CLOCK, _("It is %(moment)s of the office.", moment=f"{clock.office_now():%Y-%m-%d %H:%M}")
    )


def paper_fonts() -> Finding:
    """Tell whether papers can be set."""
    try:
        fonts.require()
    except fonts.FontsMissing:
        return bad(FONTS, _("No paper can be printed: run script/setup server."))
    return ok(FONTS, _("The fonts for paper are built."))


def working_days() -> Finding:
    """Tell whether this year's working days are known, and next year's in time."""
    calendar, today = Calendar(db.session.connection()), clock.today()
    try:
        calendar.is_worked(today)
        calendar.is_worked(today + YEAR_ENDS_IN)
    except UnknownYear as unknown:
        return warn(WORKING_DAYS, str(unknown))
    return ok(WORKING_DAYS, _("The State Council's list is known for the days to come."))


def address() -> Finding:
    """Tell whether papers can carry a code that readers reach, and passwords travel sealed."""
    chosen = settings()
    if not chosen.paper_url:
        return warn(
            ADDRESS, _("None is set: certificates print number and check code without a QR.")
        )
    if not chosen.is_https:
        return warn(
            ADDRESS, _("%(url)s is not https: passwords pass readable.", url=chosen.public_url)
        )
    return ok(ADDRESS, chosen.public_url)


def server() -> Finding:
    """Tell whether the database is of a version that is tested, and can be backed up."""
    if db.engine.dialect.name != "postgresql":
        version = db.session.scalar(text("SELECT sqlite_version()"))
        return ok(SERVER, f"SQLite {version}")
    version = str(db.session.scalar(text("SHOW server_version")))
    number = int(str(db.session.scalar(text("SHOW server_version_num")))) // 10_000
    if number < OLDEST_SERVER:
        return bad(
            SERVER,
            _("PostgreSQL %(version)s is too old: %(need)s or newer.",
              version=version, need=OLDEST_SERVER),
        )  # fmt: skip
    if missing := postgresql.missing_tools():
        return bad(
            SERVER,
            _("No backup can be made: %(names)s missing (apt-get install postgresql-client).",
              names=", ".join(missing)),
        )  # fmt: skip
    return ok(SERVER, f"PostgreSQL {version}")


CHECKS = (
    (FOLDER, folder), (DISK, disk), (SERVER, server), (CLOCK, machine_clock),
    (WORKING_DAYS, working_days), (FONTS, paper_fonts), (ADDRESS, address),
)  # fmt: skip
