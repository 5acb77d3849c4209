"""What a person reads and fills in on a page."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

from python_calamine import CalamineWorkbook


class Page(HTMLParser):
    """The visible words of a page and what its forms would send as they stand."""

    UNSEEN = frozenset({"script", "style", "head"})
    EMPTY = frozenset({"input", "link", "meta", "br", "img", "hr", "use", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fields: dict[str, str] = {}
        self.lookups: dict[str, str] = {}
        self._unseen = 0
        self._select = self._area = ""
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._unseen += tag in self.UNSEEN
        for spoken in ("aria-label", "placeholder", "title", "alt", "data-confirm"):
            if given.get(spoken) and not self._unseen:
                self.words.append(given[spoken])
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in ("checkbox", "submit"):
            self.fields[name] = given.get("value") or ""
        elif tag == "input" and given.get("type") == "checkbox" and "checked" in given:
            self.fields[name] = given.get("value") or "y"
        elif tag == "select":
            self._select = name
            self.fields.setdefault(name, "")
            if given.get("data-lookup"):
                self.lookups[name] = given["data-lookup"]
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""

    def handle_endtag(self, tag):
        self._unseen -= tag in self.UNSEEN
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data):
        if self._area:
            self.fields[self._area] += data
        elif not self._unseen:
            self.words.append(data)


def listed(html: str) -> set[int]:
    """Return the keys of the rows that a list links to."""
    return {int(key) for key in re.findall(r"\bdetails/\?id=(\d+)", html)}


def table(answer) -> list[list[str]]:
    """Return the rows of a downloaded CSV or workbook, headings included."""
    if answer.mimetype == "text/csv":
        assert answer.content_type == "text/csv; charset=utf-8"
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]
