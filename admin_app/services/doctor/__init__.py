"""The doctor: what is wrong with the office, and how to mend it, part by part."""

from __future__ import annotations

from flask import current_app
from flask_babel import lazy_gettext as _

from models import db, engine

from . import data, machine, upkeep
from .finding import Finding, Health, bad

CHECKS = (*data.CHECKS, *upkeep.CHECKS, *machine.CHECKS)


def examine() -> list[Finding]:
    """Look at every part; what cannot be looked at is told, and hinders none of the others."""
    found = []
    for part, look in CHECKS:
        try:
            with engine.reading():
                found.append(look())
        except Exception as failure:  # a broken office is just what is asked about
            current_app.logger.warning("%s could not be examined", look.__name__, exc_info=True)
            found.append(
                bad(part, _("Could not be looked at (%(kind)s): mend what stands above first.",
                            kind=type(failure).__name__))
            )  # fmt: skip
        finally:
            db.session.rollback()
    return found


__all__ = ["Finding", "Health", "examine"]
