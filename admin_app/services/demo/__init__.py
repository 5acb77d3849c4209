"""The demo: an empty office filled with invented people, so that a visitor understands at once."""

from admin_app.services.office import RealOffice, is_demo

from .filling import fill, hand_out
from .sign_ins import DemoSignIn, read_sign_ins

__all__ = ["DemoSignIn", "RealOffice", "fill", "hand_out", "is_demo", "read_sign_ins"]
