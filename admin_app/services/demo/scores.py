"""What the demo's first station has of its checklist, and how all stood in the months before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services.reports.months import Month
from admin_app.services.standards import checklists
from admin_app.services.standards.checklists import keeping
from models import Account, Division, Level, PartName, Station, db

MONTHS_KEPT = 6


def score(station: Station, today: date, *, clerk: Account) -> None:
    """Attest the sign of a station, and keep the months before of all; the caller commits."""
    running = Month.of(today)
    access = access_of(clerk, today)
    checklists.attest(
        station, PartName.SIGN, since=running.shifted(-2), seen="服务台上立有“志愿服务台”牌。",
        access=access, on=today,
    )  # fmt: skip
    there = select(Station.id).where(Station.prefecture_id == Division.id).exists()
    prefectures = select(Division).where(Division.level == Level.PREFECTURE, there)
    for place in db.session.scalars(prefectures.order_by(Division.code)).all():
        for back in range(MONTHS_KEPT, 0, -1):
            keeping.put(keeping.lines(place, running.shifted(-back)))
