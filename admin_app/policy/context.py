"""In whose name the running code reads and writes: declared, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass

from models import db

from .access import Access


class ScopeMissing(RuntimeError):
    """A query ran although nobody had said in whose name; a defect, never a clerk's mistake."""


@dataclass(frozen=True)
class Unscoped:
    """A named reason to see every row, such as the check for overlaps in other stations."""

    reason: str


_declared: ContextVar[Access | Unscoped | None] = ContextVar("scope", default=None)
_actor: ContextVar[int | None] = ContextVar("actor", default=None)


def declared() -> Access | Unscoped:
    """Return the scope in force, or raise ``ScopeMissing``."""
    scope = _declared.get()
    if scope is None:
        raise ScopeMissing("a query needs acting_as(access) or unscoped('why')")
    return scope


def actor_id() -> int | None:
    """Return the account that answers for what is written; None is the system."""
    return _actor.get()


@contextmanager
def acting_as(access: Access) -> Iterator[None]:
    """Read and write as one account for a while."""
    scope, actor = _declared.set(access), _actor.set(access.account_id)
    try:
        yield
    finally:
        _declared.reset(scope)
        _actor.reset(actor)


@contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """See and write every row for a named reason; the actor stays who it was.

    What was pending before is not flushed by a query in here: it is judged by its own scope.
    """
    scoped = isinstance(_declared.get(), Access)
    token = _declared.set(Unscoped(reason))
    try:
        with db.session.no_autoflush if scoped else nullcontext():
            yield
    finally:
        _declared.reset(token)


def enter(access: Access) -> Callable[[], None]:
    """Declare a request's scope; call what is returned at its end to restore what was before."""
    scope, actor = _declared.set(access), _actor.set(access.account_id)

    def leave() -> None:
        _declared.reset(scope)
        _actor.reset(actor)

    return leave
