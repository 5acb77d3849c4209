"""Pictures and papers as people hand them in, sound ones and those that bite."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin


def picture(kind="JPEG", size=(64, 48), colour="teal", **options):
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def photo_with_a_past(size=(64, 48)):
    """Return a photo that lies on its side, and tells where and on what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size=size, exif=exif, comment=b"SECRETWORDS", icc_profile=b"SECRETPROFILE")


def bomb(kind="PNG", side=12_000):
    """Return a small file that says it is a vast picture."""
    if kind == "JPEG":
        data = bytearray(picture())
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", side, side)
        return bytes(data)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(side)))
        + _chunk(b"IEND", b"")
    )


def swollen_text():
    """Return a PNG whose comment unpacks to a hundred megabytes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "A" * 100_000_000, zip=True)
    return picture("PNG", pnginfo=info)


def archive():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("evil.class", b"\xca\xfe\xba\xbe")
    return out.getvalue()


def paper(*objects, trailer=b"<< /Root 1 0 R >>", end=b"%%EOF\n"):
    """Return a PDF of a few objects; its table of places is left out, as readers mend it."""
    pages = (b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    body = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, told)
        for number, told in enumerate((*pages, *objects), 1)
    )
    return b"%PDF-1.7\n" + body + b"trailer " + trailer + b"\nstartxref\n0\n" + end


def packed(told, kind=b"/ObjStm", filters=b"/FlateDecode"):
    """Return a stream object that holds what is told, as programs write it to save room."""
    data = zlib.compress(told) if filters == b"/FlateDecode" else told.hex().encode() + b">"
    head = b"<< /Type %s /N 1 /First 4 /Filter %s /Length %d >>" % (kind, filters, len(data))
    return head + b"\nstream\n" + data + b"\nendstream"


def _chunk(name, data):
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check
