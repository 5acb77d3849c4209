"""The screens, in menu order."""

from __future__ import annotations

import flask
from flask_admin import Admin

from . import long_acts, looks, menu
from .base import RegisterView
from .lists import long_exports
from .registers import (
    AccountView,
    ActivityView,
    AppointmentView,
    AuditView,
    BackupView,
    CertificateView,
    CheckView,
    ConsentView,
    DismissalView,
    DivisionView,
    ExemptionView,
    FigureView,
    LeadershipView,
    LeaveView,
    LedgerView,
    MergeView,
    NoticeView,
    ObjectionView,
    OverlapRefusalView,
    PopulationView,
    PrivacyView,
    ProjectView,
    PurposeView,
    RegistrationView,
    ReleaseView,
    RequestView,
    RuleView,
    StationView,
    TeamMemberView,
    TeamView,
    TrainingView,
    VolunteerView,
    WorkdayView,
)
from .screens import (
    account,
    attendance,
    board,
    checklists,
    doctor,
    evidence,
    findings,
    first_run,
    grants,
    imports,
    jobs,
    my_places,
    own_data,
    punctuality,
    reports,
    retention,
    service_registers,
    sign_in,
    station_file,
    uploads,
    verify,
    wall,
)
from .screens.home import HomeView

SCREENS: tuple[type[RegisterView], ...] = (
    StationView,
    LeadershipView,
    RuleView,
    ExemptionView,
    DivisionView,
    PopulationView,
    RegistrationView,
    VolunteerView,
    PurposeView,
    MergeView,
    PrivacyView,
    ReleaseView,
    ConsentView,
    TrainingView,
    LeaveView,
    DismissalView,
    ActivityView,
    ProjectView,
    TeamView,
    TeamMemberView,
    LedgerView,
    NoticeView,
    ObjectionView,
    OverlapRefusalView,
    RequestView,
    CertificateView,
    AccountView,
    AppointmentView,
    FigureView,
    WorkdayView,
    AuditView,
    CheckView,
    BackupView,
)
BLUEPRINTS = (
    first_run.blueprint,
    sign_in.blueprint,
    account.blueprint,
    grants.blueprint,
    my_places.blueprint,
    verify.blueprint,
    imports.blueprint,
    reports.blueprint,
    punctuality.blueprint,
    uploads.blueprint,
    board.blueprint,
    checklists.blueprint,
    service_registers.blueprint,
    wall.blueprint,
    attendance.blueprint,
    findings.blueprint,
    jobs.blueprint,
    evidence.blueprint,
    station_file.blueprint,
    doctor.blueprint,
    own_data.blueprint,
    retention.blueprint,
)
# What a worker can be asked for.
KINDS = (long_exports.KIND, long_acts.KIND, reports.KIND, wall.KIND)


def register(app: flask.Flask) -> None:
    """Add every screen to the office."""
    admin = Admin(app, name="Station Office", index_view=HomeView(url="/", name="Today"))
    for screen in SCREENS:
        admin.add_view(screen())
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_template_global(menu.written, "menu")
    my_places.register(app)
    jobs.register(app, KINDS)
    looks.register(app)


def refuse_foreign_screens(app: flask.Flask) -> None:
    """Raise ``RuntimeError`` for a Flask-Admin view that does not come from our base."""
    for admin in app.extensions["admin"]:
        for view in admin._views:
            if not isinstance(view, RegisterView | HomeView):
                raise RuntimeError(  # noqa: TRY004  # a defect of the office, not of a type
                    f"{type(view).__name__} does not come from RegisterView"
                )
