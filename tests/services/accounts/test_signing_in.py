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


def test_every_failed_sign_in_is_in_the_trail_without_what_was_typed(cast):
    wrong("lin")
    wrong("a secret typed into the wrong box")
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    failed = [e for e in entries if e.action is AuditAction.SIGN_IN_FAILED]
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
    with pytest.raises(DomainError, match="characters"):
        accounts.set_password(cast.lin, password)


@pytest.mark.parametrize(
    "password",
    ["password123", "1234567890", "qwertyuiop1", "aaaaaaaaaaaa", "zhiyuanfuwu1", "p@ssw0rd2024"],
)
def test_a_password_that_is_guessed_soon_is_refused(cast, password):
    with pytest.raises(DomainError, match="guessed soon"):
        accounts.set_password(cast.lin, password)


def test_a_password_holds_neither_name(cast):
    account = accounts.open_account("xiaoming", "明小红", "a garden behind seven doors")
    for password in ("my dear XiaoMing at home", "明小红的站点七个大门九只山羊"):
        with pytest.raises(DomainError, match="does not contain"):
            accounts.set_password(account, password)


def test_what_the_office_hands_over_is_strong_and_read_out_easily(cast):
    handed = accounts.one_time()
    accounts.set_password(cast.lin, handed, must_change=True)
    assert cast.lin.must_change_password
    assert not set(handed) & set("il1o0")
    accounts.set_password(cast.lin, PASSWORD)
    assert not cast.lin.must_change_password


def test_nobody_moves_for_an_hour_and_the_sign_in_ends(cast):
    token = accounts.sign_in("lin", PASSWORD, at=NOON).token
    db.session.commit()

    def found(minutes):
        at = NOON + timedelta(minutes=minutes)
        return accounts.find(token, hours=12, idle_minutes=60, at=at)

    seen = found(59)
    assert seen is not None
    accounts.touch(seen.sign_in_id, at=NOON + timedelta(minutes=59))
    db.session.commit()
    assert found(118) is not None
    assert found(120) is None


def test_all_other_sign_ins_end_and_one_alone(cast):
    here, there, elsewhere = (accounts.sign_in("lin", PASSWORD).token for _browser in range(3))
    db.session.commit()
    own, other = (accounts.find(token, hours=12).sign_in_id for token in (here, there))
    lin = accounts.by_login("lin")
    accounts.end_one(lin, other)
    assert accounts.find(there, hours=12) is None
    with pytest.raises(DomainError):
        accounts.end_one(accounts.by_login("dai"), own)
    assert accounts.end_all(lin, but=own) == 1
    assert [one.id for one in accounts.of(lin, hours=12)] == [own]
    assert accounts.find(elsewhere, hours=12) is None


def test_the_history_tells_of_right_and_wrong(cast):
    wrong("lin")
    accounts.sign_in("lin", PASSWORD)
    db.session.commit()
    assert [past.action for past in accounts.history(cast.lin)] == [
        AuditAction.SIGN_IN, AuditAction.SIGN_IN_FAILED,
    ]  # fmt: skip
    assert accounts.history(cast.dai) == []
