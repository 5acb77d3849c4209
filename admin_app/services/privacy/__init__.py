"""What the law owes a person: all that is kept about him, and who looked at it."""

from .own_data import Kept, Sheet, sheet
from .seen import Look, looks

__all__ = ["Kept", "Look", "Sheet", "looks", "sheet"]
