"""A board as plain numbers and words, for the command and whoever reads its answer."""

from __future__ import annotations

from typing import Any

from .lines import Board, Line
from .sites import Community, Site


def plain(board: Board) -> dict[str, Any]:
    """Return a board as JSON holds it; percents are of 100, null where not known or not set."""
    return {
        "on": board.grounds.on.isoformat(),
        "month": str(board.grounds.month),
        **_line(board.whole),
        "gaps": {
            "coverage": {
                "missing": board.whole.coverage_missing,
                "communities": [_named(one) for one in board.uncovered],
            },
            "registered": {
                "missing": board.whole.people_missing,
                "communities": [
                    {**_named(one), "missing": one.people_missing} for one in board.short_of_people
                ],
            },
            "regular_projects": {
                "missing": sum(one.projects_missing for one in board.short_of_projects),
                "communities": [
                    {**_named(one), "missing": one.projects_missing}
                    for one in board.short_of_projects
                ],
            },
            "activities": {
                "missing": sum(one.activities_missing for one in board.short_of_activities),
                "stations": [
                    {**_named(one), "missing": one.activities_missing}
                    for one in board.short_of_activities
                ],
            },
            "managers": {"stations": [_named(one) for one in board.without_manager]},
            "teams": {"stations": [_named(one) for one in board.without_team]},
            "checklist": {
                "month": str(board.grounds.scored),
                "stations": [
                    {**_named(one), "met": one.score[0], "total": one.score[1]}
                    for one in board.short_of_items
                    if one.score
                ],
            },
            "on_time": {
                "stations": [{**_named(one), "late": one.on_time.late} for one in board.late]
            },
        },
        "below": [_line(line) for line in board.below],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "division": line.place.code,
        "name": line.place.name,
        "communities": line.communities,
        "covered": line.covered,
        "coverage": line.coverage,
        "coverage_target": line.coverage_target,
        "residents": line.residents.people,
        "residents_missing_of": line.residents.missing,
        "registered": line.registered.people,
        "registered_official": line.registered.official,
        "registered_local": line.registered.local,
        "registered_share": line.registered_share,
        "registered_target": line.registered_target,
        "regular_projects": line.regular_projects,
        "regular_projects_enough": line.projects_enough,
        "regular_projects_asked_of": line.projects_asked_of,
        "stations": line.stations,
        "activities": line.activities,
        "activities_enough": line.activities_enough,
        "activities_asked_of": line.activities_asked_of,
        "with_manager": line.with_manager,
        "with_team": line.with_team,
        "checklist_passed": line.passed,
        "checklist_of": line.scored,
        "on_time": line.on_time.on_time,
        "on_time_of": line.on_time.held - line.on_time.running,
    }


def _named(one: Community | Site) -> dict[str, Any]:
    return {"code": one.code, "name": one.name}
