"""Backups: the whole office in one sealed file, proved by restoring it, and put back from it.

A file opens with the recovery code alone, and carries the office's keys sealed under the same
code: with the sheet and a backup an office comes back on another machine.
"""

from .keeping import back_up, last, nightly, prove_one
from .making import Written, write
from .places import folders, regular, require
from .restoring import Restored, Verdict, finish, is_ours, prove, require_alone, restore, told
from .stream import WrongKey

__all__ = [
    "Restored",
    "Verdict",
    "Written",
    "WrongKey",
    "back_up",
    "finish",
    "folders",
    "is_ours",
    "last",
    "nightly",
    "prove",
    "prove_one",
    "regular",
    "require",
    "require_alone",
    "restore",
    "told",
    "write",
]
