"""A list of accounts: who is let in, what is told of each other row, and no password is kept."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import accounts
from admin_app.services.exchange import batches, judging
from admin_app.services.exchange.accounts import MOST
from admin_app.services.exchange.batches import Upload
from admin_app.services.places import stations
from models import Account, AuditAction, AuditEntry, DomainError, ImportKind, Model, Role, clock, db
from tests.cli.commands import read, run
from tests.services.exchange.books import book

TITLES = ("登录名", "姓名", "角色", "站点编号", "区划代码")
GAN_LAI, QUAN_SHUI, WENG_SHUI = "440823106223-01", "440823113215-01", "533401205203-01"
TOWN, COUNTY = "440823106000", "440823000000"
GOOD = ("xin", "辛甲", "专职人员", GAN_LAI, None)


def judged(cast, *rows, login="su", titles=TITLES):
    table = judging.read(ImportKind.ACCOUNTS, book(titles, *rows))
    access = access_of(getattr(cast, login))
    with acting_as(access):
        return judging.judge_accounts(table, access=access)


@pytest.mark.parametrize(("row", "column", "reason"), [
    (("", "辛乙", "专职人员", GAN_LAI), "登录名", "login_unfit"),
    (("two words", "辛乙", "专职人员", GAN_LAI), "登录名", "login_unfit"),
    (("a" * 65, "辛乙", "专职人员", GAN_LAI), "登录名", "text_too_long"),
    (("lin", "辛乙", "专职人员", GAN_LAI), "登录名", "login_taken"),
    (("xin", "辛乙", "专职人员", GAN_LAI), "登录名", "login_taken"),
    (("yi", "", "专职人员", GAN_LAI), "姓名", "name_missing"),
    (("yi", "辛" * 51, "专职人员", GAN_LAI), "姓名", "text_too_long"),
    (("yi", "辛乙", "书记", GAN_LAI), "角色", "role_unknown"),
    (("yi", "辛乙", "专职人员", "440823106223-09"), "站点编号", "place_unknown"),
    (("yi", "辛乙", "专职人员", WENG_SHUI), "站点编号", "place_unknown"),
    (("yi", "辛乙", "专职人员", None, TOWN), "站点编号", "place_unknown"),
    (("yi", "辛乙", "专职人员", None), "站点编号", "place_unfit"),
    (("yi", "辛乙", "督导", GAN_LAI, "990000000000"), "区划代码", "place_unknown"),
    (("yi", "辛乙", "督导", GAN_LAI, None), "区划代码", "place_unfit"),
    (("yi", "辛乙", "督导", None, "440823106223"), "区划代码", "place_unfit"),
    (("yi", "辛乙", "督导", None, COUNTY), "角色", "beyond_reach"),
    (("yi", "辛乙", "督导", None, "533401205000"), "角色", "beyond_reach"),
    (("yi", "辛乙", "审计员", None, None), "角色", "beyond_reach"),
    (("yi", "辛乙", "系统管理员", None, None), "角色", "beyond_reach"),
])  # fmt: skip
def test_a_bad_row_is_told_with_its_row_column_and_reason(cast, row, column, reason):
    found = judged(cast, GOOD, row)
    assert [one.login for one in found.accepted] == ["xin"]
    [refusal] = [one.plain() for one in found.refused]
    assert (refusal["row"], refusal["column"], refusal["reason"]) == (3, column, reason)
    assert len(refusal["message"]) > 30


def test_each_maker_is_judged_by_what_he_appoints_himself(cast):
    rows = (
        ("a1", "甲", "组长", GAN_LAI, None), ("a2", "乙", "副组长", GAN_LAI, None),
        ("a3", "丙", "观察员", QUAN_SHUI, None), ("a4", "丁", "督导", None, TOWN),
        ("a5", "戊", "督导", None, COUNTY), ("a6", "己", "系统管理员", None, None),
    )  # fmt: skip
    takes = {
        login: [one.login for one in judged(cast, *rows, login=login).accepted]
        for login in ("lin", "su", "pu", "ada", "tu", "di")
    }
    assert takes == {
        "lin": ["a2"], "su": ["a1", "a2", "a3", "a4"], "pu": ["a1", "a2", "a3", "a4", "a5"],
        "ada": ["a1", "a2", "a3", "a4", "a5", "a6"], "tu": [], "di": [],
    }  # fmt: skip


def test_a_community_of_one_station_stands_for_it(cast):
    row = ("xin", "辛甲", "clerk", None, "440823106223")
    [found] = judged(cast, row).accepted
    assert (found.role, found.place) == (Role.CLERK, cast.gan_lai)
    stations.open_station(cast.gan_lai.division, "第二服务点")
    [refusal] = judged(cast, row).refused
    assert refusal.reason == "place_unknown"


def test_more_than_are_opened_at_once_are_refused_as_a_whole():
    rows = [(f"a{n}", "某", "组员", GAN_LAI, None) for n in range(MOST + 1)]
    with pytest.raises(DomainError, match=str(MOST)):
        judging.read(ImportKind.ACCOUNTS, book(TITLES, *rows))


def test_the_passwords_open_once_and_are_kept_nowhere(cast, caplog):
    caplog.set_level(logging.DEBUG)
    su, now = access_of(cast.su), clock.utc_now()
    rows = (GOOD, ("yi", "辛乙", "督导", None, TOWN), ("lin", "重名", "组员", GAN_LAI))
    upload = Upload(ImportKind.ACCOUNTS, "账号.xlsx", book(TITLES, *rows), None, clock.today())
    with acting_as(su):
        batch = batches.receive(upload, by=cast.su, access=su, at=now)
        db.session.commit()
        made = batches.land(batch, access=su, at=now, passwords=accounts.one_times(1))
        db.session.commit()
        with pytest.raises(DomainError):
            batches.land(batch, access=su, at=now)
    words = {slip.login: slip.password for slip in made.slips}
    assert words.keys() == {"xin", "yi"}
    assert len(set(words.values())) == 2
    told = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert told.action == AuditAction.IMPORT
    assert (told.changes["accepted"], told.changes["refused"]) == (2, 1)
    kept = everything() + caplog.text.encode()
    for login, word in words.items():
        assert word.encode() not in kept
        assert accounts.sign_in(login, word).must_change_password
    [held] = db.session.scalars(select(Account).where(Account.login == "yi")).one().appointments
    assert (held.role, held.division.code) == (Role.SUPERVISOR, TOWN)


def everything():
    """Return all that the tables hold, as bytes."""
    found = []
    for table in Model.metadata.sorted_tables:
        found += [repr(tuple(row)) for row in db.session.execute(select(*table.c))]
    return "\n".join(found).encode()


def test_the_command_tells_the_passwords_and_opens_all_or_none(app, cast, tmp_path):
    file = tmp_path / "账号.xlsx"
    file.write_bytes(book(TITLES, GOOD, ("yi", "辛乙", "组长", WENG_SHUI, None)))
    dry = read(run(app, "account", "import", file, "--dry-run", "--json"))
    assert (dry["accepted"], dry["passwords"]) == (2, {})
    done = run(app, "account", "import", file, "--by", "su")
    assert done.exit_code == 1  # the other row lies in the other prefecture
    [login, word] = done.stdout.split()
    assert login == "xin"
    assert accounts.sign_in(login, word).must_change_password
    again = run(app, "account", "import", file, "--by", "su", "--json")
    assert json.loads(again.stdout)["passwords"] == {}
