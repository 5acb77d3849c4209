"""Personal data at rest: sealed with AES-GCM, found again through a keyed hash."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12


@dataclass(frozen=True)
class Keyring:
    """The office's keys: one seals, every older one still opens, one hashes.

    A sealed value begins with the number of its key, so keys can change without a rewrite.
    """

    sealing: Mapping[int, bytes]
    current: int
    hashing: bytes
    trail: bytes
    # Links of the trail up to a number that were forged with an older key, the oldest first.
    older_trails: tuple[tuple[int, bytes], ...] = ()

    def trail_of(self, link: int) -> bytes:
        """Return the key that a link of the trail is forged with."""
        return next((key for last, key in self.older_trails if link <= last), self.trail)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return the bytes sealed for one context, such as ``persons.id_number``."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.sealing[self.current]).encrypt(nonce, plain, context.encode())
        return bytes([self.current]) + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed; bytes moved from another context do not open."""
        key, nonce = self.sealing[sealed[0]], sealed[1 : 1 + NONCE_BYTES]
        return AESGCM(key).decrypt(nonce, sealed[1 + NONCE_BYTES :], context.encode())

    def blind(self, plain: str, context: str) -> str:
        """Return the keyed hash under which an exact value is found, as 64 hex digits."""
        return hmac.new(self.hashing, f"{context}\0{plain}".encode(), sha256).hexdigest()


def keyring() -> Keyring:
    """Return the keys of the running office."""
    keys = current_app.extensions["station_keyring"]
    assert isinstance(keys, Keyring)  # noqa: S101  # narrows the untyped extension registry
    return keys


class Sealed(TypeDecorator[bytes]):
    """A column of bytes that only this office can read."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        """Seal on the way in."""
        return None if value is None else keyring().seal(value, self.context)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        """Open on the way out."""
        return None if value is None else keyring().open(bytes(value), self.context)


class SealedText(TypeDecorator[str]):
    """A column of text that only this office can read."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Seal on the way in."""
        return None if value is None else keyring().seal(value.encode(), self.context)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else keyring().open(bytes(value), self.context).decode()
