from datetime import date, datetime, timedelta

import pytest

from admin_app.policy import access_of
from admin_app.services import accounts, divisions
from models import AuditAction, AuditEntry, DomainError, NotAllowed, Role, SignIn, clock, db
from tests.cast import PASSWORD

NOON = datetime(2026, 11, 20, 4)
TOMORROW = timedelta(days=1)


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


@pytest.mark.parametrize(
    "login", ["lin", "dai", "chen", "mo", "ou", "he", "guan", "tu", "shen", "wang"]
)
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
