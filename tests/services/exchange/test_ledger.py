from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin_app.services.exchange import ledger, ledger_rules
from admin_app.services.exchange.sheets import Line, Table, read_table
from models import Category

from .books import LEDGER, book, number

ON = date(2026, 11, 20)
DAY = date(2026, 10, 3)
ROSA_NUMBER = number("44089919900101001")
STAN_NUMBER = number("44089919950505003")
ROSA = ledger.Enrolled(1, 11, "王伟", date(1990, 1, 1), date(2020, 1, 1))
STAN = ledger.Enrolled(2, 12, "阿茸·扎史", date(1995, 5, 5), date(2020, 1, 1))
ROLL = {ROSA_NUMBER: ROSA, STAN_NUMBER: STAN}
SERVICE = dict(
    zip(
        LEDGER,
        (1, "2026-10-03", "王伟", ROSA_NUMBER, "课后辅导", "便民服务", "08:00", "10:00", 2),
        strict=True,
    )
)


def judge(*rows, recorded=None, roll=ROLL, **world):
    content = book(LEDGER, *[[{**SERVICE, **row}[header] for header in LEDGER] for row in rows])
    table = read_table(content, ledger.LAYOUT)
    world = ledger.World(roll=roll, recorded=recorded or {}, **world)
    return ledger_rules.judge(table, on=ON, world=world)


def verdicts(*rows, **stored):
    judged = judge(*rows, **stored)
    told = {refusal.row: refusal.reason.value for refusal in judged.refused}
    return [told.get(row) for row in range(2, len(rows) + 2)]


def test_a_sound_row_is_accepted_with_its_minutes():
    [service] = judge({}).accepted
    assert (service.who, service.served_on, service.minutes) == (ROSA, DAY, 120)
    assert service.category is Category.COMMUNITY
    assert service.flags == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"身份证号码": number("44089919900101003")}, "volunteer_unknown"),
        ({"姓名": "王某"}, "name_id_mismatch"),
        ({"姓名": None}, "name_id_mismatch"),
        ({"日期": "下周三"}, "date_unreadable"),
        ({"日期": "2026-11-21"}, "date_in_future"),
        ({"开始时间": "一早"}, "time_unreadable"),
        ({"结束时间": None}, "time_unreadable"),
        ({"结束时间": "07:00"}, "end_before_start"),
        ({"结束时间": "08:00", "时长(小时)": 0}, "end_before_start"),
        ({"时长(小时)": 2.5}, "hours_disagree"),
        ({"时长(小时)": "很久"}, "hours_disagree"),
        ({"活动名称": " "}, "activity_missing"),
    ],
)
def test_a_row_is_refused_by_the_rule_it_breaks(row, reason):
    assert verdicts(row) == [reason]


def test_the_first_rule_that_is_broken_is_the_reason():
    broken = {
        "身份证号码": "1",
        "姓名": "李",
        "日期": "2027-01-01",
        "结束时间": "07:00",
        "时长(小时)": 9,
    }
    reasons = []
    for header in list(broken):
        reasons += verdicts(broken)
        del broken[header]
    assert reasons == [
        "volunteer_unknown",
        "name_id_mismatch",
        "date_in_future",
        "end_before_start",
        "hours_disagree",
    ]


def test_the_day_handed_in_is_not_the_future():
    assert verdicts({"日期": "2026-11-20"}) == [None]


def test_spaces_and_width_never_make_names_differ():
    stan = {"身份证号码": STAN_NUMBER}
    assert verdicts({"姓名": "王　伟"}, {**stan, "姓名": "阿茸•扎 史"}) == [None, None]


def test_hours_need_not_be_stated():
    assert verdicts({"时长(小时)": None}) == [None]


def test_the_same_service_twice_is_a_duplicate_whatever_its_spaces():
    assert verdicts({}, {"活动名称": "课后 辅导"}) == [None, "duplicate_record"]


def test_a_recorded_service_is_a_duplicate():
    recorded = {(11, DAY): [ledger.Stretch(480, 600, "课后辅导")]}
    assert verdicts({}, recorded=recorded) == ["duplicate_record"]


def test_shared_time_is_an_overlap_and_touching_is_none():
    after = {"开始时间": "10:00", "结束时间": "11:00", "时长(小时)": 1}
    within = {"开始时间": "09:59", "结束时间": "10:59", "时长(小时)": 1}
    assert verdicts({}, after) == [None, None]
    assert verdicts({}, within) == [None, "overlap"]
    assert verdicts({}, {"活动名称": "义诊"}) == [None, "overlap"]


def test_an_overlap_with_another_station_names_it_and_the_time_and_nothing_else_of_it():
    taken = ledger.Stretch(500, 520, "秘密活动", elsewhere=True, station="泉水村志愿服务站")
    recorded = {(11, DAY): [taken]}
    [refusal] = judge({}, recorded=recorded).refused
    assert refusal.reason == "overlap"
    assert "泉水村志愿服务站" in str(refusal.message)
    assert "08:20" in str(refusal.message)
    assert "秘密活动" not in str(refusal.message)


def test_a_refused_row_takes_no_time():
    assert verdicts({"时长(小时)": 9}, {}) == ["hours_disagree", None]


def test_other_people_and_other_days_do_not_overlap():
    stan = {"身份证号码": STAN_NUMBER, "姓名": "阿茸·扎史"}
    assert verdicts({}, stan, {"日期": "2026-10-04"}) == [None, None, None]


def test_who_has_left_the_roll_is_unknown_from_then_on():
    left = {ROSA_NUMBER: ledger.Enrolled(1, 11, "王伟", date(1990, 1, 1), date(2020, 1, 1), DAY)}
    assert verdicts({}, {"日期": "2026-10-04"}, roll=left) == [None, "volunteer_unknown"]


def test_service_before_registration_is_flagged_and_accepted():
    late = {ROSA_NUMBER: ledger.Enrolled(1, 11, "王伟", date(1990, 1, 1), date(2026, 10, 4))}
    [service] = judge({}, roll=late).accepted
    assert service.flags == (ledger.Flag.BEFORE_REGISTRATION,)


def test_an_under_age_volunteer_without_a_guardian_is_flagged_on_the_day_of_service():
    who = ledger.Enrolled(1, 11, "王伟", date(2008, 10, 4), date(2020, 1, 1))
    judged = judge({}, {"日期": "2026-10-04"}, roll={ROSA_NUMBER: who})
    assert [s.flags for s in judged.accepted] == [(ledger.Flag.WITHOUT_GUARDIAN,), ()]


def test_unknown_categories_are_kept_as_other_and_counted():
    judged = judge({"服务类别": "专项行动"}, {"服务类别": None, "日期": "2026-10-04"})
    assert [s.category for s in judged.accepted] == [Category.OTHER, Category.OTHER]
    assert judged.unmatched == {"专项行动": 1}


def test_the_columns_of_refusals_are_the_sheets_own():
    told = {r.reason.value: r.column for r in judge({"姓名": "李"}, {"时长(小时)": 9}).refused}
    assert told == {"name_id_mismatch": "姓名", "hours_disagree": "时长(小时)"}


STRETCHES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 10), st.sampled_from("甲乙")), max_size=12
)


@settings(deadline=None)
@given(stretches=STRETCHES)
def test_what_is_accepted_never_overlaps_and_nothing_free_is_refused(stretches):
    header = list(LEDGER)
    lines = [
        Line(row, (None, DAY, "王伟", ROSA_NUMBER, name, None, f"{at // 4:02}:{at % 4 * 15:02}",
                   f"{(at + span) // 4:02}:{(at + span) % 4 * 15:02}", None))
        for row, (at, span, name) in enumerate(stretches, start=2)
    ]  # fmt: skip
    places = {
        column: header.index(names[0])
        for column, names in ledger.LAYOUT.columns.items()
        if names[0] in header
    }
    table = Table(ledger.LAYOUT, header, places, lines)
    judged = ledger_rules.judge(table, on=ON, world=ledger.World(roll=ROLL))
    taken = []
    for row, (at, span, _name) in enumerate(stretches, start=2):
        free = all(end <= at or at + span <= start for start, end in taken)
        assert free == any(service.row == row for service in judged.accepted)
        if free:
            taken.append((at, at + span))
