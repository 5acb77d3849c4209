"""The board on paper: a sheet across for a meeting's table, with who is behind in each matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services.paper.render import MAX_ROWS, Paper, render
from models import DomainError, Office, db

from .books import NOTES
from .lines import Board, Line
from .milestones import Milestone
from .sites import Community, Site

TEMPLATE = "board"
# So many names stand on the sheet; the rest are in the workbook.
MOST_NAMED = 60


def paper(board: Board, milestones: Sequence[Milestone]) -> Paper:
    """Return the board as a PDF; a demo office's says 样张.

    Raises ``DomainError`` for more lines than one paper takes, and for characters without a glyph.
    """
    if len(board.below) > MAX_ROWS:
        raise DomainError(
            _("One paper lists at most %(rows)s rows: take the workbook.", rows=MAX_ROWS)
        )
    with unscoped("whether this office is a demo"):
        is_demo = db.session.scalar(select(Office.is_demo))
    return render(TEMPLATE, values(board, milestones), sample=bool(is_demo))


def values(board: Board, milestones: Sequence[Milestone]) -> dict[str, Any]:
    """Return the plain values the template prints."""
    return {
        "place": board.place.name,
        "on": board.grounds.on.isoformat(),
        "month": str(board.grounds.scored),
        "whole": _line(board.whole),
        "below": [_line(line) for line in board.below],
        "milestones": [
            {
                "day": stone.day.isoformat(),
                "target": stone.target,
                "communities": stone.communities,
                "covered": stone.covered,
                "coverage": _percent(stone.coverage),
            }
            for stone in milestones
        ],
        "gaps": [gap for gap in _gaps(board) if gap["count"]],
        "notes": list(NOTES),
    }


def _line(line: Line) -> dict[str, Any]:
    """Return the numbers of a line; None where not known, or not asked."""
    share = line.on_time.share
    return {
        "name": line.place.name,
        "communities": line.communities,
        "covered": line.covered,
        "coverage": _percent(line.coverage),
        "coverage_target": line.coverage_target,
        "coverage_missing": line.coverage_missing,
        "residents": line.residents.people,
        "registered": line.registered.people,
        "registered_share": _percent(line.registered_share),
        "registered_target": line.registered_target,
        "people_missing": line.people_missing or 0,
        "regular_projects": line.regular_projects,
        "projects_enough": line.projects_enough,
        "projects_asked_of": line.projects_asked_of,
        "stations": line.stations,
        "activities": line.activities,
        "activities_enough": line.activities_enough,
        "activities_asked_of": line.activities_asked_of,
        "with_manager": line.with_manager,
        "with_team": line.with_team,
        "passed": line.passed,
        "scored": line.scored,
        "on_time": _percent(None if share is None else 100 * share),
    }


def _gaps(board: Board) -> list[dict[str, Any]]:
    return [
        _gap("没有站点的社区（村）", board.uncovered, lambda _one: ""),
        _gap(
            "注册居民不足的社区（村）",
            board.short_of_people,
            lambda one: f"还差 {one.people_missing} 人",
        ),
        _gap(
            "常态化项目不足的社区（村）",
            board.short_of_projects,
            lambda one: f"还差 {one.projects_missing} 个",
        ),
        _gap(
            "本月活动不足的站点",
            board.short_of_activities,
            lambda one: f"还差 {one.activities_missing} 次",
        ),
        _gap("没有管理人员的站点", board.without_manager, lambda _one: ""),
        _gap("没有队伍的站点", board.without_team, lambda _one: ""),
        _gap("清单未全部达标的站点", board.short_of_items, _items),
        _gap("有活动未按时记录的站点", board.late, lambda one: f"{one.on_time.late} 次"),
    ]


def _gap(
    title: str, rows: Sequence[Community] | Sequence[Site], told: Callable[[Any], str]
) -> dict[str, Any]:
    named = [{"name": one.name, "told": told(one)} for one in rows[:MOST_NAMED]]
    return {"title": title, "count": len(rows), "named": named, "further": len(rows) - len(named)}


def _items(one: Site) -> str:
    met, asked = one.score or (0, 0)
    return f"{met} / {asked} 项"


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f}%"
