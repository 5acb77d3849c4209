"""The scope holds whatever shape a query or a write takes."""

from __future__ import annotations

from contextvars import Context
from datetime import date

import pytest
from sqlalchemy import delete, exists, func, select, text, union, union_all, update
from sqlalchemy.orm import aliased, joinedload, selectinload

from admin_app.policy import (
    GRANTS,
    SCOPES,
    ScopeMissing,
    access_of,
    acting_as,
    unscoped,
    unscoped_models,
    visible,
)
from admin_app.services import accounts
from models import (
    Account,
    Activity,
    AuditHead,
    EvidenceFile,
    LeadershipGroup,
    Model,
    NotAllowed,
    Person,
    Role,
    Rule,
    ServiceEntry,
    Station,
    Volunteer,
    db,
)
from tests import factories

PLACED = [Activity, EvidenceFile, LeadershipGroup, Rule, ServiceEntry, Station, Volunteer]
# A role that reads each of them.
KEYS = ("gan_lai", "quan_shui", "weng_shui")


@pytest.fixture(params=PLACED, ids=lambda model: model.__name__)
def model(request):
    return request.param


@pytest.fixture
def rows(cast, model):
    return {key: factories.ROWS[model](getattr(cast, key)).id for key in KEYS}


SHAPES = {
    "entities": lambda m: db.session.scalars(select(m)).unique(),
    "columns": lambda m: _as_rows(m, db.session.scalars(select(m.id))),
    "alias": lambda m: db.session.scalars(select(aliased(m))).unique(),
    "subquery": lambda m: _as_rows(
        m, db.session.scalars(select(select(m).subquery().c.id))
    ),
    "cte": lambda m: _as_rows(m, db.session.scalars(select(select(m.id).cte().c.id))),
    "in": lambda m: db.session.scalars(select(m).where(m.id.in_(select(m.id)))).unique(),
    "union": lambda m: _as_rows(m, db.session.scalars(union(select(m.id), select(m.id)))),
    "entities of a union": lambda m: db.session.scalars(
        select(m).from_statement(union_all(select(m), select(m)))
    ).unique(),
    "join": lambda m: db.session.scalars(_joined(m)).unique(),
    "eager": lambda m: db.session.scalars(
        select(m).options(joinedload(_place(m)))
    ).unique(),
    "core with the condition": lambda m: _as_rows(
        m, db.session.execute(select(m.__table__.c.id).where(visible(m))).scalars()
    ),
}  # fmt: skip


def _as_rows(model, keys):
    found = list(keys)
    with unscoped("what the keys stand for"):
        return [db.session.get(model, key) for key in found]


def _place(model):
    return model.division if model is Station else model.station


def _joined(model):
    if model is Station:
        return select(Station).join(Station.division)
    return select(model).join(model.station)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_query_carries_the_scope(cast, model, rows, shape):
    with acting_as(access_of(cast.chen)):
        db.session.expire_all()
        found = {row.id for row in SHAPES[shape](model)}
    assert found & set(rows.values()) == {rows["gan_lai"]}


def test_a_key_a_count_and_an_existence_carry_the_scope(cast, model, rows):
    chen = access_of(cast.chen)
    db.session.expunge_all()
    with acting_as(chen):
        assert db.session.get(model, rows["gan_lai"]) is not None
        assert db.session.get(model, rows["weng_shui"]) is None
        counted = select(func.count()).select_from(select(model).subquery())
        foreign = model.id.in_([rows["quan_shui"], rows["weng_shui"]])
        assert db.session.scalar(counted) == db.session.scalar(select(func.count(model.id)))
        assert db.session.scalar(select(func.count(model.id)).where(foreign)) == 0
        assert db.session.scalar(select(exists(select(model.id).where(foreign)))) is False
        scalar = select(select(func.max(model.id)).where(foreign).scalar_subquery())
        assert db.session.scalar(scalar) is None


def test_bulk_statements_touch_nothing_out_of_reach(cast):
    foreign = factories.activity(cast.weng_shui).id
    with acting_as(access_of(cast.chen)):
        changed = update(Activity).where(Activity.id == foreign).values(name="x")
        assert db.session.execute(changed).rowcount == 0
        gone = delete(Activity).where(Activity.id == foreign)
        assert db.session.execute(gone).rowcount == 0


def test_a_relation_leads_to_nothing_out_of_reach(cast):
    chen = access_of(cast.chen)
    row = factories.activity(cast.weng_shui)
    group = factories.leadership_group(cast.weng_shui)
    key, group_id = row.id, group.id
    with unscoped("the rows are at hand before the scope narrows"):
        db.session.expunge_all()
        row, group = db.session.get(Activity, key), db.session.get(LeadershipGroup, group_id)
    with acting_as(chen):
        assert row.station is None
        assert group.seats == []


def test_people_of_one_form_ask_alike_and_see_their_own(cast):
    places = {"chen": "gan_lai", "quan": "quan_shui", "wang": "weng_shui"}
    own = {
        login: factories.leadership_group(getattr(cast, key)).id for login, key in places.items()
    }
    stations = {login: getattr(cast, key).id for login, key in places.items()}
    people = {login: access_of(getattr(cast, login)) for login in places}
    asked = select(LeadershipGroup).options(selectinload(LeadershipGroup.seats))
    for login in [*places, *places]:
        db.session.expunge_all()
        with acting_as(people[login]):
            [row] = db.session.scalars(asked).unique()
            assert row.id == own[login]
            assert row.station.id == stations[login]  # read later, by itself


def test_scopes_of_another_form_are_told_apart(cast):
    here = factories.activity(cast.gan_lai).id
    there = factories.activity(cast.quan_shui).id
    chen, su, wang = (access_of(account) for account in (cast.chen, cast.su, cast.wang))
    for access, reached in [(chen, [here]), (su, [here, there]), (chen, [here]), (wang, [])]:
        with acting_as(access):
            assert db.session.scalars(select(Activity.id).order_by(Activity.id)).all() == reached


def test_a_person_is_seen_through_the_rolls_in_reach(cast):
    chen, ada = access_of(cast.chen), access_of(cast.ada)
    here, there = factories.volunteer(cast.gan_lai), factories.volunteer(cast.weng_shui)
    own, foreign = here.person_id, there.person_id
    db.session.expunge_all()
    with acting_as(chen):
        assert db.session.get(Person, own) is not None
        assert db.session.get(Person, foreign) is None
    with acting_as(ada):
        assert db.session.scalars(select(Person)).all() == []


def test_nobody_reads_the_head_of_the_chain(cast):
    for account in (cast.ada, cast.shen, cast.lin):
        with acting_as(access_of(account)):
            assert db.session.scalars(select(AuditHead)).all() == []


def test_a_query_without_a_declared_scope_is_a_defect(app):
    def ask():
        with app.app_context():
            db.session.scalar(select(Station.id))

    with pytest.raises(ScopeMissing):
        Context().run(ask)


def test_a_write_without_a_declared_scope_is_a_defect(app, cast):
    division_id = cast.gan_lai.division_id

    def write():
        with app.app_context():
            db.session.add(Station(name="x", code="440823106223-09", division_id=division_id))
            db.session.flush()

    db.session.rollback()
    with pytest.raises(ScopeMissing):
        Context().run(write)


def test_an_account_without_appointments_sees_nothing(cast):
    stranger = Account(login="nobody", name="无")
    db.session.add(stranger)
    db.session.commit()
    with acting_as(access_of(stranger)):
        for model in PLACED:
            assert db.session.scalars(select(model)).unique().all() == []


def test_a_model_without_a_scope_is_named(app):
    class Forgotten:
        pass

    assert unscoped_models([Forgotten, Station]) == ["Forgotten"]
    assert unscoped_models(mapper.class_ for mapper in Model.registry.mappers) == []
    assert set(GRANTS) == set(Role)
    assert set(SCOPES) <= {mapper.class_ for mapper in Model.registry.mappers}


# Writing


def test_a_foreign_row_cannot_be_changed_or_deleted(cast, model, rows):
    for act in ("change", "delete"):
        with unscoped("a row that is at hand already"):
            row = db.session.get(model, rows["weng_shui"])
        with acting_as(access_of(cast.lin if model is LeadershipGroup else cast.chen)):
            if act == "delete":
                db.session.delete(row)
            else:
                _touch(row)
            with pytest.raises(NotAllowed):
                db.session.flush()
        db.session.rollback()


def _touch(row):
    if isinstance(row, ServiceEntry):
        row.content = "x"
    elif isinstance(row, LeadershipGroup):
        row.since = date(2020, 1, 1)
    elif isinstance(row, Volunteer):
        row.note = "x"
    elif isinstance(row, Rule):
        row.title = "x"
    elif isinstance(row, EvidenceFile):
        row.caption = "x"
    else:
        row.name = "x"


@pytest.mark.parametrize("way", ["number", "relation"])
def test_a_row_can_be_made_or_moved_to_no_other_place(cast, way):
    with unscoped("the stations are at hand"):
        own, foreign = cast.gan_lai, cast.weng_shui
        row = factories.activity(own)
        foreign_id, division = foreign.id, foreign.division_id  # noqa: F841  # loads the station
    there = {"station_id": foreign_id} if way == "number" else {"station": foreign}
    with acting_as(access_of(cast.chen)):
        db.session.add(Activity(name="x", held_on=date(2026, 1, 1), **there))
        with pytest.raises(NotAllowed):
            db.session.flush()
        db.session.rollback()
        with unscoped("the row is at hand"):
            row = db.session.get(Activity, row.id)
            there = {"station": db.session.get(Station, foreign_id)} if way == "relation" else there
        for name, value in there.items():
            setattr(row, name, value)
        with pytest.raises(NotAllowed):
            db.session.flush()
    db.session.rollback()


def test_even_a_supervisor_moves_no_row_between_stations(cast):
    row = cast.gan_lai
    with acting_as(access_of(cast.su)):
        row = db.session.get(Station, cast.gan_lai.id)
        row.name = "甘来站"
        db.session.flush()
    db.session.rollback()
    activity = factories.activity(cast.gan_lai)
    other = cast.quan_shui.id
    _appoint(cast.su, Role.CLERK, cast.gan_lai)
    _appoint(cast.su, Role.CLERK, cast.quan_shui)
    with acting_as(access_of(cast.su)):
        activity.station_id = other
        with pytest.raises(NotAllowed):
            db.session.flush()
    db.session.rollback()


def test_a_foreign_row_cannot_be_linked_by_its_bare_number(cast):
    lei, foreign = factories.volunteer(cast.gan_lai), factories.volunteer(cast.weng_shui)
    own, far = factories.activity(cast.gan_lai), factories.activity(cast.weng_shui)
    entry = factories.service_entry(lei, own).id
    numbers = (lei.id, foreign.id, own.id, far.id)
    for name, value in (("volunteer_id", numbers[1]), ("activity_id", numbers[3])):
        with acting_as(access_of(cast.chen)):
            row = db.session.get(ServiceEntry, entry)
            setattr(row, name, value)
            with pytest.raises(NotAllowed):
                db.session.flush()
        db.session.rollback()


def test_two_appointments_do_not_mix(cast):
    """Ou keeps activities at Gan Lai; made clerk next door, he writes there and not here."""
    _appoint(cast.ou, Role.CLERK, cast.quan_shui)
    here, there = factories.activity(cast.gan_lai).id, factories.activity(cast.quan_shui).id
    db.session.expire_all()
    access = access_of(db.session.get(Account, cast.ou.id))
    assert access.may("ledger:write")
    with acting_as(access):
        assert db.session.get(Activity, there) is not None
        assert db.session.scalar(select(Activity.id).where(Activity.id == here)) is None
        seen = db.session.scalars(select(Volunteer.station_id)).all()
        assert set(seen) <= {cast.quan_shui.id}


def test_a_leader_here_and_helper_there_leads_here_only(cast):
    _appoint(cast.lin, Role.HELPER, cast.quan_shui)
    rule = factories.rule(cast.quan_shui)
    own = factories.rule(cast.gan_lai)
    db.session.expire_all()
    access = access_of(db.session.get(Account, cast.lin.id))
    assert access.reaches("rules:adopt", own)
    assert not access.reaches("rules:adopt", rule)
    with acting_as(access):
        assert db.session.scalars(select(Rule.id)).all() == [own.id]
        rule.title = "x"
        with pytest.raises(NotAllowed):
            db.session.flush()
    db.session.rollback()


def test_an_unscoped_read_lets_no_pending_write_through(cast):
    foreign = factories.activity(cast.weng_shui)
    with acting_as(access_of(cast.chen)):
        foreign.name = "x"
        with unscoped("a check in the middle of an act"):
            db.session.scalar(select(func.count(Station.id)))
        with pytest.raises(NotAllowed):
            db.session.flush()
    db.session.rollback()


def test_an_appointment_that_ended_carries_nothing(cast):
    [held] = cast.chen.appointments
    held.until = date(2025, 12, 31)
    db.session.commit()
    assert access_of(cast.chen, on=date(2025, 12, 31)).may("ledger:write")
    assert not access_of(cast.chen).may("ledger:write")


def test_sql_by_hand_takes_the_condition(cast):
    factories.volunteer(cast.weng_shui)
    own = factories.volunteer(cast.gan_lai)
    with acting_as(access_of(cast.chen)):
        query = select(text("number")).select_from(Volunteer.__table__).where(visible(Volunteer))
        assert db.session.connection().execute(query).scalars().all() == [own.number]


def _appoint(account, role, place):
    db.session.add(accounts.appoint(account, role, place, by=None, since=date(2025, 1, 1)))
    db.session.commit()
