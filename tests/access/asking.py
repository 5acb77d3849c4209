"""Every act of the office as a request, made of the URL map, about an own row or a foreign one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

import flask
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

import views
from models import (
    Account,
    Activity,
    Appointment,
    AtStation,
    Division,
    EvidenceFile,
    Figure,
    ImportBatch,
    ImportKind,
    Job,
    LeadershipGroup,
    Project,
    Role,
    Rule,
    Station,
    Volunteer,
    clock,
    db,
)
from tests import factories
from tests.factories import ROWS
from views.lists import long_exports

TABLE = Path(__file__).with_name("matrix.txt")
# Who holds each role at Gan Lai, or above it; the stranger's row lies in the other prefecture.
HOLDERS = {
    Role.LEADER: "lin",
    Role.DEPUTY: "dai",
    Role.ORGANIZER: "ou",
    Role.MEMBER: "mo",
    Role.CLERK: "chen",
    Role.HELPER: "he",
    Role.OBSERVER: "guan",
    Role.SUPERVISOR: "su",
    Role.AUDITOR: "shen",
    Role.ADMINISTRATOR: "ada",
}
GUEST = "guest"
COLUMNS = (*(role.value for role in HOLDERS), GUEST)
# Acts of a register that name no row: they are asked once.
ROWLESS = ("index_view", "create_view", "export", "ajax_lookup", "ajax_update", "filter_lookup")
WITHOUT_ROW = (
    "account.", "grants.", "doctor.", "admin.", "findings.", "first_run.", "imports.stations",
    "imports.population",
    "imports.volunteers", "imports.ledger", "imports.upload", "jobs.index", "jobs.live",
    "sign_in.", "verify.", "attendance.index", "rules.model_view", "registrations.county_view",
    "volunteers.find_view", "imports.accounts", "retention.index",
)  # fmt: skip
# Which register's row an address outside the registers names.
NAMED = {
    "attendance": Activity,
    "board": Division,
    "checklists": Station,
    "evidence": EvidenceFile,
    "imports": ImportBatch,
    "jobs": Job,
    "own_data": Volunteer,
    "punctuality": Station,
    "reports": Station,
    "retention": Volunteer,
    "retention.held": Station,
    "service_registers.station": Station,
    "service_registers.volunteer": Volunteer,
    "station_file": Station,
    "uploads": Station,
    "wall.group": LeadershipGroup,
    "wall.rule": Rule,
    "wall.station": Station,
}
UNKNOWN = "!"
OPENED, REFUSED, ABSENT, SENT_TO_SIGN_IN = "+", "-", ".", "?"
PLACEHOLDER = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Act:
    """One thing that can be asked of the office: a route, its method, and the button pressed."""

    rule: str
    endpoint: str
    method: str
    button: str = ""

    def __str__(self) -> str:
        pressed = f":{self.button}" if self.button else ""
        return f"{self.method} {self.endpoint}{pressed}"

    @property
    def names_a_row(self) -> bool:
        """Tell whether the request says which row it is about."""
        screen, _dot, act = self.endpoint.rpartition(".")
        if self.endpoint.startswith(WITHOUT_ROW):
            return False
        return screen not in SCREENS or act not in ROWLESS


SCREENS = {screen.screen or screen.resource: screen for screen in views.SCREENS}


def acts(app: flask.Flask) -> list[Act]:
    """Return everything that the URL map and the buttons of the registers offer."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            buttons = [""]
            if rule.endpoint.endswith(".action_view"):
                buttons = sorted(_screen(app, rule.endpoint)._actions_data) or [""]
            found += [Act(rule.rule, rule.endpoint, method, button) for button in buttons]
    return sorted(found, key=str)


def _screen(app, endpoint):
    [admin] = app.extensions["admin"]
    return next(view for view in admin._views if view.endpoint == endpoint.partition(".")[0])


# The rows


def furnish(cast, account) -> tuple[dict[type, int], dict[type, int]]:
    """Save a row of each kind, once where a person works and once in the other prefecture."""
    stranger = cast.wang
    own, foreign = (
        {model: make(station).id for model, make in ROWS.items()}
        for station in (cast.gan_lai, cast.weng_shui)
    )
    if account is not None and account.login in ("ou", "he"):
        for model, make in ((Activity, factories.activity), (Project, factories.project)):
            own[model] = make(cast.gan_lai, keeper_id=account.id).id
    # A figure is changed until the day from which it holds.
    for n, rows in enumerate((own, foreign), start=1):
        db.session.get_one(Figure, rows[Figure]).since = date(2100, 1, n)
    db.session.commit()
    for rows, person in ((own, account or cast.chen), (foreign, stranger)):
        rows[ImportBatch], rows[Job] = _batch(person), _job(person)
    return own, foreign


def _batch(person: Account) -> int:
    row = ImportBatch(
        kind=ImportKind.VOLUNTEERS, uploaded_by_id=person.id, handed_in_on=date(2026, 3, 2),
        expires_at=clock.utc_now() + timedelta(hours=1), file_name="a.xlsx", sha256="0" * 64,
        sheet=b"[]", returned=b"PK",
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row.id


def _job(person: Account) -> int:
    row = Job(
        kind=long_exports.KIND.name, asked_by_id=person.id, language="en", asked="{}", reach={},
        about={"screen": "volunteers", "table": "volunteers"},
        expires_at=clock.utc_now() + timedelta(hours=1),
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row.id


# The request


def ask(browser, act: Act, rows: dict[type, int]) -> str:
    """Make the request and return the sign of how it was answered."""
    model = _model(act)
    row = str(rows[model]) if model is not None else "1"
    told = {"id": row, "version": "1", "reason": "按规定办理", "act": "approve"}
    if model is Station:
        told["station"] = row
    if model is Division and act.method == "GET":
        told["division"] = row
    if model is Volunteer:
        told["volunteer"] = row
    if act.endpoint in ("evidence.new", "evidence.add"):
        told = {"station": str(rows[Station])}
    if act.endpoint in ("checklists.choose", "checklists.unchoose"):
        told = {"division": str(rows[Division])}
    if act.endpoint == "my_places.choose":
        told = {"place": str(rows[Appointment])}
    told |= {"month": "2026-03", "year": "2026"} if act.method == "GET" else {"rowid": row}
    if act.button:
        told["action"] = act.button
    answer = browser.open(
        path(act, row),
        method=act.method,
        query_string=told if act.method == "GET" or model is Station else {"id": row},
        data=None if act.method == "GET" else told,
    )
    code = answer.status_code
    answer.close()
    if code == HTTPStatus.FOUND and (answer.location or "").startswith("/sign-in"):
        return SENT_TO_SIGN_IN
    signs = {HTTPStatus.FORBIDDEN: REFUSED, HTTPStatus.NOT_FOUND: ABSENT}
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"[{code}]"
    return signs.get(HTTPStatus(code), OPENED)


def _model(act: Act) -> type | None:
    screen = act.endpoint.partition(".")[0]
    if screen in SCREENS:
        return SCREENS[screen].model
    return NAMED.get(act.endpoint) or NAMED.get(screen)


def path(act: Act, row: str) -> str:
    """Return the address of an act about a row."""

    def filled(placeholder: re.Match[str]) -> str:
        if "any(" in placeholder[0]:
            return re.search(r"\((\w+)", placeholder[0])[1]
        words = {"export_type": "csv", "kind_of_file": "csv", "code": "en", "act": "note"}
        return next((w for name, w in words.items() if name in placeholder[0]), row)

    return PLACEHOLDER.sub(filled, act.rule)


class Watch:
    """Undoes whatever the office would commit, and remembers the stations that it wrote at."""

    def __init__(self, monkeypatch) -> None:
        self.stations: set[int] = set()
        kind = type(db.session())

        def keep_nothing(session: Session) -> None:
            session.flush()
            session.rollback()

        monkeypatch.setattr(kind, "commit", keep_nothing)
        event.listen(kind, "before_flush", self._look)
        self._stop = lambda: event.remove(kind, "before_flush", self._look)

    def _look(self, session, _context, _instances) -> None:
        for row in (*session.new, *session.dirty, *session.deleted):
            if isinstance(row, AtStation) and session.is_modified(row):
                written = inspect(row).dict.get("station_id")
                self.stations |= {written} - {None}

    def stop(self) -> None:
        """Watch no longer."""
        self._stop()


# The table


def read() -> dict[str, dict[str, str]]:
    """Return the table: by act and by column, the signs for an own and for a foreign row."""
    lines = [
        line.split()
        for line in TABLE.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return {
        f"{method} {endpoint}": dict(zip(COLUMNS, signs, strict=True))
        for method, endpoint, *signs in lines
    }


def written(found: dict[str, dict[str, str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    for act, signs in sorted(found.items(), key=lambda pair: pair[0].split()[::-1]):
        method, endpoint = act.split()
        cells = "".join(f"{signs.get(column, UNKNOWN):<3} " for column in COLUMNS)
        yield f"{method:<5}{endpoint:<42}{cells}".rstrip()


def write(found: dict[str, dict[str, str]]) -> None:
    """Write the table anew below the words that explain it."""
    head = [line for line in TABLE.read_text().splitlines() if line.startswith("#")]
    TABLE.write_text("\n".join([*head, *written(found)]) + "\n")
