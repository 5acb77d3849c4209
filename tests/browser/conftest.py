"""The office served to a real Chromium, and visitors who note what their browser complains of."""

from __future__ import annotations

import os
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.visitor import Visitor


class Silent(WSGIRequestHandler):
    """Serves without a line for each request; what breaks is still told."""

    def log_request(self, *_arguments):
        pass


def launched(playwright):
    """Return the machine's own Chromium, started."""
    # Chromium refuses its sandbox to root, as in a container.
    options = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def address(app):
    """Where the office is served for the length of a test."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(app, address, chromium):
    """Return a visitor: ``visit(cast.chen, width=390)``; None is a guest at the door."""
    visitors = []

    def come(account=None, **wishes):
        visitors.append(Visitor(app, address, chromium, account, **wishes))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)
