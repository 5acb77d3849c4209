"""Everyday tasks take no more clicks and keys than when they were counted beside stock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from benchmarks.tasks import scene, telling
from benchmarks.tasks.everyday import TASKS
from benchmarks.tasks.hand import Hand
from benchmarks.tasks.playing import finished, is_good
from benchmarks.tasks.wanted import ASKED, SERVED
from models import Activity, Person, ServiceEntry, clock, db

KEPT = telling.kept()


@pytest.mark.browser
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_task_takes_more_than_it_was_counted(app, visit):
    people, more = scene.fill(), {}
    for task, counted in zip(TASKS, KEPT, strict=True):
        visitor = visit(getattr(people, task.who))
        visitor.open("/")
        hand = Hand(visitor.page)
        told = task.play("ours", hand)
        db.session.rollback()
        spent = finished(task, hand, db.session, told).total
        if spent > counted.ours.total:
            more[task.name] = f"{spent}, not {counted.ours.total}"
    assert not more


def test_a_scene_filled_after_midnight_leaves_the_day_of_the_task_free(app, monkeypatch):
    after = clock.office_now() + timedelta(days=1)
    monkeypatch.setattr(clock, "office_now", lambda: after)
    scene.fill()
    served = select(Activity.held_on).where(Activity.name == SERVED)
    theirs = select(ServiceEntry.served_on).join(ServiceEntry.person).where(Person.name == ASKED[0])
    assert db.session.scalar(served) not in db.session.scalars(theirs).all()


def test_no_task_was_worse_than_stock_and_half_of_them_at_most_half():
    assert [result.task for result in KEPT] == [task.name for task in TASKS]
    assert is_good(KEPT)


def test_the_page_tells_the_kept_counts():
    page = telling.PAGE.read_text("utf-8")
    assert telling.renewed(page, KEPT) == page
