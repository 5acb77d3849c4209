"""The kinds of work there are, handed in when the office is put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import flask
from flask import current_app
from flask_babel import LazyString

from models import AuditAction, Job

from .progress import Progress

EXTENSION = "station_jobs"


@dataclass(frozen=True)
class Made:
    """The file that came of a job, and what the trail says of making it."""

    file: IO[bytes]
    name: str
    mimetype: str
    action: AuditAction
    register: str
    row: Any = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of work that makes a file: its title in words, and the making, for the asker."""

    name: str
    title: Callable[[Mapping[str, Any]], str]
    make: Callable[[Mapping[str, Any], Progress], Made]


@dataclass(frozen=True)
class Changing:
    """A kind of work that changes rows: what it does, in one transaction with the job's end.

    ``act`` flushes, does not commit, and returns what its asker is told, in whatever language.
    """

    name: str
    title: Callable[[Mapping[str, Any]], str]
    act: Callable[[Mapping[str, Any], Progress], LazyString]


AnyKind = Kind | Changing


def register(app: flask.Flask, kinds: Iterable[AnyKind]) -> None:
    """Tell the office which kinds of work its jobs may be."""
    app.extensions[EXTENSION] = {kind.name: kind for kind in kinds}


def kind(name: str) -> AnyKind:
    """Return a kind by the name that a job keeps; raises ``KeyError`` for one that is gone."""
    found: AnyKind = current_app.extensions[EXTENSION][name]
    return found


def title(job: Job) -> str:
    """Return the name of a job in the words of its kind."""
    return kind(job.kind).title(job.about)
