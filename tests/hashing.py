"""Passwords that cost next to nothing to check, for all tests but those that ask what they cost."""

from __future__ import annotations

from argon2 import PasswordHasher

from admin_app.services.accounts import passwords

_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP = {"_hasher": _CHEAP, "_DECOY": _CHEAP.hash("nobody's")}
DEAR = {name: getattr(passwords, name) for name in CHEAP}


def hash_with(patch, chosen):
    """Let the office hash as chosen from now on."""
    for name, value in chosen.items():
        patch.setattr(passwords, name, value)
