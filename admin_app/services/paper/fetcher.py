"""What a paper may fetch: our own files by name, and images inside the page itself."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# SVG is left out: it can be made to take hours, and an office's seal is a picture.
_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,", re.ASCII)


class ForbiddenAddress(FatalURLFetchingError):  # type: ignore[misc]
    """A page asked for something outside itself; the paper is not made."""


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Serves `asset:` names from given files and inline images; refuses all else."""

    def __init__(self, assets: Mapping[str, Path]):
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self._assets = dict(assets)

    def fetch(self, url: str, headers: Any = None) -> Any:
        """Return what the address names, or end the rendering."""
        if _IMAGE.match(url):
            return super().fetch(url, headers)
        path = self._assets.get(url.removeprefix("asset:")) if url.startswith("asset:") else None
        if path is None:
            raise ForbiddenAddress(f"Paper may not fetch {url[:60]}")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
