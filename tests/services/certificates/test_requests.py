from datetime import date

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import accounts, certificates
from models import (
    Account,
    AuditEntry,
    CertificateRequest,
    DomainError,
    EntryState,
    NotAllowed,
    RequestState,
    Role,
    db,
)
from tests import factories
from tests.services.certificates.story import (
    NOVEMBER,
    OCTOBER,
    approve,
    approved,
    everybody_but,
    issue,
    press,
    requested,
    served,
)


@pytest.fixture
def lei(cast):
    """A volunteer of Gan Lai with two hours in October."""
    lei = factories.volunteer(cast.gan_lai)
    served(lei, cast, OCTOBER)
    return lei


def both(login, station, *roles, person=None):
    """An account that holds several appointments, so that only the two-person rule says no."""
    account = accounts.open_account(login, login, "correct horse battery")
    account.person_id = person.id if person else None
    for role in roles:
        accounts.appoint(account, role, station, by=None, since=date(2024, 1, 1))
    db.session.commit()
    return db.session.get(Account, account.id)


def test_one_asks_another_approves_a_third_issues(cast, lei, monkeypatch):
    press(monkeypatch)
    asked = requested(lei, cast.chen)
    approve(asked, cast.dai)
    assert (asked.state, asked.decided_by_id) == (RequestState.APPROVED, cast.dai.id)
    made = issue(asked, cast.lin)
    assert (asked.state, made.issued_by_id, made.single_handed) == (
        RequestState.ISSUED, cast.lin.id, False,
    )  # fmt: skip


def test_who_approves_may_issue(cast, lei, monkeypatch):
    press(monkeypatch)
    asked = requested(lei, cast.chen)
    approve(asked, cast.lin)
    assert not issue(asked, cast.lin).single_handed


def test_who_asked_can_neither_approve_nor_issue(cast, lei):
    kong = both("kong", cast.gan_lai, Role.CLERK, Role.LEADER)
    asked = requested(lei, kong)
    with pytest.raises(DomainError, match="another person must approve"):
        approve(asked, kong)
    approve(asked, cast.dai)
    with pytest.raises(DomainError, match="another person must approve"):
        issue(asked, kong)


def test_nobody_approves_or_issues_for_himself(cast, lei):
    lei_herself = both("lei", cast.gan_lai, Role.LEADER, person=lei.person)
    asked = requested(lei, cast.chen)
    with pytest.raises(DomainError, match="own certificate"):
        approve(asked, lei_herself)
    approve(asked, cast.dai)
    with pytest.raises(DomainError, match="own certificate"):
        issue(asked, lei_herself)


# Rows are handed over below, as if the scope had failed: the act itself is refused too.


def test_only_the_desk_asks(cast, lei):
    for who in everybody_but(cast, "chen"):
        with pytest.raises(NotAllowed):
            certificates.request(lei, by=who, access=access_of(who))


def test_only_the_leadership_of_the_station_approves(cast, lei):
    asked = requested(lei, cast.chen)
    for who in everybody_but(cast, "lin", "dai"):
        with pytest.raises(NotAllowed):
            certificates.approve(asked, by=who, access=access_of(who))


def test_only_the_leader_of_the_station_issues(cast, lei):
    asked = approved(lei, cast)
    for who in everybody_but(cast, "lin"):
        with pytest.raises(NotAllowed):
            certificates.issue(asked, by=who, access=access_of(who))


def test_only_what_was_approved_is_issued_and_only_once(cast, lei, monkeypatch):
    press(monkeypatch)
    asked = requested(lei, cast.chen)
    with pytest.raises(DomainError, match="Only an approved request"):
        issue(asked, cast.lin)
    approve(asked, cast.dai)
    issue(asked, cast.lin)
    with pytest.raises(DomainError, match="Only an approved request"):
        issue(asked, cast.lin)


def test_a_request_is_declined_with_a_reason(cast, lei):
    asked = requested(lei, cast.chen)
    access = access_of(cast.dai)
    with acting_as(access):
        with pytest.raises(DomainError, match="Say why"):
            certificates.decline(asked, "  ", by=cast.dai, access=access)
        certificates.decline(asked, "时间段有误", by=cast.dai, access=access)
        db.session.commit()
    assert (asked.state, asked.decline_reason) == (RequestState.DECLINED, "时间段有误")
    with pytest.raises(DomainError, match="decided before"):
        approve(asked, cast.dai)


def test_the_words_of_a_request_stay_out_of_the_trail(cast, lei):
    asked = requested(lei, cast.chen, purpose="升学，张三的班主任要求")
    access = access_of(cast.dai)
    with acting_as(access):
        certificates.decline(asked, "与张三核对", by=cast.dai, access=access)
        db.session.commit()
    trail = db.session.scalars(
        select(AuditEntry).where(AuditEntry.register == CertificateRequest.__tablename__)
    ).all()
    assert len(trail) == 3
    assert "张三" not in str([entry.changes for entry in trail])


@pytest.mark.parametrize(
    ("since", "until"), [(NOVEMBER, None), (None, date(2026, 10, 2)), (NOVEMBER, OCTOBER)]
)
def test_a_period_without_confirmed_service_is_refused(cast, lei, since, until):
    with pytest.raises(DomainError):
        requested(lei, cast.chen, since=since, until=until)


def test_the_days_at_both_ends_count(cast, lei):
    assert requested(lei, cast.chen, since=OCTOBER, until=OCTOBER).id


def test_what_is_not_confirmed_or_served_elsewhere_does_not_count(cast):
    lei = factories.volunteer(cast.gan_lai)
    served(lei, cast, OCTOBER, state=EntryState.SUBMITTED)
    elsewhere = factories.volunteer(cast.quan_shui, person=lei.person)
    served(elsewhere, cast, NOVEMBER)
    with pytest.raises(DomainError, match="No confirmed service"):
        requested(lei, cast.chen)


def test_the_same_request_is_not_made_twice(cast, lei):
    requested(lei, cast.chen)
    with pytest.raises(DomainError, match="requested already"):
        requested(lei, cast.chen)
    assert requested(lei, cast.chen, since=OCTOBER).id


def test_too_many_rows_ask_for_a_shorter_period(cast, lei, monkeypatch):
    monkeypatch.setattr("admin_app.services.certificates.snapshot.MAX_ROWS", 1)
    served(lei, cast, NOVEMBER)
    with pytest.raises(DomainError, match="choose a shorter period"):
        requested(lei, cast.chen)
    assert requested(lei, cast.chen, since=NOVEMBER).id
