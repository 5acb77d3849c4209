"""Which words of a page belong to another language, and are no data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Enum, String, select
from sqlalchemy.orm import aliased

from models import AuditEntry, Division, Model, db
from models.sealing import SealedText
from tests.services.exchange.books import PEOPLE as PEOPLE_TITLES

ABSENT = "无此一人"
# Formats, keys as they are printed on a keyboard, and the names of things that have no other.
LATIN = {
    "Alt", "CSV", "XLSX", "XLS", "csv", "xlsx", "xls", "PDF", "SHA", "Excel", "UTC", "QR",
    "Chromium", "TOTP", "Windows", "JPEG", "PNG", "WebP", "GB", "MB", "KB", "jpg", "SQLite",
}  # fmt: skip
# Commands, addresses and paths are said as they are typed.
TYPED = re.compile(r"flask( [a-z]+)+|chmod \d+|https?://\S+|(/[\w.-]+)+")
LATIN_WORD = re.compile(r"[A-Za-z0-9_.@-]*[A-Za-z]{2,}[A-Za-z0-9_.@-]*")
CHINESE_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]+")


def foreign(said: str, language: str, data: frozenset[str]) -> set[str]:
    """Return the words that a page in a language should not say."""
    if language == "en":
        return {run for run in CHINESE_RUN.findall(said) if run not in data}
    words = {word.strip("._-@") for word in LATIN_WORD.findall(TYPED.sub(" ", said))}
    return {word for word in words - LATIN - data if not re.search(r"\d", word)}


def data_words() -> frozenset[str]:
    """Return the words that are data: runs of Chinese and sign-in names that rows hold.

    What the trail holds is left out: it names tables and columns, which are no data.
    """
    found = {ABSENT, *PEOPLE_TITLES, *_full_names()}  # a sheet brings its own titles
    for mapper in Model.registry.mappers:
        if mapper.class_ is AuditEntry:
            continue
        for column in mapper.local_table.columns:
            is_text = isinstance(column.type, String) and not isinstance(column.type, Enum)
            if is_text and not isinstance(column.type, SealedText):
                values = db.session.execute(select(column).distinct()).scalars()
                for value in filter(None, values):
                    found.update(CHINESE_RUN.findall(str(value)))
                    if column.key == "login":
                        found.add(str(value))
    return frozenset(found)


def _full_names() -> Iterator[str]:
    """Yield the names of townships as reports give them: after their county's."""
    county = aliased(Division)
    told = select(county.name, Division.name).join(county, county.id == Division.county_id)
    return ("".join(names) for names in db.session.execute(told))
