"""The one slow test: a real paper, looked at as a reader and as an inspector would."""

import shutil
import subprocess
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image

from admin_app.services import certificates
from tests import factories
from tests.services.certificates.story import NOVEMBER, OCTOBER, issued, served

RARE = "喆䶮㛃𬭎堃"


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_a_paper_holds_rare_names_and_a_code_that_leads_to_its_page(app, cast, tmp_path):
    lei = factories.volunteer(cast.gan_lai, name=RARE)
    served(lei, cast, OCTOBER, NOVEMBER)
    made = issued(lei, cast)
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(certificates.reprint(made, access=None))

    words = "".join(_run("pdftotext", "-layout", pdf, "-").split())
    assert RARE in words
    assert made.number in words
    assert "4小时" in words
    assert lei.person.id_number not in words
    assert lei.person.id_number[6:] not in words
    assert "样张" not in words

    fonts = _run("pdffonts", pdf).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts

    _run("pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", pdf, tmp_path / "page")
    [picture] = tmp_path.glob("page*.png")
    [found] = zxingcpp.read_barcodes(Image.open(picture))
    assert found.text.startswith("https://zyz.example.cn/verify/")
    address = urlsplit(found.text)
    page = app.test_client().get(f"{address.path}?{address.query}").text
    assert made.number in page
    assert f"{RARE[0]}****" in page
    assert RARE not in page


def _run(*command):
    return subprocess.run(
        [str(word) for word in command], check=True, capture_output=True, text=True
    ).stdout
