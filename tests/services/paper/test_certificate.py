"""The certificate as a volunteer, an inspector and a phone read it."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from admin_app.services.paper.render import MissingGlyph, PaperFailed, render
from tests.services.paper import samples
from tests.services.paper.reading import codes_on, flat_text_of, fonts_of, page_count

RARE = "䶮㛃𬭎堃喆"
ADDRESS = "https://zy.example.gov.cn/verify/ZM53340120-2026-000123/Y4MP-YFN2"


def test_it_states_who_served_when_and_how_long():
    paper = render("certificate", samples.certificate(rows=3))
    text = flat_text_of(paper.pdf)
    assert (
        "兹证明扎西堃同志自2026年1月3日至2026年10月30日参加建塘社区志愿服务站组织的志愿服务3次"
        in text
    )
    assert "累计志愿服务时间10小时30分" in text
    for stated in ("ZM53340120-2026-000123", "Y4MP-YFN2", "53340110000101-0042", "居民身份证"):
        assert stated in text
    assert "二〇二六年十一月二十二日" in text
    assert "（公章）" in text
    assert "负责人（签字）" in text
    assert paper.pages == page_count(paper.pdf) == 1


def test_every_font_is_embedded_and_our_own():
    fonts = fonts_of(render("certificate", samples.certificate()).pdf)
    assert all(fonts.values())
    assert fonts.keys() == {"Station-Serif", "Station-Serif-Bold", "Station-Kai"}


def test_rare_characters_of_a_name_print_in_the_hand_of_the_name():
    paper = render("certificate", samples.certificate(name=RARE))
    assert flat_text_of(paper.pdf).count(RARE) == 2
    assert "Station-Kai" in fonts_of(paper.pdf)


def test_a_name_beyond_kai_is_set_in_serif_as_a_whole():
    paper = render("certificate", samples.certificate(name="扎西𤴓"))
    assert "扎西𤴓" in flat_text_of(paper.pdf)
    assert fonts_of(paper.pdf).keys() == {
        "Station-Serif",
        "Station-Serif-Bold",
        "Station-Serif-Extra",
    }


def test_tibetan_prints():
    values = samples.certificate(remarks=["དང་བླངས་ཞབས་ཞུ"])
    assert "Station-Tibetan" in fonts_of(render("certificate", values).pdf)


def test_a_private_character_is_refused_by_name():
    with pytest.raises(MissingGlyph, match=r"\ue863.*U\+E863") as refusal:
        render("certificate", samples.certificate(name="张\ue863"))
    assert refusal.value.characters == ("\ue863",)


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\ufeff", "\x07", "😀"])
def test_what_cannot_be_seen_or_drawn_is_refused(sign):
    with pytest.raises(MissingGlyph, match=f"U\\+{ord(sign):04X}"):
        render("certificate", samples.certificate(name=f"张{sign}三"))


def test_the_same_values_give_the_same_bytes():
    first = render("certificate", samples.certificate(verify_url=ADDRESS))
    assert render("certificate", samples.certificate(verify_url=ADDRESS)) == first
    assert render("certificate", samples.certificate(name="陈㛃")).sha256 != first.sha256


def test_the_code_is_read_from_a_grey_copy():
    paper = render("certificate", samples.certificate(verify_url=ADDRESS))
    assert codes_on(paper.pdf) == [ADDRESS]


def test_without_an_address_it_prints_no_code_to_nowhere():
    paper = render("certificate", samples.certificate())
    assert codes_on(paper.pdf) == []
    assert "向出具单位查验" in flat_text_of(paper.pdf)


def test_markup_in_a_name_is_text():
    name = '<img src="file:///etc/passwd"><b>张</b>{{ 7*7 }}&amp;'
    text = flat_text_of(render("certificate", samples.certificate(name=name)).pdf)
    assert name.replace(" ", "") in text
    assert "root:" not in text


def test_a_sample_says_so_on_every_page():
    paper = render("certificate", samples.certificate(rows=30), sample=True)
    assert paper.pages == 2
    for page in ("1", "2"):
        assert flat_text_of(paper.pdf, "-f", page, "-l", page).count("样") == 2
    assert "样张" not in flat_text_of(render("certificate", samples.certificate()).pdf)


def test_further_pages_carry_the_number_and_the_head_of_the_table():
    paper = render("certificate", samples.certificate(rows=60))
    assert paper.pages == page_count(paper.pdf) > 2
    for page in range(2, paper.pages):
        text = flat_text_of(paper.pdf, "-f", str(page), "-l", str(page))
        assert "编号：ZM53340120-2026-000123" in text
        assert "服务日期起止时间" in text
        assert f"第{page}页共{paper.pages}页" in text
    assert flat_text_of(paper.pdf).count("合计60次") == 1


def test_the_offices_own_image_takes_the_place_of_the_seal():
    picture = io.BytesIO()
    Image.new("RGBA", (300, 300), (200, 0, 0, 120)).save(picture, "PNG")
    seal = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
    text = flat_text_of(render("certificate", samples.certificate(seal=seal)).pdf)
    assert "（公章）" not in text


@pytest.mark.parametrize(
    "seal",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/seal.png",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,bm90IGEgcGljdHVyZQ==",
    ],
)
def test_anything_else_in_place_of_the_seal_is_refused(seal):
    with pytest.raises(PaperFailed):
        render("certificate", samples.certificate(seal=seal))


def test_a_missing_value_is_a_defect_and_not_a_gap():
    values = samples.certificate()
    del values["phone"]
    with pytest.raises(PaperFailed, match="phone"):
        render("certificate", values)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "张" * 201},
        {"rows": samples.certificate(rows=1)["rows"] * 2001},
        {"issued_on": object()},
    ],
)
def test_absurd_values_are_refused(changes):
    with pytest.raises(PaperFailed):
        render("certificate", samples.certificate() | changes)
