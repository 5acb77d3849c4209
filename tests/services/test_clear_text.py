"""Personal numbers in words: found however they are written, and never kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.services import clear_text
from models import DomainError, Volunteer, db
from tests import factories
from tests.factories import identity_number

CARD = "440899195003070013"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (f"身份证{CARD}已核", "身份证440899************已核"),
        ("440899 19500307 0013", "440899************"),
        ("４４０８９９１９５００３０７００１３", "440899************"),
        ("11010519491231002x", "110105************"),
        ("电话13812345678。", "电话138****5678。"),
        ("138-1234-5678", "138****5678"),
        (f"{CARD}.csv", "440899************.csv"),
    ],
)
def test_a_number_among_words_is_masked_and_refused(words, shown):
    assert clear_text.masked(words) == shown
    assert clear_text.refused(words, Volunteer.__table__.c.note) == shown


@pytest.mark.parametrize(
    "words",
    [
        "", "巡逻", "440823106223-01-00001", "440823106223-2026-00012", "2026-10-03 09:00-11:00",
        "0759-1234567", "1234567890123", "440899195003070014", "91440800MA4UTEST1X",
        "12345678901", "138123456789", "20250101123", "第13800000000000号",
    ],
)  # fmt: skip
def test_other_numbers_stay(words):
    assert clear_text.masked(words) == words
    assert clear_text.refused(words, Volunteer.__table__.c.note) is None


@given(
    st.integers(13, 19),
    st.integers(0, 10**9 - 1),
    st.text(st.sampled_from("巡逻，。 a"), max_size=5),
)
def test_no_mobile_number_gets_through(head, tail, words):
    number = f"{head}{tail:09d}"
    assert number not in clear_text.masked(f"{words}{number}{words}")


def test_no_register_keeps_a_number_in_its_words(cast):
    lei = factories.volunteer(cast.gan_lai)
    db.session.commit()
    lei.note = f"身份证 {identity_number()}"
    with pytest.raises(DomainError, match="440"):
        db.session.flush()
    db.session.rollback()
    assert db.session.get_one(Volunteer, lei.id).note is None


def test_the_telephone_of_a_station_is_there_to_be_called(cast):
    cast.gan_lai.phone = "13812345678"
    db.session.commit()
    assert cast.gan_lai.phone == "13812345678"


def test_a_number_that_another_office_gave_may_have_eleven_digits(cast):
    lei = factories.volunteer(cast.gan_lai)
    lei.official_number = "13812345678"
    db.session.commit()
    lei.official_number = CARD
    with pytest.raises(DomainError):
        db.session.flush()
