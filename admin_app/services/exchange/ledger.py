"""A sheet of service entries: its columns, what a row says, and what it is judged against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from admin_app.services.ledger import counting
from admin_app.services.ledger.counting import OVER_ACTIVITY_CAP, OVER_DAY_CAP, Counting, Window
from admin_app.services.people.guardians import UNACCOMPANIED, WITHOUT_GUARDIAN, Gates
from models import Category

from . import cells
from .sheets import Layout, Table
from .verdicts import Judged

LAYOUT = Layout(
    columns={
        "served_on": ("日期", "服务日期", "活动日期", "Date"),
        "name": ("姓名", "志愿者姓名", "志愿者", "Name"),
        "id_number": (
            "身份证号码", "身份证号", "身份证", "证件号码", "公民身份号码", "居民身份证号码",
            "ID number",
        ),
        "activity": ("活动名称", "活动", "项目名称", "服务项目", "Activity"),
        "category": ("服务类别", "类别", "活动类别", "服务类型", "Category"),
        "start": ("开始时间", "起始时间", "签到时间", "服务开始时间", "Start"),
        "end": ("结束时间", "终止时间", "签退时间", "服务结束时间", "End"),
        "hours": ("时长(小时)", "服务时长", "时数", "服务时数", "小时数", "Hours"),
        "content": ("服务内容", "内容"),
        "quality": ("服务质量", "质量", "评价"),
        "recorder": ("记录人", "登记人", "经办人"),
        "guardian_present": ("陪同监护人", "在场监护人", "陪同监护人姓名"),
    },
    required=("served_on", "name", "id_number", "activity", "start", "end"),
    anchors=("name", "id_number", "served_on"),
)  # fmt: skip


class Flag(StrEnum):
    """What a person should look at in an accepted entry; never a refusal."""

    BEFORE_REGISTRATION = "before_registration"
    WITHOUT_GUARDIAN = WITHOUT_GUARDIAN
    UNACCOMPANIED = UNACCOMPANIED
    OVER_DAY_CAP = OVER_DAY_CAP
    OVER_ACTIVITY_CAP = OVER_ACTIVITY_CAP
    OUTSIDE_WINDOW = "outside_window"

    @property
    def label(self) -> LazyString:
        """Return the words shown beside the entry."""
        return _FLAG_LABELS[self]


_FLAG_LABELS = {
    Flag.BEFORE_REGISTRATION: _("Served before the day of registration"),
    Flag.WITHOUT_GUARDIAN: _("Under age, and no guardian's consent on file"),
    Flag.UNACCOMPANIED: _("Too young to serve alone, and no guardian named as present"),
    Flag.OVER_DAY_CAP: _("More than counts of one day"),
    Flag.OVER_ACTIVITY_CAP: _("More than counts of one activity"),
    Flag.OUTSIDE_WINDOW: _("Outside the activity's times"),
}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the roll knows of a volunteer; the ids are only handed through."""

    volunteer_id: int
    person_id: int
    name: str
    born_on: date
    registered_on: date
    left_on: date | None = None
    away: tuple[tuple[date, date], ...] = ()
    """Each absence that ended: the last day before it, and the first day back."""
    agreed: tuple[tuple[date, date | None], ...] = ()
    """From which day a guardian's consent to take part stands, and from which no longer."""

    def had_left(self, day: date) -> bool:
        """Tell whether the volunteer had left the roll by a day and was not back yet."""
        is_gone = self.left_on is not None and day > self.left_on
        return is_gone or any(left < day < back for left, back in self.away)

    def is_agreed(self, day: date) -> bool:
        """Tell whether a guardian's consent stands on a day."""
        return any(since <= day and (not until or day < until) for since, until in self.agreed)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one person's day that is taken: recorded, or accepted higher in the sheet."""

    start: int
    end: int
    activity: str
    row: int | None = None
    elsewhere: bool = False
    station: str = ""
    minutes: int = 0
    """What of it counts."""

    def meets(self, start: int, end: int) -> bool:
        """Tell whether the stretches share time; touching ends share none."""
        return start < self.end and self.start < end


# The recorded stretches by person and day.
Recorded = Mapping[tuple[int, date], list[Stretch]]


@dataclass(frozen=True, slots=True)
class Service:
    """An entry that may be recorded; start and end are minutes of the day."""

    row: int
    who: Enrolled
    served_on: date
    start: int
    end: int
    activity: str
    category: Category
    content: str
    quality: str
    recorder: str
    minutes: int
    """What of the service counts."""
    rule: str | None = None
    flags: tuple[Flag, ...] = ()
    guardian_present: str = ""


@dataclass
class JudgedLedger(Judged[Service]):
    """The outcome of judging a ledger sheet."""

    @property
    def minutes(self) -> int:
        """The sum of the accepted minutes."""
        return sum(service.minutes for service in self.accepted)


ADULTS_AT_18 = Gates(adult=18)


@dataclass(frozen=True)
class World:
    """What is stored that a ledger sheet is judged against."""

    roll: Mapping[str, Enrolled]
    """The station's roll by identity number."""
    recorded: Recorded = field(default_factory=dict)
    windows: Mapping[tuple[date, str], Window] = field(default_factory=dict)
    """The times of the station's activities by day and name, where a grace asks for them."""
    hazardous: Set[tuple[date, str]] = frozenset()
    """The station's activities of hazardous work, by day and name."""
    ages: Gates = ADULTS_AT_18
    counting: Callable[[date], Counting] = lambda _day: counting.AS_SERVED


def numbers(table: Table) -> list[str]:
    """Return the identity numbers of the sheet, for asking the roll about all of them at once."""
    number = table.reader("id_number")
    return [cells.identity_number(number(line)) for line in table.lines]


def days(table: Table) -> list[date]:
    """Return the days of the sheet, for asking the ledger about all of them at once."""
    served_on = table.reader("served_on")
    return [day for line in table.lines if (day := cells.day(served_on(line))) is not None]
