from datetime import date, datetime, time

import pytest

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import accounts
from admin_app.services.accounts import owners
from admin_app.services.ledger import deciding, hours
from admin_app.services.ledger.hours import Stretch
from models import DomainError, EntryState, NotAllowed, Role, db
from tests import factories

DAY = date(2026, 10, 3)
MORNING = Stretch.on(DAY, time(9), time(11))


@pytest.fixture
def lei(cast):
    """A volunteer of Gan Lai."""
    return factories.volunteer(cast.gan_lai)


@pytest.fixture
def patrol(cast):
    return factories.activity(cast.gan_lai, held_on=DAY)


def record(lei, patrol, clerk, stretch=MORNING):
    with acting_as(access_of(clerk)):
        entry = hours.record(lei, patrol, stretch)
        db.session.commit()
    return entry


def confirm(entry, account):
    with acting_as(access_of(account)):
        count = deciding.confirm([entry], by=account, access=access_of(account))
        db.session.commit()
    return count


def test_an_entry_waits_until_a_second_person_confirms_it(cast, lei, patrol):
    entry = record(lei, patrol, cast.chen)
    assert (entry.state, entry.minutes) == (EntryState.SUBMITTED, 120)
    assert confirm(entry, cast.dai) == 1
    assert (entry.state, entry.decided_by_id) == (EntryState.CONFIRMED, cast.dai.id)


def test_a_clerk_cannot_confirm(cast, lei, patrol):
    entry = record(lei, patrol, cast.chen)
    with pytest.raises(NotAllowed):
        confirm(entry, cast.chen)


def test_a_leader_elsewhere_cannot_confirm(cast, lei, patrol):
    entry = record(lei, patrol, cast.chen)
    with pytest.raises(NotAllowed):
        confirm(entry, cast.zhao)


def test_who_corrects_an_entry_answers_for_it_and_confirms_it_no_more(cast, lei, patrol):
    """Two appointments at one station: who may write there and confirm there."""
    with unscoped("a test hires"):
        accounts.appoint(cast.dai, Role.CLERK, cast.gan_lai, by=None)
        db.session.commit()
    entry = record(lei, patrol, cast.chen)
    with acting_as(access_of(cast.dai)):
        hours.correct(entry, patrol, Stretch.on(DAY, time(8), time(12)))
        db.session.commit()
    assert entry.recorded_by_id == cast.dai.id
    with pytest.raises(DomainError, match="another person"):
        confirm(entry, cast.dai)
    db.session.rollback()
    assert confirm(entry, cast.lin) == 1


def test_two_accounts_of_one_volunteer_are_no_two_persons(cast, lei, patrol):
    other = factories.volunteer(cast.gan_lai, name=cast.dai.name)
    for account in (cast.chen, cast.dai):
        account.name = cast.dai.name
        owners.link(account, other.number)
    db.session.commit()
    entry = record(lei, patrol, cast.chen)
    with pytest.raises(DomainError, match="another person"):
        confirm(entry, cast.dai)
    db.session.rollback()
    assert confirm(entry, cast.lin) == 1


def test_nobody_confirms_own_service(cast, lei, patrol):
    entry = record(lei, patrol, cast.chen)
    cast.dai.person_id = lei.person_id
    db.session.commit()
    with pytest.raises(DomainError, match=r"own service|本人"):
        confirm(entry, cast.dai)


def test_a_decided_entry_is_not_decided_again(cast, lei, patrol):
    entry = record(lei, patrol, cast.chen)
    confirm(entry, cast.dai)
    with pytest.raises(DomainError, match=str(entry.id)):
        confirm(entry, cast.dai)


def test_one_person_cannot_be_at_two_stations_at_once(cast, lei, patrol):
    record(lei, patrol, cast.chen)
    twin = factories.volunteer(cast.weng_shui, person=lei.person)
    elsewhere = factories.activity(cast.weng_shui, held_on=DAY)
    with pytest.raises(DomainError, match="甘来村"):
        record(twin, elsewhere, cast.wang, Stretch.on(DAY, time(10, 59), time(12)))
    assert record(twin, elsewhere, cast.wang, Stretch.on(DAY, time(11), time(12)))


def test_the_future_cannot_be_recorded(cast, lei):
    patrol = factories.activity(cast.gan_lai, held_on=date(2999, 1, 1))
    with pytest.raises(DomainError, match=r"future|尚未"):
        record(lei, patrol, cast.chen, Stretch(datetime(2999, 1, 1, 9), datetime(2999, 1, 1, 10)))
