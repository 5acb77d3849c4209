"""Rows that pass the session by read as if it had written them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from admin_app.services.exchange.bulk import insert_rows
from models import Activity, Category, Person, Sex, db
from tests import factories

AREA = ("station_id", "township_id", "county_id", "prefecture_id")
OWN = {"id", "created_at", "updated_at"}


def test_rows_read_as_the_session_would_have_written_them(cast):
    named = {"name": "清洁\t家园\\N", "category": Category.COMMUNITY, "place": None}
    one = factories.activity(cast.gan_lai, held_on=date(2026, 3, 1), **named)
    told = {name: getattr(one, name) for name in (*named, "held_on", "due_on")}
    insert_rows(Activity, [told, told], {name: getattr(one, name) for name in AREA})
    written = db.session.scalars(select(Activity).where(Activity.id != one.id)).all()
    assert [_told(row) for row in written] == [_told(one)] * 2


def test_what_is_sealed_at_rest_is_sealed(cast):
    number = factories.identity_number()
    person = {
        "name": "林一", "name_key": "林一", "sex": Sex.FEMALE, "born_on": date(1990, 5, 17),
        "id_number": number, "id_number_hash": "h" * 64, "id_number_masked": "1101**",
    }  # fmt: skip
    insert_rows(Person, [person])
    table = Person.__table__.c
    asked = select(table.id, table.id_number).where(table.id_number_hash == "h" * 64)
    key, kept = (
        db.session.connection()
        .exec_driver_sql(str(asked.compile(db.engine, compile_kwargs={"literal_binds": True})))
        .one()
    )
    assert number.encode() not in bytes(kept)
    assert db.session.get(Person, key).id_number == number


def test_no_rows_are_no_error(cast):
    insert_rows(Activity, [])
    assert not db.session.scalar(select(Activity.id))


def test_one_refused_row_lets_none_in(cast):
    sound = {"name": "甲", "category": Category.COMMUNITY, "held_on": date(2026, 3, 1)}
    with pytest.raises(IntegrityError):
        insert_rows(
            Activity,
            [sound | {"station_id": cast.gan_lai.id}, sound | {"station_id": None}],
        )
    db.session.rollback()
    assert not db.session.scalar(select(Activity.id))


def _told(row):
    names = {column.key for column in inspect(type(row)).columns} - OWN
    return {name: getattr(row, name) for name in names}
