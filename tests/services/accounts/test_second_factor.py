"""Codes of an authenticator, each once, and the paper that stands in for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from admin_app.services import accounts
from admin_app.services.accounts import second_factor
from models import DomainError, RecoveryCode, db
from tests.cast import PASSWORD

NOON = datetime(2026, 11, 20, 4)
STEP = timedelta(seconds=30)


def code(account, at):
    return pyotp.TOTP(account.totp_secret).at(at.replace(tzinfo=UTC))


@pytest.fixture
def paper(cast):
    """Lin has an authenticator since noon, and this paper."""
    second_factor.begin(cast.lin)
    codes = second_factor.confirm(cast.lin, code(cast.lin, NOON), at=NOON)
    db.session.commit()
    return codes


def sign_in(typed, at):
    return accounts.sign_in("lin", PASSWORD, typed, at=at)


def test_the_password_alone_opens_nothing(cast, paper):
    with pytest.raises(accounts.CodeNeeded):
        accounts.sign_in("lin", PASSWORD, at=NOON)


def test_a_code_opens_once(cast, paper):
    later = NOON + 4 * STEP
    typed = code(cast.lin, later)
    assert sign_in(typed, later)
    for at in (later, later + STEP):
        with pytest.raises(accounts.WrongCode):
            sign_in(typed, at)
    with pytest.raises(accounts.WrongCode):  # nor does one from before it
        sign_in(code(cast.lin, later - STEP), later)
    assert sign_in(code(cast.lin, later + STEP), later + STEP)


def test_the_code_that_switched_it_on_opens_nothing(cast, paper):
    with pytest.raises(accounts.WrongCode):
        sign_in(code(cast.lin, NOON), NOON)


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(cast, paper, steps, opens):
    now = NOON + 9 * STEP
    typed = code(cast.lin, now + steps * STEP)
    if opens:
        assert sign_in(typed, now)
        return
    with pytest.raises(accounts.WrongCode):
        sign_in(typed, now)


def test_a_recovery_code_opens_once_however_it_is_typed(cast, paper):
    assert len(set(paper)) == 10
    assert sign_in(f" {paper[3].upper().replace('-', ' ')} ", NOON)
    db.session.commit()
    assert second_factor.codes_left(cast.lin) == 9
    with pytest.raises(accounts.WrongCode):
        sign_in(paper[3], NOON)


def test_the_paper_of_another_opens_nothing(cast, paper):
    second_factor.begin(cast.dai)
    second_factor.confirm(cast.dai, code(cast.dai, NOON), at=NOON)
    with pytest.raises(accounts.WrongCode):
        accounts.sign_in("dai", PASSWORD, paper[0], at=NOON)


def test_new_codes_end_the_old_ones(cast, paper):
    fresh = second_factor.renew(cast.lin)
    with pytest.raises(accounts.WrongCode):
        sign_in(paper[0], NOON)
    assert sign_in(fresh[0], NOON)


def test_wrong_codes_wait_and_the_right_password_between_forgives_nothing(cast, paper):
    for _try in range(accounts.FREE["name"]):
        with pytest.raises(accounts.CodeNeeded):
            sign_in("", NOON)
        with pytest.raises(accounts.WrongCode):
            sign_in("000000", NOON)
    with pytest.raises(accounts.SignInRefused, match="wait"):
        sign_in(code(cast.lin, NOON + STEP), NOON)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "-1", "1e5", "\x00"])
def test_odd_codes_are_wrong(cast, paper, typed):
    assert not second_factor.take(cast.lin, typed, at=NOON)


def test_nothing_is_switched_on_without_a_right_code(cast):
    with pytest.raises(DomainError):
        second_factor.confirm(cast.lin, "123456", at=NOON)
    second_factor.begin(cast.lin)
    with pytest.raises(DomainError, match="wrong"):
        second_factor.confirm(cast.lin, "000000", at=NOON)
    assert not cast.lin.has_second_factor
    assert accounts.sign_in("lin", PASSWORD, at=NOON)


def test_neither_the_secret_nor_the_paper_lies_open(cast, paper):
    [sealed] = db.session.scalars(text("SELECT totp_secret FROM accounts WHERE login = 'lin'"))
    assert cast.lin.totp_secret.encode() not in bytes(sealed)
    kept = [row.code_hash for row in db.session.query(RecoveryCode)]
    assert not set(paper) & set(kept)


def test_switched_off_it_asks_no_more(cast, paper):
    second_factor.switch_off(cast.lin)
    db.session.commit()
    assert accounts.sign_in("lin", PASSWORD, at=NOON)
    assert db.session.query(RecoveryCode).count() == 0
