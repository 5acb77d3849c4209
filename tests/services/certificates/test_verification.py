import pytest

from admin_app.services import certificates
from admin_app.services.certificates.verification import NOT_FOUND, State
from models import Category
from tests import factories
from tests.services.certificates.story import (
    OCTOBER,
    approved,
    issue,
    issued,
    press,
    served,
    void,
)


@pytest.fixture
def paper(cast, monkeypatch):
    press(monkeypatch)
    lei = factories.volunteer(cast.gan_lai, name="买买提·吐尔逊")
    served(lei, cast, OCTOBER)
    return issued(lei, cast)


def test_number_and_code_give_the_public_facts(paper):
    answer = certificates.verify(paper.number, paper.code)
    assert (answer.state, answer.name_masked, answer.minutes) == (State.VALID, "买******", 120)
    assert answer.unit == "遂溪县杨柑镇甘来村志愿服务站"
    assert answer.categories == (Category.PUBLIC_SAFETY,)
    assert answer.name_matches is None


def test_a_wrong_number_and_a_wrong_code_read_the_same(paper):
    other = paper.number[:-1] + "9"
    wrong = "34679ACD" if paper.code != "34679ACD" else "34679ACE"
    assert certificates.verify(other, paper.code) == NOT_FOUND
    assert certificates.verify(paper.number, wrong) == NOT_FOUND
    assert certificates.verify("", "") == NOT_FOUND
    assert certificates.verify("\x00" * 10, "é½０") == NOT_FOUND


def test_any_changed_digit_is_not_found(paper):
    for place, sign in enumerate(paper.number):
        if sign.isdigit():
            changed = f"{paper.number[:place]}{(int(sign) + 1) % 10}{paper.number[place + 1 :]}"
            assert not certificates.verify(changed, paper.code).is_found


@pytest.mark.parametrize(
    ("typed", "matches"),
    [("买买提·吐尔逊", True), (" 买买提 • 吐尔逊 ", True), ("买买提", False), ("买**", False)],
)
def test_a_full_name_is_answered_match_or_not(paper, typed, matches):
    assert certificates.verify(paper.number, paper.code, typed).name_matches is matches


def test_a_name_is_not_answered_without_the_code(paper):
    assert certificates.verify(paper.number, "WRONG", "买买提·吐尔逊") == NOT_FOUND


def test_a_voided_paper_says_so(cast, paper):
    void(paper, cast.lin)
    answer = certificates.verify(paper.number, paper.code)
    assert answer.state is State.VOIDED
    assert answer.ended_on is not None


def test_a_replaced_paper_says_so(cast, paper):
    new = issue(approved(paper.volunteer, cast, replaces=paper), cast.lin)
    assert certificates.verify(paper.number, paper.code).state is State.REPLACED
    assert certificates.verify(new.number, new.code).state is State.VALID
