"""Judging a list of accounts to be opened, row by row, against who asks and who is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from admin_app.policy import Access
from admin_app.services import accounts
from models import STATION_ROLES, Account, Division, DomainError, Role, Station

from . import cells
from .sheets import Layout, Line, Table
from .verdicts import Judged, Reason, Refused, fitting

LAYOUT = Layout(
    columns={
        "login": ("登录名", "账号", "用户名", "Sign-in name"),
        "name": ("姓名", "人员姓名", "Full name"),
        "role": ("角色", "任职", "职务", "Role"),
        "station": ("站点编号", "站点编码", "站点代码", "Station code"),
        "division": ("区划代码", "行政区划代码", "Division code"),
    },
    required=("login", "name", "role"),
    anchors=("login", "name"),
)
# Each password is hashed slowly on purpose, and somebody waits for all of them.
MOST = 100
ROLES = {
    "组长": Role.LEADER,
    "副组长": Role.DEPUTY,
    "骨干": Role.ORGANIZER,
    "组员": Role.MEMBER,
    "专职人员": Role.CLERK,
    "站长": Role.CLERK,
    "活动志愿者": Role.HELPER,
    "观察员": Role.OBSERVER,
    "督导": Role.SUPERVISOR,
    "审计员": Role.AUDITOR,
    "系统管理员": Role.ADMINISTRATOR,
    **{role.value: role for role in Role},
}

Place = Station | Division | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that may be opened with its first appointment."""

    row: int
    login: str
    name: str
    role: Role
    place: Place


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed to the owner of an account that was just opened; kept nowhere."""

    login: str
    name: str
    role: Role
    place: str
    password: str


@dataclass
class JudgedAccounts(Judged[NewAccount]):
    """The outcome of judging a list; once it has landed, the slips to hand out."""

    slips: list[Slip] = field(default_factory=list)


def logins(table: Table) -> list[str]:
    """Return the sign-in names of the sheet, for asking about all of them at once."""
    login = table.reader("login")
    return [cells.text(login(line)) for line in table.lines]


def codes(table: Table) -> list[str]:
    """Return the codes of places in the sheet, for asking about all of them at once."""
    readers = [table.reader(column) for column in ("station", "division")]
    return [cells.key(read(line)) for line in table.lines for read in readers]


def require_few(table: Table) -> None:
    """Raise ``DomainError`` for more accounts than are opened at once."""
    if len(table.lines) > MOST:
        raise DomainError(
            _(
                "The sheet has %(count)s accounts; at most %(most)s are opened at once. Split it.",
                count=len(table.lines),
                most=MOST,
            )
        )


def judge(
    table: Table,
    *,
    access: Access | None,
    taken: Collection[str],
    places: Mapping[str, Station | Division],
) -> JudgedAccounts:
    """Judge every row against the names taken, the places in reach by code, and who appoints.

    Without an access everything that can be is appointed.
    """
    rules = _Rules(table, access, taken, places)
    judged = JudgedAccounts(table)
    for line in table.lines:
        try:
            judged.accepted.append(rules.row(line))
        except Refused as refused:
            judged.refused.append(refused.of(line, table))
    return judged


class _Rules:
    """The rules in order; the first that a row breaks is its reason."""

    def __init__(
        self,
        table: Table,
        access: Access | None,
        taken: Collection[str],
        places: Mapping[str, Station | Division],
    ) -> None:
        self._access, self._places = access, places
        self._taken = set(taken)
        self._cell = {column: table.reader(column) for column in LAYOUT.columns}

    def row(self, line: Line) -> NewAccount:
        """Return the account a row asks for, or raise the first rule it breaks."""
        login = self._login(line)
        name = cells.name(self._cell["name"](line))
        if not name:
            raise Refused(
                "name", Reason.NAME_MISSING, _("Nobody is named. Write the person's full name.")
            )
        role = self._role(line)
        place = self._place(line, role)
        self._require_reach(role, place)
        self._taken.add(login)
        return NewAccount(line.number, login, fitting(name, "name", Account.name), role, place)

    def _login(self, line: Line) -> str:
        login = fitting(cells.text(self._cell["login"](line)), "login", Account.login)
        if not login or " " in login:
            raise Refused(
                "login",
                Reason.LOGIN_UNFIT,
                _("A sign-in name has no spaces and is not empty. Write letters or digits."),
            )
        if login in self._taken:
            raise Refused(
                "login",
                Reason.LOGIN_TAKEN,
                _(
                    "The sign-in name %(login)s is taken, in the office or higher in the sheet."
                    " Choose another one.",
                    login=login,
                ),
            )
        return login

    def _role(self, line: Line) -> Role:
        role = ROLES.get(cells.key(self._cell["role"](line)))
        if role is None:
            raise Refused(
                "role",
                Reason.ROLE_UNKNOWN,
                _(
                    "This role is not known. Choose one of: %(roles)s.",
                    roles="、".join(word for word in ROLES if not word.isascii()),
                ),
            )
        return role

    def _place(self, line: Line, role: Role) -> Place:
        # A column that the role does not ask for may be filled in too: people copy rows.
        asked = "station" if role in STATION_ROLES else "division"
        code = cells.key(self._cell[asked](line))
        if asked == "station" and not code:
            code = cells.key(self._cell["division"](line))  # the community's own code will do
        place = self._places.get(code)
        if code and (place is None or (asked == "station" and not isinstance(place, Station))):
            raise Refused(asked, Reason.PLACE_UNKNOWN, _unknown(asked, code))
        try:
            accounts.require_place(role, place)
        except DomainError as refusal:
            raise Refused(asked, Reason.PLACE_UNFIT, refusal.args[0]) from None
        return place

    def _require_reach(self, role: Role, place: Place) -> None:
        if self._access is not None and not accounts.may_appoint(role, place, self._access):
            raise Refused(
                "role",
                Reason.BEYOND_REACH,
                _("You appoint at the stations and divisions below your own only."),
            )


def _unknown(column: str, code: str) -> LazyString:
    if column == "station":
        return _(
            "You keep no station with the code %(code)s, or its community has several. Copy the"
            " code from the list of stations, and keep the column as text.",
            code=code,
        )
    return _(
        "No division has the code %(code)s. Copy its 12 digits from the list of divisions, and"
        " keep the column as text.",
        code=code,
    )
