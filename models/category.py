"""What a service is about, by the national list of 21 categories."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from .base import Choice


class Category(Choice):
    """The service categories of the national volunteer service system, by their code."""

    COMMUNITY = "0001", _("Community service")
    POVERTY_RELIEF = "0002", _("Poverty relief")
    EDUCATION = "0003", _("Teaching support")
    HEALTH = "0004", _("Health")
    LEGAL = "0005", _("Legal service")
    ENVIRONMENT = "0006", _("Environmental protection")
    SCIENCE = "0007", _("Science and technology")
    CULTURE = "0008", _("Culture and arts")
    PUBLIC_SAFETY = "0009", _("Public safety")
    CIVILITY = "0010", _("Civility")
    TRAFFIC = "0011", _("Traffic guidance")
    FIREFIGHTING = "0012", _("Volunteer firefighting")
    RESCUE = "0013", _("Emergency rescue")
    DRUG_PREVENTION = "0014", _("Drug prevention")
    SPORT = "0015", _("Sport and fitness")
    TOURISM = "0016", _("Tourism service")
    SPECIAL_GROUPS = "0017", _("Care for special groups")
    LARGE_EVENTS = "0018", _("Large events")
    OVERSEAS = "0019", _("Service overseas")
    TAX = "0020", _("Tax service")
    OTHER = "0099", _("Other")
