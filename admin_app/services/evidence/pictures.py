"""Pictures, drawn anew: what reaches a reader is our own JPEG, without a word of the file's own.

EXIF, with its place and device, comments, profiles and whatever hangs behind the picture stay
behind. The size is judged before anything is decoded, for a small file can hold a vast picture.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from flask_babel import lazy_gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from models import DomainError

FORMATS = ("JPEG", "PNG", "WEBP")
LONG_SIDE = 2400
PREVIEW_SIDE = 480
QUALITY, PREVIEW_QUALITY = 85, 75
# A JPEG is decoded at a fraction of its size where it is large, the others only in full.
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
# What Pillow's readers raise at damaged or hostile bytes.
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
# A large picture takes some hundred megabytes while it is drawn: one at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept, with a small one for the page."""

    data: bytes
    preview: bytes
    width: int
    height: int


def redrawn(data: bytes, name: str) -> Picture:
    """Return a picture drawn anew, upright and no longer than ``LONG_SIDE``."""
    with _one_at_a_time, _strictly():
        try:
            # Pillow warns of a vast picture while it opens it; we refuse far smaller ones.
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                _require_drawable(picture, name)
                picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
                picture.load()
                return _drawn(picture)
        except UnidentifiedImageError:
            raise DomainError(
                _("“%(name)s” is no JPEG, PNG or WebP picture and no PDF, whatever its name says:"
                  " take a picture of it, or print it as a PDF.", name=name)
            ) from None  # fmt: skip
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_vast(name) from None
        except _DAMAGED:
            raise DomainError(
                _("“%(name)s” is damaged and cannot be drawn: take the picture again, or copy it"
                  " from the camera once more.", name=name)
            ) from None  # fmt: skip


@contextmanager
def _strictly() -> Iterator[None]:
    """Let Pillow refuse half a picture: WeasyPrint, once imported, tells it to draw any."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _require_drawable(picture: Image.Image, name: str) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS[str(picture.format)]:
        raise _too_vast(name)


def _too_vast(name: str) -> DomainError:
    return DomainError(
        _("“%(name)s” has too many pixels: choose a smaller size in the camera and take it again.",
          name=name)
    )  # fmt: skip


def _drawn(picture: Image.Image) -> Picture:
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    upright = ImageOps.exif_transpose(picture)
    # A fresh sheet takes the picture over and nothing that was written beside it.
    sheet = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        sheet.paste(layer, mask=layer.getchannel("A"))
    else:
        sheet.paste(upright.convert("RGB"))
    small = sheet.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return Picture(_written(sheet, QUALITY), _written(small, PREVIEW_QUALITY), *sheet.size)


def _written(sheet: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    sheet.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
