"""Waits: they grow, end, and keep nobody out for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from admin_app.services import accounts
from admin_app.services.accounts import Client, passwords
from models import AuditAction, AuditEntry, SignInTry, db
from tests.cast import PASSWORD

NOON = datetime(2026, 11, 20, 4)
AFRESH = "seven lamps and a green boat"
DESK = Client(address="192.0.2.7", known_as="a browser of Lin")
FAR = Client(address="198.51.100.9")


@pytest.fixture(autouse=True)
def asked(cast, monkeypatch):
    """What was held against a hash; the hasher here costs nothing and knows two words."""
    given = []

    class Quick:
        hash = staticmethod(str)

        def verify(self, _held, typed):
            given.append(typed)
            return typed in (PASSWORD, AFRESH)

    monkeypatch.setattr(passwords, "_hasher", Quick())
    return given


def refused(login, at, client=FAR, password="wrong"):  # noqa: S107
    with pytest.raises(accounts.SignInRefused) as told:
        accounts.sign_in(login, password, client=client, at=at)
    db.session.flush()
    return str(told.value)


def lock_out(login, client=FAR, kind="name"):
    for _try in range(accounts.FREE[kind]):
        assert "is wrong" in refused(login, NOON, client)


def test_after_the_free_tries_the_wait_doubles_up_to_an_hour(cast):
    lock_out("lin")
    waited, at = [], NOON
    for _round in range(9):
        told = refused("lin", at)
        minutes = int("".join(c for c in told if c.isdigit()))
        waited.append(minutes)
        at += timedelta(minutes=minutes)
        assert "is wrong" in refused("lin", at)
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_the_right_password_waits_too_and_then_opens(cast):
    lock_out("lin")
    assert "wait" in refused("lin", NOON, password=PASSWORD)
    assert accounts.sign_in("lin", PASSWORD, client=FAR, at=NOON + timedelta(minutes=1))
    lock_out("lin")  # the count began anew


def test_a_name_that_nobody_has_waits_like_any_other(cast):
    lock_out("nobody")
    assert refused("nobody", NOON) == (lock_out("lin", Client()), refused("lin", NOON, Client()))[1]


def test_an_address_waits_whatever_name_it_tries(cast):
    for number in range(accounts.FREE["address"]):
        refused(f"name{number}", NOON)
    assert "wait" in refused("dai", NOON, password=PASSWORD)
    assert accounts.sign_in("dai", PASSWORD, client=Client(address="192.0.2.1"), at=NOON)


def test_signing_in_oneself_gives_an_address_no_new_tries(cast):
    for number in range(accounts.FREE["address"] - 1):
        refused(f"name{number}", NOON)
    accounts.sign_in("dai", PASSWORD, client=FAR, at=NOON)
    refused("another", NOON)
    assert "wait" in refused("dai", NOON, password=PASSWORD)


def test_a_browser_that_is_known_is_not_kept_out_by_strangers(cast):
    lock_out("lin")
    assert accounts.sign_in("lin", PASSWORD, client=DESK, at=NOON)


def test_a_browser_that_is_known_has_a_count_of_its_own(cast):
    lock_out("lin", DESK, "browser")
    assert "wait" in refused("lin", NOON, DESK, PASSWORD)
    assert accounts.sign_in("lin", PASSWORD, client=FAR, at=NOON)


def test_a_day_of_quiet_forgets(cast):
    lock_out("lin")
    later = NOON + timedelta(days=1, minutes=1)
    refused("lin", later)
    assert accounts.sign_in("lin", PASSWORD, client=FAR, at=later)
    assert db.session.query(SignInTry).count() == 1  # of the address; old ones are swept


def test_a_new_password_ends_the_wait(cast):
    lock_out("lin")
    accounts.reset(cast.lin, AFRESH)
    assert accounts.sign_in("lin", AFRESH, client=Client(), at=NOON)


def test_nothing_that_was_typed_is_kept(cast):
    refused("a secret typed into the wrong box", NOON)
    assert all(
        "secret" not in row.key and len(row.key) == 64 for row in db.session.query(SignInTry)
    )


def test_ten_thousand_tries_get_nowhere_and_the_owner_gets_in(app, cast, asked):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the arithmetic is the same, and ten thousand are many")
    at = NOON
    for number in range(10_000):
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in("lin", f"guess {number}", client=FAR, at=at)
        at += timedelta(seconds=9)  # a little more than a day in all
    tried = len(asked)
    assert tried < 40
    assert accounts.sign_in("lin", PASSWORD, client=DESK, at=at)
    assert accounts.sign_in("lin", PASSWORD, client=Client(address="192.0.2.8"), at=at)
    db.session.commit()
    failed = db.session.query(AuditEntry).filter_by(action=AuditAction.SIGN_IN_FAILED).all()
    assert len(failed) == tried
    assert sum(row.changes.get("turned_away", 0) for row in failed) > 9_000
