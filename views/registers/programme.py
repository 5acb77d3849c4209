"""Projects and teams: what a station does again and again, and who comes to do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import Form

from admin_app.services import programme
from admin_app.services.ledger import activities
from admin_app.services.people import names
from admin_app.services.people.names import Matched
from admin_app.services.programme import Answer, Measure, Standing
from models import (
    Account,
    Activity,
    Category,
    Person,
    Project,
    ServedGroup,
    Team,
    TeamKind,
    TeamMember,
    Volunteer,
    clock,
)
from views import formats
from views.base import RegisterView
from views.columns import BEYOND_LIST, DETAILS, Column, Field, Section
from views.fields import typed_day
from views.lists.filters import Chosen, Is, at_station, between
from views.lookups import Lookup
from views.web.requests import access, actor

from .committee.leadership import STATION
from .people.volunteers import ROLL

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
        Column("credit_code", _("Unified social credit code"), on=BEYOND_LIST),
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
                Field(
                    "credit_code",
                    _("Unified social credit code"),
                    _("18 characters, of the company, school, hospital or other body."),
                ),
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

    def create_row(self, form: Form) -> Team:
        """Found a team; the code of its unit is checked."""
        form.credit_code.data = programme.sound_credit_code(form.credit_code.data)
        row: Team = super().create_row(form)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Change a team; the code of its unit is checked."""
        form.credit_code.data = programme.sound_credit_code(form.credit_code.data)
        super().change_row(row, form)

    def members(self, row: Team) -> Sequence[TeamMember] | None:
        """Return who is in the team on the day asked for; None to whom no member is shown."""
        if not access().may("team_members:read"):
            return None
        return programme.members_on(row, self.day())

    def day(self) -> date:
        """Return the day whose members are shown: the one asked for, or today."""
        return typed_day(request.args.get("on", "")) or clock.today()

    def may_add_member(self, row: Team) -> bool:
        """Tell whether the person writes down who is in the team."""
        return access().reaches("team_members:write", row)

    def projects(self, row: Team) -> Sequence[Project]:
        """Return the projects that the team carries."""
        return programme.carried(row) if access().may("projects:read") else ()


class TeamMemberView(RegisterView):
    """Who is or was in which team, the latest first."""

    model = TeamMember
    resource = "team_members"
    title = _("Team members")
    columns = (
        Column("volunteer.person.name", _("Volunteer")),
        Column("volunteer.number", _("Roll number"), on=BEYOND_LIST),
        Column("team.name", _("Team")),
        Column("since", _("Since"), sort=True),
        Column("until", _("Until")),
        Column("station.name", _("Station"), on=BEYOND_LIST),
    )
    sections = (
        Section(
            _("Team member"),
            (
                Field("team", _("Team"), once=True, kept=True),
                Field("volunteer", _("Volunteer"), _("Type the name or roll number."), once=True),
                Field("since", _("Since"), begins=clock.today, kept=True),
                Field("until", _("Until"), _("The last day; empty while the person is in it.")),
            ),
        ),
    )
    filters = (
        Chosen("team", _("Team"), TeamMember.team_id, TEAMS, few=True),
        Chosen("volunteer", _("Volunteer"), TeamMember.volunteer_id, ROLL, few=True),
        at_station(TeamMember),
        *between("since", _("Since"), TeamMember.since),
    )
    search = (Person.name,)
    order = (TeamMember.since.desc(),)
    lookups = {"team": TEAMS, "volunteer": ROLL}
    acting_on = (TeamMember.team, TeamMember.volunteer)

    def matching(self, words: str) -> Matched:
        """Find by the volunteer's name or initials."""
        return Matched(TeamMember.volunteer.has(names.named(Volunteer.person_id, words).condition))

    def create_form(self, obj: Any = None) -> Form:
        """Fill in the team from whose page a member is added."""
        form = super().create_form(obj)
        if request.method == "GET" and "team" in request.args:
            form.team.data = TEAMS.get_one(request.args["team"])
        return form

    def create_row(self, form: Form) -> TeamMember:
        """Write down that somebody joined."""
        row = TeamMember(
            team=form.team.data, volunteer=form.volunteer.data, since=form.since.data,
            until=form.until.data,
        )  # fmt: skip
        programme.keep_member(row)
        return row

    def change_row(self, row: Any, form: Form) -> None:
        """Correct the days, or write down that somebody left."""
        row.since, row.until = form.since.data, form.until.data
        programme.keep_member(row)


def of_project() -> Chosen:
    """Return the filter of the list of activities by their project."""
    return Chosen("project", _("Project"), Activity.project_id, PROJECTS, few=True)


def of_team() -> Chosen:
    """Return the filter of the list of activities by their team."""
    return Chosen("team", _("Team"), Activity.team_id, TEAMS, few=True)
