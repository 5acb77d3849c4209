"""The whole of the looks of the office, as script/crawl --face takes it: each page in each look."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.browser import faces
from tests.browser.conftest import Silent, launched

STATES = ("empty", "filled")


@contextmanager
def jury(app) -> Iterator[faces.Jury]:
    """Serve the office to a jury."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = launched(playwright)
            try:
                yield faces.Jury(app, browser, f"http://127.0.0.1:{server.port}")
            finally:
                browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def whole(app, people, state, logins=None) -> Iterator[tuple[str | None, faces.Stop, faces.Look]]:
    """Yield everything there is to look at in an office that is empty, or filled."""
    if state == "filled":
        faces.furnish(app, people)
    looks = [faces.Look(*one) for one in product(faces.LANGUAGES, faces.THEMES, faces.SIZES)]
    for login in faces.ROLES:
        if not logins or login in logins:
            for stop in faces.stops(app, login and vars(people)[login]):
                for look in looks:
                    yield login, stop, look


def name(folder: Path, state, login, stop, look) -> Path:
    """Return the file of a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    words = re.sub(r"\W+", "-", f"{state} {login} {stop} {look}").strip("-")
    return folder / f"{words}.png"
