"""Appointing at places below one's own, for a time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.places import divisions
from models import DomainError, NotAllowed, Role, clock, db

TOMORROW = timedelta(days=1)


def test_an_appointment_holds_from_its_first_day_to_its_last(cast):
    since, until = date(2026, 5, 1), date(2026, 5, 31)
    account = accounts.open_account("xin", "辛", "a long password")
    accounts.appoint(account, Role.CLERK, cast.gan_lai, by=None, since=since, until=until)
    db.session.commit()
    held = {day: access_of(account, day).may("volunteers:write") for day in (
        since - TOMORROW, since, until, until + TOMORROW,
    )}  # fmt: skip
    assert list(held.values()) == [False, True, True, False]


def test_an_appointment_without_an_end_holds_on(cast):
    assert access_of(cast.chen, date(2099, 1, 1)).may("volunteers:write")


def test_a_closed_account_may_do_nothing(cast):
    cast.chen.active = False
    assert access_of(cast.chen).held == ()


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.CLERK, None),
        (Role.CLERK, "440823000000"),
        (Role.SUPERVISOR, None),
        (Role.SUPERVISOR, "station"),
        (Role.SUPERVISOR, "440823106223"),
        (Role.SUPERVISOR, "440000000000"),
        (Role.ADMINISTRATOR, "440823000000"),
        (Role.ADMINISTRATOR, "station"),
    ],
)
def test_a_role_is_held_at_its_own_kind_of_place(cast, role, place):
    where = {"station": cast.gan_lai, None: None}.get(place) or (
        divisions.by_code(place) if place and place != "station" else None
    )
    with pytest.raises(DomainError):
        accounts.appoint(cast.mo, role, where, by=None)


def test_an_administrator_appoints_anywhere(cast):
    for role, place in (
        (Role.LEADER, cast.weng_shui),
        (Role.SUPERVISOR, divisions.by_code("533400000000")),
        (Role.AUDITOR, None),
        (Role.ADMINISTRATOR, None),
    ):
        assert accounts.appoint(cast.mo, role, place, by=access_of(cast.ada))


@pytest.mark.parametrize("login", ["dai", "chen", "mo", "ou", "he", "guan", "tu", "shen", "wang"])
def test_who_keeps_no_accounts_appoints_nobody(cast, login):
    access = access_of(getattr(cast, login))
    for role, place in ((Role.HELPER, cast.gan_lai), (Role.AUDITOR, None)):
        with pytest.raises(NotAllowed):
            accounts.appoint(cast.mo, role, place, by=access)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_but_the_administrator_appoints_above_himself(cast, role):
    for login in ("su", "pu", "lin"):
        with pytest.raises(NotAllowed):
            accounts.appoint(cast.mo, role, None, by=access_of(getattr(cast, login)))


def test_an_account_is_named_once(cast):
    with pytest.raises(DomainError, match="lin"):
        accounts.open_account("lin", "另一人", "a long password")
    for login in ("", "two words", "tab\there"):
        with pytest.raises(DomainError):
            accounts.open_account(login, "某", "a long password")


def test_today_is_the_day_an_appointment_begins_unless_said_otherwise(cast):
    assert accounts.appoint(cast.mo, Role.AUDITOR, None, by=None).since == clock.today()
