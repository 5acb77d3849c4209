import pytest

from admin_app.services import accounts
from models import Account, AuditEntry, Role, db
from tests.cast import PASSWORD
from tests.cli.commands import read, run

NEW = "a new and long password"


def test_an_account_is_opened_with_a_password_from_standard_input(app, cast):
    outcome = run(
        app, "account", "create", "xin", "--role", "clerk", "--place", cast.gan_lai.code,
        "--name", "辛专员", typed=f"{NEW}\n",
    )  # fmt: skip
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    account = accounts.sign_in("xin", NEW)
    [held] = account.appointments
    assert (account.name, held.role, held.station.code) == ("辛专员", Role.CLERK, cast.gan_lai.code)
    assert account.must_change_password


@pytest.mark.parametrize(
    ("role", "place", "where"),
    [
        ("leader", "440823106223", "440823106223-01"),
        ("supervisor", "440823106000", "440823106000"),
        ("auditor", "", ""),
        ("auditor", "440800000000", "440800000000"),
        ("administrator", "", ""),
    ],
)
def test_a_place_is_named_by_its_code(app, role, place, where):
    run(app, "account", "create", "xin", "--role", role, "--place", place, typed=NEW)
    [row] = [r for r in read(run(app, "account", "list", "--json")) if r["login"] == "xin"]
    assert [(a["role"], a["place"]) for a in row["appointments"]] == [(role, where)]


@pytest.mark.parametrize(
    ("role", "place", "password"),
    [
        ("clerk", "", NEW),
        ("clerk", "440823999999", NEW),
        ("clerk", "440823000000", NEW),
        ("supervisor", "", NEW),
        ("supervisor", "440823106223", NEW),
        ("administrator", "440823106223", NEW),
        ("leader", "440823106223", "short"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(app, role, place, password):
    outcome = run(
        app, "account", "create", "xin", "--role", role, "--place", place, typed=password
    )  # fmt: skip
    assert outcome.exit_code == 1
    assert outcome.stderr
    assert db.session.query(Account).filter_by(login="xin").first() is None


def test_a_taken_sign_in_name_is_refused(app, cast):
    outcome = run(app, "account", "create", "lin", "--role", "auditor", typed=NEW)
    assert outcome.exit_code == 1
    assert "lin" in outcome.stderr


def test_an_unknown_role_is_misuse(app):
    assert run(app, "account", "create", "xin", "--role", "king", typed=NEW).exit_code == 2


def test_a_clerk_opens_no_account_in_his_own_name(app, cast):
    outcome = run(
        app, "account", "create", "xin", "--role", "leader", "--place", cast.gan_lai.code,
        "--by", "chen", typed=NEW,
    )  # fmt: skip
    assert outcome.exit_code == 1
    assert db.session.query(Account).filter_by(login="xin").first() is None


def test_an_administrator_opens_an_account_and_the_trail_names_him(app, cast):
    outcome = run(
        app, "account", "create", "xin", "--role", "auditor", "--by", "ada", typed=NEW
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.stderr
    last = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert last.account_id == cast.ada.id


def test_a_reset_ends_every_sign_in_and_unlocks(app, cast):
    token = accounts.sign_in("lin", PASSWORD).token
    for _try in range(accounts.FREE["name"]):
        with pytest.raises(accounts.SignInRefused):
            accounts.sign_in("lin", "wrong")
        db.session.commit()
    assert run(app, "account", "reset", "lin", typed=NEW).exit_code == 0
    assert accounts.find(token, hours=12) is None
    account = accounts.sign_in("lin", NEW)
    assert (account.login, account.must_change_password) == ("lin", True)
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in("lin", PASSWORD)


def test_a_password_that_its_owner_typed_stays(app, cast):
    run(app, "account", "create", "xin", "--role", "auditor", "--lasting", typed=NEW)
    assert not accounts.sign_in("xin", NEW).must_change_password
    run(app, "account", "reset", "lin", "--lasting", typed=NEW)
    assert not accounts.sign_in("lin", NEW).must_change_password


def test_a_reset_of_nobody_is_refused(app):
    outcome = run(app, "account", "reset", "nobody", typed=NEW)
    assert outcome.exit_code == 1
    assert "nobody" in outcome.stderr


def test_a_leader_resets_the_accounts_below_himself_alone(app):
    for other in ("quan", "su", "ada"):
        assert run(app, "account", "reset", other, "--by", "lin", typed=NEW).exit_code == 1
    assert run(app, "account", "reset", "lin", "--by", "chen", typed=NEW).exit_code == 1
    for by in ("lin", "ada"):
        assert run(app, "account", "reset", "chen", "--by", by, typed=NEW).exit_code == 0


def test_a_closed_account_signs_in_no_more_and_is_listed_as_closed(app, cast):
    token = accounts.sign_in("lin", PASSWORD).token
    db.session.commit()
    assert run(app, "account", "close", "lin").exit_code == 0
    assert accounts.find(token, hours=12) is None
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in("lin", PASSWORD)
    db.session.commit()
    [row] = [r for r in read(run(app, "account", "list", "--json")) if r["login"] == "lin"]
    assert row["active"] is False


def test_the_last_administrator_is_not_closed(app):
    assert run(app, "account", "close", "ada").exit_code == 1
    run(app, "account", "create", "xin", "--role", "administrator", typed=NEW)
    assert run(app, "account", "close", "ada").exit_code == 0


def test_a_person_lists_the_accounts_in_reach(app):
    logins = [row["login"] for row in read(run(app, "account", "list", "--json", "--by", "lin"))]
    assert "chen" in logins
    assert "wang" not in logins
