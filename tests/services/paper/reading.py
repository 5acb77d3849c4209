"""What a person or a machine reads from a paper."""

from __future__ import annotations

import io
import re
import subprocess

import zxingcpp
from PIL import Image


def text_of(pdf: bytes, *options: str) -> str:
    """The text of the paper, in the order it is laid out."""
    return _run("pdftotext", "-layout", *options, "-", "-", given=pdf).decode()


def flat_text_of(pdf: bytes, *options: str) -> str:
    """The same without any space, for words that a line may break."""
    return re.sub(r"\s", "", text_of(pdf, *options))


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The name of each font, and whether it is embedded."""
    lines = _run("pdffonts", "-", given=pdf).decode().splitlines()[2:]
    return {line.split()[0].partition("+")[2]: line.split()[-5] == "yes" for line in lines}


def codes_on(pdf: bytes) -> list[str]:
    """What a phone reads from a grey photocopy of the first page."""
    picture = _run("pdftoppm", "-r", "150", "-gray", "-f", "1", "-l", "1", "-", given=pdf)
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def page_count(pdf: bytes) -> int:
    """How many pages a viewer shows."""
    found = re.search(r"Pages:\s+(\d+)", _run("pdfinfo", "-", given=pdf).decode())
    assert found
    return int(found[1])


def _run(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
