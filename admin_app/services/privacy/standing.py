"""What may still be done about a person whose data are kept and not used, or are gone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from models import DomainError, Volunteer


def require_open(volunteer: Volunteer) -> None:
    """Raise ``DomainError`` for a line of the roll to which nothing new is added."""
    if volunteer.erased_on is not None:
        raise DomainError(
            _("The data of %(number)s were deleted: nothing more is recorded there.",
              number=volunteer.number)
        )  # fmt: skip
    if volunteer.restricted_on is not None:
        raise DomainError(
            _("%(name)s restricted the use of his data on %(day)s: they are kept, and nothing is "
              "added. The leader may lift the restriction.",
              name=volunteer.person.name, day=volunteer.restricted_on)
        )  # fmt: skip
