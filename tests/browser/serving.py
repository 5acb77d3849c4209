"""The office served to a real Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import WSGIRequestHandler, make_server


class Silent(WSGIRequestHandler):
    """Serves without a line for each request; what breaks is still told."""

    protocol_version = "HTTP/1.1"  # a page asks for a dozen files: on few connections

    def log_request(self, *_arguments):
        pass


@contextmanager
def served(app) -> Iterator[str]:
    """Serve an office and yield its address."""
    server = make_server("127.0.0.1", 0, _lasting(app), threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _lasting(app):
    """Let a browser keep styles and scripts, which do not change under a test."""

    def answer(environ, start):
        def begin(status, headers, *rest):
            kept = [pair for pair in headers if pair[0] != "Cache-Control"]
            return start(status, [*kept, ("Cache-Control", "max-age=3600")], *rest)

        is_file = environ["PATH_INFO"].startswith("/static/")
        return app(environ, begin if is_file else start)

    return answer


def launched(playwright):
    """Return the machine's own Chromium, started."""
    # Chromium refuses its sandbox to root, as in a container.
    options = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
