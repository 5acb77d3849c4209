"""Who may do what, to which rows. Nothing outside this package decides either."""

from .access import NOBODY, Access, Held, Place, access_of, roles_of
from .context import ScopeMissing, acting_as, actor_id, declared, enter, unscoped
from .grants import GRANTS
from .scopes import SCOPES, appointed_at, unscoped_models
from .session import visible

__all__ = [
    "GRANTS",
    "NOBODY",
    "SCOPES",
    "Access",
    "Held",
    "Place",
    "ScopeMissing",
    "access_of",
    "acting_as",
    "actor_id",
    "appointed_at",
    "declared",
    "enter",
    "roles_of",
    "unscoped",
    "unscoped_models",
    "visible",
]
