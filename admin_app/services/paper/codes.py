"""QR codes as images that a phone reads from a photocopy."""

from __future__ import annotations

import segno

_QUIET_ZONE = 4  # modules; what the standard asks for


def qr_image(address: str) -> str:
    """Return the code of an address as a data URI, one pixel a module, quiet zone included."""
    code = segno.make_qr(address, error="m")
    return str(code.png_data_uri(scale=1, border=_QUIET_ZONE))


def qr_svg(address: str) -> str:
    """Return the code of an address as a drawing for a page."""
    code = segno.make_qr(address, error="m")
    return str(
        code.svg_inline(scale=5, border=_QUIET_ZONE, light="#fff", svgclass=None, lineclass=None)
    )
