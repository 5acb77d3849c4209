"""Long work as people see it: the chip in the bar, the page of one's files, the hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import flask
from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    session,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, login_required
from werkzeug.wrappers import Response as Answer

from admin_app.services import jobs
from models import Job, JobState, clock, db, engine
from views import formats
from views.lookups import key
from views.web.languages import locale
from views.web.requests import access, actor, chosen_place, whole_access

# In the session while there may be something to tell: pages without a job ask the table nothing.
WATCHING = "jobs"

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


def register(app: flask.Flask, kinds: Sequence[jobs.AnyKind]) -> None:
    """Tell the office the kinds of work, and hand the bar of every page what goes on."""
    jobs.register(app, kinds)
    app.add_template_global(chip, "jobs_chip")


def hand_over(
    kind: str, *, needs: Sequence[str], about: Mapping[str, Any], asked: Mapping[str, Any],
    told: str = "",
) -> Answer:  # fmt: skip
    """Ask for a job in the name of the person who asks, and lead to the page of its progress.

    ``told`` is said of work that makes no file.
    """
    engine.begin_writing()
    job = jobs.ask(
        kind, by=actor(), access=access(), needs=needs, about=about, asked=asked,
        appointment_id=chosen_place(), language=locale(), at=clock.utc_now(),
    )  # fmt: skip
    number = job.id
    db.session.commit()
    jobs.ring(number)
    session[WATCHING] = True
    is_file = _("This is long: the file is made while you go on working, and you are told.")
    flash(told or is_file, "info")
    return redirect(url_for("jobs.index"))


def watch_again() -> None:
    """Look for one's jobs again, in a browser that has just signed in."""
    session[WATCHING] = True


def chip() -> dict[str, Any] | None:
    """Return what the bar tells of one's jobs, or None when there is nothing to tell."""
    if not session.get(WATCHING) or not current_user.is_authenticated:
        return None
    told = _chip()
    if told is None:
        session.pop(WATCHING)
    return told


def has_any() -> bool:
    """Tell whether the person has files or long work of any kind."""
    return bool(jobs.mine(clock.utc_now()))


@blueprint.get("/")
@login_required
def index() -> str:
    """Show one's jobs, what each is at, and the files to fetch."""
    now = clock.utc_now()
    found = jobs.mine(now)
    return render_template(
        "jobs/jobs.html",
        jobs=found,
        title=jobs.title,
        told=jobs.told,
        moment=formats.moment,
        state_words=state_words,
        is_stuck=any(job.is_live for job in found) and not jobs.is_any_at_work(now),
        hours=flask.current_app.extensions["station_settings"].job_hours,
    )


@blueprint.get("/live")
@login_required
def live() -> Response:
    """Tell the page how far one's jobs are, and once of each that it has ended."""
    ended = []
    if jobs.has_ended():  # only then: another may be writing for long
        engine.begin_writing()
        ended = [_told(job) for job in jobs.end_told(clock.utc_now())]
        db.session.commit()
        engine.begin_reading()
    at_work = [_told(job) for job in jobs.unfinished()]
    return jsonify({"chip": _chip(), "live": at_work, "ended": ended})


@blueprint.get("/<job_id>/file")
@login_required
def file(job_id: str) -> Response:
    """Send the file of a job to its asker, and keep a trace of it."""
    engine.begin_writing()
    job = _own(job_id)
    jobs.fetch(job, access=whole_access(), at=clock.utc_now())
    number, attempt, mimetype, size = job.id, job.attempts, job.mimetype, job.size
    name = str(job.file_name)
    db.session.commit()
    engine.begin_reading()
    answer = Response(stream_with_context(jobs.parts(number, attempt)), mimetype=mimetype)
    # The name that browsers of today read; it may be Chinese.
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.content_length = size
    return answer


@blueprint.post("/<job_id>/cancel")
@login_required
def cancel(job_id: str) -> Answer:
    """Give a job up."""
    job = _own(job_id)
    given_up = jobs.cancel(job, at=clock.utc_now())
    db.session.commit()
    if given_up:
        flash(_("The work was given up; nothing was made."), "success")
    return redirect(url_for(".index"))


def state_words(job: Job) -> str:
    """Return where a job stands; what made no file is done and not ready."""
    is_done = job.state is JobState.DONE and job.file_name is None
    return _("Done") if is_done else str(job.state.label)


def _own(typed: str) -> Job:
    job = jobs.of_number(key(typed))
    if job is None:
        abort(404)
    return job


def _chip() -> dict[str, Any] | None:
    """Return the words of the bar: what is under way, else what is ready to be fetched."""
    now = clock.utc_now()
    under_way = jobs.unfinished()
    if under_way:
        percent = under_way[0].percent
        words = ngettext("%(num)d job under way", "%(num)d jobs under way", len(under_way))
        told = f"{words} · {percent}%" if percent is not None else words
        if not jobs.is_any_at_work(now):
            told = _("A job waits: no worker is there")
        return {"words": told, "is_live": True}
    ready = jobs.unfetched(now)
    if not ready:
        return None
    words = ngettext("%(num)d file is ready", "%(num)d files are ready", len(ready))
    return {"words": words, "is_live": False}


def _told(job: Job) -> dict[str, Any]:
    is_file = job.file_name is not None
    done = _("Ready: %(title)s") if is_file else _("Done: %(title)s")
    words = {
        JobState.DONE: done % {"title": jobs.title(job)},
        JobState.FAILED: _("Failed: %(title)s", title=jobs.title(job)),
    }
    return {
        "id": job.id,
        "title": jobs.title(job),
        "state": job.state.value,
        "state_words": state_words(job),
        "percent": job.percent,
        "words": words.get(job.state, ""),
        "reason": jobs.told(job.error),
        "address": url_for("jobs.file", job_id=job.id) if is_file else "",
    }
