"""The committee's verbs: seating a leadership group, handing it over, adopting rules."""

from .appointments import ROLES, carried, give, last_account, span
from .model_texts import TITLES, group_in_office, system_of, written
from .offers import offered
from .rules import (
    adopt,
    draft,
    in_force,
    number,
    require_adoption,
    require_open_text,
    require_posting_after_adoption,
)
from .seats import DEPUTIES, GROUP_MEMBERS, LEADERS, MEMBERS, Seating, gaps, seat
from .terms import Ending, end, ending, hand_over, require_free, settle

__all__ = [
    "DEPUTIES",
    "GROUP_MEMBERS",
    "LEADERS",
    "MEMBERS",
    "ROLES",
    "TITLES",
    "Ending",
    "Seating",
    "adopt",
    "carried",
    "draft",
    "end",
    "ending",
    "gaps",
    "give",
    "group_in_office",
    "hand_over",
    "in_force",
    "last_account",
    "number",
    "offered",
    "require_adoption",
    "require_free",
    "require_open_text",
    "require_posting_after_adoption",
    "seat",
    "settle",
    "span",
    "system_of",
    "written",
]
