"""Workers that hang, die or grow old cost one paper at most."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from admin_app.services.paper import fonts, frames, worker
from admin_app.services.paper.press import Press
from admin_app.services.paper.render import PaperFailed, render
from tests.services.paper import samples

SMALL = samples.certificate(rows=1)


@pytest.fixture
def press():
    press = Press(seconds=60)
    yield press
    press.close()


def worker_of(press):
    (idle,) = press._idle.queue
    return idle


def test_a_worker_that_takes_too_long_is_killed_and_the_next_job_works(press):
    render("certificate", SMALL, press=press)
    slow = worker_of(press).pid
    press.seconds = 0.2
    with pytest.raises(PaperFailed, match="too long"):
        render("report_month", samples.report(stations=2000), press=press)
    assert not is_alive(slow)
    press.seconds = 60
    assert render("certificate", SMALL, press=press).pages == 1


def test_a_worker_that_was_killed_between_jobs_is_replaced(press):
    render("certificate", SMALL, press=press)
    os.kill(worker_of(press).pid, signal.SIGKILL)
    with pytest.raises(PaperFailed, match="ended"):
        render("certificate", SMALL, press=press)
    assert render("certificate", SMALL, press=press).pages == 1


def test_an_old_worker_retires():
    press = Press(jobs_per_worker=1)
    render("certificate", SMALL, press=press)
    assert worker_of(press) is None


def test_threads_take_turns(press):
    with ThreadPoolExecutor(4) as threads:
        papers = list(threads.map(lambda _: render("certificate", SMALL, press=press), range(8)))
    assert len({paper.sha256 for paper in papers}) == 1


def test_a_forked_process_starts_a_worker_of_its_own(press):
    render("certificate", SMALL, press=press)
    mine = worker_of(press).pid
    child = os.fork()
    if not child:
        # Nothing but the exit status may come out of here: this is a copy of the test run.
        ok = worker_of(press) is None and render("certificate", SMALL, press=press).pages == 1
        press.close()
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert is_alive(mine)
    assert render("certificate", SMALL, press=press).pages == 1


def test_a_worker_dies_with_its_parent():
    script = (
        "import os, signal\n"
        "from admin_app.services.paper.press import Press\n"
        "from tests.services.paper import samples\n"
        "press = Press()\n"
        "job = {'template': 'certificate', 'values': samples.certificate(), 'sample': False}\n"
        "press.print(job)\n"
        "print(press._idle.queue[0].pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    orphan = int(told.stdout)
    deadline = time.monotonic() + 10
    while is_alive(orphan) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(orphan)


def test_a_worker_knows_no_secret_of_the_office(press, monkeypatch):
    monkeypatch.setenv("STATION_SECRET", "open sesame")
    render("certificate", SMALL, press=press)
    with open(f"/proc/{worker_of(press).pid}/environ", "rb") as environment:
        assert b"STATION" not in environment.read()


def test_missing_fonts_say_what_to_run(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "_STAMP", tmp_path / "stamp.json")
    said = io.BytesIO()
    with pytest.raises(SystemExit):
        worker._layout(said)
    said.seek(0)
    assert b"script/setup" in (frames.read(said) or b"")


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
