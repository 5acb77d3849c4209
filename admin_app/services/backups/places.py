"""Where backups may go: the folder of the settings, and sticks and disks that are plugged in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _

from admin_app.config import Settings
from models import DomainError

# What a desktop mounts for its user, and what an administrator mounts by hand.
MOUNTS = ("/media/*", "/media/*/*", "/run/media/*/*", "/mnt/*")
SUFFIX = ".backup"


def settings() -> Settings:
    """Return the settings of the running office."""
    chosen = current_app.extensions["station_settings"]
    assert isinstance(chosen, Settings)  # noqa: S101  # narrows the untyped registry
    return chosen


def regular() -> Path | None:
    """Return the folder of the nightly backup, if the settings name one."""
    return settings().backup_folder


def folders() -> list[Path]:
    """Return the folders that a backup may be written to by one button."""
    chosen = regular()
    found = [chosen] if chosen is not None else []
    return found + [place for place in _plugged_in() if place not in found]


def require(folder: str) -> Path:
    """Return a folder that is offered; raises ``DomainError`` for any other."""
    for place in folders():
        if str(place) == folder:
            return place
    raise DomainError(_("This folder is not there any more: plug the disk in, then reload."))


def _plugged_in() -> Iterator[Path]:
    for pattern in MOUNTS:
        for place in sorted(Path("/").glob(pattern.lstrip("/"))):
            if os.path.ismount(place) and os.access(place, os.W_OK):
                yield place
