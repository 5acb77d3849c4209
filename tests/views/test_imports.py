import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from admin_app.services import accounts
from models import (
    Account,
    AuditAction,
    AuditEntry,
    DomainError,
    EntryState,
    ImportBatch,
    ServiceEntry,
    SignIn,
    Volunteer,
    clock,
    db,
)
from tests.cast import PASSWORD
from tests.services.exchange.books import LEDGER, PEOPLE, book, number
from tests.services.exchange.samples import AS_OF, EXPECTED, sheet

WANG = (1, "王伟", "男", "1990-01-01", number("44089919900101001"), "13800138000", None)
HANDED_IN = str(AS_OF)
BAD = (2, "李娜", "女", "1991-02-03", "4408", "13900139000", None)
SERVICE = (1, "2026-10-03", "王伟", WANG[4], "课后辅导", "专项行动", "08:00", "10:00", 2)


@pytest.fixture
def chen(cast, browse):
    """The clerk of Gan Lai at the screen."""
    return browse(cast.chen)


def upload(browser, kind, content, station=None, *, name="十月.xlsx", on=HANDED_IN):
    return browser.post(
        f"/import/{kind}",
        data={"sheet": (BytesIO(content), name), "station": getattr(station, "id", ""), "on": on},
    )


def look(browser, *args, **more):
    answer = upload(browser, *args, **more)
    assert answer.status_code == 302, words(answer)
    return answer.location


def words(answer):
    return unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def shown(answer, name):
    return int(re.search(rf'id="{name}">(\d+)<', answer.get_data(as_text=True))[1])


def total(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("kind", ["volunteers", "ledger"])
def test_a_clerk_finds_the_import_in_the_menu(chen, kind):
    assert f'href="/import/{kind}"' in chen.get("/").get_data(as_text=True)
    page = chen.get(f"/import/{kind}")
    assert page.status_code == 200
    assert "甘来村志愿服务站" in words(page)
    assert "泉水村志愿服务站" not in words(page)


def test_the_sample_sheets_go_from_preview_to_ledger(chen, cast):
    expected = EXPECTED["zhanjiang"]
    for kind in ("volunteers", "ledger"):
        at = look(chen, kind, sheet("zhanjiang", f"{kind}.xlsx"), cast.gan_lai)
        page = chen.get(at)
        assert shown(page, "accepted") == expected[kind]["accepted"]
        assert shown(page, "refused") == sum(expected[kind]["refused"].values())
        assert chen.post(f"{at}/confirm").status_code == 302
    assert shown(page, "minutes") == expected["ledger"]["minutes"]
    entries = select(func.count(), func.sum(ServiceEntry.minutes)).where(
        ServiceEntry.state == EntryState.SUBMITTED
    )
    ledger = expected["ledger"]
    assert db.session.execute(entries).one() == (ledger["accepted"], ledger["minutes"])


def test_nothing_is_written_before_the_clerk_confirms(chen, cast):
    at = look(chen, "volunteers", book(PEOPLE, WANG), cast.gan_lai)
    chen.get(at)
    assert total(Volunteer) == 0
    chen.post(f"{at}/confirm")
    assert total(Volunteer) == 1


def test_the_preview_says_where_what_and_why_and_masks_numbers(chen, cast):
    page = chen.get(look(chen, "volunteers", book(PEOPLE, WANG, BAD), cast.gan_lai))
    told = words(page)
    assert "身份证号码" in told
    assert "has 4 signs, not 18" in told
    assert WANG[4] not in told
    assert "13800138000" not in told
    assert f"{WANG[4][:6]}************" in told


def test_the_refused_rows_come_back_as_a_workbook_and_leave_a_trace(chen, cast):
    at = look(chen, "volunteers", book(PEOPLE, WANG, BAD), cast.gan_lai)
    assert chen.get(f"{at}/returned.xlsx").status_code == 409  # nothing has landed yet
    chen.post(f"{at}/confirm")
    assert "1 row was refused" in words(chen.get(at))
    answer = chen.get(f"{at}/returned.xlsx")
    row = load_workbook(BytesIO(answer.data)).active[2]
    assert [cell.value for cell in row][1:6] == list(BAD)[1:6]
    traced = select(AuditEntry.account_id).where(AuditEntry.action == AuditAction.EXPORT)
    assert db.session.scalars(traced).all() == [cast.chen.id]


def test_a_corrected_workbook_goes_through(chen, cast):
    at = look(chen, "volunteers", book(PEOPLE, WANG, BAD), cast.gan_lai)
    chen.post(f"{at}/confirm")
    returned = load_workbook(BytesIO(chen.get(f"{at}/returned.xlsx").data))
    returned.active["E2"] = number("44089919910203002")
    returned.save(corrected := BytesIO())
    at = look(chen, "volunteers", corrected.getvalue(), cast.gan_lai)
    chen.post(f"{at}/confirm")
    assert total(Volunteer) == 2


def test_a_sheet_confirmed_twice_lands_once(chen, cast):
    at = look(chen, "volunteers", book(PEOPLE, WANG), cast.gan_lai)
    chen.post(f"{at}/confirm")
    chen.post(f"{at}/confirm")
    assert total(Volunteer) == 1
    assert "imported already" in words(chen.get(at))


def test_unknown_categories_and_columns_are_told(chen, cast):
    chen.post(f"{look(chen, 'volunteers', book(PEOPLE, WANG), cast.gan_lai)}/confirm")
    content = book((*LEDGER, "天气"), (*SERVICE, "晴"), ("合计",))
    told = words(chen.get(look(chen, "ledger", content, cast.gan_lai)))
    assert "“专项行动”" in told
    assert "天气" in told
    assert "left out: 3" in told
    assert "before the day of registration" in told


def test_a_sheet_can_be_discarded(chen, cast):
    at = look(chen, "volunteers", book(PEOPLE, WANG), cast.gan_lai)
    assert chen.post(f"{at}/discard").location == "/import/volunteers"
    assert chen.get(at).status_code == 404
    assert total(ImportBatch) == 0


def test_only_the_uploader_sees_an_upload(chen, cast, browse):
    at = look(chen, "volunteers", book(PEOPLE, WANG, BAD), cast.gan_lai)
    for other in (cast.lin, cast.quan, cast.su, cast.shen, cast.ada):
        browser = browse(other)
        for address in (at, f"{at}/returned.xlsx"):
            assert browser.get(address).status_code == 404
        for act in ("confirm", "discard"):
            assert browser.post(f"{at}/{act}").status_code == 404
    assert total(Volunteer) == 0


@pytest.mark.parametrize(
    ("login", "open_"),
    [
        ("chen", {"volunteers", "ledger"}),
        ("lin", set()),
        ("dai", set()),
        ("ou", set()),
        ("he", set()),
        ("guan", set()),
        ("su", {"stations"}),
        ("shen", set()),
        ("ada", {"stations"}),
    ],
)
def test_each_role_opens_its_own_imports(cast, browse, login, open_):
    browser = browse(getattr(cast, login))
    menu = browser.get("/").get_data(as_text=True)
    for kind in ("stations", "volunteers", "ledger"):
        assert browser.get(f"/import/{kind}").status_code == (200 if kind in open_ else 403)
        assert (f'href="/import/{kind}"' in menu) == (kind in open_)
        if kind not in open_:
            assert upload(browser, kind, book(PEOPLE, WANG), cast.gan_lai).status_code == 403


def test_a_clerk_imports_at_no_other_station(chen, cast):
    answer = upload(chen, "volunteers", book(PEOPLE, WANG), cast.quan_shui)
    assert answer.status_code == 422
    assert "Choose the station" in words(answer)
    assert total(ImportBatch) == 0


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"content": b""}, "Choose the file"),
        ({"content": b"PK\x03\x04"}, "cannot be read"),
        ({"content": "姓名,性别\n王伟,男\n".encode("gb18030")}, "身份证号码"),
        ({"on": "gestern"}, "Choose the day"),
        ({"on": "2999-01-01"}, "future"),
        ({"station": None}, "Choose the station"),
    ],
)
def test_a_form_that_will_not_do_says_why(chen, cast, more, told):
    given = {"content": book(PEOPLE, WANG), "station": cast.gan_lai} | more
    answer = upload(chen, "volunteers", given.pop("content"), given.pop("station"), **given)
    assert answer.status_code == 422
    assert told in words(answer)


def test_a_supervisor_imports_a_list_of_stations(cast, browse):
    browser = browse(cast.su)
    at = look(browser, "stations", sheet("zhanjiang", "stations.csv"), name="站点.csv")
    page = browser.get(at)
    assert shown(page, "accepted") + shown(page, "refused") == 12
    assert browser.post(f"{at}/confirm").status_code == 302
    assert browser.get(at).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/import/0", "/import/-1", "/import/99999999999999999999", "/import/1,2", "/import/x",
     "/import/2147483647", "/import/1/returned.xlsx", "/import/"],
)  # fmt: skip
def test_no_address_makes_an_error(chen, address):
    assert chen.get(address).status_code == 404
    assert chen.post(f"{address}/confirm").status_code in (404, 405)


def test_a_guest_is_sent_to_the_sign_in(app):
    answer = app.test_client().get("/import/ledger")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_a_form_without_the_token_is_refused(chen, cast):
    del chen.environ_base["HTTP_X_CSRFTOKEN"]
    assert upload(chen, "volunteers", book(PEOPLE, WANG), cast.gan_lai).status_code == 400


ACCOUNTS = ("登录名", "姓名", "角色", "站点编号", "区划代码")
NEW = ("xin", "辛甲", "专职人员", "440823106223-01", None)


def test_a_county_opens_accounts_from_a_sheet_and_sees_the_passwords_once(cast, browse):
    browser = browse(cast.su)
    assert "/import/accounts" in browser.get("/accounts/").text
    foreign = ("yi", "辛乙", "组长", "533401205203-01", None)
    at = look(browser, "accounts", book(ACCOUNTS, NEW, foreign))
    page = browser.get(at)
    assert (shown(page, "accepted"), shown(page, "refused")) == (1, 1)
    assert browser.post(f"{at}/confirm").status_code == 404
    assert account("xin") is None
    slips = browser.post(f"{at}/open-accounts")
    assert slips.headers["Cache-Control"] == "no-store"
    [word] = re.findall(r"<code>(\S+-\S+-\S+-\S+)</code>", slips.text)
    assert browser.post(f"{at}/open-accounts").location == at
    for again in (browser.get(at), browser.get(at)):
        assert word not in again.text
    newcomer = browse(None)
    newcomer.post("/sign-in", data={"login": "xin", "password": word})
    assert newcomer.get("/volunteers/").location == "/password"
    returned = load_workbook(BytesIO(browser.get(f"{at}/returned.xlsx").data)).active
    assert returned["A2"].value == "yi"


def test_opening_accounts_asks_for_the_own_password_once_more(cast, browse):
    browser = browse(cast.lin)
    at = look(browser, "accounts", book(ACCOUNTS, NEW))
    db.session.execute(update(SignIn).values(proved_at=clock.utc_now() - timedelta(hours=1)))
    db.session.commit()
    asked = browser.post(f"{at}/open-accounts")
    assert asked.status_code == 401
    assert account("xin") is None
    told = browser.post(f"{at}/open-accounts", data={"_own_password": PASSWORD})
    assert "One-time password" in words(told)
    assert account("xin").must_change_password


def test_a_refused_sheet_of_accounts_opens_none(cast, browse, monkeypatch):
    browser = browse(cast.su)
    at = look(browser, "accounts", book(ACCOUNTS, NEW, ("yi", "辛乙", *NEW[2:])))
    opened = accounts.open_account

    def breaks(login, *rest):
        if login == "yi":
            raise DomainError("no room")
        return opened(login, *rest)

    monkeypatch.setattr(accounts, "open_account", breaks)
    assert browser.post(f"{at}/open-accounts").location == at
    assert "no room" in words(browser.get(at))
    assert account("xin") is None
    monkeypatch.undo()
    assert len(re.findall('class="card card-body"', browser.post(f"{at}/open-accounts").text)) == 2


def account(login):
    return db.session.scalar(select(Account).where(Account.login == login))
