"""The nightly checks of the ledger."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from models import CheckOutcome, LedgerCheck
from views import formats
from views.base import RegisterView
from views.columns import DETAILS, Column
from views.lists.filters import Is, between


class CheckView(RegisterView):
    """What each night's check found, the latest first; nobody writes here."""

    model = LedgerCheck
    resource = "checks"
    title = _("Nightly checks")
    columns = (
        Column("night", _("Night"), sort=True),
        Column("outcome", _("Outcome")),
        Column("entries", _("Service entries")),
        Column("differences", _("Differences")),
        Column("by_table", _("Differences by table"), formats.counts, on=DETAILS),
        Column("began_at", _("Began at"), formats.moment),
        Column("ended_at", _("Ended at"), formats.moment),
    )
    filters = (
        Is("outcome", _("Outcome"), LedgerCheck.outcome, CheckOutcome),
        *between("night", _("Night"), LedgerCheck.night),
    )
    order = (LedgerCheck.night.desc(),)
