"""Teams and projects: what may be linked to them, and which are regular or active."""

from .links import require_covering, require_open
from .measures import PROJECTS, TEAMS, Measure
from .members import keep as keep_member
from .members import on as members_on
from .members import sound_credit_code
from .regularity import (
    Answer,
    active_by_community,
    active_by_station,
    condition,
    holds,
    regular_by_community,
    regular_by_station,
)
from .standings import Standing, active, carried, of_station, recent, regular, standing

__all__ = [
    "PROJECTS",
    "TEAMS",
    "Answer",
    "Measure",
    "Standing",
    "active",
    "active_by_community",
    "active_by_station",
    "carried",
    "condition",
    "holds",
    "keep_member",
    "members_on",
    "of_station",
    "recent",
    "regular",
    "regular_by_community",
    "regular_by_station",
    "require_covering",
    "require_open",
    "sound_credit_code",
    "standing",
]
