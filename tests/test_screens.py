"""What must hold for every screen, the next one included."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Enum, String, func, select, update
from sqlalchemy.orm import Session

import views
from admin_app.policy import GRANTS, SCOPES, unscoped
from admin_app.policy.grants import OWN_ONLY
from admin_app.policy.scopes import KEPT
from admin_app.services.places.stations import open_station
from models import (
    Account,
    Activity,
    Appointment,
    AtStation,
    AuditEntry,
    CertificateRequest,
    Consent,
    Dismissal,
    Division,
    Exemption,
    FieldPurpose,
    Figure,
    LeadershipGroup,
    LeadershipSeat,
    Leave,
    Level,
    Notice,
    Objection,
    PersonMerge,
    Population,
    PrivacyRequest,
    Project,
    Registration,
    Release,
    Role,
    Rule,
    SeatKind,
    ServiceEntry,
    Station,
    Team,
    TeamMember,
    Training,
    Volunteer,
    Workday,
    db,
    engine,
)
from tests import factories
from tests.cast import AT_DIVISION, AT_STATION, EVERYWHERE, STATIONS
from tests.factories import ROWS
from tests.pages import Page, listed, table
from views.columns import EXPORT
from views.lists import listing
from views.lists.filters import Chosen

PEOPLE = [*AT_STATION, *AT_DIVISION, *EVERYWHERE]
# Who looks at Gan Lai from outside: next door, from the other prefecture, from above it there.
STRANGERS = ["quan", "wang", "zhao", "di"]
# One of every kind of reach: own station, own activities, township, county, everywhere.
WATCHERS = [*STRANGERS, "chen", "ou", "tu", "shen"]
# Names and published figures: the same for everybody who is signed in.
SHARED = [model for model, scope in SCOPES.items() if scope is SCOPES[Division]]
MOST = 20
ID_NUMBER, PHONE = "440899195003070013", "13912345678"
# For what a page or a file says, and who may at all: it does not hang on the engine.
one_engine = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture(params=views.SCREENS, ids=lambda screen: screen.screen or screen.resource)
def screen(request):
    return request.param


@pytest.fixture
def rows(cast, screen):
    """The key of one row of the register at each station."""
    return {key: ROWS[screen.model](getattr(cast, key)).id for key in STATIONS}


def path(screen):
    return f"/{screen.screen or screen.resource}"


def role(login):
    _name, held, *_place = (AT_STATION | AT_DIVISION | EVERYWHERE)[login]
    return held


def may(login, screen, act):
    return f"{screen.resource}:{act}" in GRANTS[role(login)]


def stations_of(cast, login):
    """The stations that a person's place holds, told from codes and not from the policy."""
    [held] = getattr(cast, login).appointments
    return {
        key
        for key in STATIONS
        for station in [getattr(cast, key)]
        if held.station_id == station.id
        or (held.division is not None and station.code.startswith(held.division.prefix))
        or (held.station_id is None and held.division_id is None)
    }


def in_reach(cast, login, screen, rows):
    if not may(login, screen, "read"):
        return set()
    if screen.model in SHARED:
        return set(rows.values())
    if screen.model in KEPT and role(login) in OWN_ONLY:
        return set()
    return {rows[key] for key in stations_of(cast, login)}


def facts(model, key):
    """Everything the database holds of a row."""
    return db.session.execute(select(model.__table__).where(model.id == key)).one_or_none()


def total(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


# Who gets in


@one_engine
def test_a_screen_opens_for_whom_its_register_is_granted(browse, cast, screen):
    for login in PEOPLE:
        answer = browse(getattr(cast, login)).get(f"{path(screen)}/")
        assert answer.status_code == (200 if may(login, screen, "read") else 403), login
    guest = browse(None).get(f"{path(screen)}/")
    assert guest.status_code == 302
    assert guest.location.startswith("/sign-in?next=")


# Reading


def test_a_list_holds_the_rows_in_reach_however_it_is_asked(browse, cast, screen, rows):
    if screen.model in SHARED:
        pytest.skip("everybody reads the whole register")
    every = set(rows.values())
    orders = [f"sort={n}&desc={d}" for n, c in enumerate(screen.columns) if c.sort for d in "01"]
    for login in WATCHERS:
        if not may(login, screen, "read"):
            continue
        browser, expected = browse(getattr(cast, login)), in_reach(cast, login, screen, rows)
        for query in ["", *orders[:2]]:
            found = listed(browser.get(f"{path(screen)}/?page_size=100&{query}").text) & every
            assert found == expected, (login, query)


def test_a_search_and_a_filter_find_nothing_out_of_reach(browse, cast, screen, rows):
    if screen.model in SHARED:
        pytest.skip("everybody reads the whole register")
    queries = {}
    # Above stations text is searched in the last year only, unless one says otherwise.
    ever = {f"flt_{screen.window}_since": "2000-01-01"} if screen.window else {}
    for key in rows.values():
        row = db.session.get(screen.model, key)
        queries[key] = [ever | {"search": word} for word in _searchable(screen, row)]
    stations = [str(getattr(cast, key).id) for key in STATIONS]
    for login in WATCHERS:
        if not may(login, screen, "read"):
            continue
        browser, expected = browse(getattr(cast, login)), in_reach(cast, login, screen, rows)
        for key, asked in queries.items():
            for query in asked:
                found = listed(browser.get(f"{path(screen)}/", query_string=query).text)
                assert (key in found) == (key in expected), (login, query)
        if any(flt.key == "station" for flt in screen.filters):
            for key in stations:
                found = browser.get(f"{path(screen)}/", query_string={"flt0_station": key})
                assert listed(found.text) & set(rows.values()) <= expected, (login, key)


def _searchable(screen, row):
    volunteer = getattr(row, "volunteer", None)
    owners = [row, volunteer, getattr(volunteer or row, "person", None)]
    for column in screen.search:
        owner = next(owner for owner in owners if isinstance(owner, column.class_))
        yield str(getattr(owner, column.key))


def test_a_file_holds_the_rows_of_the_list_and_no_other(browse, cast, screen, rows):
    for login in WATCHERS:
        browser = browse(getattr(cast, login))
        granted = may(login, screen, "read") and may(login, screen, "export")
        for kind in ("csv", "xlsx"):
            if granted:  # an export leaves a trace
                shown = browser.get(f"{path(screen)}/?page_size=100").text
            answer = browser.get(f"{path(screen)}/export/{kind}/")
            assert answer.status_code == (200 if granted else 403), (login, kind)
            if not granted:
                continue
            lines = table(answer)[1:]
            cells = {cell for line in lines for cell in line}
            if screen.model not in SHARED:
                hidden = set(STATIONS) - stations_of(cast, login)
                assert not cells & {getattr(cast, key).name for key in hidden}, (login, kind)
            assert len(lines) == len(listed(shown)) or len(lines) > 100, (login, kind)


def test_a_row_out_of_reach_does_not_exist(app, browse, cast, screen, rows):
    before = {key: facts(screen.model, key) for key in rows.values()}
    [view] = [view for view in app.extensions["admin"][0]._views if type(view) is screen]
    buttons = list(view._actions_data)
    for login in [*STRANGERS, "lin", "dai", "chen", "ou", "tu", "ada"]:
        browser, own = browse(getattr(cast, login)), in_reach(cast, login, screen, rows)
        hidden = 404 if may(login, screen, "read") else 403
        for key in set(rows.values()) - own:
            for answer in (
                browser.get(f"{path(screen)}/details/?id={key}"),
                browser.get(f"{path(screen)}/edit/?id={key}"),
                browser.post(f"{path(screen)}/edit/?id={key}", data={"version": "1"}),
                browser.post(f"{path(screen)}/delete/", data={"id": key}),
            ):
                assert answer.status_code == hidden, (login, answer.request.path)
            for name in buttons:
                for ticked in ([key], [key, *own]):
                    told = {"action": name, "rowid": ticked}
                    answer = browser.post(f"{path(screen)}/action/", data=told)
                    granted = hidden == 404 and may(login, screen, name)
                    assert answer.status_code == (404 if granted else 403), (login, name)
    assert {key: facts(screen.model, key) for key in rows.values()} == before


def test_rows_in_reach_open(browse, cast, screen, rows):
    for login in WATCHERS:
        browser = browse(getattr(cast, login))
        for key in in_reach(cast, login, screen, rows):
            assert browser.get(f"{path(screen)}/details/?id={key}").status_code == 200, login


@one_engine
def test_nothing_is_written_in_a_list(browse, cast, screen, rows):
    for login in ("ada", "chen", "lin"):
        answer = browse(getattr(cast, login)).post(f"{path(screen)}/ajax/update/")
        assert answer.status_code in (403, 404)


# Lists

FULL_PAGE = 50
# Forty kilobytes, and a tenth of them kept for the names of real places and people.
LEAN = 40 * 1024 * 9 // 10


# As most rows of a register are, where the factory's are not: a group has its people.
USUAL = {
    LeadershipGroup: lambda station: {
        "seats": [
            LeadershipSeat(station=station, kind=kind, holder="林书记")
            for kind in list(SeatKind)[2:]
        ]
    },
}


@pytest.fixture
def full(cast, screen, monkeypatch):
    """More rows of the register at Gan Lai, or around it, than a page shows."""
    if screen.model is Station:
        county = Division.code.startswith("440823")
        free = select(Division).where(county, Division.level == Level.COMMUNITY)
        for division in db.session.scalars(free.order_by(Division.code.desc()).limit(51)):
            open_station(division, f"{division.name}志愿服务站")
        db.session.commit()
    elif screen.model is not Division:  # which is full from the first morning
        with monkeypatch.context() as patch:  # a commit for each row takes longer than the test
            patch.setattr(type(db.session()), "commit", Session.flush)
            for _n in range(FULL_PAGE + 1):
                usual = USUAL.get(screen.model, lambda _station: {})(cast.gan_lai)
                ROWS[screen.model](cast.gan_lai, **usual)
        db.session.commit()
    return cast


@one_engine
def test_a_page_of_fifty_rows_is_lean(browse, full, screen):
    for language in ("zh_Hans_CN", "en"):
        most = 0
        for login in ("chen", "dai", "lin", "su", "shen", "ada"):
            if may(login, screen, "read"):
                page = browse(getattr(full, login), language).get(f"{path(screen)}/")
                most = max(most, len(listed(page.text)))
                assert len(page.data) <= LEAN, (login, language, len(page.data))
        assert most == FULL_PAGE


# Choosing


@one_engine
def test_a_look_up_is_asked_by_its_own_name(app, screen):
    assert {name: lookup.name for name, lookup in screen.lookups.items()} == {
        name: name for name in screen.lookups
    }


def test_a_look_up_offers_what_is_in_reach_and_little_at_once(browse, cast, screen, rows):
    if not screen.lookups:
        pytest.skip("nothing is looked up here")
    for key in STATIONS:
        for _n in range(12):
            factories.activity(getattr(cast, key))
        factories.volunteer(getattr(cast, key))
    for login in ["lin", "chen", "ou", "su", "wang", "ada"]:
        browser = browse(getattr(cast, login))
        for name, lookup in screen.lookups.items():
            for words in ("", "志愿"):
                asked = {"name": name, "query": words, "limit": 100_000}
                answer = browser.get(f"{path(screen)}/ajax/lookup/", query_string=asked)
                if answer.status_code == 403:
                    continue
                assert answer.status_code == 200, (login, name)
                offered = [key for key, *_words in answer.json]
                assert len(offered) <= MOST
                for row in (db.session.get(lookup.model, key) for key in offered):
                    assert _lies_within(cast, login, row), (login, name, str(row))


def test_a_filter_offers_and_tells_what_is_in_reach(browse, cast, screen):
    chosen = [flt for flt in screen.filters if isinstance(flt, Chosen)]
    if not chosen:
        pytest.skip("nothing is looked up to filter by")
    for key in STATIONS:
        factories.activity(getattr(cast, key))
        factories.volunteer(getattr(cast, key))
    for login in [*WATCHERS, "guan", "ada"]:
        browser = browse(getattr(cast, login))
        for flt in chosen:
            answer = browser.get(f"{path(screen)}/filter/?name={flt.key}&limit=100000")
            assert answer.status_code == (200 if may(login, screen, "read") else 403), login
            if answer.status_code == 403:
                continue
            assert len(answer.json) <= MOST
            offered = {number for number, *_words in answer.json}
            for number, *_words in answer.json:
                row = db.session.get(flt.lookup.model, number)
                assert _lies_within(cast, login, row), (login, flt.key, str(row))
                page = browser.get(f"{path(screen)}/?flt_{flt.key}={number}").text
                assert f'<option value="{number}" selected>' in page
            hidden = db.session.scalars(
                select(flt.lookup.model).where(flt.lookup.model.id.notin_(offered))
            )
            for row in [row for row in hidden if not _lies_within(cast, login, row)][:3]:
                page = browser.get(f"{path(screen)}/?flt_{flt.key}={row.id}").text
                assert "its value is unknown" in page, (login, flt.key)
                assert str(row) not in page, (login, flt.key)
    assert browse(cast.chen).get(f"{path(screen)}/filter/?name=unknown").status_code in (403, 404)


def _lies_within(cast, login, row):
    places = {getattr(cast, key).id for key in stations_of(cast, login)}
    if isinstance(row, Account):
        held = row.appointments
        return (
            row.login == login
            or role(login) in (Role.AUDITOR, Role.ADMINISTRATOR)
            or any(
                appointment.station_id in places or appointment.division_id for appointment in held
            )
        )
    if isinstance(row, Station):
        return row.id in places
    return not isinstance(row, AtStation) or row.station_id in places


# What a sound form says beside its look-ups; a screen without a line is tried by editing alone.
SOUND = {
    PersonMerge: {"reason": "号码少打一位"},
    Registration: {
        "name": "李来",
        "id_number": ID_NUMBER,
        "new_phone": PHONE,
        "handed_in_on": "2025-01-01",
        "skills": "理发",
        "availability": "周末",
        "category_1": "0001",
    },
    Activity: {
        "name": "义诊",
        "held_on": "2026-10-03",
        "category": "0004",
        "state": "held",
        "gate": "none",
    },
    Project: {
        "name": "夕阳红",
        "category": "0017",
        "served": "03",
        "opens_on": "2026-01-01",
    },
    Team: {"name": "邻里互助队", "kind": "residents"},
    ServiceEntry: {"start": "14:00", "end": "15:00"},
    Rule: {"kind": "services", "title": "服务项目", "text": "巡逻"},
    LeadershipGroup: {"since": "2026-01-01"},
    Station: {"name": "新站", "kind": "station", "computers": "1"},
    Account: {"login": "newcomer", "name": "新人", "password": "a long enough word"},
    Appointment: {"role": "clerk", "since": "2026-01-01"},
    Workday: {"day": "2027-02-06", "is_worked": "y", "occasion": "春节调休"},
    FieldPurpose: {"field": "email", "purpose": "活动通知", "since": "2099-01-01"},
    Exemption: {
        "letter": "函",
        "letter_on": "2026-09-01",
        "since": "2026-10-01",
        "reason": "一人",
    },
    Dismissal: {"ground": "rules", "facts": "三次排班均未到岗。"},
    Release: {"purpose": "official", "recipient": "县民政局"},
    PrivacyRequest: {
        "kind": "correction",
        "asker": "person",
        "received_on": "2026-10-03",
        "asked": "住址写错了一个字。",
    },
    Leave: {"since": "2026-10-01", "until": "2026-10-03", "told_on": "2026-09-30"},
    TeamMember: {"since": "2026-10-03"},
    Training: {
        "title": "急救常识",
        "method": "lecture",
        "held_on": "2026-10-03",
        "minutes": "90",
        "organizer": "社区卫生服务中心",
    },
    Consent: {"guardian_name": "雷母", "given_on": "2026-10-01", "to_be_named": "y"},
    Notice: {
        "served_since": "2026-10-01",
        "served_until": "2026-10-31",
        "hangs_since": "2026-11-02",
        "days": "7",
    },
    Population: {"year": "2023", "residents": "3120", "source": "统计年鉴"},
    Objection: {"objector": "volunteer", "received_on": "2026-11-05", "text": "他那天没有来。"},
    Figure: {
        "name": "day_cap_minutes",
        "value": "480",
        "since": "2027-01-01",
        "basis": "通知",
        "_confirmed": "1",
    },
}
MAKERS = {
    Station: "su", Account: "ada", Appointment: "ada", LeadershipGroup: "lin", Workday: "pu",
    Exemption: "su", FieldPurpose: "lin", Figure: "pu", Population: "su",
}  # fmt: skip


def test_a_sound_form_makes_a_row(browse, cast, screen):
    if screen.model not in SOUND:
        pytest.skip("nothing is made here")
    maker = MAKERS.get(screen.model, "chen")
    chosen = _chosen(cast, screen, "gan_lai")
    before = total(screen.model)
    answer = browse(getattr(cast, maker)).post(
        f"{path(screen)}/new/", data=SOUND[screen.model] | chosen
    )
    assert answer.status_code == 302, Page(answer.text).text
    assert total(screen.model) == before + 1


def _chosen(cast, screen, key):
    chosen = {name: ROWS[lookup.model](getattr(cast, key)).id for name, lookup in
              screen.lookups.items()}  # fmt: skip
    if screen.model in (Account, Appointment):
        del chosen["division"]
    return chosen


def test_nothing_related_is_chosen_beforehand(browse, cast, screen, rows):
    """A row that lands at the first of a list by nobody's choice is the worst slip of a form."""
    no_choice = {login: {"station": str(cast.gan_lai.id)} for login in ("chen", "lin")}
    for login in ("chen", "lin", "su", "ada"):
        answer = browse(getattr(cast, login)).get(f"{path(screen)}/new/")
        if answer.status_code == 403:
            continue
        page = Page(answer.text)
        chosen = {name: page.fields[name] for name in page.lookups if page.fields[name]}
        assert chosen.items() <= no_choice.get(login, {}).items(), login
        related = {column.key for column in screen.model.__table__.columns if column.foreign_keys}
        assert not related & set(page.fields), login  # a bare key is never asked for


def test_what_a_row_cannot_be_without_is_marked(browse, cast, screen):
    """Required marks stand at just the fields that a sound form must fill."""
    if screen.model not in SOUND:
        pytest.skip("nothing is made here")
    maker = browse(getattr(cast, MAKERS.get(screen.model, "chen")))
    form = maker.get(f"{path(screen)}/new/").text
    marked = set(re.findall(r'<label class="form-label required" for="([^"]+)"', form))
    told = SOUND[screen.model] | _chosen(cast, screen, "gan_lai")
    asked = Page(form).fields
    for name in marked:
        answer = maker.post(f"{path(screen)}/new/", data=told | {name: ""})
        assert f'id="{name}-errors"' in answer.text, name
    least = {name: value for name, value in told.items() if name in marked or name not in asked}
    if screen.model in (Account, Appointment):
        least |= {"role": told.get("role", ""), "station": told["station"]}
    answer = maker.post(f"{path(screen)}/new/", data=least)
    assert answer.status_code == 302, Page(answer.text).text


# Every division may be named there.
ANYWHERE = (
    (Station, "division"), (Volunteer, "lives_in"), (Registration, "lives_in"),
)  # fmt: skip
# What a form does not ask, and somebody may add to it by hand.
SMUGGLED = (
    "station_id", "county_id", "prefecture_id", "id", "state", "keeper_id", "recorded_by_id",
    "decided_by_id", "adopted_on", "last_roll", "active", "password_hash", "person_id", "minutes",
)  # fmt: skip


def test_nothing_foreign_can_be_posted(browse, cast, screen):
    """A foreign key in any look-up makes no row, at home or abroad, and changes none."""
    own, foreign = _chosen(cast, screen, "gan_lai"), _chosen(cast, screen, "weng_shui")
    row = ROWS[screen.model](cast.gan_lai).id
    sound = SOUND.get(screen.model, {})
    ROWS[screen.model](cast.weng_shui)
    for login in ("chen", "lin", "dai", "ou", "su"):
        if not may(login, screen, "write"):
            continue
        browser = browse(getattr(cast, login))
        counts, kept = total(screen.model), facts(screen.model, row)
        for name in foreign:
            if (screen.model, name) in ANYWHERE:
                continue  # every division may be named; where a station may lie is asked below
            mixed = {"version": "1"} | sound | own | {name: foreign[name]}
            made = browser.post(f"{path(screen)}/new/", data=mixed)
            if made.status_code == 302:
                # Not asked for: whoever keeps one station, or only own activities, has one choice.
                newest = select(screen.model).order_by(screen.model.id.desc()).limit(1)
                row_made = db.session.scalar(newest)
                assert getattr(row_made, f"{name}_id") != foreign[name], (login, name)
                assert row_made.station_id == getattr(cast, AT_STATION[login][2]).id
                counts += 1
            assert total(screen.model) == counts, (login, name)
            assert "Not a valid choice" not in made.text, (login, name)  # not in our words
            browser.post(f"{path(screen)}/edit/?id={row}", data=mixed)
            if not hasattr(kept, f"{name}_id"):
                continue  # an account's place is its first appointment's, never its own
            link = getattr(facts(screen.model, row), f"{name}_id")
            assert link in (getattr(kept, f"{name}_id"), own[name]), (login, name)


def test_nothing_is_smuggled_past_the_form(browse, cast, screen):
    if not issubclass(screen.model, AtStation):
        pytest.skip("lies at no station")
    abroad = total(screen.model, screen.model.station_id != cast.gan_lai.id)
    row = ROWS[screen.model](cast.gan_lai).id
    smuggled = dict.fromkeys(SMUGGLED, str(cast.weng_shui.id))
    for login in ("chen", "lin", "dai"):
        browser, kept = browse(getattr(cast, login)), facts(screen.model, row)
        version = str(getattr(kept, "version", 1))
        told = SOUND.get(screen.model, {}) | _chosen(cast, screen, "gan_lai") | smuggled
        browser.post(f"{path(screen)}/new/", data=told)
        browser.post(f"{path(screen)}/edit/?id={row}", data=told | {"version": version})
        now = facts(screen.model, row)
        for name in ("station_id", "county_id", "prefecture_id", "id"):
            assert getattr(now, name) == getattr(kept, name), (login, name)
    assert total(screen.model, screen.model.station_id != cast.gan_lai.id) == abroad


def test_a_form_offers_no_row_out_of_reach(browse, cast, screen, rows):
    for login in ("chen", "lin", "su"):
        browser = browse(getattr(cast, login))
        for key in in_reach(cast, login, screen, rows):
            answer = browser.get(f"{path(screen)}/edit/?id={key}")
            if answer.status_code == 200:
                hidden = set(STATIONS) - stations_of(cast, login)
                for name in (getattr(cast, place).name for place in hidden):
                    assert name not in answer.text


# Personal data, and what a spreadsheet would run


def test_no_words_of_a_form_keep_a_personal_number(browse, cast, screen):
    if screen.model not in SOUND:
        pytest.skip("nothing is made here")
    maker = browse(getattr(cast, MAKERS.get(screen.model, "chen")))
    told = SOUND[screen.model] | _chosen(cast, screen, "gan_lai")
    form = maker.get(f"{path(screen)}/new/").text
    worded = re.findall(r'<textarea[^>]* name="([^"]+)"', form)
    worded += [
        name
        for field in re.findall(r'<input[^>]* type="text"[^>]*>', form)
        for name in re.findall(r' name="([^"]+)"', field)
        if not re.search(r"data-(secret|card|mobile|day|time)", field)
    ]
    before = total(screen.model)
    for name in worded:
        if (screen.model, name) == (Station, "phone"):
            continue  # it is there to be called
        given = name in ("official_number", "letter")  # of another office, of whatever length
        for number in (ID_NUMBER,) if given else (ID_NUMBER, f"电话{PHONE}"):
            answer = maker.post(f"{path(screen)}/new/", data=told | {name: number})
            if answer.status_code == 302:  # not asked for beside what the rest of the form says
                kept = str(db.session.execute(select(screen.model.__table__)).all())
                assert number not in kept, name
                before += 1
            assert total(screen.model) == before, name


def test_no_address_of_a_list_keeps_a_personal_number(browse, cast, screen):
    reader = next(login for login in ("chen", "lin", "su", "ada") if may(login, screen, "read"))
    browser = browse(getattr(cast, reader))
    for asked in (f"search={ID_NUMBER}", f"search=王 {PHONE}", f"flt_content={ID_NUMBER}"):
        answer = browser.get(f"{path(screen)}/?{asked}&page_size=20")
        assert answer.status_code == 302
        assert answer.location.endswith(f"{path(screen)}/?page_size=20")


def test_no_personal_number_is_shown_in_clear(browse, cast, screen):
    person = factories.volunteer(cast.gan_lai, id_number=ID_NUMBER, phone=PHONE)
    factories.service_entry(person, factories.activity(cast.gan_lai))
    row = _row_of(screen, person, cast)
    for login in ("lin", "chen", "su", "ada"):
        browser = browse(getattr(cast, login))
        urls = ["/", f"/details/?id={row}", f"/edit/?id={row}", "/new/", "/export/csv/"]
        urls += [f"/ajax/lookup/?name={name}" for name in screen.lookups]
        pages = [browser.get(path(screen) + url) for url in urls]
        told = [page.text for page in pages if page.status_code == 200]
        book = browser.get(f"{path(screen)}/export/xlsx/")
        told += [str(table(book))] if book.status_code == 200 else []
        for text in told:
            assert ID_NUMBER not in text
            assert ID_NUMBER[6:] not in text
            assert PHONE not in text


def _row_of(screen, person, cast):
    if screen.model is Volunteer:
        return person.id
    if screen.model is CertificateRequest:
        return factories.certificate_request(cast.gan_lai, volunteer=person).id
    return ROWS[screen.model](cast.gan_lai).id


@one_engine
def test_no_file_runs_a_formula(browse, cast, screen, rows):
    if screen.model is AuditEntry:
        pytest.skip("the trail takes no text from anybody")
    formula = '=HYPERLINK("http://evil.example","x")'
    columns = screen.model.__table__.columns
    texts = [
        name for name in (column.name for column in screen.columns if EXPORT in column.on)
        if name in columns and isinstance(columns[name].type, String)
        and not isinstance(columns[name].type, Enum) and not columns[name].unique
        and (columns[name].type.length or 99) > len(formula) and not columns[name].foreign_keys
    ]  # fmt: skip
    if not texts:
        pytest.skip("no free text is exported")
    db.session.execute(
        update(screen.model.__table__)
        .where(screen.model.__table__.c.id == rows["gan_lai"])
        .values(dict.fromkeys(texts, formula))
    )
    db.session.commit()
    seen = 0
    for login in ("chen", "shen", "ada"):
        browser = browse(getattr(cast, login))
        for kind in ("csv", "xlsx"):
            answer = browser.get(f"{path(screen)}/export/{kind}/")
            if answer.status_code != 200:
                continue
            seen += 1
            if kind == "csv":
                cells = [cell for line in table(answer) for cell in line]
                assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
                assert f"'{formula}" in cells
            else:
                assert b"<f>" not in _sheet(answer.data)
    assert seen or not any(may(login, screen, "export") for login in ("chen", "shen", "ada"))


def _sheet(book):
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


# Language

# Names of formats and keys, the other language by its own name, sign-in names, what codes say.
LATIN = {"English", "Alt", "CSV", "XLSX", "PDF", "SHA", "Excel", "UTC", "QR", *PEOPLE}


@one_engine
def test_a_chinese_page_speaks_chinese(browse, cast, screen, rows):
    reader = next(
        login for login in ("chen", "ada", "shen") if may(login, screen, "read")
        and (may(login, screen, "write") or login == "shen" or not screen.sections)
    )  # fmt: skip
    browser, row = browse(getattr(cast, reader), "zh_Hans_CN"), rows["gan_lai"]
    if screen.model is AuditEntry:
        row = None  # the trail names tables and columns as they are stored
    for url in ("/", "/new/", f"/details/?id={row}", f"/edit/?id={row}"):
        page = browser.get(path(screen) + url)
        if page.status_code == 200:
            words = set(re.findall(r"[A-Za-z]{3,}", Page(page.text).text))
            assert not {w for w in words if not w.startswith("hand")} - LATIN, url


def test_an_export_reads_the_same_whoever_writes_it(app, screen, rows):
    view = next(v for v in app.extensions["admin"][0]._views if type(v) is screen)
    found, order = select(view.model), listing.keys(view.model, view.order)
    with unscoped("a test reads an export twice"), engine.reading():
        told = list(view._exported.told(found, order))
        streamed = list(view._exported.stream(found, order))
        db.session.rollback()
    assert streamed == told
    assert told
