import pytest
from sqlalchemy import select

from admin_app.services.certificates import issuing
from admin_app.services.paper.render import PaperFailed
from models import (
    AuditAction,
    AuditEntry,
    Certificate,
    CertificateRequest,
    CertificateState,
    RequestState,
    db,
)
from tests import factories
from tests.services.certificates.story import (
    OCTOBER,
    PDF,
    approved,
    issued,
    press,
    requested,
    served,
)


@pytest.fixture
def lei(cast, monkeypatch):
    press(monkeypatch)
    lei = factories.volunteer(cast.gan_lai, name="雷桂英")
    served(lei, cast, OCTOBER)
    return lei


def fresh(model):
    db.session.rollback()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def press_and_look(browser, address, **typed):
    """Press a button and return the page it leads to."""
    return browser.get(browser.post(address, data=typed).location).text


def test_from_the_request_to_the_paper_in_the_browser(browse, cast, lei):
    chen, dai, lin = (browse(who) for who in (cast.chen, cast.dai, cast.lin))
    asked = chen.post("/certificate_requests/new/", data={"volunteer": lei.id, "purpose": "升学"})
    assert asked.status_code == 302, asked.text
    row = fresh(CertificateRequest)
    assert (row.requested_by_id, row.state) == (cast.chen.id, RequestState.REQUESTED)
    dai.post("/certificate_requests/approve/", data={"id": row.id})
    page = lin.get(f"/certificate_requests/details/?id={row.id}").text
    assert "/certificate_requests/issue/" in page
    shown = press_and_look(lin, "/certificate_requests/issue/", id=row.id)
    made = fresh(Certificate)
    assert made.number in shown
    paper = chen.get(f"/certificates/paper/?id={made.id}")
    assert (paper.data, paper.mimetype) == (PDF, "application/pdf")
    assert f"{made.number}.pdf" in paper.headers["Content-Disposition"]
    traced = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.PRINT)
    ).one()
    assert (traced.account_id, traced.row_id) == (cast.chen.id, made.id)


def test_the_desk_reads_who_answers_for_a_paper(browse, cast, lei):
    id_ = issued(lei, cast).id
    page = browse(cast.chen).get(f"/certificates/details/?id={id_}").text
    for name in (cast.chen.name, cast.dai.name, cast.lin.name):
        assert name in page


def test_the_list_approves_several(browse, cast, lei):
    rows = [requested(lei, cast.chen).id, requested(lei, cast.chen, since=OCTOBER).id]
    browse(cast.dai).post(
        "/certificate_requests/action/", data={"action": "approve", "rowid": rows}
    )
    db.session.rollback()
    states = {row.state for row in db.session.scalars(select(CertificateRequest))}
    assert states == {RequestState.APPROVED}


def test_a_request_is_declined_with_the_reason_shown(browse, cast, lei):
    id_ = requested(lei, cast.chen).id
    dai = browse(cast.dai)
    dai.post("/certificate_requests/decline/", data={"id": id_, "reason": ""})
    assert fresh(CertificateRequest).state is RequestState.REQUESTED
    dai.post("/certificate_requests/decline/", data={"id": id_, "reason": "时间段有误"})
    assert fresh(CertificateRequest).state is RequestState.DECLINED
    assert "时间段有误" in browse(cast.chen).get(f"/certificate_requests/details/?id={id_}").text


def test_nobody_presses_what_is_not_his(browse, cast, lei):
    id_ = approved(lei, cast).id
    for who in (cast.chen, cast.dai, cast.su, cast.shen):
        answer = browse(who).post("/certificate_requests/issue/", data={"id": id_})
        assert answer.status_code == 403
    for who in (cast.mo, cast.guan, cast.ada):
        answer = browse(who).post("/certificate_requests/issue/", data={"id": id_})
        assert answer.status_code in (403, 404)
    assert fresh(CertificateRequest).state is RequestState.APPROVED


@pytest.mark.parametrize("name", ["zhao", "wang", "quan", "di"])
def test_a_foreign_certificate_does_not_exist(browse, cast, lei, name):
    made = issued(lei, cast)
    id_, asked = made.id, made.request_id
    browser = browse(getattr(cast, name))
    for path in (
        f"/certificates/details/?id={id_}", f"/certificates/paper/?id={id_}",
        f"/certificate_requests/details/?id={asked}",
    ):  # fmt: skip
        assert browser.get(path).status_code == 404, path
    for path in ("/certificates/void/", "/certificates/finish/", "/certificate_requests/issue/"):
        answer = browser.post(path, data={"id": id_, "reason": "外站"})
        assert answer.status_code == 404, path
    assert made.number not in browser.get("/certificates/").text
    assert fresh(Certificate).state is CertificateState.VALID


def test_a_supervisor_sees_the_certificate_and_gets_no_paper(browse, cast, lei):
    made = issued(lei, cast)
    id_, number = made.id, made.number
    su = browse(cast.su)
    assert number in su.get("/certificates/").text
    assert "/certificates/paper/" not in su.get(f"/certificates/details/?id={id_}").text
    assert su.get(f"/certificates/paper/?id={id_}").status_code == 403


def test_a_foreign_volunteer_cannot_be_asked_for(browse, cast, lei):
    stranger = factories.volunteer(cast.weng_shui)
    answer = browse(cast.chen).post("/certificate_requests/new/", data={"volunteer": stranger.id})
    assert answer.status_code == 200
    assert fresh(CertificateRequest) is None


def test_a_certificate_is_voided_with_a_reason(browse, cast, lei):
    id_ = issued(lei, cast).id
    lin = browse(cast.lin)
    lin.post("/certificates/void/", data={"id": id_, "reason": " "})
    assert fresh(Certificate).state is CertificateState.VALID
    page = press_and_look(lin, "/certificates/void/", id=id_, reason="姓名有误")
    assert fresh(Certificate).state is CertificateState.VOIDED
    assert "姓名有误" in page


def test_a_replacement_starts_from_the_old_paper(browse, cast, lei):
    number = issued(lei, cast).number
    chen = browse(cast.chen)
    page = chen.get(f"/certificate_requests/new/?replaces={number}").text
    assert number in page
    assert "雷桂英" in page
    data = {"volunteer": lei.id, "replaces": number}
    assert chen.post("/certificate_requests/new/", data=data).status_code == 302
    assert fresh(CertificateRequest).replaces == number
    assert chen.get("/certificate_requests/new/?replaces=1").status_code == 404


def test_a_paper_that_failed_is_made_from_its_page(browse, cast, lei, monkeypatch):
    id_ = approved(lei, cast).id
    lin = browse(cast.lin)
    monkeypatch.setattr(issuing, "render", _fails)
    page = press_and_look(lin, "/certificate_requests/issue/", id=id_)
    made = fresh(Certificate)
    assert "/certificates/finish/" in page
    assert lin.get(f"/certificates/paper/?id={made.id}").status_code == 409
    press(monkeypatch)
    lin.post("/certificates/finish/", data={"id": made.id})
    assert fresh(Certificate).is_printed


def test_an_export_opens_no_paper(browse, cast, lei):
    number = issued(lei, cast).number
    chen = browse(cast.chen)
    for screen in ("certificates", "certificate_requests"):
        answer = chen.get(f"/{screen}/export/csv/", buffered=True)
        assert answer.status_code == 200
        assert (number in answer.text) is (screen == "certificates")


def _fails(*_args, **_kwargs):
    raise PaperFailed("no worker")
