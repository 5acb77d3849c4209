from datetime import date

import pytest

from admin_app.services.exchange import volunteers
from admin_app.services.exchange.sheets import read_table
from models import Sex

from .books import PEOPLE, book, number

ON = date(2026, 11, 20)
WANG = {
    "序号": 1,
    "姓名": "王伟",
    "性别": "男",
    "出生日期": "1990-01-01",
    "身份证号码": number("44089919900101001"),
    "联系电话": "13800138000",
    "监护人姓名": None,
}


def judge(*rows, on_roll=(), on=ON, adult_age=18, known=None):
    content = book(PEOPLE, *[[{**WANG, **row}[header] for header in PEOPLE] for row in rows])
    table = read_table(content, volunteers.LAYOUT)
    return volunteers.judge(table, on=on, adult_age=adult_age, on_roll=on_roll, known=known)


def verdicts(*rows, **stored):
    judged = judge(*rows, **stored)
    told = {refusal.row: refusal.reason.value for refusal in judged.refused}
    return [told.get(row) for row in range(2, len(rows) + 2)]


def test_a_sound_row_is_accepted_with_clean_values():
    [person] = judge({"姓名": " 王　伟 ", "联系电话": "138-0013-8000", "性别": None}).accepted
    assert (person.name, person.phone, person.row) == ("王伟", "13800138000", 2)
    assert (person.born_on, person.sex) == (date(1990, 1, 1), Sex.MALE)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"姓名": "　"}, "name_missing"),
        ({"身份证号码": None}, "id_length"),
        ({"身份证号码": "440899900101001"}, "id_length"),
        ({"身份证号码": 440899199001010011}, "id_length"),
        ({"身份证号码": "440899199001010012"}, "id_checksum"),
        ({"身份证号码": "44089919900101００1A"}, "id_checksum"),
        ({"身份证号码": number("44089919901301001")}, "id_checksum"),
        ({"身份证号码": number("44089920270101001"), "出生日期": None}, "id_checksum"),
        ({"出生日期": "1990-01-02"}, "birth_mismatch"),
        ({"出生日期": "九〇年元旦"}, "birth_mismatch"),
        ({"性别": "女"}, "sex_mismatch"),
        ({"性别": "不详"}, "sex_mismatch"),
        ({"联系电话": None}, "phone_invalid"),
        ({"联系电话": "12800138000"}, "phone_invalid"),
        ({"联系电话": "138001380001"}, "phone_invalid"),
    ],
)
def test_a_row_is_refused_by_the_rule_it_breaks(row, reason):
    assert verdicts(row) == [reason]


def test_the_first_rule_that_is_broken_is_the_reason():
    broken = {"姓名": "", "身份证号码": "1", "性别": "女", "联系电话": ""}
    order = [
        ("姓名", "王伟"),
        ("身份证号码", WANG["身份证号码"]),
        ("性别", "男"),
        ("联系电话", "13800138000"),
    ]
    reasons = []
    for header, right in order:
        reasons += verdicts(broken)
        broken[header] = right
    assert reasons == ["name_missing", "id_length", "sex_mismatch", "phone_invalid"]


def minor(born):
    digits = number(f"440899{born:%Y%m%d}001")
    return {"出生日期": born.isoformat(), "身份证号码": digits}


def test_who_is_under_age_on_the_day_handed_in_needs_a_guardian():
    almost, just = minor(date(2008, 11, 21)), minor(date(2008, 11, 20))
    assert verdicts(almost, {**almost, "监护人姓名": "李娜"}, just) == [
        "guardian_missing",
        None,
        None,
    ]


def test_the_age_is_a_figure_and_the_day_is_the_sheets():
    person = minor(date(2009, 11, 20))
    assert verdicts(person, adult_age=16) == [None]
    assert verdicts(person, on=date(2027, 11, 20)) == [None]


def test_a_person_enters_the_roll_once():
    spaced = {"身份证号码": " ".join(WANG["身份证号码"])}
    assert verdicts({}, spaced) == [None, "duplicate_person"]
    assert verdicts({}, on_roll={WANG["身份证号码"]}) == ["duplicate_person"]


def test_a_refused_row_does_not_stand_in_the_way_of_a_later_one():
    assert verdicts({"联系电话": "0759"}, {}) == ["phone_invalid", None]


def test_an_unknown_county_is_no_reason():
    assert verdicts({"身份证号码": number("99999919900101001")}) == [None]


def test_a_refusal_says_where_and_repeats_no_personal_value():
    [refusal] = judge({"身份证号码": "440899199001010012"}).refused
    assert refusal.column == "身份证号码"
    assert "4408" not in str(refusal.message)
    assert "identity card" in str(refusal.message)


def test_a_number_known_under_another_name_is_refused_after_everything_else():
    known = {WANG["身份证号码"]: "李伟"}
    assert verdicts({}, known=known) == ["name_id_mismatch"]
    assert verdicts({}, known=known, on_roll=known) == ["duplicate_person"]
    assert verdicts({}, known={WANG["身份证号码"]: "王 伟"}) == [None]


def test_a_text_the_register_has_no_room_for_is_refused():
    assert verdicts({"姓名": "王" * 51}, {"监护人姓名": "李" * 51}) == ["text_too_long"] * 2
