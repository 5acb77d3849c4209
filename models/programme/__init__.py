"""Teams and projects: what a station's activities belong to."""

from .project import Project, ServedGroup
from .team import Team, TeamKind
from .team_member import TeamMember

__all__ = ["Project", "ServedGroup", "Team", "TeamKind", "TeamMember"]
