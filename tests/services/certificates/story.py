"""Lei of Gan Lai has served, and the desk goes the whole way to a paper."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime, time

from admin_app.policy import access_of, acting_as
from admin_app.services import certificates
from admin_app.services.certificates import issuing
from admin_app.services.paper.render import Paper
from models import Account, EntryState, db
from tests import factories

OCTOBER = date(2026, 10, 3)
NOVEMBER = date(2026, 11, 7)
PDF = b"%PDF-1.7 a paper"


def served(volunteer, cast, *days, state=EntryState.CONFIRMED, **fields):
    """Service of two hours on each day, recorded by Chen and confirmed by Dai."""
    decided_by_id = fields.pop("decided_by_id", cast.dai.id)
    fields = {"recorded_by_id": cast.chen.id} | fields
    for day in days:
        entry = factories.service_entry(
            volunteer,
            factories.activity(volunteer.station, held_on=day),
            started_at=datetime.combine(day, time(9)),
            ended_at=datetime.combine(day, time(11)),
            **fields,
        )
        # Decided afterwards, as at the desk: the facts of a confirmed entry are closed.
        entry.state, entry.decided_by_id = state, decided_by_id
    db.session.commit()


def press(monkeypatch, pdf=PDF):
    """Put a press in place of the real one, which takes its time; return what it is given."""
    given = []

    def render(template, values, *, sample):
        given.append((template, dict(values), sample))
        from hashlib import sha256

        return Paper(pdf=pdf, sha256=sha256(pdf).hexdigest(), pages=1)

    monkeypatch.setattr(issuing, "render", render)
    return given


def requested(volunteer, by, **period):
    return _act(by, lambda who: certificates.request(volunteer, **who, **period))


def approved(volunteer, cast, **period):
    asked = requested(volunteer, cast.chen, **period)
    _act(cast.dai, lambda who: certificates.approve(asked, **who))
    return asked


def issued(volunteer, cast, **period):
    asked = approved(volunteer, cast, **period)
    return _act(cast.lin, lambda who: certificates.issue(asked, **who))


def approve(asked, by):
    _act(by, lambda who: certificates.approve(asked, **who))


def issue(asked, by):
    return _act(by, lambda who: certificates.issue(asked, **who))


def void(certificate, by, reason="姓名有误"):
    _act(by, lambda who: certificates.void(certificate, reason, **who))


def everybody_but(cast, *names):
    return [
        person
        for name, person in vars(cast).items()
        if isinstance(person, Account) and name not in names
    ]


def _act(by, verb):
    scope = acting_as(access_of(by)) if by else nullcontext()
    with scope:
        done = verb({"by": by, "access": access_of(by) if by else None})
        db.session.commit()
    return done
