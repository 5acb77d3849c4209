"""Teams and projects: what a station's activities belong to."""

from .project import Project, ServedGroup
from .team import Team, TeamKind

__all__ = ["Project", "ServedGroup", "Team", "TeamKind"]
