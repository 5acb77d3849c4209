from sqlalchemy import select

from admin_app.services import accounts
from models import Account, db
from tests.cli.commands import run
from tests.emptying import send_everybody_home

PASSWORD = "a long password"
OPTIONS = (
    "--division", "440823106223", "--station", "甘来村志愿服务站", "--login", "lin",
    "--name", "林书记", "--role", "clerk",
)  # fmt: skip


def test_an_office_is_opened_by_options_and_standard_input(app):
    send_everybody_home()
    outcome = run(app, "setup", *OPTIONS, typed=f"{PASSWORD}\n")
    assert (outcome.exit_code, outcome.stdout) == (0, ""), outcome.stderr
    account = accounts.sign_in("lin", PASSWORD)
    assert [held.role.value for held in account.appointments] == ["clerk", "administrator"]


def test_without_a_terminal_every_option_is_needed(app):
    send_everybody_home()
    outcome = run(app, "setup", *OPTIONS[:4], typed=PASSWORD)
    assert outcome.exit_code == 2
    assert "--login" in outcome.stderr


def test_an_office_with_an_account_is_refused(app, cast):
    outcome = run(app, "setup", *OPTIONS, typed=PASSWORD)
    assert outcome.exit_code == 1
    assert db.session.scalar(select(Account).where(Account.name == "林书记")).login == "lin"


def test_a_weak_password_leaves_the_office_empty(app):
    send_everybody_home()
    assert run(app, "setup", *OPTIONS, typed="short").exit_code == 1
    assert db.session.scalars(select(Account)).all() == []
