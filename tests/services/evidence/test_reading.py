"""What is handed in as evidence: judged by content, drawn anew, or refused in words."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageFile

from admin_app.services import evidence
from admin_app.services.evidence import papers, reading
from models import DomainError, MediaType
from tests import drawing
from tests.drawing import packed, paper, picture

SCRIPT = b"<html><script>alert(1)</script></html>"
JS = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def read(data, name="x.jpg"):
    return evidence.read(BytesIO(data), name)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_a_jpeg_of_our_own(app, kind):
    found = read(picture(kind, (4000, 1000)), "门 牌.png")
    assert (found.media, found.width, found.height) == (MediaType.JPEG, 2400, 600)
    assert found.file_name == "门 牌.png"
    kept, small = Image.open(BytesIO(found.data)), Image.open(BytesIO(found.preview))
    assert (kept.format, kept.size, small.size) == ("JPEG", (2400, 600), (480, 120))
    assert len(found.sha256) == 64


def test_nothing_that_a_photo_tells_of_itself_is_kept(app):
    told = drawing.photo_with_a_past()
    assert b"SECRETPHONE" in told
    found = read(told)
    assert (found.width, found.height) == (48, 64)  # upright
    for data in (found.data, found.preview):
        assert b"SECRET" not in data
        assert b"Exif" not in data
        assert not Image.open(BytesIO(data)).getexif()


def test_what_hangs_on_a_picture_stays_behind(app):
    for tail in (SCRIPT, drawing.archive(), b"MZ" + bytes(100)):
        found = read(picture() + tail)
        assert tail not in found.data
        assert found.data.endswith(b"\xff\xd9")
    commented = read(picture(comment=SCRIPT))
    assert b"script" not in commented.data
    # A transparent picture lies on white; one of several frames shows its first.
    clear = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    assert Image.open(BytesIO(read(clear.getvalue()).data)).getpixel((5, 5)) == (255, 255, 255)
    moving = picture("WEBP", save_all=True, append_images=[Image.new("RGB", (64, 48), "red")])
    red, _green, _blue = Image.open(BytesIO(read(moving).data)).getpixel((5, 5))
    assert red < 60


def test_half_a_picture_is_refused_where_papers_were_printed_before(app, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    whole = picture(size=(300, 300))
    for half in (whole[: len(whole) // 2], drawing.swollen_text()):
        with pytest.raises(DomainError, match="damaged"):
            read(half)
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


@pytest.mark.parametrize(
    ("data", "words"),
    {
        "nothing": (b"", "is empty"),
        "a page": (SCRIPT, "no JPEG, PNG or WebP"),
        "a drawing with a script": (b"<svg onload='x()'/>", "no JPEG"),
        "a program": (b"MZ\x90\x00" + bytes(200), "no JPEG"),
        "an archive": (drawing.archive(), "no JPEG"),
        "another kind of picture": (picture("GIF"), "no JPEG"),
        "a script that says it is a GIF": (b"GIF89a=1;alert(1)", "no JPEG"),
        "an icon": (picture("ICO"), "no JPEG"),
        "a page behind the mark of a JPEG": (b"\xff\xd8\xff\xe0" + SCRIPT, "damaged|no JPEG"),
        "half a picture": (picture(size=(300, 300))[:400], "damaged"),
        "a vast PNG": (drawing.bomb(), "too many pixels"),
        "a vaster PNG": (drawing.bomb(side=60_000), "too many pixels"),
        "a vast JPEG": (drawing.bomb("JPEG"), "too many pixels"),
        "a swollen comment": (drawing.swollen_text(), "damaged"),
        "a PDF behind other words": (b"MZ" + paper(), "no JPEG"),
    }.values(),
)
def test_what_is_no_sound_picture_is_refused(app, data, words):
    with pytest.raises(DomainError, match=words) as refusal:
        read(data, "a/b\\门牌.jpg")
    assert "a/b" not in str(refusal.value)


def test_a_paper_is_kept_as_it_is(app):
    plain = paper(b"<< /Type /Page /JSON true >>", packed(b"3 0 << /Type /Font >>"))
    assert read(plain, "x.jpg") == reading.Reading(MediaType.PDF, plain, "x.jpg")
    assert read(paper(packed(bytes(300_000), b"/XObject"))).media is MediaType.PDF


@pytest.mark.parametrize(
    ("data", "words"),
    {
        "a script": (paper(JS), "holds a program"),
        "a script in other letters": (
            paper(b"<< /S /J#61va#53cript /JS (x) >>"),
            "holds a program",
        ),
        "a packed script": (paper(packed(b"3 0 " + JS)), "holds a program"),
        "a script far in a packed part": (
            paper(packed(bytes(papers._PIECE - 4) + JS)),
            "holds a program",
        ),
        "a packed script under another name": (paper(packed(JS, b"/XObject")), "holds a program"),
        "a file within": (paper(b"<< /Names << /EmbeddedFiles 4 0 R >> >>"), "another file"),
        "a start of a program": (
            paper(b"<< /OpenAction << /S /Launch /F (cmd.exe) >> >>"),
            "holds a program",
        ),
        "a part packed twice": (
            paper(packed(JS, filters=b"/ASCIIHexDecode")),
            "cannot be looked through",
        ),
        "a locked paper": (paper(trailer=b"<< /Root 1 0 R /Encrypt 5 0 R >>"), "locked"),
        "half a paper": (paper(end=b""), "cut off"),
        "an archive behind": (paper() + drawing.archive(), "hangs behind"),
        "a page behind": (paper() + SCRIPT, "hangs behind"),
        "a swollen part": (paper(packed(bytes(papers.MOST_UNPACKED + 10))), "cannot be looked"),
    }.values(),
)
def test_a_paper_of_more_than_pages_is_refused(app, data, words):
    with pytest.raises(DomainError, match=words):
        read(data, "x.pdf")


def test_too_large_a_file_is_not_read_to_its_end(app, monkeypatch):
    class Endless(BytesIO):
        told = 0

        def read(self, size=-1):
            assert size > 0
            self.told += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(DomainError, match="larger than 10 MB"):
        evidence.read(endless, "x.jpg")
    assert endless.told == evidence.most_bytes() + 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x.jpg", "x.jpg"),
        ("C:\\照片\\门牌.JPG", "门牌.JPG"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie x.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ('a"b<c>.png', "abc.png"),
        ("..", "without a name"),
        ("", "without a name"),
        ("\x00\ud800.jpg", "jpg"),
        ("长" * 300 + ".jpg", "长" * 96 + ".jpg"),
    ],
)
def test_a_name_is_only_words(app, given, kept):
    assert read(picture(), given).file_name == kept
