"""The sample sheets come out as stated, row for row, without any database."""

import pytest

from admin_app.services.exchange import ledger, ledger_rules, sheets, stations, volunteers

from .samples import AS_OF, EXPECTED, PREFECTURES, sheet


def enrolled(judged):
    return {
        person.id_number: ledger.Enrolled(
            volunteer_id=person.row,
            person_id=person.row,
            name=person.name,
            born_on=person.born_on,
            registered_on=AS_OF,
        )
        for person in judged.accepted
    }


def judged_volunteers(prefecture):
    table = sheets.read_table(sheet(prefecture, "volunteers.xlsx"), volunteers.LAYOUT)
    return volunteers.judge(table, on=AS_OF, adult_age=18, on_roll=())


def judged_ledger(prefecture, recorded=None):
    table = sheets.read_table(sheet(prefecture, "ledger.xlsx"), ledger.LAYOUT)
    world = ledger.World(roll=enrolled(judged_volunteers(prefecture)), recorded=recorded or {})
    return ledger_rules.judge(table, on=AS_OF, world=world)


def told(judged):
    return {
        "accepted": len(judged.accepted),
        "refused": {reason.value: count for reason, count in judged.reasons.items()},
    }


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_the_sample_volunteers_come_out_as_expected(prefecture):
    assert told(judged_volunteers(prefecture)) == EXPECTED[prefecture]["volunteers"]


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_the_sample_ledger_comes_out_as_expected_to_the_minute(prefecture):
    judged = judged_ledger(prefecture)
    assert {**told(judged), "minutes": judged.minutes} == EXPECTED[prefecture]["ledger"]


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_a_second_import_of_the_same_ledger_accepts_nothing(prefecture):
    first = judged_ledger(prefecture)
    recorded = {}
    for service in first.accepted:
        taken = ledger.Stretch(service.start, service.end, service.activity)
        recorded.setdefault((service.who.person_id, service.served_on), []).append(taken)
    again = judged_ledger(prefecture, recorded)
    assert not again.accepted
    assert again.reasons["duplicate_record"] >= len(first.accepted)


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_every_row_of_the_form_is_accounted_for(prefecture):
    for judged, rows in (
        (judged_volunteers(prefecture), {"zhanjiang": 400, "diqing": 120}),
        (judged_ledger(prefecture), {"zhanjiang": 1500, "diqing": 300}),
    ):
        assert len(judged.accepted) + len(judged.refused) == rows[prefecture]
        assert len(judged.table.left_out) == 1


@pytest.mark.parametrize("prefecture", PREFECTURES)
def test_the_sample_stations_are_all_accepted(prefecture):
    table = sheets.read_table(sheet(prefecture, "stations.csv"), stations.LAYOUT)
    name = table.reader("community_name")
    communities = dict(zip(stations.codes(table), map(name, table.lines), strict=True))
    judged = stations.judge(table, on=AS_OF, communities=communities, stored=())
    assert len(judged.accepted) == EXPECTED[prefecture]["stations"]
    assert not judged.refused
    stored = {(station.community_code, station.name) for station in judged.accepted}
    again = stations.judge(table, on=AS_OF, communities=communities, stored=stored)
    assert again.reasons == {"duplicate_station": EXPECTED[prefecture]["stations"]}


def test_a_category_that_is_no_national_one_is_kept_as_other_and_listed():
    judged = judged_ledger("diqing")
    assert set(judged.unmatched) == {"专业志愿服务"}
    assert {s.category for s in judged.accepted} == {"0001", "0008", "0010", "0017", "0099"}


def test_a_refusal_names_the_row_and_the_column_as_the_sheet_does():
    refusal = next(r for r in judged_volunteers("diqing").refused if r.reason == "phone_invalid")
    plain = refusal.plain()
    assert (plain["row"], plain["column"], plain["reason"]) == (7, "联系电话", "phone_invalid")
    assert "11" in plain["message"]
