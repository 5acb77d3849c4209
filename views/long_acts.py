"""Buttons over so many rows that nobody waits: a worker does it, wholly or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from admin_app.policy import Access, declared
from admin_app.services.jobs import Changing, Progress, is_any_at_work
from admin_app.services.ledger import refusals
from models import Account, DomainError, clock, db

from . import matches
from .broken import STALE, broken_rule
from .lists.long_exports import screen_of
from .screens import jobs

# So many are done in a second or two.
LONG = 1_000


def handed_over(screen: Any, act: str, ids: list[int]) -> Response | None:
    """Hand a button over many rows to a worker; None for what is done at once.

    Where no worker is there nothing would move: then the person waits.
    """
    is_long = hasattr(screen, f"long_{act}") and len(ids) > LONG
    if not is_long or not is_any_at_work(clock.utc_now()):
        return None
    return jobs.hand_over(
        KIND.name,
        needs=(f"{screen.resource}:{act}",),
        about={
            "screen": screen.endpoint, "table": screen.model.__tablename__, "act": act,
            "rows": len(ids),
        },
        asked={
            "screen": screen.endpoint, "act": act, "rows": _versions(screen.model, ids),
            "ticked": [name for name, _words in screen.ticks.values() if name in request.form],
        },
        told=gettext(
            "These are many: they are worked on while you go on, all of them or none, and you "
            "are told."
        ),
    )  # fmt: skip


def _act(asked: Mapping[str, Any], progress: Progress) -> LazyString:
    """Press the button for the rows as they were seen, in the name of who pressed it."""
    screen, access = screen_of(asked["screen"]), declared()
    assert isinstance(access, Access)  # noqa: S101  # a job has an asker
    seen = {id_: version for id_, version in asked["rows"]}
    rows = matches.loaded(screen, list(seen))
    if {row.id: row.version for row in rows} != seen:
        raise DomainError(
            _("Some of the rows changed after you saw them: look at the list again. Nothing was "
              "done.")
        )  # fmt: skip
    by = db.session.get_one(Account, access.account_id)
    try:
        act = getattr(screen, f"long_{asked['act']}")
        told: LazyString = act(rows, asked["ticked"], by=by, access=access, told=progress)
        db.session.flush()
    except DomainError as refusal:
        db.session.rollback()
        refusals.keep(refusal)
        raise
    except StaleDataError:
        raise DomainError(STALE) from None
    except IntegrityError as error:
        raise DomainError(LazyString(broken_rule, error)) from None
    return told


def _versions(model: Any, ids: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for first in range(0, len(ids), matches.IN_ONE_STATEMENT):
        part = model.id.in_(ids[first : first + matches.IN_ONE_STATEMENT])
        asked = select(model.id, model.version).where(part).order_by(model.id)
        found += [[id_, version] for id_, version in db.session.execute(asked)]
    return found


def _title(about: Mapping[str, Any]) -> str:
    screen = screen_of(about["screen"])
    _function, button, _question = screen._actions_data[about["act"]]
    rows = ngettext("%(num)d record", "%(num)d records", about["rows"])
    return f"{button} · {screen.title} · {rows}"


KIND = Changing("act", _title, _act)
