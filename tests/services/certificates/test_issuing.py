import json
from hashlib import sha256

import pytest
from sqlalchemy import select, text

from admin_app.policy import access_of, acting_as
from admin_app.services import certificates
from admin_app.services.certificates import PaperPending, issuing
from admin_app.services.certificates.papers import PaperDamaged
from admin_app.services.paper.render import MissingGlyph, PaperFailed
from models import (
    AuditAction,
    AuditEntry,
    Certificate,
    CertificateState,
    DomainError,
    EntryState,
    NotAllowed,
    Office,
    clock,
    db,
)
from tests import factories
from tests.services.certificates.story import (
    NOVEMBER,
    OCTOBER,
    PDF,
    approved,
    everybody_but,
    issue,
    issued,
    press,
    requested,
    served,
    void,
)


@pytest.fixture
def lei(cast):
    """A volunteer of Gan Lai with two hours in October."""
    lei = factories.volunteer(cast.gan_lai, name="雷桂英")
    served(lei, cast, OCTOBER)
    return lei


def reprint(certificate, by):
    access = access_of(by)
    with acting_as(access):
        paper = certificates.reprint(certificate, access=access)
        db.session.commit()
    return paper


def test_the_paper_says_what_the_ledger_says(cast, lei, monkeypatch):
    given = press(monkeypatch)
    served(lei, cast, NOVEMBER, content=" 巡逻　两圈🙂\n回站 ")
    made = issued(lei, cast)
    [(template, values, sample)] = given
    assert (template, sample) == ("certificate", False)
    assert (values["times"], values["minutes"], made.minutes) == (2, 240, 240)
    assert (values["since"], values["until"]) == ("2026-10-03", "2026-11-07")
    assert values["issuer"] == made.unit == "遂溪县杨柑镇甘来村志愿服务站"
    assert values["rows"][1] == {
        "served_on": "2026-11-07", "start": "09:00", "end": "11:00",
        "activity": values["rows"][1]["activity"], "content": "巡逻 两圈 回站",
        "category": "平安综治", "organizer": "甘来村志愿服务站", "minutes": 120,
    }  # fmt: skip
    assert values["remarks"] == []
    assert values["id_masked"] == lei.person.id_number_masked
    assert values["verify_url"].startswith("https://zyz.example.cn/verify/")
    assert lei.person.id_number not in json.dumps(values)


def test_what_only_repeats_the_activity_is_not_printed_twice(cast, monkeypatch):
    given = press(monkeypatch)
    lei = factories.volunteer(cast.gan_lai)
    patrol = factories.activity(cast.gan_lai, name="夜间巡逻", held_on=OCTOBER)
    entry = factories.service_entry(lei, patrol, content="夜间 巡逻")
    entry.state = EntryState.CONFIRMED
    db.session.commit()
    issued(lei, cast)
    assert [row["content"] for row in given[0][1]["rows"]] == [""]


def test_what_changes_later_does_not_change_the_paper(cast, lei, monkeypatch):
    given = press(monkeypatch)
    monkeypatch.setattr(issuing, "render", _fails)
    asked = approved(lei, cast)
    with pytest.raises(PaperPending):
        issue(asked, cast.lin)
    lei.person.name, cast.gan_lai.name = "雷改名", "改名站"
    served(lei, cast, NOVEMBER)
    db.session.commit()
    press_ = press(monkeypatch)
    made = db.session.scalars(select(Certificate)).one()
    certificates.finish(made, access=None)
    values = press_[0][1]
    assert given == []
    assert (values["name"], values["times"], values["rows"][0]["organizer"]) == (
        "雷桂英", 1, "甘来村志愿服务站",
    )  # fmt: skip


def test_a_failed_paper_keeps_its_number_and_is_made_later(cast, lei, monkeypatch):
    monkeypatch.setattr(issuing, "render", _fails)
    with pytest.raises(PaperPending) as pending:
        issued(lei, cast)
    made = db.session.scalars(select(Certificate)).one()
    assert made.number in str(pending.value)
    assert not made.is_printed
    assert not certificates.verify(made.number, made.code).is_found
    with pytest.raises(PaperPending):
        reprint(made, cast.chen)
    press(monkeypatch)
    number = made.number
    certificates.finish(made, access=access_of(cast.lin))
    assert (made.number, made.sha256) == (number, sha256(PDF).hexdigest())
    assert reprint(made, cast.chen) == PDF


def test_a_paper_once_made_is_not_made_again(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    monkeypatch.setattr(issuing, "render", _fails)
    assert certificates.finish(made, access=None).is_printed
    with pytest.raises(DomainError, match="never changes"):
        made.paper = b"another"


def test_a_reprint_is_the_same_bytes_and_traced(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    assert reprint(made, cast.chen) == reprint(made, cast.dai) == PDF
    traces = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.PRINT)
    ).all()
    assert [trace.account_id for trace in traces] == [cast.chen.id, cast.dai.id]


def test_a_paper_goes_to_the_desk_of_its_station_only(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    for who in everybody_but(cast, "lin", "dai", "chen"):
        with pytest.raises(NotAllowed):
            certificates.reprint(made, access=access_of(who))


def test_changed_bytes_are_not_handed_out(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    db.session.execute(text("UPDATE certificates SET sha256 = :other"), {"other": "0" * 64})
    db.session.commit()
    with pytest.raises(PaperDamaged):
        certificates.reprint(made, access=None)


def test_what_lies_in_the_database_is_sealed(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    [row] = db.session.execute(text("SELECT snapshot, paper FROM certificates")).all()
    assert "雷桂英".encode() not in bytes(row.snapshot)
    assert PDF not in bytes(row.paper)
    trail = db.session.scalars(
        select(AuditEntry).where(AuditEntry.register == "certificates")
    ).all()
    told = str([entry.changes for entry in trail])
    assert "雷" not in told
    assert made.code not in told


def test_a_name_that_cannot_be_printed_is_refused_before_a_number_is_spent(cast):
    lei = factories.volunteer(cast.gan_lai, name="雷\ue123")
    served(lei, cast, OCTOBER)
    with pytest.raises(MissingGlyph):
        issued(lei, cast)
    db.session.rollback()
    assert db.session.scalars(select(Certificate)).all() == []


def test_what_one_person_did_alone_is_said_on_the_paper(cast, lei, monkeypatch):
    given = press(monkeypatch)
    served(lei, cast, NOVEMBER, recorded_by_id=None, decided_by_id=None)
    asked = requested(lei, None)
    certificates.approve(asked, by=None, access=None)
    made = certificates.issue(asked, by=None, access=None)
    assert made.single_handed
    assert given[0][1]["remarks"] == [
        "其中 1 条服务记录由一人录入并确认。", "本证明由单位一人经办出具。",
    ]  # fmt: skip
    trail = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.changes for entry in trail if "single_handed" in entry.changes][-1][
        "single_handed"
    ] is True


def test_a_demo_office_prints_samples(cast, lei, monkeypatch):
    given = press(monkeypatch)
    db.session.add(Office(is_demo=True, opened_on=clock.today()))
    db.session.commit()
    assert issued(lei, cast).sample
    assert given[0][2] is True


def test_an_office_without_an_address_prints_none(app, cast, lei, monkeypatch):
    given = press(monkeypatch)
    settings = app.extensions["station_settings"]
    monkeypatch.setitem(
        app.extensions, "station_settings", settings.model_copy(update={"public_url": ""})
    )
    issued(lei, cast)
    assert (given[0][1]["verify_url"], given[0][1]["verify_text"]) == (None, None)


def test_a_voided_paper_stays_on_file(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    with pytest.raises(DomainError, match="Say why"):
        void(made, cast.lin, " ")
    void(made, cast.lin)
    assert (made.state, made.void_reason, made.voided_by_id) == (
        CertificateState.VOIDED, "姓名有误", cast.lin.id,
    )  # fmt: skip
    assert reprint(made, cast.chen) == PDF
    with pytest.raises(DomainError, match="before"):
        void(made, cast.lin)


def test_only_the_leader_of_the_station_voids(cast, lei, monkeypatch):
    made = _issued(lei, cast, monkeypatch)
    for who in everybody_but(cast, "lin"):
        with pytest.raises(NotAllowed):
            certificates.void(made, "不该", by=who, access=access_of(who))


def test_a_replacement_ends_the_old_paper_when_it_is_issued(cast, lei, monkeypatch):
    old = _issued(lei, cast, monkeypatch)
    asked = approved(lei, cast, replaces=old)
    assert old.state is CertificateState.VALID
    new = issue(asked, cast.lin)
    assert (old.state, new.state) == (CertificateState.REPLACED, CertificateState.VALID)
    assert new.number != old.number
    with pytest.raises(DomainError, match="no longer valid"):
        requested(lei, cast.chen, replaces=old)


def test_a_paper_of_another_volunteer_is_not_replaced(cast, lei, monkeypatch):
    old = _issued(lei, cast, monkeypatch)
    other = factories.volunteer(cast.gan_lai)
    served(other, cast, OCTOBER)
    with pytest.raises(DomainError, match="another volunteer"):
        requested(other, cast.chen, replaces=old)


def _issued(lei, cast, monkeypatch):
    press(monkeypatch)
    return issued(lei, cast)


def _fails(*_args, **_kwargs):
    raise PaperFailed("no worker")
