"""What the law owes a person: no field without a purpose, all that is kept, and who looked."""

from .own_data import Kept, Sheet, sheet
from .seen import Look, looks

__all__ = ["Kept", "Look", "Sheet", "looks", "sheet"]
