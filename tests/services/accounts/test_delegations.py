"""Standing in for a leader: until a day, and never beyond what he holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.accounts import delegations
from models import AuditEntry, DomainError, NotAllowed, Role, clock, db

ISSUE = "certificates:issue"


def delegate(cast, account, days=7, **more):
    [own] = cast.lin.appointments
    until = clock.today() + timedelta(days=days)
    made = delegations.delegate(own, account, by=access_of(cast.lin), until=until, **more)
    db.session.commit()
    return made


def may_on(account, days, cast):
    held = access_of(account, clock.today() + timedelta(days=days))
    return held.reaches(ISSUE, cast.lin.appointments[0])


def test_who_stands_in_does_what_the_leader_does_until_the_day(cast):
    made = delegate(cast, cast.dai)
    assert [may_on(cast.dai, days, cast) for days in (0, 7, 8)] == [True, True, False]
    assert "delegated" in str(made)
    told = db.session.query(AuditEntry).filter_by(register="appointments", row_id=made.id).one()
    assert told.changes["delegated_from_id"] == [cast.lin.appointments[0].id]


def test_it_ends_with_what_was_delegated(cast):
    delegate(cast, cast.dai)
    cast.lin.appointments[0].until = clock.today() + timedelta(days=2)
    db.session.commit()
    assert [may_on(cast.dai, days, cast) for days in (2, 3)] == [True, False]
    cast.lin.active = False
    db.session.commit()
    assert not may_on(cast.dai, 0, cast)


def test_it_is_taken_back_at_once(cast):
    made = delegate(cast, cast.dai)
    with pytest.raises(NotAllowed):
        delegations.end(made, by=access_of(cast.dai))
    delegations.end(made, by=access_of(cast.lin))
    db.session.commit()
    db.session.expire_all()
    assert not may_on(cast.dai, 0, cast)


@pytest.mark.parametrize("login", ["lin", "quan", "zhao", "su"])
def test_nobody_from_elsewhere_stands_in(cast, login):
    with pytest.raises(DomainError):
        delegate(cast, getattr(cast, login))


def test_nobody_stands_in_for_ever_or_longer_than_the_leader_leads(cast):
    [own] = cast.lin.appointments
    with pytest.raises(DomainError):
        delegations.delegate(own, cast.dai, by=access_of(cast.lin), until=None)
    own.until = clock.today() + timedelta(days=3)
    with pytest.raises(DomainError):
        delegate(cast, cast.dai)
    with pytest.raises(DomainError):
        delegate(cast, cast.dai, days=-1)


def test_nothing_of_others_is_delegated_and_nothing_delegated_again(cast):
    made = delegate(cast, cast.dai)
    until = clock.today()
    for account, appointment in ((cast.dai, made), (cast.mo, cast.lin.appointments[0])):
        with pytest.raises(NotAllowed):
            delegations.delegate(appointment, cast.mo, by=access_of(account), until=until)


def test_a_leader_makes_accounts_of_the_own_station_below_leaders(cast):
    by = access_of(cast.lin)
    made = accounts.open_account("xin", "辛", "a garden behind seven doors", must_change=True)
    assert made.must_change_password
    for role in Role:
        if role in (
            Role.DEPUTY,
            Role.ORGANIZER,
            Role.MEMBER,
            Role.CLERK,
            Role.HELPER,
            Role.OBSERVER,
        ):
            assert accounts.appoint(made, role, cast.gan_lai, by=by)
            with pytest.raises(NotAllowed):
                accounts.appoint(made, role, cast.quan_shui, by=by)
        elif role is Role.LEADER:
            with pytest.raises(NotAllowed):
                accounts.appoint(made, role, cast.gan_lai, by=by)
    for other in (cast.lin, cast.quan, cast.su, cast.ada):
        assert not accounts.may_keep(other, by)
    assert accounts.may_keep(cast.chen, by)


def test_who_stands_in_signs_in_and_works(cast, browse):
    delegate(cast, cast.chen)
    browser = browse(cast.chen)
    assert browser.get("/").status_code == 200
    assert browser.get("/accounts/").status_code == 200
    cast.lin.active = False
    db.session.commit()
    assert browser.get("/accounts/").status_code == 403
