"""The office's keys: made at first use, kept in the instance folder for its owner alone.

One short secret, the recovery code, opens backups and the keys that lie sealed in them. It is
printed once and kept in a safe: with it and a backup an office comes back on another machine.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models import Keyring

KEY_BYTES = 32
NONCE_BYTES = 12
RECOVERY_BYTES = 20
FILE = "keys.json"
# The same keys, sealed under the recovery code: no use without it.
SEALED_FILE = "keys.sealed"
# No letter that is read as another.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_SIGNS = 4
GROUP = 4

Kept = dict[str, Any]


def load(instance: Path) -> tuple[Keyring, str]:
    """Return the keyring and the secret that signs sessions; make both at first use.

    Raises ``ValueError`` when the file is damaged: new keys would leave the data unreadable.
    """
    if not exist(instance):
        _make(instance / FILE)
    kept = read(instance)
    return ring(kept), str(kept["session"])


def made_up() -> tuple[Keyring, str]:
    """Return keys of no office, for a command that mends one whose keys are gone."""
    kept = _fresh()
    return ring(kept), str(kept["session"])


def read(instance: Path) -> Kept:
    """Return what the file holds; raises ``ValueError`` when it is damaged."""
    path = instance / FILE
    try:
        kept = json.loads(path.read_text("ascii"))
        ring(kept)
        str(kept["session"])
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise ValueError(
            f"{path} is damaged: restore it with `flask keys restore`, or from the backup"
        ) from exc
    return dict(kept)


def ring(kept: Mapping[str, Any]) -> Keyring:
    """Return the keyring that a file of keys makes."""
    return Keyring(
        sealing={int(k): bytes.fromhex(v) for k, v in kept["sealing"].items()},
        current=kept["current"],
        hashing=bytes.fromhex(kept["hashing"]),
        trail=bytes.fromhex(kept["trail"]),
        older_trails=tuple(
            (last, bytes.fromhex(key)) for last, key in kept.get("older_trails", [])
        ),
    )


def exist(instance: Path) -> bool:
    """Tell whether this folder has its keys already."""
    return (instance / FILE).exists()


def is_rotating(instance: Path) -> bool:
    """Tell whether new keys were made and not all data is sealed with them yet."""
    return exist(instance) and "rotating" in read(instance)


def take_back(instance: Path) -> None:
    """Remove keys that were made a moment ago, for data that they do not open."""
    (instance / FILE).unlink(missing_ok=True)


def write(path: Path, kept: Mapping[str, Any]) -> None:
    """Put keys in their place wholly or not at all, readable by their owner alone."""
    partial = _partial(path, kept)
    partial.replace(path)


def recovery(kept: Mapping[str, Any]) -> bytes:
    """Return the secret behind the recovery code."""
    if "recovery" in kept:
        return bytes.fromhex(kept["recovery"])
    # Keys made before there was a code: always the same one follows from the first of them.
    return derived(bytes.fromhex(kept["sealing"]["1"]), b"", "recovery")[:RECOVERY_BYTES]


def code(secret: bytes) -> str:
    """Return a secret as the groups of signs that a person types, with signs that check it."""
    signs = _signs(secret) + _check(secret)
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def secret_of(typed: str) -> bytes:
    """Return the secret behind a typed code; raises ``ValueError`` for a slip of the pen."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    signs = signs.translate(str.maketrans("OIL", "011"))
    number = 0
    for sign in signs[:-CHECK_SIGNS]:
        number = number * len(ALPHABET) + ALPHABET.index(sign)  # a foreign sign is a ValueError
    if len(signs) != len(_signs(bytes(RECOVERY_BYTES))) + CHECK_SIGNS:
        raise ValueError("the code has another length")
    secret = number.to_bytes(RECOVERY_BYTES, "big")
    if signs[-CHECK_SIGNS:] != _check(secret):
        raise ValueError("the code does not check")
    return secret


def derived(secret: bytes, salt: bytes, purpose: str) -> bytes:
    """Return the key that a secret gives for one purpose."""
    made = HKDF(SHA256(), KEY_BYTES, salt, f"station-office {purpose}".encode())
    return made.derive(secret)


def sealed(kept: Mapping[str, Any]) -> bytes:
    """Return the keys sealed under their recovery code."""
    salt, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    plain = json.dumps({**kept, "recovery": recovery(kept).hex()}).encode()
    key = derived(recovery(kept), salt, "keys")
    return salt + nonce + AESGCM(key).encrypt(nonce, plain, b"station-office keys")


def write_sealed(instance: Path, kept: Mapping[str, Any]) -> None:
    """Keep a sealed copy beside the keys: with the code it brings them back."""
    partial = instance / f"{SEALED_FILE}.tmp"
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed(kept))
        file.flush()
        os.fsync(file.fileno())
    partial.replace(instance / SEALED_FILE)


def opened(blob: bytes, secret: bytes) -> Kept:
    """Return keys that were sealed; raises ``ValueError`` under another code."""
    salt, rest = blob[:KEY_BYTES], blob[KEY_BYTES:]
    key = derived(secret, salt, "keys")
    try:
        plain = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], b"station-office keys")
    except InvalidTag as exc:
        raise ValueError("these keys were sealed under another code") from exc
    return dict(json.loads(plain))


def _signs(secret: bytes) -> str:
    number, signs = int.from_bytes(secret, "big"), ""
    for _ in range(-(-len(secret) * 8 // 5)):
        number, digit = divmod(number, len(ALPHABET))
        signs = ALPHABET[digit] + signs
    return signs


def _check(secret: bytes) -> str:
    return _signs(sha256(b"station-office code" + secret).digest()[:RECOVERY_BYTES])[:CHECK_SIGNS]


def _fresh() -> Kept:
    return {
        "sealing": {"1": secrets.token_hex(KEY_BYTES)},
        "current": 1,
        "hashing": secrets.token_hex(KEY_BYTES),
        "trail": secrets.token_hex(KEY_BYTES),
        "session": secrets.token_hex(KEY_BYTES),
        "recovery": secrets.token_hex(RECOVERY_BYTES),
    }


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = _partial(path, _fresh())
    try:
        # A link never overwrites: of two processes that start at once, one set of keys wins.
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _partial(path: Path, kept: Mapping[str, Any]) -> Path:
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(kept, file)
        file.flush()
        os.fsync(file.fileno())
    return partial
