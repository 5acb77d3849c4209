"""What was refused because the person was recorded elsewhere at that time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from models import OverlapRefusal, RefusedAct
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, Column
from views.lists.filters import Is, at_station, between


class OverlapRefusalView(RegisterView):
    """Refusals for overlap within one's reach, the latest first; nobody writes here."""

    model = OverlapRefusal
    resource = "findings"
    screen = "refusals"
    title = _("Refused for overlap")
    columns = (
        Column("refused_at", _("Refused at"), formats.moment, sort=True),
        Column("name_masked", _("Volunteer")),
        Column("station.name", _("Station")),
        Column("started_at", _("Tried from")),
        Column("ended_at", _("Tried until"), formats.clock_time),
        Column("other_station", _("Recorded there already")),
        Column("other_started_at", _("Recorded from"), on=BEYOND_LIST),
        Column("other_ended_at", _("Recorded until"), on=BEYOND_LIST),
        Column("act", _("What was tried")),
        Column("refused_to.name", _("Refused to"), on=BEYOND_LIST),
    )
    filters = (
        Is("act", _("What was tried"), OverlapRefusal.act, RefusedAct),
        at_station(OverlapRefusal),
        *between("refused", _("Refused at"), OverlapRefusal.refused_at),
    )
    order = (OverlapRefusal.refused_at.desc(),)
