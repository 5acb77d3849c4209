"""One paper, laid out: a template and plain values become PDF bytes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from PIL import Image
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from admin_app.services import charts
from admin_app.services.paper import codes, fonts, formats
from admin_app.services.paper.fetcher import ClosedFetcher

TEMPLATES = Path(__file__).parents[3] / "templates" / "print"
_SEAL = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+=*", re.ASCII)
_MAX_SEAL_PIXELS = 4_000_000


class Missing(Exception):
    """Some characters have no glyph."""

    def __init__(self, characters: list[str]):
        super().__init__("".join(characters))
        self.characters = characters


class Bad(Exception):
    """The page cannot be laid out as it should be."""


class Layout:
    """Everything that is read once and then used for each paper of this process."""

    def __init__(self, folder: Path = TEMPLATES):
        fonts.require()
        Image.MAX_IMAGE_PIXELS = _MAX_SEAL_PIXELS
        self._fetcher = ClosedFetcher({path.name: path for path in folder.glob("*.css")})
        self._fonts = FontConfiguration()
        self._complaints = _Complaints()
        logger = logging.getLogger("weasyprint")
        logger.handlers = [self._complaints]
        self._sheets: dict[str, CSS] = {}
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            day=formats.day,
            formal_day=formats.formal_day,
            month=formats.month,
            duration=formats.duration,
            figure=formats.figure,
            qr_image=codes.qr_image,
            in_kai=lambda name: fonts.family_of_name(name) == fonts.KAI,
        )
        self._templates.globals.update(bars=charts.bars, columns=charts.columns)

    def make(self, template: str, values: Mapping[str, Any], *, sample: bool) -> tuple[bytes, int]:
        """Return the PDF and its number of pages; raise rather than print something wrong."""
        self._check(values)
        name = str(values.get("name", ""))
        kai = fonts.family_of_name(name) == fonts.KAI
        page = self._templates.get_template(f"{template}.html")
        text = page.render({**values, "sample": sample, "name_in_kai": kai})
        return self._printed(text, self._sheet(template))

    def _check(self, values: Mapping[str, Any]) -> None:
        texts = dict(_texts("", values))
        if characters := fonts.missing("".join(t for key, t in texts.items() if key != ".seal")):
            raise Missing(characters)
        if (seal := texts.get(".seal")) and not _SEAL.fullmatch(seal):
            raise Bad("The image of the seal is not a PNG data URI")

    def _sheet(self, template: str) -> CSS:
        if template not in self._sheets:
            # Without its own fetcher a sheet would use one that opens any address.
            self._sheets[template] = CSS(
                string=f'@import url("asset:{template}.css");',
                url_fetcher=self._fetcher,
                font_config=self._fonts,
            )
        return self._sheets[template]

    def _printed(self, text: str, sheet: CSS) -> tuple[bytes, int]:
        self._complaints.heard.clear()
        html = HTML(string=text, base_url="asset:", url_fetcher=self._fetcher)
        document = html.render(font_config=self._fonts, stylesheets=[sheet])
        pdf = document.write_pdf(pdf_variant="pdf/a-3u")
        used = {font.family for font in document.fonts.values()}
        if any(font.missing for font in document.fonts.values()) or used - set(fonts.FAMILIES):
            self._complaints.heard.append(f"fonts: {sorted(used)}")
        if self._complaints.heard:
            raise Bad("; ".join(self._complaints.heard))
        return pdf, len(document.pages)


class _Complaints(logging.Handler):
    """Keeps what WeasyPrint only warns of: on paper a warning is a fault someone will find."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage()[:200])


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts(f"{key}.{name}", item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(f"{key}.{number}", item)
