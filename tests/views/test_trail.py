"""The trail in words: what a column is called and what a value means, in the reader's language."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin_app.services import audit
from models import Activity, ActivityState, AuditAction, Audited, AuditEntry, Model, db
from tests import factories
from tests.pages import Page
from views import formats, trail


@pytest.fixture
def entry(browse, cast):
    """Return the page of the latest entry: ``entry("zh_Hans_CN")``."""

    def page(language="en"):
        latest = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1))
        return Page(browse(cast.shen, language).get(f"/audit/details/?id={latest}").text).text

    return page


def test_a_change_is_told_before_and_after_in_the_words_of_its_screen(cast, entry):
    row = factories.activity(cast.gan_lai, state=ActivityState.PLANNED, keeper_id=cast.ou.id)
    row.state, row.desk_duty, row.keeper_id = ActivityState.HELD, True, None
    db.session.commit()
    english, chinese = entry(), entry("zh_Hans_CN")
    assert "Field Before After" in english
    assert "State Planned Held" in english
    assert "Desk duty No Yes" in english
    assert "Kept by 欧队长（ou） —" in english
    assert "状态 计划中 已举办" in chinese
    assert not {"state", "desk_duty", "keeper_id"} & {*chinese.split()}


def test_a_new_row_tells_its_place_and_its_rows_and_hides_what_is_personal(cast, entry):
    person = factories.volunteer(cast.gan_lai, phone="13800138000")
    page = entry()
    assert f"Persons record {person.person_id}" in page
    assert "Station 甘来村志愿服务站" in page
    assert page.count("Phone not shown") == 1  # the number and its digest are one fact
    assert "13800138000" not in page


def test_an_act_tells_what_it_was_about(browse, cast, entry):
    browse(cast.chen).get("/volunteers/export/csv/")
    assert "Rows 0" in entry()
    assert "行数 0 类型 csv" in entry("zh_Hans_CN")


def test_every_column_that_changes_has_a_name_and_every_register_too(app):
    with app.test_request_context():
        labels = trail.labels()
    tables = [
        mapper.local_table
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Audited)
    ]
    assert {table.name for table in tables} <= {*formats.REGISTERS}
    columns = {(table.name, column.key) for table in tables for column in table.columns}
    unnamed = {(table, name) for table, name in columns - {*labels} if name not in trail.STORED}
    assert {name for _table, name in unnamed} <= {"updated_at"}  # left out of the trail


def test_a_name_that_no_screen_knows_stands_as_it_was_stored(cast, entry):
    audit.record(AuditAction.COMMAND, Activity.__tablename__, unheard_of={"a": [1]})
    db.session.commit()
    assert 'unheard_of {"a": [1]}' in entry("zh_Hans_CN")
