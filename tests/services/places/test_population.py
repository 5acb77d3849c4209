"""How many people live at a place on a day, and who writes it down."""

from __future__ import annotations

from datetime import date

import pytest

from admin_app.policy import access_of, acting_as
from admin_app.services.places import divisions, population
from admin_app.services.places.population import Residents
from models import Division, DomainError, Level, NotAllowed, Population, db
from tests import factories

SUIXI, ZHANJIANG, JIEPAO = "440823000000", "440800000000", "440823106000"
ON = date(2026, 10, 3)


def told(code, on=ON):
    return population.residents(divisions.by_code(code), on=on)


def communities(code):
    """The communities of a place that count, told from the register and not by the service."""
    prefix = divisions.by_code(code).prefix
    return [d for d in db.session.query(Division).filter_by(level=Level.COMMUNITY)
            if d.code.startswith(prefix) and d.counts_on(ON)]  # fmt: skip


def test_the_latest_number_of_that_year_or_before_counts(cast):
    home = cast.gan_lai.division
    factories.population(home, 2020, 3000)
    factories.population(home, 2024, 3200)
    assert told(home.code, on=date(2019, 12, 31)) == Residents(None, 1)
    assert told(home.code, on=date(2023, 1, 1)) == Residents(3000, 0, 2020, 2020, is_own=True)
    assert told(home.code) == Residents(3200, 0, 2024, 2024, is_own=True)
    assert told(home.code).is_whole


def test_a_place_without_its_own_number_is_the_sum_and_tells_what_it_lacks(cast):
    assert told(SUIXI) == Residents(None, len(communities(SUIXI)))
    factories.population(cast.gan_lai.division, 2024, 3200)
    factories.population(cast.quan_shui.division, 2021, 1800)
    found = told(SUIXI)
    assert found == Residents(5000, len(communities(SUIXI)) - 2, 2021, 2024)
    assert not found.is_whole
    assert told(ZHANJIANG).missing == len(communities(ZHANJIANG)) - 2
    # A township's own number stands for all of its communities.
    factories.population(divisions.by_code(JIEPAO), 2023, 70_000)
    assert told(JIEPAO) == Residents(70_000, 0, 2023, 2023, is_own=True)
    lacking = len(communities(SUIXI)) - len(communities(JIEPAO)) - 1
    assert told(SUIXI) == Residents(71_800, lacking, 2021, 2023)


def test_what_no_longer_counts_as_a_community_is_not_missed(cast):
    before = told(SUIXI).missing
    cast.quan_shui.division.community_until = date(2025, 12, 31)
    db.session.commit()
    assert told(SUIXI).missing == before - 1
    assert told(SUIXI, on=date(2025, 12, 31)).missing == before


def test_the_bulk_form_says_of_each_what_the_single_one_says(cast):
    factories.population(cast.gan_lai.division, 2024, 3200)
    factories.population(divisions.by_code(JIEPAO), 2019, 60_000)
    every = population.by_division(divisions.by_code(SUIXI), on=ON)
    assert {len(every)} == {
        sum(d.code.startswith("440823") for d in db.session.query(Division))
    }  # fmt: skip
    for code in (SUIXI, JIEPAO, cast.gan_lai.division.code, cast.quan_shui.division.code):
        assert every[divisions.by_code(code).id] == told(code)


@pytest.mark.parametrize(("login", "may"), [
    ("su", True), ("pu", True), ("ada", True),
    ("tu", False), ("chen", False), ("di", False), ("shen", False),
])  # fmt: skip
def test_counties_and_prefectures_keep_their_own(cast, login, may):
    access = access_of(getattr(cast, login))
    with acting_as(access):
        if may:
            population.note(cast.gan_lai.division, 2024, 3200, "统计年鉴", by=access)
            db.session.commit()
        else:
            with pytest.raises(NotAllowed):
                population.note(cast.gan_lai.division, 2024, 3200, "统计年鉴", by=access)
    db.session.rollback()
    assert db.session.query(Population).count() == may
    if may:
        row = db.session.query(Population).one()
        assert (row.county_id, row.prefecture_id) == (
            cast.gan_lai.county_id, cast.gan_lai.prefecture_id,
        )  # fmt: skip


@pytest.mark.parametrize(("year", "residents", "words"), [
    (1890, 3000, "year lies between"), (2099, 3000, "year lies between"),
    (2024, 0, "above zero"), (2024, None, "above zero"), (2024, 3 * 10**9, "above zero"),
    (2023, 3000, "has a number of 2023 already"),
])  # fmt: skip
def test_what_cannot_be_is_refused(cast, year, residents, words):
    factories.population(cast.gan_lai.division, 2023)
    with pytest.raises(DomainError, match=words):
        population.note(cast.gan_lai.division, year, residents, "年鉴", by=access_of(cast.su))
