"""A registration on paper (志愿者信息登记表): to be signed before the review, on file after it.

The number is masked, with boxes to write it in by hand: what the desk typed once is not shown
again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import committee
from admin_app.services.exchange import categories
from admin_app.services.paper.render import MAX_TEXT, Paper, render
from admin_app.services.people import volunteers
from models import (
    Category,
    Office,
    Registration,
    RegistrationState,
    RuleKind,
    Sex,
    clock,
    db,
)

from . import asked

TEMPLATE = "registration"
SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}


def name(registration: Registration) -> str:
    """Return what a file of the paper is called, without an ending."""
    words = f"{registration.name}{registration.handed_in_on:%Y%m%d}志愿者信息登记表"
    return "".join(sign for sign in words if sign.isprintable() and sign not in "/\\")


def paper(registration: Registration) -> Paper:
    """Return the form as a PDF; a demo office's says 样张."""
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    return render(TEMPLATE, values(registration), sample=bool(is_demo))


def values(registration: Registration) -> dict[str, Any]:
    """Return the plain values the template prints."""
    day, station = registration.handed_in_on, registration.station
    age = clock.age_on(registration.born_on, day)
    adult = volunteers.adult_age(station.division, day)
    rule = registration.conduct_rule or committee.in_force(station, RuleKind.CONDUCT, on=day)
    return {
        "station": station.name,
        "name": registration.name,
        "sex": SEXES[registration.sex],
        "born_on": registration.born_on.isoformat(),
        "age": age,
        "id_number": registration.id_number_masked,
        "phone": registration.phone_masked or "",
        "lives_in": registration.lives_in.name if registration.lives_in else "",
        "skills": registration.skills,
        "categories": [_category(code) for code in registration.categories],
        "availability": registration.availability,
        "official_number": registration.official_number or "",
        "asked": asked.values(registration),
        "is_minor": adult is not None and age < adult,
        "guardian": {
            "name": registration.guardian_name or "",
            "relation": registration.guardian_relation or "",
            "phone": registration.guardian_phone_masked or "",
        },
        "conduct": {
            "title": rule.title if rule else "",
            "edition": rule.edition if rule else 0,
            "on": _iso(registration.conduct_on),
        },
        "notice": _notice(registration),
        "publication_on": _iso(registration.publication_consent_on),
        "handed_in_on": day.isoformat(),
        "review": _review(registration),
        "printed_on": clock.today().isoformat(),
    }


def _notice(registration: Registration) -> dict[str, Any]:
    """Return the privacy notice that was read, or is to be: the whole text follows the form."""
    rule = registration.notice_rule or committee.in_force(
        registration.station, RuleKind.PRIVACY, on=clock.today()
    )
    return {
        "title": rule.title if rule else "",
        "edition": rule.edition if rule else 0,
        "adopted_on": _iso(rule.adopted_on if rule else None),
        "on": _iso(registration.notice_on),
        "paragraphs": pieces(rule.text) if rule else [],
    }


def _review(registration: Registration) -> dict[str, Any] | None:
    """Return what the review said, or None while the paper waits to be signed."""
    if registration.state is not RegistrationState.ACCEPTED or registration.volunteer is None:
        return None
    assert registration.reviewed_at is not None  # noqa: S101  # accepted
    return {
        "by": registration.reviewed_by.name if registration.reviewed_by else "",
        "on": clock.office_time(registration.reviewed_at).date().isoformat(),
        "number": registration.volunteer.number,
        "alone": registration.single_handed,
    }


def pieces(text: str) -> list[list[str]]:
    """Return the paragraphs of a text, each in pieces that paper takes."""
    return [
        [line[first : first + MAX_TEXT] for first in range(0, len(line), MAX_TEXT)]
        for line in map(str.strip, text.splitlines())
        if line
    ]


def _category(code: str) -> str:
    return categories.national_name(Category(code))


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
