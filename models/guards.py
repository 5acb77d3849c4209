"""What the database itself refuses; start-up checks that every guard still stands."""

from __future__ import annotations

import re
from hashlib import sha256

from sqlalchemy import Connection, inspect, text

# Made in the migrations, each with a print of what it says: one of the right name that guards
# nothing is as good as none. Alembic's batch mode drops triggers silently, hence this list.
GUARDS: dict[str, dict[str, str]] = {
    "sqlite": {
        "audit_entries_keep_facts": "1160dda459e49622",
        "audit_entries_keep_keys": "1d3cd9387d2ebf03",
        "audit_entries_keep_rows": "b9179c27285863d5",
        "person_merges_keep_facts": "bbc92b9d6732936c",
        "person_merges_keep_keys": "4fd13a723eef962b",
        "person_merges_keep_places": "eea8565e2d39b1b4",
        "person_merges_keep_rows": "fe8f0ef74adc5742",
        "persons_keep_erased": "6a6336a4644ae395",
        "service_entries_keep_facts": "98507978d1e84cbf",
        "service_entries_keep_keys": "d0879e0e681563e2",
        "service_entries_keep_person": "73f71770078fe1a5",
        "service_entries_keep_places": "66e78284d2dd1d78",
        "service_entries_keep_reversals": "e11eefa693e25bc8",
        "service_entries_keep_rows": "c18d6ef9b72705c3",
        "service_entries_one_time_insert": "f9e3081bfbe1cecd",
        "service_entries_one_time_merge": "ac68f1ff64d31e54",
        "service_entries_one_time_update": "a21d3eef2ecb4ebb",
        "service_entries_spelled_insert": "c224486811a005bc",
        "service_entries_spelled_update": "ab65595c1e27841a",
        "volunteers_keep_erased": "1279d7fe3765ec64",
    },
    "postgresql": {
        "audit_entries_keep_all": "669ffe96ab4cda05",
        "audit_entries_keep_facts": "959401e01a98b89c",
        "audit_entries_keep_rows": "499453ba0870ae02",
        "ex_service_entries_one_time": "7f5ab1fac93e16d1",
        "person_merges_keep_all": "576c2f2299fb406c",
        "person_merges_keep_facts": "698c0062ffab104b",
        "person_merges_keep_rows": "d2cd1c47411b509e",
        "persons_keep_erased": "7eeb431cbab451e8",
        "service_entries_keep_all": "bf349f9d97da0cb2",
        "service_entries_keep_facts": "f7e6c59901fe32da",
        "service_entries_keep_person": "eedcdd876b77fd84",
        "service_entries_keep_rows": "3a108b83e2eacb46",
        "volunteers_keep_erased": "8a9c2bb9f747aa78",
    },
}

_STANDING = {
    "sqlite": "SELECT name, tbl_name || sql FROM sqlite_master WHERE type = 'trigger'",
    # A trigger that fires always or for whoever is no replica, and what its function does.
    "postgresql": """
        SELECT tgname, pg_get_triggerdef(t.oid, true) || prosrc
        FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')
        UNION ALL
        SELECT conname, conrelid::regclass || pg_get_constraintdef(oid, true)
        FROM pg_constraint WHERE contype = 'x'
    """,
}


def missing(connection: Connection) -> list[str]:
    """Return the guards that an up-to-date database lacks, or that say something else there.

    None is missing before the first migration.
    """
    if not inspect(connection).has_table("alembic_version"):
        return []
    if connection.scalar(text("SELECT count(*) FROM alembic_version")) == 0:
        return []
    standing = prints(connection)
    return sorted(
        name
        for name, print_ in GUARDS[connection.dialect.name].items()
        if print_ not in standing.get(name, ())
    )


def prints(connection: Connection) -> dict[str, set[str]]:
    """Return a print of every guard that stands, by name; two tables may have one of a name."""
    found: dict[str, set[str]] = {}
    for name, words in connection.execute(text(_STANDING[connection.dialect.name])):
        found.setdefault(name, set()).add(_print(words))
    return found


def _print(words: str) -> str:
    """Return what a guard says in few signs, however a version of an engine sets brackets."""
    return sha256(re.sub(r'[\s()"]', "", words).encode()).hexdigest()[:16]
