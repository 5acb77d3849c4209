"""Projects and teams: what a station does again and again, and who comes to do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form

from admin_app.services import activities, programme
from admin_app.services.programme import Answer, Measure, Standing
from models import Account, Activity, Category, Project, ServedGroup, Team, TeamKind, clock
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.filters import Chosen, Is, at_station, between
from views.lookups import Lookup
from views.web.requests import access, actor

from .committee import STATION

PROJECTS = Lookup(Project, (Project.name,), order=(Project.opens_on.desc(),))
TEAMS = Lookup(Team, (Team.name,), order=(Team.name,))


class Holds(Is):
    """A project is regular today, or a team active: yes, no, or why neither."""

    def __init__(self, key: str, label: Any, measure: Measure) -> None:
        super().__init__(key, label, measure.model.id, Answer)
        self.measure = measure

    def condition(self, value: str) -> Any:
        """Return the condition, or raise ``ValueError`` for an unknown word."""
        return programme.condition(self.measure, Answer(value), clock.today())


class Programme(RegisterView):
    """What the screens of projects and of teams share: the activities behind a row."""

    measure: Measure
    # The filter of the list of activities that names a row of this register.
    link: str

    def standing(self, row: Any) -> Standing:
        """Return how a row stands today."""
        return programme.standing(self.measure, row, on=clock.today())

    def activities(self, row: Any) -> Sequence[Activity] | None:
        """Return the latest activities of a row; None to whom no activity is shown."""
        return programme.recent(self.measure, row) if access().may("activities:read") else None

    def activities_address(self, row: Any) -> str:
        """Return where all activities of a row are listed."""
        return str(self.get_url("activities.index_view", **{f"flt_{self.link}": row.id}))

    def may_plan(self, row: Any) -> bool:
        """Tell whether the person opens an activity of a row."""
        return access().reaches("activities:write", row)

    def change_row(self, row: Any, form: Form) -> None:
        """Change a row; its days take in the activities that it has."""
        super().change_row(row, form)
        programme.require_covering(self.measure, row)


class ProjectView(Programme):
    """Projects of the stations within one's reach, and which of them are regular."""

    model = Project
    resource = "projects"
    title = _("Projects")
    measure, link = programme.PROJECTS, "project"
    details_template = "programme/project.html"
    columns = (
        Column("name", _("Name")),
        Column("category", _("Category"), formats.category),
        Column("served", _("People served")),
        Column("team.name", _("Team")),
        Column("opens_on", _("Opens on"), sort=True),
        Column("closes_on", _("Closes on"), sort=True),
        Column("station.name", _("Station"), on=BEYOND_LIST),
        Column("description", _("Description"), on=DETAILS),
    )
    sections = (
        Section(
            _("Project"),
            (
                Field("station", _("Station"), once=True, kept=True),
                Field("name", _("Name"), wide=True),
                Field("category", _("Category"), _("By the national list.")),
                Field("served", _("People served"), _("By the national list.")),
                Field("opens_on", _("Opens on"), begins=clock.today),
                Field("closes_on", _("Closes on"), _("Its last day; empty while it goes on.")),
                Field("team", _("Team"), _("Who carries it, if one team does.")),
                Field("keeper", _("Kept by"), _("The account of the organizer.")),
                Field("description", _("Description"), wide=True),
            ),
        ),
    )
    filters = (
        Holds("regular", _("Regular today"), programme.PROJECTS),
        Is("category", _("Category"), Project.category, Category),
        Is("served", _("People served"), Project.served, ServedGroup),
        at_station(Project),
        *between("opened", _("Opens on"), Project.opens_on),
    )
    search = (Project.name,)
    order = (Project.opens_on.desc(),)
    facts = ("keeper_id",)
    lookups = {
        "station": STATION,
        "team": TEAMS,
        "keeper": Lookup(Account, (Account.name, Account.login)),
    }

    def _fit(self, form: Form, *, is_new: bool) -> Form:
        form = super()._fit(form, is_new=is_new)
        if activities.keeps_own_only(access(), self.resource):
            del form["keeper"]
        return form

    def create_row(self, form: Form) -> Project:
        """Open a project; an organizer keeps it himself."""
        row: Project = super().create_row(form)
        if activities.keeps_own_only(access(), self.resource):
            row.keeper_id = actor().id
        return row

    def keeper(self, row: Project) -> Account | None:
        """Return whose project it is, for those to whom people are shown."""
        return row.keeper if access().may("activities:read") else None


class TeamView(Programme):
    """Teams that serve at the stations within one's reach, and which of them are active."""

    model = Team
    resource = "teams"
    title = _("Teams")
    measure, link = programme.TEAMS, "team"
    details_template = "programme/team.html"
    columns = (
        Column("name", _("Name"), sort=True),
        Column("kind", _("Kind")),
        Column("unit_name", _("Unit")),
        Column("schedule", _("Fixed time")),
        Column("founded_on", _("Founded on"), sort=True),
        Column("disbanded_on", _("Disbanded on")),
        Column("leader_name", _("Team leader"), on=BEYOND_LIST),
        Column("official_number", _("Number in the official system"), on=BEYOND_LIST),
        Column("station.name", _("Station"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Team"),
            (
                Field("station", _("Station"), once=True, kept=True),
                Field("name", _("Name"), wide=True),
                Field("kind", _("Kind"), _("Where its people come from.")),
                Field("unit_name", _("Unit"), _("The company, school or body they belong to.")),
                Field("leader_name", _("Team leader")),
                Field(
                    "schedule",
                    _("Fixed time"),
                    _("In words, such as every Saturday morning (Zhanjiang document of 2018)."),
                ),
                Field("founded_on", _("Founded on")),
                Field("disbanded_on", _("Disbanded on"), _("Its last day; empty while it serves.")),
                Field("official_number", _("Number in the official system")),
            ),
        ),
    )
    filters = (
        Holds("active", _("Active today"), programme.TEAMS),
        Is("kind", _("Kind"), Team.kind, TeamKind),
        at_station(Team),
    )
    search = (Team.name,)
    order = (Team.name,)
    lookups = {"station": STATION}

    def projects(self, row: Team) -> Sequence[Project]:
        """Return the projects that the team carries."""
        return programme.carried(row) if access().may("projects:read") else ()


def of_project() -> Chosen:
    """Return the filter of the list of activities by their project."""
    return Chosen("project", _("Project"), Activity.project_id, PROJECTS, few=True)


def of_team() -> Chosen:
    """Return the filter of the list of activities by their team."""
    return Chosen("team", _("Team"), Activity.team_id, TEAMS, few=True)
