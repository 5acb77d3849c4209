"""How often one address may try what is open to everybody."""

from __future__ import annotations

import flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Counted in each web process for itself: a little more than the figure, and nothing to install.
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")


def register(app: flask.Flask) -> None:
    """Count before the views that are marked; call it after identity and scope are declared."""
    limiter.init_app(app)
