"""An appointment at several divisions holds at each of them, and at nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import accounts
from admin_app.services.places import divisions
from models import AppointmentDivision, DomainError, NotAllowed, Role, Station, db
from tests import factories

DIQING, ZHANJIANG = "533400000000", "440800000000"
GAN_LAI_TOWN, QUAN_SHUI_TOWN, WENG_SHUI_COUNTY = "440823106000", "440823113000", "533401000000"


@pytest.fixture
def zone(cast):
    """Tu, of the township of Gan Lai, runs a township elsewhere too."""
    [held] = cast.tu.appointments
    accounts.reach_further(held, divisions.by_code(QUAN_SHUI_TOWN), by=None)
    db.session.commit()
    return cast


def seen(account, model=Station):
    with acting_as(access_of(account)):
        return {row.id for row in db.session.scalars(select(model))}


def test_it_holds_at_each_of_its_divisions_and_at_nothing_else(zone):
    assert seen(zone.tu) == {zone.gan_lai.id, zone.quan_shui.id}
    reaches = access_of(zone.tu).reaches
    assert reaches("volunteers:read", factories.volunteer(zone.quan_shui))
    assert not reaches("volunteers:read", factories.volunteer(zone.weng_shui))
    assert str(zone.tu.appointments[0]).endswith("杨柑镇、草潭镇")


def test_it_is_one_appointment_to_act_in(zone):
    access = access_of(zone.tu)
    [appointment] = zone.tu.appointments
    assert access.at(appointment.id) == access
    assert {held.appointment_id for held in access.held} == {appointment.id}


def test_what_is_taken_off_is_out_of_reach(zone):
    [appointment] = zone.tu.appointments
    accounts.withdraw_from(appointment, appointment.further[0], by=None)
    db.session.commit()
    assert seen(zone.tu) == {zone.gan_lai.id}


def test_it_ends_at_all_of_its_divisions_together(zone):
    [appointment] = zone.tu.appointments
    appointment.until = appointment.since
    db.session.commit()
    assert seen(zone.tu) == set()


def test_who_supervises_a_further_division_sees_who_else_reaches_it(zone, cast):
    accounts.reach_further(cast.di.appointments[0], divisions.by_code(GAN_LAI_TOWN), by=None)
    db.session.commit()
    assert cast.di.appointments[0].id in seen(cast.su, type(cast.di.appointments[0]))
    assert cast.di.id in seen(cast.su, type(cast.di))
    assert len(seen(cast.su, AppointmentDivision)) == 2
    assert seen(cast.wang, AppointmentDivision) == set()


def test_a_prefecture_widens_below_itself_only(cast):
    [at_town] = cast.tu.appointments
    with acting_as(access_of(cast.pu)):
        accounts.reach_further(at_town, divisions.by_code(QUAN_SHUI_TOWN), by=access_of(cast.pu))
        db.session.commit()
        for code in (WENG_SHUI_COUNTY, ZHANJIANG):
            with pytest.raises(NotAllowed):
                accounts.reach_further(at_town, divisions.by_code(code), by=access_of(cast.pu))
    assert seen(cast.tu) == {cast.gan_lai.id, cast.quan_shui.id}


def test_an_account_that_reaches_beyond_is_kept_by_nobody_below(zone, cast):
    by = access_of(cast.su)
    assert accounts.may_keep(cast.tu, by)
    accounts.reach_further(cast.tu.appointments[0], divisions.by_code(WENG_SHUI_COUNTY), by=None)
    db.session.commit()
    assert not accounts.may_keep(cast.tu, by)


@pytest.mark.parametrize(
    ("login", "code"),
    [("chen", QUAN_SHUI_TOWN), ("ada", DIQING), ("su", "440823000000"), ("su", "440823106223")],
    ids=["at a station", "everywhere", "held already", "a community"],
)
def test_what_cannot_be_widened_says_why(cast, login, code):
    [held] = getattr(cast, login).appointments
    with pytest.raises(DomainError):
        accounts.reach_further(held, divisions.by_code(code), by=None)


def test_a_written_division_is_judged_by_its_own_place(cast):
    # Past the service: the session itself refuses what lies beyond.
    [held] = cast.tu.appointments
    with acting_as(access_of(cast.su)):
        held.further.append(AppointmentDivision(division_id=divisions.by_code(WENG_SHUI_COUNTY).id))
        with pytest.raises(NotAllowed):
            db.session.flush()
        db.session.rollback()


def test_only_a_supervisor_or_auditor_is_widened(cast):
    assert cast.lin.appointments[0].role is Role.LEADER
    with pytest.raises(DomainError, match="division"):
        accounts.reach_further(cast.lin.appointments[0], divisions.by_code(QUAN_SHUI_TOWN), by=None)
