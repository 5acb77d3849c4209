"""Words that people type beside an act: kept as they fit their column, on either engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.services import wording
from models import DomainError


@given(st.text())
def test_what_is_kept_is_words_that_a_column_takes(typed):
    bare = typed.replace("\x00", "").strip()
    if 0 < len(bare) <= 20:
        assert wording.text(typed, "missing", most=20) == bare
    else:
        with pytest.raises(DomainError):
            wording.text(typed, "missing", most=20)


@pytest.mark.parametrize("typed", [None, "", " \n ", "\x00"])
def test_no_words_are_no_reason(app, typed):
    with pytest.raises(DomainError, match="Say why"):
        wording.reason(typed)
    assert wording.optional(typed, most=5) is None


def test_a_line_is_one_line_and_a_text_keeps_its_lines(app):
    assert wording.line(" 甲\n 乙\x00 ", "", most=5) == "甲 乙"
    assert wording.text("甲\n乙\x00", "", most=5) == "甲\n乙"
    with pytest.raises(DomainError, match="More than 5"):
        wording.line("一二三四五六", "", most=5)
