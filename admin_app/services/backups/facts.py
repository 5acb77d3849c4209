"""What a copy of the database holds, counted at the very moment that it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

# The only folders whose files rows name; everything else lies in the database.
FOLDERS = ("evidence",)

REVISION = "SELECT version_num FROM alembic_version"
ENTRIES = "SELECT count(*) FROM service_entries"
TRACES = "SELECT last_id FROM audit_head"
STORED = "SELECT stored_as FROM evidence_files"


@dataclass(frozen=True)
class Facts:
    """Counts by which a restored office knows itself, and the files that its rows name."""

    revision: str
    entries: int
    traces: int
    stored: frozenset[str]

    def told(self) -> dict[str, Any]:
        """Return what the backup keeps of them: counts."""
        return {k: v for k, v in asdict(self).items() if k != "stored"}


def read(rows: Callable[[str], Any]) -> Facts:
    """Return the facts, asked through whatever runs a statement."""
    return Facts(
        revision=str(next(iter(rows(REVISION)))[0]),
        entries=int(next(iter(rows(ENTRIES)))[0]),
        traces=int(next(iter(rows(TRACES)))[0]),
        stored=frozenset(row[0] for row in rows(STORED)),
    )
