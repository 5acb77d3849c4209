from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.services.exchange import cells
from models import Sex

MORNING = datetime.combine(date(2026, 10, 3), time(8, 30))


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-03", "2026-10-3", "2026.10.3", "2026/10/3", "2026年10月3日", "2026年10月3号",
        "20261003", "２０２６／１０／０３", " 2026 年 10 月 3 日 ", "2026-10-03 00:00:00",
        "2026-10-03T08:30", "2026年10月3日（星期六）", "2026—10—03", "2026．10．03",
        20261003, 20261003.0, 46298, 46298.354, date(2026, 10, 3), MORNING,
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_spelling(written):
    assert cells.day(written) == date(2026, 10, 3)


@pytest.mark.parametrize(
    "written",
    [None, "", "10月3日", "26.10.3", "2026年10月", "2026.13.1", "2026-02-30", 1960, 2026.0,
     "下周三", "2026-10-031", True, time(8, 30)],
)  # fmt: skip
def test_what_is_no_day_for_certain_is_none(written):
    assert cells.day(written) is None


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2100, 1, 1)), st.booleans())
def test_every_day_reads_back_whatever_its_width(day, wide):
    for pattern in ("{0:%Y-%m-%d}", "{0:%Y.%m.%d}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日"):
        words = pattern.format(day)
        widened = words.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.-/"})
        assert cells.day(widened if wide else words) == day
    assert cells.day((day - cells.EPOCH).days) == day


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("08:30", 510), ("8:30", 510), ("8：30", 510), ("８：３０", 510), ("8点30分", 510),
        ("8点半", 510), ("8时30", 510), ("8.30", 510), ("830", 510), (830.0, 510), ("0830", 510),
        (time(8, 30), 510), (time(8, 29, 59, 994000), 510), (0.354166, 510),
        (timedelta(hours=8, minutes=30), 510), (MORNING, 510),
        (46298.354166, 510), ("08:30:00", 510), ("8点", 480), ("8", 480), ("下午3:30", 930),
        ("3:30 PM", 930), ("晚上8点", 1200), ("24:00", 1440), ("0:00", 0),
    ],
)  # fmt: skip
def test_a_time_is_read_in_every_spelling(written, minutes):
    assert cells.clock(written) == minutes


@pytest.mark.parametrize("written", [None, "", "24:01", "25:00", "12:75", "8.5", 8.5, "上午", -3])
def test_what_is_no_time_for_certain_is_none(written):
    assert cells.clock(written) is None


@given(st.integers(0, 1439))
def test_every_minute_of_the_day_reads_back(minutes):
    hour, minute = divmod(minutes, 60)
    for words in (f"{hour}:{minute:02}", f"{hour:02}：{minute:02}", f"{hour}点{minute}分"):
        assert cells.clock(words) == minutes
    assert cells.clock(minutes / 1440) == minutes


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        (2, 120), (2.5, 150), ("2.5", 150), ("2.5小时", 150), ("２．５小时", 150), ("2.5h", 150),
        ("2小时30分", 150), ("2小时30分钟", 150), ("2个半小时", 150), ("2小时半", 150),
        ("1小时半", 90), ("半小时", 30), ("90分钟", 90), ("2:30", 150), ("两小时", 120),
        ("1.33", 80), (timedelta(hours=2), 120), (time(2, 30), 150), ("", None),
        (None, None), ("约2小时", None),
    ],
)  # fmt: skip
def test_stated_hours_are_read_as_whole_minutes(written, minutes):
    assert cells.span(written) == minutes


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("王 雨涵", "王雨涵"), ("　王　伟　", "王伟"), ("王\n伟", "王伟"), ("王\u200b伟", "王伟"),
        ("阿茸•扎史", "阿茸·扎史"), ("阿茸・扎史", "阿茸·扎史"), ("阿茸.扎史", "阿茸·扎史"),
        ("Ｌｉ", "Li"), (None, ""),
    ],
)  # fmt: skip
def test_spaces_and_width_never_make_names_differ(written, name):
    assert cells.name(written) == name


@pytest.mark.parametrize("sign", ["䶮", "㛃", "𬭎", "堃", "喆", "𠮷"])
def test_rare_signs_of_names_stay_as_they_are(sign):
    assert cells.name(f"王{sign}") == f"王{sign}"


def test_an_identity_number_is_narrowed_and_its_x_raised():
    assert cells.identity_number(" ４４０８９９１９９００１０１００１ｘ ") == "44089919900101001X"


def test_an_identity_number_stored_as_a_number_shows_its_loss():
    assert cells.identity_number(440899195609093332.0) == "4.40899195609093E+17"


@pytest.mark.parametrize(
    "written", ["138-0013-8000", "138 0013 8000", 13800138000.0, "(138)00138000"]
)
def test_a_phone_loses_its_separators(written):
    assert cells.phone(written) == "13800138000"


def test_a_sex_is_read_or_is_none():
    assert cells.sex("男性") is Sex.MALE
    assert cells.sex(2.0) is Sex.FEMALE
    assert cells.sex("不详") is None


ANY = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(),
    st.times(), st.timedeltas(),
)  # fmt: skip


@given(ANY)
def test_no_cell_makes_a_reader_fail(cell):
    for read in (
        cells.text, cells.key, cells.name, cells.identity_number, cells.phone, cells.day,
        cells.clock, cells.span, cells.sex, cells.whole_number, cells.is_empty,
    ):  # fmt: skip
        read(cell)
