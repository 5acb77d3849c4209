"""PDF papers: kept as they are, so only those that hold nothing but pages.

They are looked through and not drawn anew; whoever opens one gets it as a download, which no
browser runs within our pages.
"""

from __future__ import annotations

import re
import zlib

from flask_babel import lazy_gettext as _

from models import DomainError

HEADER = b"%PDF-"
_TRAILER = b"%%EOF"
# What a paper that only shows pages never names.
ACTIVE = (
    b"/JavaScript", b"/EmbeddedFile", b"/Launch", b"/RichMedia", b"/ImportData", b"/SubmitForm",
    b"/XFA", b"/GoToE", b"/GoToR",
)  # fmt: skip
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT_STREAM = b"/ObjStm"
# How far before its bytes the particulars of a stream are told.
_PARTICULARS = 2048
# How much may come out of all streams of one paper, and is looked through at once.
MOST_UNPACKED = 100 * 1024 * 1024
_PIECE = 256 * 1024
_LONGEST = max(map(len, ACTIVE)) * 3


def is_paper(data: bytes) -> bool:
    """Tell whether the bytes begin as a PDF does."""
    return data.startswith(HEADER)


def require_harmless(data: bytes, name: str) -> None:
    """Raise ``DomainError`` for a PDF that is cut off, locked, or more than pages."""
    body, mark, after = data.rpartition(_TRAILER)
    if not mark or after.strip(b"\r\n\t \x00"):
        raise DomainError(
            _("“%(name)s” is cut off, or something hangs behind it: print it as a PDF once more.",
              name=name)
        )  # fmt: skip
    if _names(body, (b"/Encrypt",)):
        raise DomainError(
            _("“%(name)s” is locked, so nobody can look into it: save it without a password.",
              name=name)
        )  # fmt: skip
    if _names(body, ACTIVE) or _unpacked_names(data, name):
        raise DomainError(
            _("“%(name)s” holds a program, a form or another file beside its pages: print it as a"
              " PDF once more, which leaves the pages alone.", name=name)
        )  # fmt: skip


def _names(part: bytes, names: tuple[bytes, ...]) -> bool:
    # A name may be written with any of its signs as #xx.
    plain = _plain(part)
    return any(one in part or one in plain for one in names)


def _plain(part: bytes) -> bytes:
    if b"#" not in part:
        return part
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _unpacked_names(data: bytes, name: str) -> bool:
    left = MOST_UNPACKED
    for found in _STREAM.finditer(data):
        told, size, is_whole = _look(data, found.end(), left)
        left -= size
        if told:
            return True
        before = _plain(data[max(0, found.start() - _PARTICULARS) : found.start()])
        is_of_objects = _OBJECT_STREAM in before.rpartition(b"endobj")[2]
        if left <= 0 or (is_of_objects and not is_whole):
            raise DomainError(
                _("“%(name)s” is packed so that it cannot be looked through: hand in its pages as"
                  " pictures.", name=name)
            )  # fmt: skip
    return False


def _look(data: bytes, at: int, most: int) -> tuple[bool, int, bool]:
    """Return whether a packed stream names what is active, its size, and whether all was seen."""
    unpacking, size, tail = zlib.decompressobj(), 0, b""
    packed = data[at : at + _PIECE]
    try:
        while packed and not unpacking.eof and size <= most:
            piece = unpacking.decompress(packed, _PIECE)
            size += len(piece)
            if _names(tail + piece, ACTIVE):
                return True, size, True
            tail = (tail + piece)[-_LONGEST:]
            packed = unpacking.unconsumed_tail
            if not packed:
                at += _PIECE
                packed = data[at : at + _PIECE]
    except zlib.error:
        return False, size, False
    return False, size, unpacking.eof
