"""Small secrets beside the database, readable by the office's own user alone."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Put a file in its place wholly or not at all, over an older one."""
    partial = _partial(path, text)
    partial.replace(path)


def write_once(path: Path, text: str) -> str:
    """Write a file unless it is there; return what it holds, whoever wrote it."""
    partial = _partial(path, text)
    try:
        os.link(partial, path)  # never overwrites: of two processes at once one wins
    except FileExistsError:
        pass
    finally:
        partial.unlink()
    return path.read_text("utf-8")


def _partial(path: Path, text: str) -> Path:
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return partial
