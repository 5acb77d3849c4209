"""The fonts that paper is printed with, built once at set-up from packaged fonts.

WeasyPrint keys a font by family, weight and style, so each of them is exactly one file here; a
fallback has a family name of its own. Nothing else is visible to it: `fonts.conf` names this
folder alone, which keeps the bytes of a paper independent of what else a machine has installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from admin_app.services.paper import harfbuzz

FOLDER = Path(__file__).parents[2] / "static" / "fonts"
CONFIGURATION = FOLDER / "fonts.conf"
APT_PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-cjk",
    "fonts-lxgw-wenkai",
    "fonts-ddc-uchen",
)

SERIF, KAI = "Station Serif", "Station Kai"
SERIF_EXTRA, TIBETAN = "Station Serif Extra", "Station Tibetan"
FAMILIES = (SERIF, KAI, SERIF_EXTRA, TIBETAN)

REGULAR, BOLD = 400, 700

_CHARACTERS = Path(__file__).with_name("general_standard_characters.txt")
_STAMP = FOLDER / "stamp.json"
_BYTES_OF_AN_OUTLINE = 8  # fewer hold a width and an end, or a call to a shared routine
_WINDOWS = 3  # the platform whose names are in Unicode
_HANGUL = range(0xAC00, 0xD7B0)
_SEARCHED = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class FontsMissing(RuntimeError):
    """The fonts were not built, or what they are built from is not installed."""


@dataclass(frozen=True)
class Face:
    """One file to build: its family and weight, and the packaged face it comes from."""

    family: str
    weight: int
    source: str
    source_family: str
    part: str

    @property
    def path(self) -> Path:
        """Where the built file lies."""
        suffix = ".otf" if self.source.endswith(".ttc") else ".ttf"
        return FOLDER / f"{self.family.replace(' ', '')}-{self.weight}{suffix}"


# "common" is what nearly every paper needs; "rest" is the same typeface's other characters, kept
# apart because a larger font makes every paper slower, not only the one that needs it.
FACES = (
    Face(SERIF, REGULAR, "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", "common"),
    Face(SERIF, BOLD, "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", "common"),
    Face(SERIF_EXTRA, REGULAR, "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", "rest"),
    Face(KAI, REGULAR, "LXGWWenKai-Regular.ttf", "LXGW WenKai", "common"),
    Face(TIBETAN, REGULAR, "DDC_Uchen.ttf", "DDC Uchen", "tibetan"),
)


def build() -> bool:
    """Make the font files that are out of date; return whether anything was done."""
    sources = {face.source: _find(face.source) for face in FACES}
    recipe = _recipe(sources)
    done = False
    if not _is_current(recipe):
        FOLDER.mkdir(parents=True, exist_ok=True)
        _STAMP.unlink(missing_ok=True)
        for face in FACES:
            _replace(face.path, _made(face, sources[face.source]))
        _STAMP.write_text(json.dumps(recipe))
        done = True
    if not CONFIGURATION.exists() or CONFIGURATION.read_text() != _configuration():
        CONFIGURATION.write_text(_configuration())
        done = True
    if done:
        _fill_cache()
    return done


def require() -> None:
    """Raise FontsMissing unless the fonts have been built."""
    built = _STAMP.exists() and CONFIGURATION.exists()
    # A checkout that was moved or copied would look for its fonts where it no longer is.
    if not built or CONFIGURATION.read_text() != _configuration():
        raise FontsMissing("The fonts for paper are not built.")


@cache
def coverage(family: str) -> frozenset[int]:
    """Return the characters that a family can draw in regular weight."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - `--packages` runs before it is installed

    require()
    face = next(face for face in FACES if face.family == family and face.weight == REGULAR)
    with TTFont(face.path, lazy=True) as font:
        # The Tibetan font is whole and has private characters of its own, which mean nothing here.
        return frozenset(filter(_is_printable, font.getBestCmap()))


def missing(text: str) -> list[str]:
    """Return the characters of a text that no font of ours can draw, each once, in order."""
    return [
        character
        for character in dict.fromkeys(text)
        if character != "\n" and not any(ord(character) in coverage(name) for name in FAMILIES)
    ]


def family_of_name(name: str) -> str:
    """Return the one family that a person's name is set in: Kai if it has every character."""
    return KAI if all(ord(character) in coverage(KAI) for character in name) else SERIF


def _find(name: str) -> Path:
    for folder in _SEARCHED:
        if found := next(Path(folder).expanduser().rglob(name), None):
            return found
    raise FontsMissing(
        f"The font file {name} is not installed: apt-get install {' '.join(APT_PACKAGES)}"
    )


def _recipe(sources: dict[str, Path]) -> dict[str, Any]:
    files = {name: [path.stat().st_size, path.stat().st_mtime_ns] for name, path in sources.items()}
    recipe = (Path(__file__), Path(harfbuzz.__file__), _CHARACTERS)
    code = hashlib.sha256(b"".join(path.read_bytes() for path in recipe)).hexdigest()
    return {"files": files, "code": code}


def _is_current(recipe: dict[str, Any]) -> bool:
    if not _STAMP.exists() or not all(face.path.exists() for face in FACES):
        return False
    return bool(json.loads(_STAMP.read_text()) == recipe)


def _made(face: Face, source: Path) -> bytes:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above

    index = _face_index(source, face.source_family)
    if face.part == "tibetan":
        # Whole: a stack is drawn by substitution, which a subset by character would lose.
        content = source.read_bytes()
    else:
        with TTFont(source, fontNumber=index, lazy=True) as font:
            drawn = {code for code in font.getBestCmap() if _is_printable(code)}
        wanted = drawn & _common() if face.part == "common" else drawn - _common()
        content = harfbuzz.subset(source, index, sorted(wanted))
        if empty := _empty(content):
            content = harfbuzz.subset(source, index, sorted(wanted - empty))
    return _renamed(content, face)


def _replace(path: Path, content: bytes) -> None:
    # A worker may have the old file open; to write into it would pull it from under its feet.
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _face_index(source: Path, family: str) -> int:
    from fontTools.ttLib import TTCollection  # noqa: PLC0415 - as above

    if source.suffix != ".ttc":
        return 0
    with TTCollection(source, lazy=True) as collection:
        names = [font["name"].getDebugName(1) for font in collection.fonts]
    return names.index(family)


@cache
def _common() -> frozenset[int]:
    """The General Standard Characters of 2013, GB 2312, and the signs of Latin print."""
    table = _CHARACTERS.read_text(encoding="utf-8").replace("\n", "")
    signs = [*range(0x20, 0x180), *range(0x2000, 0x2070), *range(0x3000, 0x3020)]
    wide = range(0xFF01, 0xFFE7)
    return frozenset({*map(ord, table), *_gb2312(), *signs, *wide})


def _gb2312() -> Iterator[int]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield from map(ord, bytes([row, cell]).decode("gb2312", "ignore"))


def _is_printable(code: int) -> bool:
    # Controls, invisible format signs and private use print nothing, or what only one font means.
    return code not in _HANGUL and unicodedata.category(chr(code)) not in {"Cc", "Cf", "Co", "Cs"}


def _empty(content: bytes) -> set[int]:
    """The characters whose glyph has no outline: some fonts hold such holes, and print nothing."""
    from fontTools.pens.boundsPen import ControlBoundsPen  # noqa: PLC0415 - as above
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above

    with TTFont(BytesIO(content), lazy=True) as font:
        characters, glyphs = font.getBestCmap(), font.getGlyphSet()
        empty = set()
        for code in filter(_should_show, _suspects(font, characters)):
            pen = ControlBoundsPen(glyphs)
            glyphs[characters[code]].draw(pen)
            if pen.bounds is None:
                empty.add(code)
    return empty


def _suspects(font: Any, characters: dict[int, str]) -> list[int]:
    # To draw tens of thousands of glyphs takes a minute; an empty one is stored in a few bytes.
    if "CFF " in font:
        charstrings = font["CFF "].cff.topDictIndex[0].CharStrings
        lengths = {name: len(charstrings[name].bytecode) for name in characters.values()}
        return [c for c, name in characters.items() if lengths[name] < _BYTES_OF_AN_OUTLINE]
    offsets, ids = font["loca"], font.getReverseGlyphMap()
    sizes = {name: offsets[n + 1] - offsets[n] for name, n in ids.items()}
    return [code for code, name in characters.items() if not sizes[name]]


def _should_show(code: int) -> bool:
    return unicodedata.category(chr(code)) != "Zs"


def _renamed(content: bytes, face: Face) -> bytes:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above

    style = "Bold" if face.weight == BOLD else "Regular"
    named = {1: face.family, 2: style, 4: f"{face.family} {style}"}
    named |= {3: f"{face.family} {style}", 6: f"{face.family.replace(' ', '')}-{style}"}
    with TTFont(BytesIO(content), lazy=True, recalcTimestamp=False) as font:
        table = font["name"]
        # The licences ask that the authors' notices stay and that their names do not.
        notices = [name for name in table.names if name.nameID in {0, 13, 14}]
        table.names = [name for name in notices if name.platformID == _WINDOWS]
        for number, text in named.items():
            table.setName(text, number, _WINDOWS, 1, 0x409)
        made = BytesIO()
        font.save(made)
    return made.getvalue()


def _configuration() -> str:
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{FOLDER}</dir>\n  <cachedir>{FOLDER / 'cache'}</cachedir>\n</fontconfig>\n"
    )


def _fill_cache() -> None:
    # Whoever serves the office may not write here; the first process to look leaves the cache.
    environment = os.environ | {"FONTCONFIG_FILE": str(CONFIGURATION)}
    command = [sys.executable, "-c", "import weasyprint.text.fonts"]
    subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own interpreter


def main(arguments: list[str] | None = None) -> int:
    """Build the fonts, or name the Debian packages that paper needs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--packages", action="store_true", help="print the packages and stop")
    if parser.parse_args(arguments).packages:
        print(" ".join(APT_PACKAGES))
        return 0
    try:
        build()
    except (FontsMissing, harfbuzz.SubsetFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
