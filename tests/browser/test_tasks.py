"""Everyday tasks take no more clicks and keys than when they were counted beside stock."""

from __future__ import annotations

import pytest

from benchmarks.tasks import scene, telling
from benchmarks.tasks.everyday import TASKS
from benchmarks.tasks.hand import Hand
from benchmarks.tasks.playing import finished, is_good
from models import db

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


def test_no_task_was_worse_than_stock_and_half_of_them_at_most_half():
    assert [result.task for result in KEPT] == [task.name for task in TASKS]
    assert is_good(KEPT)


def test_the_page_tells_the_kept_counts():
    page = telling.PAGE.read_text("utf-8")
    assert telling.renewed(page, KEPT) == page
