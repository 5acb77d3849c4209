"""Many people at one activity, in one form: added, read from a chat, taken over, saved wholly."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import event, func, select

from admin_app.services.rosters import MOST
from admin_app.services.rosters.pasted import MOST_SIGNS
from models import EntryState, FigureName, OverlapRefusal, RollState, ServiceEntry, db
from tests import factories
from tests.pages import Page

DAY = date(2026, 10, 3)


@pytest.fixture
def cleaning(cast):
    return factories.activity(
        cast.gan_lai, name="村口清洁", starts_at=time(9), ends_at=time(11), held_on=DAY
    )


def roll(cast, *names):
    return [factories.volunteer(cast.gan_lai, name=name) for name in names]


def typed(people, **columns):
    """What the form posts of some lines: volunteers, or words that were not found."""
    found = [getattr(one, "id", "") for one in people]
    said = ["" if getattr(one, "id", "") else one for one in people]
    blank = [""] * len(people)
    lines = {"volunteer": found, "said": said} | dict.fromkeys(
        ("start", "end", "content", "quality"), blank
    )
    return {f"line_{name}": values for name, values in (lines | columns).items()}


def post(browser, activity, lines, act="save", **more):
    common = {"all_start": "9:00", "all_end": "11:00", "all_content": "清扫", "all_quality": "好"}
    answer = browser.post(
        f"/activities/roster/?id={activity.id}", data={"act": act} | common | lines | more
    )
    db.session.expire_all()
    return answer


def shown(answer, person):
    return answer.text.count(f'name="line_volunteer" value="{person.id}"')


def entries(activity):
    return db.session.scalars(
        select(ServiceEntry)
        .where(ServiceEntry.activity_id == activity.id)
        .order_by(ServiceEntry.id)
    ).all()


def test_a_roster_of_thirty_is_recorded_with_what_all_share(cast, browse, cleaning):
    people = roll(cast, *(f"甘{n}" for n in range(30)))
    lines = typed(people, start=["", "0930"] + [""] * 28, quality=["", "一般"] + [""] * 28)
    answer = post(browse(cast.chen), cleaning, lines)
    assert answer.location.startswith("/ledger/?flt_activity=")
    found = entries(cleaning)
    assert [entry.volunteer_id for entry in found] == [one.id for one in people]
    assert {entry.state for entry in found} == {EntryState.SUBMITTED}
    assert {entry.recorded_by_id for entry in found} == {cast.chen.id}
    assert [found[1].started_at.hour, found[1].started_at.minute, found[1].quality] == [
        9,
        30,
        "一般",
    ]
    assert (found[0].minutes, found[0].content, found[0].quality) == (120, "清扫", "好")


def test_one_wrong_line_stops_all_and_keeps_what_was_typed(cast, browse, cleaning):
    first, second, third = roll(cast, "雷一", "雷二", "雷三")
    factories.service_entry(second, factories.activity(cast.gan_lai, held_on=DAY))
    lines = typed([first, second, third, "无名氏"], end=["10:40", "", "99:00", ""])
    answer = post(browse(cast.chen), cleaning, lines)
    assert not entries(cleaning)
    page = Page(answer.text)
    assert "This person served at" in page.text
    assert "This is no time of day" in page.text
    assert "Nobody of this name is on the station's roll" in page.text
    for kept in ('value="10:40"', 'value="99:00"', 'value="无名氏"'):
        assert kept in answer.text
    assert answer.text.count('class="office-line-wrong"') == 3
    assert db.session.scalar(select(func.count(OverlapRefusal.id))) == 1


def test_one_person_twice_at_one_time_is_refused_and_apart_it_is_not(cast, browse, cleaning):
    [lei] = roll(cast, "雷一")
    browser = browse(cast.chen)
    assert post(browser, cleaning, typed([lei, lei])).status_code == 200
    assert not entries(cleaning)
    twice = typed([lei, lei], start=["9:00", "10:00"], end=["10:00", "11:00"])
    assert post(browser, cleaning, twice).status_code == 302
    assert [entry.minutes for entry in entries(cleaning)] == [60, 60]


def test_a_roster_sent_twice_is_recorded_once(cast, browse, cleaning):
    browser, lines = browse(cast.chen), typed(roll(cast, "雷一", "雷二"))
    post(browser, cleaning, lines)
    again = post(browser, cleaning, lines)
    assert again.location.startswith("/ledger/?flt_activity=")
    assert "nothing was recorded twice" in Page(browser.get(again.location).text).text
    assert len(entries(cleaning)) == 2
    assert not db.session.scalar(select(func.count(OverlapRefusal.id)))


def test_a_line_that_was_recorded_before_is_named_beside_new_ones(cast, browse, cleaning):
    first, second = roll(cast, "雷一", "雷二")
    browser = browse(cast.chen)
    post(browser, cleaning, typed([first]))
    answer = post(browser, cleaning, typed([first, second]))
    assert "This is recorded already" in Page(answer.text).text
    assert answer.text.count('class="office-line-wrong"') == 1
    assert len(entries(cleaning)) == 1


def single(browser, activity, person):
    """The same service as one entry of the ledger's own form."""
    told = {"volunteer": person.id, "activity": activity.id, "start": "9:00", "end": "11:00",
            "content": "清扫", "quality": "好", "kind": "service"}  # fmt: skip
    assert browser.post("/ledger/new/", data=told).status_code == 302
    db.session.expire_all()


def test_a_line_counts_and_is_flagged_as_a_single_entry(cast, browse, cleaning):
    factories.figure(FigureName.COUNT_UNIT_MINUTES, 30)
    factories.figure(FigureName.DAY_CAP_MINUTES, 60)
    factories.figure(FigureName.GRACE_MINUTES, 0)
    cleaning.starts_at = time(9, 30)
    db.session.commit()
    late = date(2026, 10, 5)
    in_list, alone = (
        factories.volunteer(cast.gan_lai, name=name, registered_on=late) for name in "甲乙"
    )
    browser = browse(cast.chen)
    assert post(browser, cleaning, typed([in_list])).status_code == 302
    single(browser, cleaning, alone)
    one, other = entries(cleaning)
    kept = ("minutes", "rule", "flags", "state", "source", "kind", "content", "quality", "category",
            "served_on", "started_at", "ended_at", "recorded_by_id")  # fmt: skip
    assert [getattr(one, name) for name in kept] == [getattr(other, name) for name in kept]
    assert (one.minutes, len(one.flags)) == (60, 3)


def test_several_people_in_one_line_are_each_a_line(cast, browse, cleaning):
    zhang, li = roll(cast, "张三", "李四")
    text = "1. 张三、李四、赵无名 2小时"
    answer = post(browse(cast.chen), cleaning, {}, act="read", list=text)
    assert [shown(answer, one) for one in (zhang, li)] == [1, 1]
    assert 'name="line_said" value="赵无名"' in answer.text


def test_a_spiteful_paste_is_refused_and_kept(cast, browse, cleaning):
    roll(cast, "张三")
    browser = browse(cast.chen)
    for text in ("张三\n" * MOST_SIGNS, "\n".join(f"{n}. 张三 {n}号" for n in range(1, 900))):
        answer = post(browser, cleaning, {}, act="read", list=text)
        assert answer.status_code == 200
        assert 'class="alert' in answer.text
        assert text[:30] in answer.text
        assert "data-line id" not in answer.text.split("<template")[0]
    assert post(browser, cleaning, typed(["张三"] * (2 * MOST + 1))).status_code == 400
    assert post(browser, cleaning, typed(["张" * 99_999])).status_code == 200
    assert not entries(cleaning)


def test_what_hides_in_a_paste_does_no_harm(cast, browse, cleaning):
    [zhang] = roll(cast, "张三")
    text = "1. 张\u202e三\x00\u200b\n2. <script>alert(1)</script>\n3. 李\u2067四"
    answer = post(browse(cast.chen), cleaning, {}, act="read", list=text)
    assert shown(answer, zhang) == 1
    assert "<script>alert" not in answer.text
    assert not {"\u202e", "\u2067", "\x00"} & set(answer.text)


def test_a_long_rest_of_a_paste_is_told_shortly(cast, browse, cleaning):
    text = "\n".join(f"#{n}接龙{'很长' * 40}" for n in range(99))
    answer = post(browse(cast.chen), cleaning, {}, act="read", list=text)
    told = next(words for words in Page(answer.text).words if "names nobody" in words)
    assert len(told) < 600
    assert told.rstrip().endswith("…")


def test_who_left_or_is_a_strangers_namesake_is_never_taken_for_another(cast, browse, cleaning):
    here, gone = roll(cast, "雷一", "雷一")
    stranger = factories.volunteer(cast.quan_shui, name="雷一")
    gone.state, gone.left_on = RollState.LEFT, date(2026, 10, 1)
    db.session.commit()
    browser = browse(cast.chen)
    for number in (gone.id, stranger.id, 2**31 - 1, "-1", "x", "9" * 5000):
        answer = post(browser, cleaning, typed([here], volunteer=[number], said=["雷一"]))
        assert "Nobody of this name is on the station" in Page(answer.text).text
        assert not entries(cleaning)
    uneven = {"line_volunteer": ["1", "2"], "line_said": ["x"]}
    assert browser.post(f"/activities/roster/?id={cleaning.id}", data=uneven).status_code == 400


def test_who_left_after_the_day_is_still_recorded(cast, browse, cleaning):
    [left] = roll(cast, "雷一")
    left.state, left.left_on = RollState.LEFT, DAY
    db.session.commit()
    assert post(browse(cast.chen), cleaning, typed([left])).status_code == 302


def test_a_longer_list_asks_the_database_no_more_often(cast, browse, cleaning):
    people, browser, asked = roll(cast, *(f"甘{n}" for n in range(24))), browse(cast.chen), []
    event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    pages = {
        "read": lambda n: post(browser, cleaning, {}, act="read", list=f"1-{n}"),
        "remove": lambda n: post(browser, cleaning, lines[n], act="drop-1"),
    }
    lines = {n: typed(people[:n]) for n in (4, 24)}
    for page in pages.values():
        counts = []
        for n in (4, 24):
            assert cleaning.id  # what the test itself asks is not counted
            asked.clear()
            page(n)
            counts.append(len(asked))
        assert counts[0] == counts[1]
    asked.clear()
    assert post(browser, cleaning, lines[24]).status_code == 302
    written = [statement for statement in asked if statement.startswith("INSERT INTO service_")]
    settled = [statement for statement in asked if statement.startswith("SELECT activities.id, ")]
    assert len(written) <= 24
    assert len(settled) < 6


def test_the_day_of_a_person_who_comes_twice_is_counted_together(cast, browse, cleaning):
    factories.figure(FigureName.DAY_CAP_MINUTES, 90)
    [lei] = roll(cast, "雷一")
    twice = typed([lei, lei], start=["9:00", "10:00"], end=["10:00", "11:00"])
    assert post(browse(cast.chen), cleaning, twice).status_code == 302
    assert [entry.minutes for entry in entries(cleaning)] == [60, 30]


def test_a_chat_list_is_read_against_the_roll(cast, browse, cleaning):
    zhang, li, _wang, wang = roll(cast, "张三", "李四", "王五", "王五")
    text = (
        "#接龙\n村口清洁，组织者：李四\n1. 张三\n2、李四 2小时\n3 王五 9:00-10:30\n4. 赵无名👍\n5."
    )
    answer = post(browse(cast.chen), cleaning, {}, act="read", list=text)
    assert f'name="line_volunteer" value="{zhang.id}"' in answer.text
    assert f'name="line_volunteer" value="{li.id}"' in answer.text
    assert f'<option value="{wang.id}">' in answer.text
    assert 'value="4. 赵无名👍"' in answer.text
    assert "Several people may be meant" in answer.text
    assert (
        "Not read, because it names nobody: #接龙；村口清洁，组织者：李四" in Page(answer.text).text
    )
    assert 'value="10:30"' in answer.text
    assert not entries(cleaning)
    chosen = typed([zhang, li, wang])
    assert post(browse(cast.chen), cleaning, chosen).status_code == 302


def test_a_corrected_name_is_found_when_it_is_saved(cast, browse, cleaning):
    [zhang] = roll(cast, "张三")
    assert post(browse(cast.chen), cleaning, typed(["张三"])).status_code == 302
    assert [entry.volunteer_id for entry in entries(cleaning)] == [zhang.id]


def test_namesakes_are_chosen_and_never_guessed(cast, browse, cleaning):
    roll(cast, "王五", "王五")
    answer = post(browse(cast.chen), cleaning, typed(["王五"]))
    assert "This may mean several people: choose one." in Page(answer.text).text
    assert not entries(cleaning)


def test_serials_follow_the_roll_of_the_day(cast, browse, cleaning):
    first, gone, third = roll(cast, "甲", "乙", "丙")
    gone.state, gone.left_on = RollState.LEFT, date(2026, 10, 1)
    factories.volunteer(cast.gan_lai, name="后来", registered_on=date(2026, 10, 4))
    db.session.commit()
    answer = post(browse(cast.chen), cleaning, {}, act="read", list="1-2，9")
    assert [shown(answer, one) for one in (first, gone, third)] == [1, 0, 1]
    assert 'name="line_said" value="9"' in answer.text
    assert "后来" not in answer.text


def test_what_stands_there_already_is_not_added_twice(cast, browse, cleaning):
    [zhang] = roll(cast, "张三")
    browser = browse(cast.chen)
    answer = post(
        browser,
        cleaning,
        typed([zhang], start=["9:00"], end=["11:00"]),
        act="read",
        list="1. 张三\n2. 张三 9点-10点\n3. 张三 09:00-10:00",
    )
    assert shown(answer, zhang) == 2


def test_last_weeks_roster_is_taken_over_without_what_was_declined(cast, browse, cleaning):
    before = factories.activity(cast.gan_lai, name="村口清洁", held_on=date(2026, 9, 26))
    stays, no, left = roll(cast, "雷一", "雷二", "雷三")
    factories.service_entry(stays, before)
    factories.service_entry(no, before, state=EntryState.DECLINED)
    factories.service_entry(left, before)
    left.state, left.left_on = RollState.LEFT, date(2026, 9, 30)
    db.session.commit()
    browser = browse(cast.chen)
    page = browser.get(f"/activities/roster/?id={cleaning.id}").text
    assert f'<option value="{before.id}" selected>' in page
    answer = post(browser, cleaning, {}, act="copy", **{"from": before.id})
    assert [shown(answer, one) for one in (stays, no, left)] == [1, 0, 0]
    assert "雷一" in answer.text


def test_a_roster_of_another_station_is_not_taken_over(cast, browse, cleaning):
    elsewhere = factories.activity(cast.quan_shui, held_on=date(2026, 9, 26))
    stranger = factories.volunteer(cast.quan_shui, name="外人")
    factories.service_entry(stranger, elsewhere)
    answer = post(browse(cast.chen), cleaning, {}, act="copy", **{"from": elsewhere.id})
    assert "外人" not in answer.text
    assert post(browse(cast.chen), cleaning, typed([stranger])).status_code == 200
    assert not entries(cleaning)


def test_a_line_is_removed_without_scripts(cast, browse, cleaning):
    first, second = roll(cast, "雷一", "雷二")
    answer = post(browse(cast.chen), cleaning, typed([first, second]), act="drop-1")
    assert [shown(answer, one) for one in (first, second)] == [0, 1]


def test_people_are_looked_up_on_the_roll_of_the_station_alone(cast, browse, cleaning):
    [zhang] = roll(cast, "张三")
    factories.volunteer(cast.quan_shui, name="张三丰")
    browser = browse(cast.chen)
    for words in ("张", "zs", zhang.number[-5:]):
        found = browser.get(f"/activities/roster/people/?id={cleaning.id}&query={words}").json
        assert [pair[0] for pair in found] == [zhang.id]


@pytest.mark.parametrize(
    ("login", "status"),
    [("chen", 200), ("lin", 403), ("ou", 403), ("su", 403), ("quan", 404), ("wang", 404)],
)
def test_only_the_clerk_of_the_place_records(cast, browse, cleaning, login, status):
    browser, people = browse(getattr(cast, login)), roll(cast, "雷一")
    for address in ("roster/", "roster/people/"):
        assert browser.get(f"/activities/{address}?id={cleaning.id}").status_code == status
    assert post(browser, cleaning, typed(people)).status_code == (302 if status == 200 else status)
    assert len(entries(cleaning)) == (status == 200)


def test_an_activity_that_is_no_volunteering_records_nobody(cast, browse, cleaning):
    cleaning.gate = "paid"
    db.session.commit()
    answer = post(browse(cast.chen), cleaning, typed(roll(cast, "雷一")))
    assert "is no volunteering" in Page(answer.text).text
    assert not entries(cleaning)
