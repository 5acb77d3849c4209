"""The fonts hold what the office writes, and nothing that only seems to."""

from __future__ import annotations

from admin_app.services.paper import fonts


def test_every_general_standard_character_is_in_both_faces():
    table = fonts._CHARACTERS.read_text(encoding="utf-8").replace("\n", "")
    assert len(set(table)) == 8105
    for family in (fonts.SERIF, fonts.KAI):
        assert {c for c in table if ord(c) not in fonts.coverage(family)} == set()


def test_every_gb2312_character_is_in_the_serif():
    assert set(fonts._gb2312()) <= fonts.coverage(fonts.SERIF)


def test_no_font_holds_a_private_or_invisible_character():
    assert fonts.missing("\ue863\ue000\uf8ff\u200b\u202e\u00ad") == list(
        "\ue863\ue000\uf8ff\u200b\u202e\u00ad"
    )


def test_a_name_is_set_in_one_family():
    assert fonts.family_of_name("䶮㛃𬭎堃喆") == fonts.KAI
    assert fonts.family_of_name("阿依古丽·买买提") == fonts.KAI
    assert fonts.family_of_name("扎西𤴓") == fonts.SERIF


def test_no_family_has_two_files_of_one_weight():
    keys = [(face.family, face.weight) for face in fonts.FACES]
    assert len(set(keys)) == len(keys)


def test_a_second_build_finds_nothing_to_do():
    fonts.build()
    assert fonts.build() is False


def test_the_packages_can_be_asked_for(capsys):
    assert fonts.main(["--packages"]) == 0
    assert "fonts-noto-cjk" in capsys.readouterr().out.split()
