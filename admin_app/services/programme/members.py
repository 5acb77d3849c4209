"""Members of teams: who was in which team on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from models import DomainError, Team, TeamMember, clock, db


def keep(row: TeamMember) -> None:
    """Put a membership on file, or a corrected one; raises ``DomainError`` for days that cannot be.

    A person is once in a team at a time, of its own station, and within the days of both.
    """
    if row.team is None or row.volunteer is None:
        raise DomainError(_("Choose the team and the volunteer."))
    if row.until is not None and row.until < row.since:
        raise DomainError(_("The last day lies before the first: correct the period."))
    if row.team.station_id != row.volunteer.station_id:
        raise DomainError(_("Team and volunteer belong to different stations."))
    row.station = row.team.station
    if row.since < row.volunteer.registered_on:
        raise DomainError(
            _("The volunteer is on the roll since %(day)s: choose that day or a later one.",
              day=row.volunteer.registered_on)
        )  # fmt: skip
    if row.team.founded_on is not None and row.since < row.team.founded_on:
        raise DomainError(
            _("The team was founded on %(day)s: choose that day or a later one.",
              day=row.team.founded_on)
        )  # fmt: skip
    last = row.until or date.max
    with db.session.no_autoflush:
        other = db.session.scalar(
            select(TeamMember.id).where(
                TeamMember.team_id == row.team.id,
                TeamMember.volunteer_id == row.volunteer.id,
                TeamMember.since <= last,
                or_(TeamMember.until.is_(None), TeamMember.until >= row.since),
                TeamMember.id != (row.id or 0),
            )
        )
    if other is not None:
        raise DomainError(_("This volunteer is in the team on some of these days already."))
    db.session.add(row)


def on(team: Team, day: date | None = None) -> Sequence[TeamMember]:
    """Return who is in a team on a day, today by default, by roll number."""
    at = day or clock.today()
    found = db.session.scalars(
        select(TeamMember).where(
            TeamMember.team_id == team.id,
            TeamMember.since <= at,
            or_(TeamMember.until.is_(None), TeamMember.until >= at),
        )
    ).all()
    return sorted(found, key=lambda one: one.volunteer.number)


def sound_credit_code(typed: str | None) -> str | None:
    """Return a unified social credit code as it is kept; raises ``DomainError`` on a wrong one."""
    code = (typed or "").strip()
    if not code:
        return None
    try:
        return str(uscc.validate(code))
    except ValidationError:
        raise DomainError(
            _("This is no unified social credit code: it has 18 characters, the last of which "
              "checks the others. Compare it with the certificate.")
        ) from None  # fmt: skip
