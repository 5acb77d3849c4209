"""The office's keys: made at first use, kept in the instance folder for its owner alone."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from models import Keyring

KEY_BYTES = 32
FILE = "keys.json"


def load(instance: Path) -> tuple[Keyring, str]:
    """Return the keyring and the secret that signs sessions; make both at first use.

    Raises ``ValueError`` when the file is damaged: new keys would leave the data unreadable.
    """
    path = instance / FILE
    if not path.exists():
        _make(path)
    try:
        kept = json.loads(path.read_text("ascii"))
        ring = Keyring(
            sealing={int(k): bytes.fromhex(v) for k, v in kept["sealing"].items()},
            current=kept["current"],
            hashing=bytes.fromhex(kept["hashing"]),
            trail=bytes.fromhex(kept["trail"]),
        )
        return ring, str(kept["session"])
    except (KeyError, ValueError) as exc:
        raise ValueError(f"{path} is damaged: restore it from the backup") from exc


def exist(instance: Path) -> bool:
    """Tell whether this folder has its keys already."""
    return (instance / FILE).exists()


def take_back(instance: Path) -> None:
    """Remove keys that were made a moment ago, for data that they do not open."""
    (instance / FILE).unlink(missing_ok=True)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = {
        "sealing": {"1": secrets.token_hex(KEY_BYTES)},
        "current": 1,
        "hashing": secrets.token_hex(KEY_BYTES),
        "trail": secrets.token_hex(KEY_BYTES),
        "session": secrets.token_hex(KEY_BYTES),
    }
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link never overwrites: of two processes that start at once, one set of keys wins.
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()
