"""Evidence (证据材料): looking at what is handed in, keeping it sealed, handing it out."""

from .keeping import MOST_FILES, change, content, destroy, keep, of, preview, put, remove
from .reading import Reading, most_bytes, read

__all__ = [
    "MOST_FILES",
    "Reading",
    "change",
    "content",
    "destroy",
    "keep",
    "most_bytes",
    "of",
    "preview",
    "put",
    "read",
    "remove",
]
