"""Two prefectures' invented sheets, and what must come of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

SHEETS = Path(__file__).parents[2] / "data" / "sheets"
EXPECTED = json.loads((SHEETS / "expected.json").read_text("utf-8"))
AS_OF = date.fromisoformat(EXPECTED["as_of"])
PREFECTURES = ("zhanjiang", "diqing")


def sheet(prefecture: str, name: str) -> bytes:
    """Return the bytes of one sheet as an office handed it in."""
    return (SHEETS / prefecture / name).read_bytes()
