"""What is pasted, taken apart: chat lists as people write them, and serials."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.services.rosters.pasted import LONGEST_WORDS, MOST_SERIALS, MOST_SIGNS, read
from models import DomainError

LINES = {
    # pasted line: (names, start, end, minutes)
    "1. 张三": (("张三",), None, None, None),
    "1.张三": (("张三",), None, None, None),
    "2、李四 2小时": (("李四",), None, None, 120),
    "3 王五 9:00-11:30": (("王五",), 540, 690, None),
    "４．赵六　９：００～１１：３０": (("赵六",), 540, 690, None),
    "5️⃣ 钱七👍": (("钱七",), None, None, None),
    "⑥孙八": (("孙八",), None, None, None),
    "(7) 周九 下午2点到4点": (("周九",), 840, 960, None),
    "（8）吴十 1个半小时": (("吴十",), None, None, 90),
    "9）郑十一（党员）半小时": (("郑十一",), None, None, 30),
    "10: 王小明 14:00—16:00 擦栏杆": (("王小明", "擦栏杆"), 840, 960, None),
    "11. 张 三": (("张三", "张", "三"), None, None, None),
    "12. 阿依古丽·买买提": (("阿依古丽·买买提",), None, None, None),
    "13. 阿依古丽.买买提 2h": (("阿依古丽·买买提",), None, None, 120),
    "14. 冯十三+1": (("冯十三",), None, None, None),
    "15. 陈十四 13800001111": (("陈十四",), None, None, None),
    "16. 褚十五 9点半至11点": (("褚十五",), 570, 660, None),
    "17. 卫十六 0900-1130": (("卫十六",), 540, 690, None),
    "18. 蒋十七 9-11点": (("蒋十七",), 540, 660, None),
    "19. 沈十八 三小时": (("沈十八",), None, None, 180),
    "20. 韩十九 90分钟": (("韩十九",), None, None, 90),
    "21. 杨二十 2小时30分钟": (("杨二十",), None, None, 150),
    "22. 9:00-11:00 朱一": (("朱一",), 540, 660, None),
    "9:00-11:00 朱一": (("朱一",), 540, 660, None),
    "2小时 秦二": (("秦二",), None, None, 120),
    "尤三、许四、何五": (("尤三", "许四", "何五"), None, None, None),
    "23. Li Lei": (("LiLei", "Li", "Lei"), None, None, None),
    "24. 吕六 1.5小时": (("吕六",), None, None, 90),
    "25. ✅ 施七 🌹🌹": (("施七",), None, None, None),
    "26. 张八 8:30-10:00 1.5h": (("张八",), 510, 600, 90),
    "27.孔九 25:00-26:00": (("孔九",), None, None, None),
}


@pytest.mark.parametrize("line", LINES, ids=list(LINES))
def test_a_line_of_a_chat_list_is_taken_apart(line):
    [said] = read(line).people
    assert (said.names, said.start, said.end, said.minutes) == LINES[line]
    assert said.words == line


def test_a_whole_chat_list_with_its_notice_and_an_empty_place():
    text = """#接龙
    10月3日 村口清洁活动 上午9:00-11:00
    请大家带好手套🧤
    例 姓名 时长

    1. 张三
    2. 李四 2小时
    3.
    组织者：王五
    """
    found = read(text)
    told = [said.words for said in found.people if not said.is_heading]
    assert told == ["1. 张三", "2. 李四 2小时"]
    headings = [said.words for said in found.people if said.is_heading]
    assert "组织者：王五" in headings
    assert not found.serials


SERIALS = {
    "1-12,15": [*range(1, 13), 15],
    "1、2、3": [1, 2, 3],
    "1，3，5～7": [1, 3, 5, 6, 7],
    "序号：2 4 6": [2, 4, 6],
    "第3-5号": [3, 4, 5],
    "15": [15],
    "1—3": [1, 2, 3],
    " 8 - 10 ": [8, 9, 10],
    "3,3,1-3": [3, 1, 2],
}


@pytest.mark.parametrize("line", SERIALS)
def test_serials_of_a_sheet_are_listed_once(line):
    assert list(read(line).serials) == SERIALS[line]


@pytest.mark.parametrize(
    "line", ["12-1", "0", "0-3", "2026-10-03", "13800001111", "1-9999", "9:00-11:30", "1,,x-3"]
)
def test_what_are_no_serials_is_not_lost(line):
    found = read(line)
    assert not found.serials
    assert [*found.left, *(said.words for said in found.people)] == [line]


def test_a_lone_number_among_names_is_an_empty_place():
    assert read("1. 张三\n2\n3、").serials == ()


NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


@given(st.lists(NAMES, min_size=1, max_size=12), st.sampled_from([".", "、", ")", " ", "．", ". "]))
def test_numbered_names_come_back_in_order(names, mark):
    text = "\n".join(f"{n}{mark}{name}" for n, name in enumerate(names, start=1))
    assert [said.words for said in read(text).people] == text.split("\n")


@given(st.text(max_size=200))
def test_no_line_is_lost_or_breaks_it(text):
    found = read(text)
    kept = {*found.left, *(said.words for said in found.people)}
    for line in text.splitlines():
        is_dropped = not any(sign.isalpha() for sign in line)
        assert is_dropped or seen(line) in kept


def seen(line):
    plain = line.replace("\t", " ")
    return "".join(s for s in plain if unicodedata.category(s) not in {"Cf", "Cc", "Cs"}).strip()


def test_what_turns_or_hides_words_is_not_shown_again():
    [said] = read("1. 张\u202e三\u200b\x07 9:00-11:00\u2066").people
    assert (said.words, said.start, said.end) == ("1. 张三 9:00-11:00", 540, 660)


def test_a_rare_character_of_a_name_stays_and_a_new_picture_goes():
    [rare, picture] = read("1. 王\U000323b5\n2. 张三\U0001faea").people
    assert (rare.names, picture.names) == (("王\U000323b5",), ("张三",))


HOSTILE = ["1" * MOST_SIGNS, "(" * MOST_SIGNS, "1," * (MOST_SIGNS // 2), "1-" * (MOST_SIGNS // 2),
           "张三 " * (MOST_SIGNS // 3), "(张" * (MOST_SIGNS // 2), "9:00-" * (MOST_SIGNS // 5),
           "半小时" * (MOST_SIGNS // 3), "1\n" * (MOST_SIGNS // 2), "。张\n" * (MOST_SIGNS // 3),
           "1 至 " * (MOST_SIGNS // 4), "第1、" * (MOST_SIGNS // 3)]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:4].strip() for text in HOSTILE])
def test_a_spiteful_text_is_read_in_a_moment(text):
    began = time.process_time()
    found = read(text)
    assert time.process_time() - began < 2  # seconds; one that backtracks takes minutes
    assert all(len(said.words) <= LONGEST_WORDS for said in found.people)


def test_a_text_beyond_any_chat_is_refused():
    with pytest.raises(DomainError, match="too long"):
        read("张三\n" * MOST_SIGNS)


@given(st.sets(st.integers(1, 999), min_size=1, max_size=60))
def test_ranges_and_single_serials_say_the_same(wanted):
    runs, ordered = [], sorted(wanted)
    for number in ordered:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    written = ",".join(f"{a}-{b}" if a < b else str(a) for a, b in runs)
    assert list(read(written).serials) == ordered
    assert len(ordered) <= MOST_SERIALS
