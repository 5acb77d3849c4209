"""The whole permission table: one row a role, one name an act.

A name reads ``register:act``. ``read`` opens a screen, ``write`` creates and edits, ``delete``
removes, ``export`` downloads the list, and every button beyond that has its own act.
"""

from __future__ import annotations

from models import Role

LOOKING = frozenset({"read", "export", "find", "reprint", "history", "personal", "health"})

_DESK_READ = {
    "divisions:read",
    "population:read",
    "figures:read",
    "workdays:read",
    "stations:read",
    "stations:history",
    "evidence:read",
    "exemptions:read",
    "leadership:read",
    "rules:read",
    "standards:read",
    "registrations:read",
    "volunteers:read",
    "purposes:read",
    "consents:read",
    "dismissals:read",
    "trainings:read",
    "leaves:read",
    "team_members:read",
    "teams:read",
    "projects:read",
    "activities:read",
    "ledger:read",
    "notices:read",
    "objections:read",
    "findings:read",
    "certificates:read",
    "reports:read",
}
_DESK_EXPORT = {
    "stations:export",
    "population:export",
    "leadership:export",
    "rules:export",
    "registrations:export",
    "volunteers:export",
    "purposes:export",
    "consents:export",
    "dismissals:export",
    "trainings:export",
    "leaves:export",
    "team_members:export",
    "teams:export",
    "projects:export",
    "activities:export",
    "ledger:export",
    "notices:export",
    "objections:export",
    "findings:export",
    "certificates:export",
    "reports:export",
}

GRANTS: dict[Role, frozenset[str]] = {
    Role.LEADER: frozenset({
        *_DESK_READ, *_DESK_EXPORT,
        "stations:write", "evidence:write", "evidence:personal", "leadership:write",
        "leadership:delete",
        "leadership:hand_over", "rules:write", "rules:adopt", "standards:attest",
        "registrations:review", "consents:write", "dismissals:decide", "dismissals:report",
        "merges:read", "merges:decide",
        "teams:write", "projects:write",
        "certificates:approve", "certificates:issue", "certificates:void", "certificates:reprint",
        "ledger:confirm", "ledger:decline", "ledger:reverse", "accounts:read",
        "volunteers:own_data", "volunteers:health", "purposes:write",
        "privacy:read", "privacy:export", "privacy:decide",
        "releases:read", "releases:export", "releases:release",
        "accounts:write",  # below the leader, at the own station: services.accounts
        "notices:publish", "objections:check", "objections:decide", "attendance:read",
    }),
    Role.DEPUTY: frozenset({
        *_DESK_READ, *_DESK_EXPORT,
        "registrations:review", "consents:write", "dismissals:write", "dismissals:report",
        "trainings:write", "leaves:write",
        "teams:write", "projects:write", "activities:write", "evidence:personal",
        "privacy:read", "privacy:write",
        "ledger:confirm", "ledger:decline", "ledger:reverse", "certificates:approve",
        "certificates:reprint", "attendance:read", "volunteers:health",
        "notices:publish", "objections:check", "objections:decide",
    }),
    Role.ORGANIZER: frozenset({
        "divisions:read", "population:read", "stations:read", "activities:read",
        "activities:write", "activities:export", "attendance:read", "attendance:write",
        "teams:read", "projects:read", "projects:write", "projects:export",
    }),
    Role.MEMBER: frozenset({
        "divisions:read", "population:read", "figures:read", "stations:read", "evidence:read",
        "leadership:read", "rules:read", "activities:read", "activities:write",
        "activities:export", "reports:read", "standards:read",
        "trainings:read", "trainings:write", "trainings:export",
        "teams:read", "teams:write", "teams:export",
        "projects:read", "projects:write", "projects:export",
    }),
    Role.CLERK: frozenset({
        *_DESK_READ, *_DESK_EXPORT,
        "stations:write", "evidence:write", "leadership:write", "rules:write", "volunteers:write",
        "volunteers:health",
        "evidence:personal", "consents:write", "registrations:write", "dismissals:write",
        "dismissals:report", "dismissals:delete", "trainings:write", "trainings:delete",
        "leaves:write", "leaves:delete", "team_members:write", "team_members:delete",
        "merges:read", "merges:write", "privacy:read", "privacy:export", "privacy:write",
        "releases:read", "releases:export", "releases:write", "releases:fetch",
        "volunteers:import", "volunteers:find", "activities:write", "activities:delete",
        "ledger:write", "ledger:delete", "ledger:import", "ledger:upload", "certificates:request",
        "certificates:reprint", "notices:write", "notices:delete", "objections:write",
        "ledger:submit", "attendance:read", "attendance:write",
        "teams:write", "teams:delete", "projects:write", "projects:delete", "standards:attest",
    }),
    Role.HELPER: frozenset({
        "stations:read", "activities:read", "attendance:read", "attendance:write",
    }),
    Role.OBSERVER: frozenset({
        "divisions:read", "population:read", "stations:read", "rules:read", "projects:read",
        "reports:read",
        "notices:read",  # what is published: policy.scopes
    }),
    Role.SUPERVISOR: frozenset({
        *_DESK_READ, *_DESK_EXPORT,
        "stations:write", "stations:import", "volunteers:find", "accounts:read", "checks:read",
        "merges:read", "merges:write", "merges:decide",
        # From the county up: services.places.population.
        "population:write", "population:delete", "population:import",
        "accounts:write",  # below the own place, and from the county up: services.accounts
        # Of a prefecture alone: WorkdayView, FigureView, services.standards.checklists.
        "workdays:write", "workdays:delete", "figures:write", "figures:delete",
        "standards:choose",
        "exemptions:write", "exemptions:export",  # from the county up: committee.exemptions
        "board:read", "board:export",
    }),
    Role.AUDITOR: frozenset({
        *_DESK_READ, "merges:read", "accounts:read", "audit:read", "audit:export", "checks:read",
        "board:read",
    }),
    # Never personal data: no persons, no entries, no papers.
    Role.ADMINISTRATOR: frozenset({
        "divisions:read", "divisions:write", "population:read", "population:write",
        "population:delete", "population:import", "population:export",
        "figures:read", "figures:write", "figures:delete",
        "workdays:read", "workdays:write", "workdays:delete", "stations:read", "stations:write",
        "stations:import", "stations:export", "stations:history", "accounts:read", "accounts:write",
        "audit:read", "checks:read", "backups:read", "backups:make",
        "doctor:read",
    }),
}  # fmt: skip

# An organizer's or helper's projects and activities are those that name the account as keeper.
OWN_ONLY = frozenset({Role.ORGANIZER, Role.HELPER})
