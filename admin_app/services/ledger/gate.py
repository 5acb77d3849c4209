"""What is no volunteering: asked once of an activity, and again when its hours are confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _

from admin_app.policy import actor_id, unscoped
from models import Activity, DomainError, Gate, ServiceEntry, clock, db

BARRED = "not_volunteering"


def answer(activity: Activity, gate: Gate) -> None:
    """Keep the answer to the six kinds, with who gave it and when; the caller commits."""
    if activity.gate is not gate:
        activity.gate, activity.gate_by_id, activity.gate_at = gate, actor_id(), clock.utc_now()


def refuse_barred(activity: Activity) -> None:
    """Raise ``DomainError`` for an activity that is no volunteering (民政部令第67号 Art 19)."""
    if activity.is_barred:
        assert activity.gate is not None  # noqa: S101  # barred by it
        raise DomainError(
            _("“%(name)s” is no volunteering (%(kind)s), so its hours are not recorded: Order 67 of"
              " the Ministry of Civil Affairs, Article 19.",
              name=activity.name, kind=activity.gate.label)
        )  # fmt: skip


def vouch(entries: Iterable[ServiceEntry], *, unchanged: bool) -> None:
    """Let a confirmer say that the activities are still volunteering; the caller commits.

    Where nobody was asked before, this is the answer. Raises ``DomainError`` unless it is said,
    and for an activity that is known to be none.
    """
    activities = {entry.activity_id: entry.activity for entry in entries}.values()
    for activity in activities:
        refuse_barred(activity)
    if not unchanged:
        raise DomainError(
            _("Tick that none of the six kinds applies to the activities, then confirm. Nothing was"
              " done.")
        )  # fmt: skip
    db.session.flush()  # judged by the confirmer's own rights; what follows is not
    with unscoped("who confirms hours answers for their activity, which another may keep"):
        for activity in activities:
            if activity.gate is None:
                answer(activity, Gate.NONE)
        db.session.flush()
