import pytest
from sqlalchemy import delete, select

from admin_app.policy import access_of
from admin_app.services import accounts, demo, setup
from admin_app.services.places import divisions
from models import Account, Division, DomainError, Office, Role, Station, clock, db
from tests.emptying import send_everybody_home

GAN_LAI = "440823106223"
PASSWORD = "a long password"


@pytest.fixture
def empty(app):
    send_everybody_home()


def opening(**facts):
    defaults = {
        "division_code": GAN_LAI,
        "station_name": "甘来村志愿服务站",
        "login": "lin",
        "name": "林书记",
        "password": PASSWORD,
    }
    return setup.Opening(**defaults | facts)


@pytest.mark.parametrize("role", setup.FIRST_ROLES)
def test_the_first_person_works_at_the_station_and_appoints_the_others(empty, role):
    account = setup.open_office(opening(role=role))
    db.session.commit()
    assert accounts.sign_in("lin", PASSWORD) is account
    assert [held.role for held in access_of(account).held] == [role, Role.ADMINISTRATOR]
    [station] = db.session.scalars(select(Station)).all()
    assert (station.code, station.name) == (f"{GAN_LAI}-01", "甘来村志愿服务站")
    assert access_of(account).reaches("ledger:read", station) or role is Role.LEADER
    assert access_of(account).may("accounts:write")
    assert not demo.is_demo()


def test_an_office_is_opened_once(empty):
    setup.open_office(opening())
    db.session.commit()
    with pytest.raises(DomainError):
        setup.open_office(opening(login="other"))
    db.session.rollback()
    assert len(db.session.scalars(select(Account)).all()) == 1


def test_two_who_open_the_office_at_once_cannot_both_do_so(empty):
    db.session.add(Office(id=1, is_demo=False, opened_on=clock.today()))
    db.session.commit()
    db.session.expunge_all()  # as if the other had written it a moment ago
    with pytest.raises(DomainError):
        setup.open_office(opening())
    db.session.rollback()


def test_an_opened_office_is_never_filled_with_a_demo(empty):
    setup.open_office(opening())
    db.session.commit()
    with pytest.raises(DomainError):
        demo.fill()


def test_a_station_that_was_imported_before_is_kept(empty):
    from admin_app.services.places import stations

    known = stations.open_station(divisions.by_code(GAN_LAI), "甘来村志愿服务站")
    db.session.commit()
    account = setup.open_office(opening())
    assert account.appointments[0].station is known


@pytest.mark.parametrize(
    "facts",
    [
        {"division_code": "440823999999"},
        {"division_code": "440800000000"},
        {"station_name": "  "},
        {"login": "two words"},
        {"password": "short"},
        {"role": Role.SUPERVISOR},
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(empty, facts):
    with pytest.raises(DomainError):
        setup.open_office(opening(**facts))
    db.session.rollback()
    assert db.session.scalars(select(Account)).all() == []
    assert db.session.scalars(select(Office)).all() == []


def test_the_shipped_divisions_are_loaded_where_none_are(empty):
    db.session.execute(delete(Division.__table__))
    db.session.commit()
    setup.open_office(opening())
    db.session.commit()
    assert len(db.session.scalars(select(Division.id)).all()) == 2360


@pytest.mark.parametrize("loaded", [True, False])
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("甘来", GAN_LAI),
        (GAN_LAI, GAN_LAI),
        ("44082310622", "440823106220"),
        ("遂溪 甘来", GAN_LAI),
        ("浅水镇", "440883100000"),
    ],
)
def test_a_place_is_found_by_name_or_code(empty, loaded, words, first):
    if not loaded:
        db.session.execute(delete(Division.__table__))
        db.session.commit()
    code, label = setup.places(words)[0]
    assert code == first
    assert code in label
    assert "湛江市" in label


@pytest.mark.parametrize("words", ["", "  ", "%", "_", "no such place", "'; DROP TABLE"])
def test_nothing_is_found_for_nothing(empty, words):
    assert setup.places(words) == []


def test_both_lists_of_places_answer_alike(empty):
    stored = [setup.places(words) for words in ("社区", "甘来", "建塘", "4408")]
    db.session.execute(delete(Division.__table__))
    db.session.commit()
    assert [setup.places(words) for words in ("社区", "甘来", "建塘", "4408")] == stored


def test_the_code_is_made_once_and_forgotten(empty):
    code = setup.code()
    assert setup.code() == code
    assert setup.is_the_code(f" {code}\n")
    assert not setup.is_the_code("")
    assert setup.code_path().stat().st_mode & 0o077 == 0
    setup.forget_code()
    assert not setup.code_path().exists()
