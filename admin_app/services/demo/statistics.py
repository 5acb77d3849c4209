"""How many people live where the demo's stations lie: invented, and marked so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from models import Level, Population, Station, db

SEED = 20241231
SOURCE = "演示数据（虚构）"
RANGES = {Level.COMMUNITY: (900, 4200), Level.TOWNSHIP: (18_000, 42_000)}


def count_residents(stations: Iterable[Station], today: date) -> None:
    """Write down the population of each station's division at the end of the last two years."""
    rng = Random(SEED)  # noqa: S311  # invented people, no secret
    for division in {station.division.code: station.division for station in stations}.values():
        residents = rng.randint(*RANGES[division.level])
        for year in (today.year - 2, today.year - 1):
            db.session.add(
                Population(division=division, year=year, residents=residents, source=SOURCE)
            )
            residents += rng.randint(-residents // 50, residents // 50)
