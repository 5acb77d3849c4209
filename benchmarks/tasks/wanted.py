"""What the tasks are about: people, an activity, a day; the same on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models import clock
from tests import factories

# Nobody else of the filled office bears these given names.
ASKED = ("冯巡夜", "邓早班", "罗晚霞", "容破晓")
SERVED = "重阳敬老"
# One character is wrong.
SKILLS = "理法"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is not on the roll yet."""

    name: str = "黎新叶"
    id_number: str = factories.identity_number(date(1972, 3, 8), serial=999)
    phone: str = "13912345678"


@dataclass(frozen=True)
class Occasion:
    """An activity that is not noted yet."""

    name: str = "上门义诊"
    place: str = "村委会"


NEWCOMER, ACTIVITY = Newcomer(), Occasion()


def served_on() -> date:
    """Return the day of the activity; asked anew: midnight may pass before it is filled in."""
    return clock.today() - timedelta(days=1)


def part(name: str) -> str:
    """Return the last two characters of a name: what somebody remembers of it."""
    return name[-2:]
