"""What a station is measured against: checklists, and how it stood month by month."""

from .attestation import ChecklistAttestation
from .checklist import Checklist, ChecklistItem, PartName
from .choice import ChecklistChoice
from .result import ChecklistResult

__all__ = [
    "Checklist",
    "ChecklistAttestation",
    "ChecklistChoice",
    "ChecklistItem",
    "ChecklistResult",
    "PartName",
]
