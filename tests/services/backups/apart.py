"""What happens to an office in a process of its own: one that dies, and one that may not start.

Each is a copy of a process that has the office loaded already, which takes no time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from itertools import count
from pathlib import Path

from admin_app.factory import create_app
from admin_app.services.keys import rotation

_APART = multiprocessing.get_context("forkserver")
_APART.set_forkserver_preload([__name__])


def rotate_and_die(folder, url, part, call):
    """Rotate the keys until the n-th call of a part of the work; return how the process ended."""
    process = _APART.Process(target=_rotate_and_die, args=(folder, url, part, call))
    process.start()
    process.join()
    return process.exitcode


def start(folder, url):
    """Start an office and return what it says against that."""
    heard, told = _APART.Pipe(duplex=False)
    process = _APART.Process(target=_start, args=(folder, url, told))
    process.start()
    told.close()
    words = heard.recv()
    process.join()
    return words


def _rotate_and_die(folder, url, part, call):
    office, calls = create_app(instance=folder, database_url=url), count(1)
    owner = Path if part == "replace" else rotation
    done = getattr(owner, part)

    def dying(*given):
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)  # as a power cut does
        return done(*given)

    setattr(owner, part, dying)
    with office.app_context():
        rotation.rotate()


def _start(folder, url, told):
    try:
        create_app(instance=folder, database_url=url)
    except RuntimeError as refused:
        told.send(str(refused))
    else:
        told.send("")
