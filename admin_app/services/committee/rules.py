"""Rules: numbering editions, drafting from the model text, adopting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from admin_app.policy import Access
from models import DomainError, Rule, RuleKind, Station, clock, db

from . import model_texts


def number(rule: Rule) -> None:
    """Give a new rule the next edition of its kind at its station."""
    station_id = rule.station_id or (rule.station.id if rule.station else None)
    if station_id is None:
        raise DomainError(_("Choose a station that you keep."))
    last = db.session.scalar(
        select(func.max(Rule.edition)).where(Rule.station_id == station_id, Rule.kind == rule.kind)
    )
    rule.edition = (last or 0) + 1


def in_force(station: Station, kind: RuleKind, *, on: date) -> Rule | None:
    """Return the edition of a rule that a station had adopted by a day."""
    adopted = select(Rule).where(
        Rule.station_id == station.id, Rule.kind == kind, Rule.adopted_on <= on
    )
    return db.session.scalar(adopted.order_by(Rule.edition.desc()).limit(1))


def draft(station: Station, kind: RuleKind, *, access: Access) -> Rule:
    """Write the next edition of a rule from the model text; the caller commits.

    It is a draft: the committee changes it as it likes, the leader adopts it.
    """
    access.require("rules:write", station)
    title, text = model_texts.written(station, kind, on=clock.today())
    rule = Rule(station=station, kind=kind, title=title, text=text)
    number(rule)
    db.session.add(rule)
    db.session.flush()  # the page that follows asks for its number
    return rule


def require_open_text(rule: Rule, *, title: str, text: str) -> None:
    """Raise ``DomainError`` when the text of an adopted rule would change."""
    if rule.adopted_on is not None and (title, text) != (rule.title, rule.text):
        raise DomainError(_("An adopted rule keeps its text: write a new edition instead."))


def require_adoption(rule: Rule, station: Station, *, before: date | None, access: Access) -> None:
    """Raise ``DomainError`` for a day of adoption that one may not write, or that stood before."""
    if rule.adopted_on == before:
        return
    access.require("rules:adopt", station)
    if before is not None:
        raise DomainError(_("An adopted rule keeps its day: write a new edition instead."))


def require_posting_after_adoption(rule: Rule) -> None:
    """Raise ``DomainError`` for a rule on the wall that was not adopted before."""
    posted, adopted = rule.posted_on, rule.adopted_on
    if posted is not None and (adopted is None or posted < adopted):
        raise DomainError(_("A rule is posted after it was adopted: check both days."))


def adopt(rules: Sequence[Rule], *, on: date, access: Access) -> int:
    """Adopt rules as of a day and return how many; all or none."""
    for rule in rules:
        access.require("rules:adopt", rule)
        if rule.adopted_on is not None:
            raise DomainError(_("“%(title)s” was adopted before.", title=rule.title))
        rule.adopted_on = on
    return len(rules)
