"""What is handed in: judged by its content and never by its name; no database is touched."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO

from flask import current_app
from flask_babel import lazy_gettext as _

from admin_app.config import Settings
from admin_app.services import clear_text
from models import DomainError, MediaType

from . import papers, pictures

MB = 1024 * 1024
NAME_LENGTH = 100
# What a file name may not hold on any system, and what turns the direction of reading around.
_UNFIT = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]'
)


@dataclass(frozen=True)
class Reading:
    """A file that may be kept: its bytes as they will be kept, and what is known of them."""

    media: MediaType
    data: bytes = field(repr=False)
    file_name: str
    width: int | None = None
    height: int | None = None
    preview: bytes | None = field(default=None, repr=False)

    @property
    def sha256(self) -> str:
        """Return the digest of the bytes that are kept."""
        return sha256(self.data).hexdigest()


def most_bytes() -> int:
    """Return how large a file may be, by the office's settings."""
    settings: Settings = current_app.extensions["station_settings"]
    return min(settings.evidence_mb, settings.max_upload_mb) * MB


def read(stream: IO[bytes], file_name: str) -> Reading:
    """Look at a file that is handed in; no more of it is read than an office keeps.

    Raises ``DomainError``, which says what is wrong with the file and what to do.
    """
    most = most_bytes()
    data = stream.read(most + 1)
    name = clean_name(file_name)
    if not data:
        raise DomainError(_("The file is empty: choose a picture or a PDF."))
    if len(data) > most:
        raise DomainError(
            _("“%(name)s” is larger than %(most)s MB: take the picture again in a smaller size, or"
              " hand in the pages one by one.", name=name, most=most // MB)
        )  # fmt: skip
    if papers.is_paper(data):
        papers.require_harmless(data, name)
        return Reading(MediaType.PDF, data, name)
    picture = pictures.redrawn(data, name)
    return Reading(
        MediaType.JPEG, picture.data, name, picture.width, picture.height, picture.preview
    )


def clean_name(file_name: str) -> str:
    """Return the last part of a file's name without what could mislead a system or a reader."""
    last = re.split(r"[/\\]", file_name)[-1]
    words = clear_text.masked(_UNFIT.sub("", unicodedata.normalize("NFC", last))).strip(" .")
    stem, dot, kind = words.rpartition(".")
    if not dot or len(kind) >= NAME_LENGTH:
        return words[:NAME_LENGTH] or str(_("without a name"))
    return f"{stem[: NAME_LENGTH - len(kind) - 1]}.{kind}"
