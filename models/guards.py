"""What the database itself refuses; start-up checks that every guard still stands."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

# Made in the migrations. Alembic's batch mode drops triggers silently, hence this list.
GUARDS = {
    "sqlite": frozenset(
        {
            "service_entries_keep_facts",
            "service_entries_keep_person",
            "service_entries_one_time_merge",
            "person_merges_keep_facts",
            "person_merges_keep_rows",
            "person_merges_keep_keys",
            "persons_keep_erased",
            "volunteers_keep_erased",
            "service_entries_keep_rows",
            "service_entries_keep_keys",
            "service_entries_one_time_insert",
            "service_entries_one_time_update",
            "audit_entries_keep_facts",
            "audit_entries_keep_rows",
            "audit_entries_keep_keys",
        }
    ),
    "postgresql": frozenset(
        {
            "service_entries_keep_person",
            "person_merges_keep_facts",
            "person_merges_keep_rows",
            "person_merges_keep_all",
            "persons_keep_erased",
            "volunteers_keep_erased",
            "service_entries_keep_facts",
            "service_entries_keep_rows",
            "service_entries_keep_all",
            "ex_service_entries_one_time",
            "audit_entries_keep_facts",
            "audit_entries_keep_rows",
            "audit_entries_keep_all",
        }
    ),
}

_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    " UNION SELECT conname FROM pg_constraint WHERE contype = 'x'",
}


def missing(connection: Connection) -> list[str]:
    """Return the guards that an up-to-date database lacks; none before the first migration."""
    if not inspect(connection).has_table("service_entries"):
        return []
    present = set(connection.scalars(text(_PRESENT[connection.dialect.name])))
    return sorted(GUARDS[connection.dialect.name] - present)
