"""Which volunteer the owner of an account is: nobody decides about himself."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.exchange import cells
from models import Account, DomainError, Volunteer, db


def number_of(person_id: int | None) -> str:
    """Return a roll number of an account's owner; nothing where he is not known as a volunteer."""
    if person_id is None:
        return ""
    with unscoped("an owner's roll number is told to whoever keeps the account"):
        number = db.session.scalar(
            select(Volunteer.number)
            .where(Volunteer.person_id == person_id)
            .order_by(Volunteer.id)
            .limit(1)
        )
    return number or ""


def link(account: Account, number: str | None) -> None:
    """Say by a roll number which volunteer the owner is, or that he is none; the caller commits.

    Raises ``DomainError`` for a number of nobody, and of somebody with another name.
    """
    if (number or "") == number_of(account.person_id):
        return
    if not number:
        account.person_id = None
        return
    with unscoped("whose roll number it is; nothing else of the line is told"):
        line = db.session.scalar(select(Volunteer).where(Volunteer.number == number.strip()))
        if line is None or cells.key(line.person.name) != cells.key(account.name):
            raise DomainError(
                _("No volunteer of this name has the number %(number)s.", number=number)
            )
        account.person_id = line.person_id


def is_same_person(account_id: int | None, other: Account) -> bool:
    """Tell whether an account is another's own, or another one of the same volunteer."""
    if account_id == other.id or other.person_id is None:
        return account_id == other.id
    if other.twins is None:  # asked once, for however many rows
        with unscoped("which accounts are of one person"):
            own = select(Account.id).where(Account.person_id == other.person_id)
            other.twins = frozenset(db.session.scalars(own))
    return account_id in other.twins
