"""A pairwise part of the crawl: each address with each odd value, asked by somebody."""

from __future__ import annotations

import random

from tests import crawling

SHARE = 1 / 25
SEED = 20261122


def test_nothing_that_can_be_typed_makes_the_office_fail(app, cast, browse):
    known = crawling.furnish(cast)
    chance = random.Random(SEED)
    todo = [visit for visit in crawling.visits(app, known) if chance.random() < SHARE]
    chance.shuffle(todo)
    people = crawling.everybody(cast)
    browsers, failed = {}, []
    for number, visit in enumerate(todo):
        login = _asked_by(people, visit, number)
        if login not in browsers:
            browsers[login] = browse(vars(cast).get(login))
        wrong = crawling.make(browsers[login], visit)
        if wrong:
            failed.append(f"{login} {visit}: {wrong}")
        if visit.endpoint.startswith("sign_in."):
            del browsers[login]
    assert not failed, "\n".join(failed)


def _asked_by(people, visit, number):
    # Half of the visits by those for whom most opens, so that they get past the door.
    doors = ("ada", "shen") if visit.endpoint.startswith(("accounts", "appoint", "audit", "div")) \
        else ("chen", "lin", "dai", "su")  # fmt: skip
    return doors[number // 2 % len(doors)] if number % 2 else people[number // 2 % len(people)]
