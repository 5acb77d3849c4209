"""The file of a backup: an archive sealed piece by piece, so that none of it is ever in clear.

Each piece is bound to its place, to the file's head and to being the last or not: a file that was
cut, mixed or changed does not open. The key follows from the office's recovery code.
"""

from __future__ import annotations

import io
import json
import os
from hashlib import sha256
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask_babel import lazy_gettext as _

from admin_app import keys
from models import DomainError

MAGIC = b"STATION-OFFICE-BACKUP 1\n"
PIECE = 1 << 20
TAG_BYTES = 16
SALT_BYTES = 32
MOST_HEAD = 1 << 20
NUMBER_BYTES = 11

DAMAGED = _("The backup is damaged or not whole: take another one. Nothing was changed.")


class WrongKey(DomainError):
    """The backup was sealed under another recovery code."""


class Writer(io.RawIOBase):
    """Seals what is written to it; ``finish`` makes the file whole."""

    def __init__(self, file: IO[bytes], head: dict[str, Any], secret: bytes) -> None:
        super().__init__()
        salt = os.urandom(SALT_BYTES)
        words = {**head, "salt": salt.hex(), "mark": mark(secret, salt)}
        told = json.dumps(words, ensure_ascii=False).encode()
        start = MAGIC + len(told).to_bytes(4, "big") + told
        self._file, self._bound = file, sha256(start).digest()
        self._cipher = AESGCM(keys.derived(secret, salt, "backup"))
        self._waiting, self._number = bytearray(), 0
        self._hash = sha256()
        self.size = 0
        self._put(start)

    @property
    def sha256(self) -> str:
        """Return the hash of the whole file, once it is finished."""
        return self._hash.hexdigest()

    def writable(self) -> bool:
        """Say that it takes bytes."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes, and seal them when a piece is full."""
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is sealed as such, so one is kept back
            self._seal(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Seal what is left, as the last piece."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._put(self._cipher.encrypt(nonce, plain, self._bound))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)


class Reader(io.RawIOBase):
    """Opens a backup; every byte that it gives was sealed by whoever knows the code."""

    def __init__(self, file: IO[bytes], secret: bytes) -> None:
        super().__init__()
        self.head, start = _head(file)
        salt = bytes.fromhex(self.head["salt"])
        if self.head["mark"] != mark(secret, salt):
            raise WrongKey(_("This backup opens with another recovery code. Nothing was changed."))
        self._file, self._bound = file, sha256(start).digest()
        self._cipher = AESGCM(keys.derived(secret, salt, "backup"))
        self._next = file.read(PIECE + TAG_BYTES)
        self._number, self._ready, self._is_over = 0, b"", False

    def readable(self) -> bool:
        """Say that it gives bytes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give the bytes that come next."""
        if not self._ready and not self._is_over:
            self._open_one()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def drain(self) -> None:
        """Read to the end; a file that has none is refused."""
        while not self._is_over:
            self._open_one()

    def _open_one(self) -> None:
        piece, self._next = self._next, self._file.read(PIECE + TAG_BYTES)
        self._is_over = not self._next
        try:
            self._ready = self._cipher.decrypt(
                _nonce(self._number, is_last=self._is_over), piece, self._bound
            )
        except (InvalidTag, ValueError) as broken:
            raise DomainError(DAMAGED) from broken
        self._number += 1


def head(file: IO[bytes]) -> dict[str, Any]:
    """Return what a backup says of itself in clear: when, of which engine, and its sealed keys."""
    return _head(file)[0]


def mark(secret: bytes, salt: bytes) -> str:
    """Return the sign by which a backup knows its code, without telling it."""
    return keys.derived(secret, salt, "mark").hex()[:16]


def _head(file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    magic = file.read(len(MAGIC))
    if magic != MAGIC:
        raise DomainError(_("This file is no backup of an office."))
    length = file.read(4)
    size = int.from_bytes(length, "big")
    told = file.read(min(size, MOST_HEAD))
    try:
        words = json.loads(told)
        bytes.fromhex(words["salt"])
        str(words["mark"])
    except (KeyError, TypeError, ValueError) as broken:
        raise DomainError(DAMAGED) from broken
    return dict(words), magic + length + told


def _nonce(number: int, *, is_last: bool) -> bytes:
    # Each file has a key of its own, so counting never repeats.
    return number.to_bytes(NUMBER_BYTES, "big") + bytes([is_last])
