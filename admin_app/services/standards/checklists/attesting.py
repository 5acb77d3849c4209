"""Attesting what no register tells, and withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import Access
from admin_app.services.reports.months import Month
from models import ChecklistAttestation, DomainError, EvidenceFile, PartName, Station, clock, db

from .parts import ATTESTED

MOST_SIGNS = 300


def attested(station: Station) -> Sequence[ChecklistAttestation]:
    """Return all that was ever attested at a station, the latest first."""
    row = ChecklistAttestation
    asked = select(row).where(row.station_id == station.id)
    return db.session.scalars(asked.order_by(row.since.desc(), row.id.desc())).all()


def attest(
    station: Station,
    part: PartName,
    *,
    since: Month,
    seen: str,
    access: Access,
    evidence: EvidenceFile | None = None,
    on: date | None = None,
) -> ChecklistAttestation:
    """Attest a part from a month on; the caller commits. It holds until it is withdrawn."""
    access.require("standards:attest", station)
    day, seen = on or clock.today(), seen.strip()
    if part not in ATTESTED:
        raise DomainError(_("“%(part)s” is told by the registers: mend it there.", part=part.label))
    if since > Month.of(day):
        raise DomainError(_("Nobody saw a month that has not begun: choose an earlier one."))
    if not seen:
        raise DomainError(_("Say in a few words what was seen."))
    if len(seen) > MOST_SIGNS:
        raise DomainError(_("What was seen has %(most)s signs at most.", most=MOST_SIGNS))
    if evidence is not None and (evidence.station_id != station.id or evidence.removed_at):
        raise DomainError(_("Choose a file of this station."))
    # The station's row is held, or of two at once each would be the first.
    db.session.execute(select(Station.id).where(Station.id == station.id).with_for_update())
    if any(row.part is part and row.withdrawn_on is None for row in attested(station)):
        raise DomainError(
            _("“%(part)s” is attested already: withdraw that first.", part=part.label)
        )
    row = ChecklistAttestation(
        station=station, part=part, since=since.first, seen=seen, evidence=evidence,
        attested_on=day, attested_by_id=access.account_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()  # the page after it reads what holds
    return row


def withdraw(row: ChecklistAttestation, *, access: Access, on: date | None = None) -> None:
    """Withdraw what does not hold any more; the caller commits. Months kept before stay."""
    access.require("standards:attest", row)
    if row.withdrawn_on is not None:
        raise DomainError(_("It was withdrawn already."))
    row.withdrawn_on, row.withdrawn_by_id = on or clock.today(), access.account_id
    db.session.flush()
