"""Evidence on the page of what it shows: a station, or one of its rules."""

from __future__ import annotations

from collections.abc import Sequence

from admin_app.services import evidence
from models import EvidenceFile, Rule, Station

from .web.requests import access


class ShowsEvidence:
    """What a register screen asks about the evidence of one row."""

    def shows_evidence(self, row: Rule | Station) -> bool:
        """Tell whether the person may look at pictures of the place."""
        return access().reaches("evidence:read", row)

    def may_keep_evidence(self, row: Rule | Station) -> bool:
        """Tell whether the person hands pictures in."""
        return access().reaches("evidence:write", row)

    def evidence(self, row: Rule | Station) -> Sequence[EvidenceFile]:
        """Return what is shown, the latest first."""
        if isinstance(row, Rule):
            return evidence.of(row.station, rule=row)
        return evidence.of(row)
