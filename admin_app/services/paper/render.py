"""Rendering of paper: `render("certificate", values)` gives PDF bytes that can be stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from admin_app.services.paper.press import Busy, Press
from admin_app.services.paper.process import WorkerGone
from models.errors import DomainError

MAX_TEXT = 200
MAX_ROWS = 2000
_MAX_SEAL = 2_000_000
_TEMPLATE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class Paper:
    """A finished paper, to be stored as it is."""

    pdf: bytes
    sha256: str
    pages: int


class PaperFailed(RuntimeError):
    """The paper could not be made: a defect, a missing part, or a machine too slow."""


class MissingGlyph(DomainError):
    """Some characters are in none of the office's fonts."""

    def __init__(self, characters: Sequence[str]):
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in characters)
        super().__init__(
            _(
                "These characters cannot be printed: %(characters)s. Type them again with an "
                "input method of today; a name taken over from an old system may hold a private "
                "code in place of the real character.",
                characters=named,
            )
        )
        self.characters = tuple(characters)


_press = Press()


def configure(*, workers: int = 1, seconds: float = 90) -> None:
    """Say how many papers may be made at once and how long one may take."""
    global _press  # noqa: PLW0603 - one press a process, as there is one database engine
    _press.close()
    _press = Press(size=workers, seconds=seconds)


def render(
    template: str, values: Mapping[str, Any], *, sample: bool = False, press: Press | None = None
) -> Paper:
    """Print a template of `templates/print/` with plain values."""
    if not _TEMPLATE.fullmatch(template):
        raise PaperFailed("No such template")
    _refuse_absurd(values)
    job = {"template": template, "values": values, "sample": sample}
    try:
        answer, pdf = (press or _press).print(job)
    except Busy as error:
        raise PaperFailed("Every paper worker is busy") from error
    except WorkerGone as error:
        raise PaperFailed("The paper worker took too long or ended without an answer") from error
    if "missing" in answer:
        raise MissingGlyph(answer["missing"])
    if reason := answer.get("failed") or answer.get("broken"):
        raise PaperFailed(reason)
    return Paper(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=answer["pages"])


def _refuse_absurd(value: Any, name: str = "values") -> None:
    if isinstance(value, str):
        if len(value) > (_MAX_SEAL if name == "seal" else MAX_TEXT):
            raise PaperFailed(f"The text of {name} is too long for paper")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_absurd(item, key)
    elif isinstance(value, Sequence):
        if len(value) > MAX_ROWS:
            raise PaperFailed(f"There are more than {MAX_ROWS} rows in {name}")
        for item in value:
            _refuse_absurd(item, name)
    elif not isinstance(value, (int, float, bool, type(None))):
        raise PaperFailed(f"{name} is not a plain value")
