"""The one register screen: what it refuses to be built of, and what it refuses to do."""

from __future__ import annotations

import pytest
from flask_admin.contrib.sqla import ModelView
from sqlalchemy.exc import IntegrityError

import views
from admin_app import factory
from admin_app.factory import create_app
from models import Account, Activity, Consent, Person, Rule, Volunteer, db
from tests import factories
from views import lookups
from views.base import RegisterView
from views.columns import Column
from views.lists.filters import Contains
from views.lookups import Lookup, key


def make(**declared):
    return type("Careless", (RegisterView,), {"resource": "x", "title": "x", **declared})


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Volunteer, "phone"),
        (Volunteer, "phone_hash"),
        (Consent, "phone"),
        (Volunteer, "person.id_number"),
        (Volunteer, "person.id_number_hash"),
        (Person, "id_number"),
        (Account, "password_hash"),
    ],
)
def test_no_screen_can_show_a_sealed_column(model, column):
    with pytest.raises(TypeError, match=r"Careless shows"):
        make(model=model, columns=(Column(column, "x"),))


@pytest.mark.parametrize(
    "declared",
    [
        {"search": (Person.id_number,)},
        {"search": (Volunteer.phone_hash,)},
        {"filters": (Contains("x", "x", Volunteer.phone),)},
        {"lookups": {"person": Lookup(Person, (Person.id_number_hash,))}},
    ],
)
def test_no_screen_can_search_a_sealed_column(declared):
    with pytest.raises(TypeError, match=r"Careless shows"):
        make(model=Volunteer, columns=(Column("number", "x"),), **declared)


def test_an_heir_of_a_screen_is_judged_too():
    decent = make(model=Volunteer, columns=(Column("number", "x"),))
    with pytest.raises(TypeError):
        type("Heir", (decent,), {"search": (Person.id_number,)})


def test_an_office_with_a_screen_outside_the_base_does_not_start(app, monkeypatch):
    class Stock(ModelView):
        def __init__(self):
            super().__init__(Rule, db, endpoint="stock")

    monkeypatch.setattr(views, "SCREENS", (*views.SCREENS, Stock))
    settings = app.extensions["station_settings"]
    with pytest.raises(RuntimeError, match="Stock does not come from RegisterView"):
        create_app(instance=settings.instance, database_url=settings.database_url)


def test_an_office_with_a_model_without_a_scope_does_not_start(app, monkeypatch):
    monkeypatch.setattr(factory, "unscoped_models", lambda _models: ["Forgotten"])
    settings = app.extensions["station_settings"]
    with pytest.raises(RuntimeError, match="Forgotten"):
        create_app(instance=settings.instance, database_url=settings.database_url)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("7", 7), (" 7 ", 7), ("", None), ("0", None), ("-1", None), ("1,2", None), (None, None),
        ("7.0", None), ("1e3", None), ("9" * 5000, None), ("x", None), ("\x00", None),
    ],
)  # fmt: skip
def test_a_key_is_a_number_that_both_engines_take(typed, found):
    assert key(typed, Account) == found


def test_a_key_has_the_room_of_its_column():
    assert key(2**31, Account) is None
    assert key(2**31 - 1, Account) == lookups.MAX_KEY
    assert key(2**63 - 1, Activity) == lookups.MAX_BIG_KEY
    assert key(2**63, Activity) is None


def test_a_page_beyond_the_end_is_empty_and_says_so(cast, browse):
    factories.activity(cast.gan_lai)
    page = browse(cast.chen).get("/activities/?page=99999999999999999999")
    assert page.status_code == 200


def test_a_contradiction_is_told_in_words(cast, browse):
    told = {
        "account": cast.quan.id, "role": "clerk", "station": cast.gan_lai.id,
        "since": "2026-02-01", "until": "2026-01-01",
    }  # fmt: skip
    answer = browse(cast.ada).post("/appointments/new/", data=told)
    assert answer.status_code == 200
    assert "check the order of days and times" in answer.text


def test_a_row_that_others_hang_on_stays(cast, browse):
    activity = factories.activity(cast.gan_lai)
    factories.service_entry(factories.volunteer(cast.gan_lai), activity)
    number = activity.id
    browser = browse(cast.chen)
    assert browser.post("/activities/delete/", data={"id": number}).status_code == 302
    assert "another record still uses it" in browser.get("/activities/").text
    assert db.session.get(Activity, number) is not None


def test_an_unexpected_integrity_error_reaches_no_screen(cast, browse, monkeypatch):
    def broken(*_given):
        raise IntegrityError("INSERT secret", {"id": "440899199003070021"}, Exception("secret"))

    monkeypatch.setattr(views.ActivityView, "create_row", broken)
    answer = browse(cast.chen).post(
        "/activities/new/",
        data={
            "name": "x",
            "held_on": "2026-10-03",
            "category": "0004",
            "state": "held",
            "gate": "none",
        },
    )
    assert answer.status_code == 200
    assert "secret" not in answer.text


def test_more_ticks_than_a_page_holds_are_not_understood(cast, browse):
    told = {"action": "confirm", "unchanged": "1", "rowid": [str(n) for n in range(1, 102)]}
    assert browse(cast.dai).post("/ledger/action/", data=told).status_code == 400


def test_a_year_that_nobody_means_is_asked_again(cast, browse):
    for year in ("0001", "9999"):
        told = {
            "name": "x",
            "held_on": f"{year}-01-01",
            "category": "0004",
            "state": "held",
            "gate": "none",
        }
        answer = browse(cast.chen).post("/activities/new/", data=told)
        assert answer.status_code == 200
        assert "Check the year." in answer.text


def test_an_unknown_filter_value_is_left_out_and_told(cast, browse):
    factories.activity(cast.gan_lai)
    answer = browse(cast.chen).get("/activities/?flt0_state=nonsense&flt0_unknown=1&flt=x")
    assert answer.status_code == 200
    assert "its value is unknown" in answer.text


def test_an_action_wants_rows_of_ones_own_all_of_them(cast, browse):
    person = factories.volunteer(cast.gan_lai)
    entry = factories.service_entry(person, factories.activity(cast.gan_lai))
    number = entry.id
    for ticked in ([], ["abc"], [number, "abc"], [number, 10**30], ["0"]):
        answer = browse(cast.dai).post(
            "/ledger/action/", data={"action": "confirm", "unchanged": "1", "rowid": ticked}
        )
        assert answer.status_code == 404, ticked
    db.session.expire_all()
    assert entry.state == "submitted"
