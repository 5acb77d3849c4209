"""Whatever the desk does in whatever order, the totals follow from the entries."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services.exchange import batches
from admin_app.services.exchange.batches import Upload
from admin_app.services.ledger import checking, counting, deciding, hours, reversals
from admin_app.services.ledger.hours import Stretch
from models import DomainError, ImportKind, ReversalGround, ServiceEntry, clock, db
from tests import factories
from tests.services.exchange.books import LEDGER, book

FIRST = date(2026, 9, 29)
STEPS, EXAMPLES = 25, 6


def machine(cast):  # noqa: C901  # its rules are short, and share what they act on
    """Return the machine of two desks with two people, one of them on both rolls."""
    people = [factories.volunteer(cast.gan_lai) for _n in range(2)]
    people.append(factories.volunteer(cast.weng_shui, person=people[0].person))
    desks = {
        cast.gan_lai.id: (cast.chen, cast.dai), cast.weng_shui.id: (cast.wang, cast.zhao),
    }  # fmt: skip
    activities = {}
    decreed = set()

    class Desk(RuleBasedStateMachine):
        entries = Bundle("entries")
        most = 0

        @rule(
            target=entries, who=st.integers(0, 2), day=st.integers(0, 5),
            start=st.integers(8, 12), minutes=st.integers(1, 240),
        )  # fmt: skip
        def record(self, who, day, start, minutes):
            volunteer, served_on = people[who], FIRST + timedelta(days=day)
            key = (volunteer.station_id, served_on)
            if key not in activities:
                with unscoped("a test sets its stage"):
                    activities[key] = factories.activity(volunteer.station, held_on=served_on)
            began = datetime.combine(served_on, time(start))
            clerk = desks[volunteer.station_id][0]
            stretch = Stretch(began, began + timedelta(minutes=minutes))
            return self.tried(clerk, lambda: hours.record(volunteer, activities[key], stretch).id)

        @rule(
            name=st.sampled_from(counting.ASKED), value=st.integers(0, 300),
            since=st.integers(-1, 6), place=st.sampled_from(("", "440823106223", "533400000000")),
        )  # fmt: skip
        def decree(self, name, value, since, place):
            """Set a figure of how time counts; entries keep the rule that they were recorded by."""
            day = FIRST + timedelta(days=since)
            if (name, place, day) not in decreed:
                decreed.add((name, place, day))
                factories.figure(name, value, division_code=place, since=day)

        @rule(
            who=st.integers(0, 1), day=st.integers(0, 5), start=st.integers(8, 12),
            minutes=st.integers(1, 240),
        )  # fmt: skip
        def bring_in(self, who, day, start, minutes):
            """Import a sheet of one row, perhaps for the second time."""
            ends = start * 60 + minutes
            row = (
                1, (FIRST + timedelta(days=day)).isoformat(), people[who].person.name,
                people[who].person.id_number, "环保宣传", "", f"{start}:00",
                f"{ends // 60}:{ends % 60:02}", "",
            )  # fmt: skip
            upload = Upload(
                ImportKind.LEDGER, "台账.xlsx", book(LEDGER, row), people[who].station,
                clock.today(),
            )  # fmt: skip
            batches.bring_in(upload, by=None, access=None, at=clock.utc_now(), dry_run=False)
            db.session.commit()

        @rule(entry=entries)
        def confirm(self, entry):
            self.decided(entry, deciding.confirm)

        @rule(entry=entries)
        def decline(self, entry):
            self.decided(entry, deciding.decline)

        @rule(entry=entries)
        def reverse(self, entry):
            def act(row, deputy):
                reversals.reverse(
                    row, ReversalGround.OTHER, "查实有误", by=deputy, access=access_of(deputy)
                )

            self.with_row(entry, act)

        def decided(self, entry, verb):
            self.with_row(entry, lambda row, who: verb([row], by=who, access=access_of(who)))

        def with_row(self, entry, act):
            if entry is None:
                return
            row = db.session.get(ServiceEntry, entry)
            deputy = desks[row.station_id][1]
            self.tried(deputy, lambda: act(row, deputy))

        def tried(self, who, act):
            try:
                with acting_as(access_of(who)):
                    found = act()
                    db.session.commit()
            except DomainError:
                db.session.rollback()
                return None
            else:
                return found

        @invariant()
        def the_totals_follow(self):
            db.session.expire_all()
            if db.session.scalar(select(func.count(ServiceEntry.id))):
                assert checking.verify().differences == ()

        @invariant()
        def nothing_vanishes(self):
            rows = db.session.scalar(select(func.count(ServiceEntry.id)))
            assert rows >= self.most
            self.most = rows

        @invariant()
        def nobody_serves_twice(self):
            rows = db.session.scalars(
                select(ServiceEntry)
                .where(ServiceEntry.counts)
                .order_by(ServiceEntry.person_id, ServiceEntry.started_at)
            ).all()
            for one, other in pairwise(rows):
                assert one.person_id != other.person_id or one.ended_at <= other.started_at

    return Desk


def test_the_totals_follow_whatever_happens(cast):
    with unscoped("a test sets its stage"):
        desk = machine(cast)
        run_state_machine_as_test(
            desk,
            settings=settings(
                max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
