"""``jobs``: the worker that makes long files, and what waits for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType

import click
import flask
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.jobs import Worker, keep_beating
from models import Job, db

from .operating import answer, json_option, tell


@click.command("work")
@click.option("--once", is_flag=True, help="Do what waits, then end.")
@click.option("--with-parent", is_flag=True, help="End when the starting process ends.")
@with_appcontext
def work(*, once: bool, with_parent: bool) -> None:
    """Make the long files that people ask for, one after another.

    One worker is enough for one PC; on a server several may be started. Stopped in the middle of
    a job, it puts the job back; killed, another worker takes it up after a minute.
    """
    worker = Worker()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    heart = Thread(target=_beat, args=(app, worker), kwargs={"with_parent": with_parent})
    try:
        with _stopping_when_told(worker):
            worker.beat()
            heart.start()
            tell(_("The worker is there."))
            count = worker.work(until_empty=once)
    finally:
        worker.stopping.set()
        if heart.is_alive():
            heart.join()
        worker.leave()
    if once:
        tell(_("Jobs done: %(count)s", count=count))


@click.command("list")
@json_option
@with_appcontext
def list_(*, as_json: bool) -> None:
    """List the jobs on file: number, kind, state, and how far each is."""
    with unscoped("an operator sees what waits"):
        found = db.session.scalars(select(Job).order_by(Job.id)).all()
    lines = [(job.id, job.kind, job.state.value, job.done, job.total) for job in found]
    if as_json:
        names = ("id", "kind", "state", "done", "total")
        answer([dict(zip(names, line, strict=True)) for line in lines])
        return
    for line in lines:
        click.echo("\t".join("" if cell is None else str(cell) for cell in line))


def _beat(app: flask.Flask, worker: Worker, *, with_parent: bool) -> None:
    parent = os.getppid()
    with app.app_context():
        keep_beating(worker, lambda: with_parent and os.getppid() != parent)


@contextmanager
def _stopping_when_told(worker: Worker) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


GROUPS = {"jobs": [work, list_]}
