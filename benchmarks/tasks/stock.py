"""Stock Flask-Admin over the registers, as its tutorial would set it up, and a little kinder.

Default templates and widgets; search, filters, details, export and page sizes switched on; a
button for confirming, as the manual shows one. A hook fills in whatever follows from what was
typed or could not be typed, so that no form asks for more than ours does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask
from flask_admin import Admin
from flask_admin.actions import action
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual
from flask_babel import Babel
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from wtforms import StringField
from wtforms.validators import InputRequired

from admin_app.services import identity
from admin_app.services.exchange import cells
from admin_app.services.masking import id_number
from admin_app.services.people import volunteers
from models import (
    Activity,
    CertificateRequest,
    EntryState,
    Keyring,
    LeadershipSeat,
    Person,
    Rule,
    ServiceEntry,
    Station,
    Volunteer,
    id_number_hash,
)
from models.places.station import Placed


def _state(model: Any) -> FilterEqual:
    """Return a filter by state; the scaffolded one fails on choices that are stored by value."""
    states = [(state.value, state.value) for state in model.state.type.enum_class]
    return FilterEqual(model.state, "State", options=states)


class Stock(ModelView):
    """What every screen switches on."""

    can_view_details = True
    can_export = True
    can_set_page_size = True
    form_excluded_columns = (
        "station", "township_id", "county_id", "prefecture_id", "version", "created_at",
        "updated_at",
    )  # fmt: skip

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Put a new row at the one station there is."""
        if is_created and isinstance(model, Placed):
            with self.session.no_autoflush:
                model.station = self.session.query(Station).order_by(Station.id).first()
                model.settle(self.session)


class PersonView(Stock):
    """Persons; what the number tells is read from it."""

    column_list = ("name", "sex", "born_on", "id_number_masked")
    column_searchable_list = ("name",)
    column_filters = ("name", "born_on")
    form_columns = ("name", "id_number")
    # No field is scaffolded for a sealed column.
    form_extra_fields = {"id_number": StringField(validators=[InputRequired()])}

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Fill in what follows from name and number."""
        number = volunteers.sound_number(model.id_number)
        model.name_key, model.sex = cells.key(model.name), identity.sex(number)
        model.born_on, model.id_number_hash = identity.born_on(number), id_number_hash(number)
        model.id_number_masked = id_number(number)


class VolunteerView(Stock):
    """The roll."""

    column_list = ("number", "person.name", "registered_on", "phone_masked", "state")
    column_searchable_list = ("number", "person.name")
    column_filters = (_state(Volunteer), "registered_on", "person.name")
    form_columns = (
        "person", "registered_on", "phone", "state", "left_on",
        "skills", "availability", "occupation", "address", "note",
    )  # fmt: skip
    form_extra_fields = {"phone": StringField()}

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Give out the number, and keep the phone as it is kept."""
        super().on_model_change(form, model, is_created)
        volunteers.set_phone(model, form.phone.data)
        if is_created:
            model.station.last_roll += 1
            model.number = f"{model.station.code}-{model.station.last_roll:05}"


class ActivityView(Stock):
    """Activities."""

    column_list = ("held_on", "name", "category", "place", "leader_name", "state")
    column_searchable_list = ("name",)
    column_filters = (_state(Activity), "held_on", "name")
    column_default_sort = ("held_on", True)


class EntryView(Stock):
    """The ledger."""

    column_list = (
        "served_on", "person.name", "activity.name", "started_at", "ended_at", "minutes", "state",
    )  # fmt: skip
    # A file is written when the session is gone.
    column_select_related_list = (ServiceEntry.person, ServiceEntry.activity)
    column_searchable_list = ("person.name",)
    column_filters = (_state(ServiceEntry), "served_on", "activity.name", "person.name")
    column_default_sort = ("served_on", True)
    form_columns = ("volunteer", "activity", "started_at", "ended_at", "content", "quality")

    def on_model_change(self, form: Any, model: Any, is_created: bool) -> None:
        """Fill in what follows from volunteer, activity and times."""
        super().on_model_change(form, model, is_created)
        model.person, model.category = model.volunteer.person, model.activity.category
        model.served_on = model.started_at.date()
        model.minutes = int((model.ended_at - model.started_at).total_seconds()) // 60

    @action("confirm", "Confirm", "Are you sure you want to confirm the selected entries?")
    def action_confirm(self, keys: list[str]) -> None:
        """Confirm the ticked entries."""
        for key in keys:
            self.session.get(ServiceEntry, int(key)).state = EntryState.CONFIRMED
        self.session.commit()


class RequestView(Stock):
    """Requests for certificates."""

    column_list = ("created_at", "volunteer.person.name", "since", "until", "state")
    column_searchable_list = ("volunteer.number",)
    column_filters = (_state(CertificateRequest),)
    form_columns = ("volunteer", "since", "until", "purpose", "replaces")


SCREENS = (
    (VolunteerView, Volunteer), (PersonView, Person), (ActivityView, Activity),
    (EntryView, ServiceEntry), (RequestView, CertificateRequest), (Stock, Rule),
    (Stock, LeadershipSeat),
)  # fmt: skip


def make(engine: Engine, ring: Keyring) -> flask.Flask:
    """Return the stock application over an engine."""
    # A root of its own: stock templates, not the ones our screens put over their names.
    app = flask.Flask("stock", root_path=str(Path(__file__).parent), template_folder=None)
    app.secret_key = "benchmark"  # noqa: S105  # signs nothing that matters
    app.extensions["station_keyring"] = ring
    Babel(app)
    session = scoped_session(sessionmaker(engine, class_=Session))
    admin = Admin(app, name="Stock")
    for screen, model in SCREENS:
        admin.add_view(screen(model, session))
    app.teardown_appcontext(lambda _error: session.remove())
    return app
