"""Proving a password, and what ends a sign-in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from admin_app.services import accounts
from models import AuditAction, AuditEntry, DomainError, SignIn, db
from tests.cast import PASSWORD

NOON = datetime(2026, 11, 20, 4)


def wrong(login, at=NOON, tries=1):
    for _try in range(tries):
        with pytest.raises(accounts.SignInRefused) as refused:
            accounts.sign_in(login, "wrong", at=at)
        db.session.commit()
    return str(refused.value)


def test_the_right_password_signs_in(cast):
    account = accounts.sign_in(" lin ", PASSWORD)
    db.session.commit()
    assert accounts.find(account.token, hours=12).login == "lin"


def test_the_same_words_answer_a_wrong_name_a_wrong_password_and_a_closed_account(cast):
    cast.guan.active = False
    db.session.commit()
    with pytest.raises(accounts.SignInRefused) as closed:
        accounts.sign_in("guan", PASSWORD)
    db.session.commit()
    assert wrong("nobody") == wrong("lin") == str(closed.value)


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(cast):
    wrong("lin", tries=accounts.TRIES)
    almost = NOON + timedelta(minutes=accounts.LOCK_MINUTES) - timedelta(seconds=1)
    with pytest.raises(accounts.SignInRefused, match="15"):
        accounts.sign_in("lin", PASSWORD, at=almost)
    db.session.commit()
    assert accounts.sign_in("lin", PASSWORD, at=almost + timedelta(seconds=2))


def test_four_wrong_passwords_do_not_lock_and_a_right_one_starts_the_count_anew(cast):
    for _round in range(2):
        wrong("lin", tries=accounts.TRIES - 1)
        assert accounts.sign_in("lin", PASSWORD, at=NOON)
        db.session.commit()


def test_one_locked_account_locks_no_other(cast):
    wrong("lin", tries=accounts.TRIES)
    assert accounts.sign_in("dai", PASSWORD, at=NOON)


def test_every_failed_sign_in_is_in_the_trail_without_what_was_typed(cast):
    wrong("lin")
    wrong("a secret typed into the wrong box")
    failed = [e for e in db.session.query(AuditEntry) if e.action is AuditAction.SIGN_IN_FAILED]
    assert [(e.row_id, e.changes) for e in failed] == [
        (cast.lin.id, {"login_known": True}), (None, {"login_known": False}),
    ]  # fmt: skip


def test_a_sign_in_ends_after_its_hours(cast):
    token = accounts.sign_in("lin", PASSWORD, at=NOON).token
    db.session.commit()
    assert accounts.find(token, hours=12, at=NOON + timedelta(hours=11, minutes=59))
    assert accounts.find(token, hours=12, at=NOON + timedelta(hours=12, minutes=1)) is None


def test_signing_out_ends_this_sign_in_alone(cast):
    here, there = (accounts.sign_in("lin", PASSWORD).token for _browser in range(2))
    accounts.sign_out(here)
    db.session.commit()
    assert accounts.find(here, hours=12) is None
    assert accounts.find(there, hours=12)


def test_a_new_password_ends_every_sign_in(cast):
    tokens = [accounts.sign_in("lin", PASSWORD).token for _browser in range(2)]
    accounts.set_password(cast.lin, "another long password")
    db.session.commit()
    assert [accounts.find(token, hours=12) for token in tokens] == [None, None]


def test_a_closed_account_is_signed_out(cast):
    token = accounts.sign_in("lin", PASSWORD).token
    accounts.close(cast.lin)
    db.session.commit()
    assert accounts.find(token, hours=12) is None


def test_a_token_is_kept_as_a_hash_only(cast):
    token = accounts.sign_in("lin", PASSWORD).token
    db.session.commit()
    assert token not in [kept.token_hash for kept in db.session.query(SignIn)]
    assert accounts.find("made up", hours=12) is None


@pytest.mark.parametrize("password", ["", "ninechars", "x" * 201])
def test_a_password_has_ten_to_two_hundred_characters(cast, password):
    with pytest.raises(DomainError):
        accounts.set_password(cast.lin, password)
