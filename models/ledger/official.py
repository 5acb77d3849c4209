"""Where an entry stands in the official system, such as the national one or i志愿."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from models.base import Choice


class OfficialState(Choice):
    """What became of an entry there; nothing is noted while it was not uploaded."""

    UPLOADED = "uploaded", _("Uploaded")
    REFUSED = "refused", _("Refused there")
    TAKEN_BACK = "taken_back", _("Taken back there")
