"""Rows that pass the session by read as if it had written them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from admin_app.services.exchange.bulk import insert_rows
from models import Activity, Category, Person, db
from tests import factories

OWN = {"id", "created_at", "updated_at"}


def test_a_row_reads_as_the_session_would_have_written_it(cast):
    of = {
        "name": "清洁\t家园\\N", "held_on": date(2026, 3, 1), "category": Category.COMMUNITY,
        "station_id": cast.gan.id, "note": None,
    }  # fmt: skip
    one = factories.save(Activity(**of))
    insert_rows(Activity, [{name: value for name, value in of.items()}], _area(one))
    other = db.session.scalars(select(Activity).where(Activity.id != one.id)).one()
    assert _told(other) == _told(one)


def test_what_is_kept_sealed_is_sealed(cast):
    told = {"name": "林一", "name_key": "林一", "sex": "female", "born_on": date(1990, 1, 1)}
    number = "11010119900101002X"
    insert_rows(
        Person,
        [told | {"id_number": number, "id_number_hash": "h", "id_number_masked": "m"}],
    )
    (raw,) = db.session.execute(
        select(Person.__table__.c.id_number).where(Person.id_number_hash == "h")
    ).one()
    assert raw


def test_a_refused_row_lets_none_in(cast):
    twice = {"held_on": date(2026, 3, 1), "category": Category.COMMUNITY, "station_id": 0}
    with pytest.raises(IntegrityError):
        insert_rows(Activity, [twice | {"name": "甲"}])
        db.session.flush()
    db.session.rollback()
    assert not db.session.scalar(select(Activity.id).where(Activity.name == "甲"))


def _area(row):
    return {name: getattr(row, name) for name in ("township_id", "county_id", "prefecture_id")}


def _told(row):
    names = {column.key for column in inspect(type(row)).columns} - OWN
    return {name: getattr(row, name) for name in names}
