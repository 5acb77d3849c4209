"""What a page may reach, were markup ever to get into it."""

from __future__ import annotations

import http.server
import threading

import pytest
from weasyprint import CSS, HTML

from admin_app.services.paper.fetcher import ClosedFetcher, ForbiddenAddress

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
    "DwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def asked():
    heard: list[str] = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)
            self.send_error(404)

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", heard
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{}">',
        '<link rel="attachment" href="{}">',
        '<a rel="attachment" href="{}">x</a>',
        '<link rel="stylesheet" href="{}">',
        '<p style="background: url({})">x</p>',
        "<style>@import url({});</style>",
        "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style><p>x",
        '<object data="{}"></object>',
    ],
)
@pytest.mark.parametrize("target", ["file:///etc/passwd", "asset:../../wsgi.py", None])
def test_nothing_outside_is_reached(asked, markup, target):
    address, heard = asked
    with pytest.raises(ForbiddenAddress):
        HTML(
            string=markup.format(target or address),
            base_url="asset:",
            url_fetcher=ClosedFetcher({}),
        ).write_pdf()
    assert heard == []


def test_an_image_inside_a_drawing_reaches_nothing(asked, caplog):
    address, heard = asked
    drawing = f'<svg><image href="{address}" width="9" height="9"/></svg>'
    HTML(string=drawing, base_url="asset:", url_fetcher=ClosedFetcher({})).write_pdf()
    assert heard == []
    # WeasyPrint only logs it; the layout takes any such complaint for a failure.
    assert "Failed to render" in caplog.text


def test_a_style_sheet_reaches_nothing_either():
    with pytest.raises(ForbiddenAddress):
        CSS(string="@import url(file:///etc/passwd);", url_fetcher=ClosedFetcher({}))


def test_our_own_files_and_inline_pictures_are_served(tmp_path):
    sheet = tmp_path / "page.css"
    sheet.write_text("p { color: red }")
    fetcher = ClosedFetcher({"page.css": sheet})
    assert fetcher.fetch("asset:page.css").read() == b"p { color: red }"
    assert fetcher.fetch(PIXEL).read().startswith(b"\x89PNG")
    with pytest.raises(ForbiddenAddress):
        fetcher.fetch("data:image/svg+xml,<svg/>")
