"""Sheets into PDF: the largest letters with which each is one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.paper.render import Paper, PaperFailed, render
from models import Choice, DomainError, Office, Station, clock, db

from . import lettering
from .sheets import Sheet

TEMPLATE = "wall"


class PaperSize(Choice):
    """The sizes that sheets for the wall come in."""

    A4 = "a4", "A4"
    A3 = "a3", "A3"


class TooLong(DomainError):
    """A sheet has more words than its paper holds in letters that can be read."""


# Points and leading, the largest first; the last is what can still be read on a wall.
STEPS: dict[PaperSize, tuple[tuple[float, float], ...]] = {
    PaperSize.A4: (
        (24, 1.8), (21.5, 1.8), (19, 1.75), (17, 1.7), (15, 1.7), (13.5, 1.6), (12, 1.55),
        (10.5, 1.45),
    ),
    PaperSize.A3: (
        (34, 1.8), (30.5, 1.8), (27, 1.75), (24, 1.7), (21, 1.7), (18, 1.6), (15, 1.55),
        (12, 1.45),
    ),
}  # fmt: skip
# Millimetres between the frame's margins, and the headlines' sizes in points.
WIDTHS = {PaperSize.A4: (166, 253), PaperSize.A3: (231, 354)}
HEADLINE = {PaperSize.A4: (40, 20), PaperSize.A3: (57, 28)}
_LOWER = 0.75  # on a sheet that is wider than high
OVER = {PaperSize.A4: (20, 12), PaperSize.A3: (28, 17)}


def printed(
    station: Station,
    sheets: Sequence[Sheet],
    size: PaperSize,
    progress: Callable[[int, int], object] = lambda _done, _total: None,
) -> Paper:
    """Return sheets of one station as a PDF, a page each; ``progress`` hears after each sheet.

    Raises ``TooLong`` for a sheet that does not fit, and ``MissingGlyph`` as every paper does.
    """
    fitted = []
    for done, sheet in enumerate(sheets):
        progress(done, len(sheets))
        fitted.append(_fitted(station, sheet, size))
    if len(fitted) == 1:
        return fitted[0][1]
    paper = _render(station, [told for told, _paper in fitted], size)
    if paper.pages != len(sheets):
        raise PaperFailed("A sheet that fits alone does not fit among the others")
    return paper


def _fitted(station: Station, sheet: Sheet, size: PaperSize) -> tuple[dict[str, Any], Paper]:
    """Return what the template takes for one sheet, and the sheet printed alone."""
    steps = STEPS[size]
    best: tuple[dict[str, Any], Paper] | None = None
    low, high = 0, len(steps) if sheet.is_stepped else 1
    while low < high:  # the first step that is one page lies from low on, before high
        middle = (low + high) // 2
        told = _told(sheet, size, steps[middle])
        paper = _render(station, [told], size)
        if paper.pages == 1:
            best, high = (told, paper), middle
        else:
            low = middle + 1
    if best is None:
        raise TooLong(_too_long(sheet, size))
    return best


def _too_long(sheet: Sheet, size: PaperSize) -> Any:
    if size is PaperSize.A4:
        return _(
            "“%(sheet)s” does not fit on A4 in letters that can be read on a wall: print it on A3,"
            " or shorten it.",
            sheet=sheet.title,
        )
    return _(
        "“%(sheet)s” does not fit on A3 in letters that can be read on a wall: shorten it.",
        sheet=sheet.title,
    )


def _told(sheet: Sheet, size: PaperSize, step: tuple[float, float]) -> dict[str, Any]:
    width = WIDTHS[size][sheet.is_wide]
    largest, smallest = HEADLINE[size]
    over = None
    if sheet.over:
        most, least = OVER[size]
        over = lettering.headline(sheet.over, width=width, largest=most, smallest=least)
    head = lettering.headline(
        sheet.headline,
        width=width,
        largest=largest * (_LOWER if sheet.is_wide else 1),
        smallest=smallest,
    )
    return {
        "kind": sheet.kind,
        "is_wide": sheet.is_wide,
        "draft": sheet.is_draft,
        "headline": head,
        "over": over,
        "size": step[0],
        "leading": step[1],
        **sheet.values,
    }


def _render(station: Station, told: list[dict[str, Any]], size: PaperSize) -> Paper:
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    values = {
        "paper": size.value,
        "station": station.name,
        "made_on": clock.today().isoformat(),
        "sheets": told,
    }
    return render(TEMPLATE, values, sample=bool(is_demo))
