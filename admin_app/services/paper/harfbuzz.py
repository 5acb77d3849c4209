"""Subsetting of font files by HarfBuzz: a quarter of a second where fontTools takes forty."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterable
from pathlib import Path

_POINTER = ctypes.c_void_p
_NUMBER = ctypes.c_uint
_SIGNATURES: dict[str, tuple[type | None, list[type]]] = {
    "hb_blob_create_from_file": (_POINTER, [ctypes.c_char_p]),
    "hb_blob_get_data": (_POINTER, [_POINTER, _POINTER]),
    "hb_blob_destroy": (None, [_POINTER]),
    "hb_face_create": (_POINTER, [_POINTER, _NUMBER]),
    "hb_face_reference_blob": (_POINTER, [_POINTER]),
    "hb_face_destroy": (None, [_POINTER]),
    "hb_set_add": (None, [_POINTER, _NUMBER]),
    "hb_subset_input_create_or_fail": (_POINTER, []),
    "hb_subset_input_unicode_set": (_POINTER, [_POINTER]),
    "hb_set_clear": (None, [_POINTER]),
    "hb_subset_input_set": (_POINTER, [_POINTER, _NUMBER]),
    "hb_subset_input_set_flags": (None, [_POINTER, _NUMBER]),
    "hb_subset_input_destroy": (None, [_POINTER]),
    "hb_subset_or_fail": (_POINTER, [_POINTER, _POINTER]),
}
# Hints serve screens, and the routines that glyphs share would be undone for every paper again.
_WITHOUT_HINTS_AND_ROUTINES = 0x1 | 0x4
# Vertical and half-width forms, reached by layout features only, would nearly double the file.
_LAYOUT_FEATURES = 6
_KERN = int.from_bytes(b"kern", "big")


class SubsetFailed(RuntimeError):
    """HarfBuzz is missing or could not read the font."""


def subset(path: Path, face_index: int, codepoints: Iterable[int]) -> bytes:
    """Return the font file that holds just these characters of one face."""
    library = _library()
    source = library.hb_blob_create_from_file(str(path).encode())
    face = library.hb_face_create(source, face_index)
    wanted = library.hb_subset_input_create_or_fail()
    characters = library.hb_subset_input_unicode_set(wanted)
    for codepoint in codepoints:
        library.hb_set_add(characters, codepoint)
    features = library.hb_subset_input_set(wanted, _LAYOUT_FEATURES)
    library.hb_set_clear(features)
    library.hb_set_add(features, _KERN)
    library.hb_subset_input_set_flags(wanted, _WITHOUT_HINTS_AND_ROUTINES)
    small = library.hb_subset_or_fail(face, wanted)
    library.hb_subset_input_destroy(wanted)
    library.hb_face_destroy(face)
    library.hb_blob_destroy(source)
    if not small:
        raise SubsetFailed(f"HarfBuzz could not subset {path}")
    blob = library.hb_face_reference_blob(small)
    length = ctypes.c_uint()
    content = ctypes.string_at(library.hb_blob_get_data(blob, ctypes.byref(length)), length.value)
    library.hb_blob_destroy(blob)
    library.hb_face_destroy(small)
    return content


def _library() -> ctypes.CDLL:
    # libharfbuzz-subset links libharfbuzz, so one handle reaches the functions of both.
    try:
        library = ctypes.CDLL("libharfbuzz-subset.so.0")
    except OSError as error:
        raise SubsetFailed("libharfbuzz-subset0 is not installed") from error
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
