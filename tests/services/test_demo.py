import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from admin_app.policy import access_of, acting_as
from admin_app.services import (
    accounts,
    audit,
    committee,
    demo,
    identity,
    masking,
    programme,
    workbench,
)
from admin_app.services.attendance import roster
from admin_app.services.demo.months import months_until
from admin_app.services.ledger import checking, uploads
from admin_app.services.places import divisions
from admin_app.services.privacy import retention
from admin_app.services.reports import Month, compiling
from models import (
    Account,
    Activity,
    ActivityState,
    AuditEntry,
    Certificate,
    CertificateRequest,
    Consent,
    Dismissal,
    DismissalState,
    Division,
    DomainError,
    EntryState,
    Exemption,
    LeadershipGroup,
    LeadershipSeat,
    MergeState,
    Notice,
    NoticeState,
    Objection,
    Office,
    Person,
    PersonMerge,
    PrivacyRequest,
    PrivacyRequestState,
    Release,
    ReleaseState,
    RequestState,
    RetentionDecision,
    RetentionOutcome,
    Role,
    Rule,
    RuleKind,
    ServiceEntry,
    Station,
    Volunteer,
    clock,
    db,
)
from tests.emptying import send_everybody_home

NOWHERE = ("440899", "440898", "533499")
MOBILE = re.compile(r"1[3-9]\d{9}")


@pytest.fixture
def filled(app, offices):
    """An office as the demo leaves it, filled once a day; returned are the sign-ins it gave."""
    return offices.of(app).begin(f"demo of {clock.today()}", _fill)


def _fill():
    send_everybody_home()
    return demo.fill()


def every(model):
    return db.session.scalars(select(model).order_by(model.id)).all()


def test_the_communities_of_the_demo_have_two_regular_projects_or_one_or_none(filled):
    for code in ("440800000000", "533400000000"):
        told = programme.regular_by_community(divisions.by_code(code), on=clock.today())
        assert {min(count, 2) for count in told.values()} == {0, 1, 2}
    teams = programme.active_by_station(divisions.by_code("440800000000"), on=clock.today())
    assert set(teams.values()) >= {1, 2}


def test_the_demo_shows_two_prefectures_with_all_that_a_station_keeps(filled):
    assert demo.is_demo()
    stations = every(Station)
    assert len(stations) == 12
    assert {s.code[:4] for s in stations} == {"4408", "5334"}
    assert len({s.county_id for s in stations}) >= 6
    assert len({s.kind for s in stations}) >= 4
    ended = [group for group in every(LeadershipGroup) if group.until is not None]
    assert len(every(LeadershipGroup)) - len(ended) == 12
    assert [group.station.name for group in ended] == [stations[0].name]
    carrying = [seat for seat in every(LeadershipSeat) if seat.appointment]
    assert {seat.appointment.role for seat in carrying} == {
        committee.ROLES[s.kind] for s in carrying
    }
    assert {bool(group.unfilled) for group in every(LeadershipGroup)} == {True, False}
    assert any(seat.inapplicable for seat in every(LeadershipSeat))
    rules = every(Rule)
    assert Counter(rule.kind for rule in rules) == dict.fromkeys(RuleKind, 12)
    assert any(rule.posted_on is None for rule in rules)
    assert sum(rule.posted_on is not None for rule in rules) > 50
    for rule in rules:
        assert "{" not in rule.text
        assert "None" not in rule.text
        in_zhanjiang = rule.station.code.startswith("4408")
        if rule.kind is RuleKind.RECRUITMENT:
            assert ("48小时" in rule.text) is in_zhanjiang
            assert ("18%" in rule.text) is not in_zhanjiang


def test_the_volunteers_are_sound_in_form_and_nobody(filled):
    volunteers = every(Volunteer)
    assert 200 < len(volunteers) < 600
    asked = select(Consent.volunteer_id).where(Consent.guardian_name.is_not(None))
    agreed = set(db.session.scalars(asked))
    for row in volunteers:
        person = row.person
        assert identity.is_sound(person.id_number)
        assert person.id_number.startswith(NOWHERE)
        assert (person.born_on, person.sex) == (
            identity.born_on(person.id_number), identity.sex(person.id_number),
        )  # fmt: skip
        assert MOBILE.fullmatch(row.phone)
        assert row.phone_masked == masking.phone(row.phone)
        assert person.id_number_masked == masking.id_number(person.id_number)
        assert row.registered_on >= row.station.opened_on
        minor = clock.age_on(person.born_on, row.registered_on) < 18
        assert (row.id in agreed) is minor
    assert agreed
    first = [row for row in volunteers if row.station_id == volunteers[0].station_id]
    assert len({row.person.name for row in first}) < len(first), "no namesakes"
    assert len({row.person_id for row in volunteers}) < len(volunteers), "nobody on two rolls"
    assert [row.number[-5:] for row in first] == [f"{n:05}" for n in range(1, len(first) + 1)]


def test_the_ledger_holds_three_months_up_to_yesterday(filled):
    today = clock.today()
    held = [a for a in every(Activity) if a.state is ActivityState.HELD]
    assert today - timedelta(days=130) < min(a.held_on for a in held)
    assert max(a.held_on for a in held) < today
    assert len({a.category for a in held}) > 8
    asked = Counter((a.station_id, f"{a.held_on:%Y-%m}") for a in held if not a.desk_duty)
    assert {1, 2, 3} <= set(asked.values()) <= {1, 2, 3, 4, 5}
    [exempt] = every(Exemption)
    entries = every(ServiceEntry)
    states = Counter(entry.state for entry in entries)
    assert states[EntryState.CONFIRMED] > 0.7 * len(entries)
    assert states[EntryState.SUBMITTED] > 0
    assert states[EntryState.DECLINED] > 0
    for entry in entries:
        assert entry.recorded_at <= clock.utc_now()
        assert entry.served_on >= entry.volunteer.registered_on
        is_alone = entry.recorded_by_id == entry.decided_by_id
        assert is_alone is (entry.is_decided and entry.station_id == exempt.station_id)
        assert entry.is_decided is (entry.decided_at is not None)
        assert entry.activity.station_id == entry.volunteer.station_id == entry.station_id
        assert entry.minutes == (entry.ended_at - entry.started_at).total_seconds() // 60
    days = Counter((entry.person_id, entry.served_on) for entry in entries)
    assert max(days.values()) == 1, "somebody was in two places"


def test_a_small_station_works_alone_as_its_county_allows(filled):
    [exempt] = every(Exemption)
    assert exempt.granted_by.login == "county"
    assert exempt.until > clock.today()
    alone = [entry for entry in every(ServiceEntry) if entry.is_single_handed]
    assert {entry.station_id for entry in alone} == {exempt.station_id}
    assert all(exempt.since <= entry.decided_at.date() <= exempt.until for entry in alone)
    [hands] = {entry.decided_by_id for entry in alone}
    held = db.session.get(Account, hands).appointments
    assert {one.role for one in held} == {Role.CLERK, Role.DEPUTY}
    assert {one.station_id for one in held} == {exempt.station_id}
    told = compiling.month(exempt.station, Month.last_full())
    assert told.counts.single_handed > 0


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)))
def test_the_months_are_whole_and_end_yesterday(today):
    told = list(months_until(today))
    assert len(told) in (3, 4)
    assert told[-1][1] == today - timedelta(days=1)
    for (first, last), (following, _end) in pairwise(told):
        assert (first.day, last + timedelta(days=1)) == (1, following)


def test_one_sign_in_a_role_works_and_the_others_do_not(filled):
    assert {Role(sign_in.role) for sign_in in filled} == set(Role)
    assert len({sign_in.login for sign_in in filled}) == len(filled) == 12
    for sign_in in filled:
        account = accounts.sign_in(sign_in.login, sign_in.password)
        assert [held.role.value for held in access_of(account).held] == [sign_in.role]
    with pytest.raises(accounts.SignInRefused):
        accounts.sign_in("clerk-02", "")
    assert demo.read_sign_ins() == filled
    file = Path(current_app.instance_path) / "demo-sign-ins.json"
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(DomainError):
        demo.fill()


def test_the_demo_leaves_one_entry_in_the_trail_and_names_nobody(filled):
    entries = every(AuditEntry)
    assert sum(entry.changes.get("act") == "demo filled" for entry in entries) == 1
    since = next(n for n, entry in enumerate(entries) if entry.changes.get("act"))
    assert len(entries) - since < 12
    told = "".join(str(entry.changes) for entry in entries)
    people = every(Person)
    assert not [person for person in people if person.name in told]
    for secret in [p.id_number for p in people] + [v.phone for v in every(Volunteer)]:
        assert secret not in told
    assert not [account for account in every(Account) if account.name in told]
    assert audit.verify() == []


def test_one_certificate_is_issued_as_a_sample_and_one_waits(filled):
    demo.hand_out()
    states = sorted(asked.state for asked in every(CertificateRequest))
    assert states == [RequestState.ISSUED, RequestState.REQUESTED]
    [paper] = every(Certificate)
    assert paper.sample
    assert paper.paper.startswith(b"%PDF")
    asked = paper.request
    assert len({asked.requested_by_id, asked.decided_by_id, paper.issued_by_id}) == 3
    demo.hand_out()
    assert len(every(Certificate)) == 1


def test_a_real_office_is_never_filled(app, cast):
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(DomainError):
        demo.fill()
    db.session.commit()
    assert not demo.is_demo()
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert every(Office) == []


def test_a_failure_in_the_middle_leaves_nothing(app, monkeypatch):
    send_everybody_home()

    def fail(*_arguments, **_more):
        raise RuntimeError("the power went out")

    monkeypatch.setattr("admin_app.services.demo.filling._serve", fail)
    with pytest.raises(RuntimeError):
        demo.fill()
    db.session.rollback()
    assert (every(Office), every(Person), every(Account)) == ([], [], [])


def test_the_demo_hangs_a_notice_and_takes_a_request_for_correction(filled):
    published, drafted = every(Notice)
    assert [published.state, drafted.state] == [NoticeState.PUBLISHED, NoticeState.DRAFT]
    assert published.named > 0
    assert published.published_by.login == "deputy"
    [asked] = every(Objection)
    assert asked.is_open
    assert asked.station == published.station


def test_a_sheet_waits_for_the_clerk_and_a_door_for_the_helper(filled):
    clerk, helper = (
        access_of(db.session.scalars(select(Account).where(Account.login == login)).one())
        for login in ("clerk", "helper")
    )
    with acting_as(clerk):
        told = {number.name: number.count for number in workbench.waiting(clerk)}
    assert told["to_draft"] == 1
    with acting_as(helper):
        [door] = roster.today(helper)
        [handed_in] = [one for one in roster.sheets(helper) if one.handed_in_at]
        assert roster.counts(handed_in, access=helper).there == 1
    assert door.held_on == clock.today()


def test_each_screen_of_people_and_privacy_has_something_to_show(filled):
    leader = access_of(db.session.scalars(select(Account).where(Account.login == "leader")).one())
    with acting_as(leader):
        [here] = retention.keeping(leader)
    assert (here.months, len(here.due)) == (12, 2)
    assert [row.outcome for row in every(RetentionDecision)] == [RetentionOutcome.KEPT]
    states = {
        kind: {row.state for row in every(kind)}
        for kind in (Dismissal, PersonMerge, PrivacyRequest, Release)
    }
    assert states == {
        Dismissal: {DismissalState.PREPARED, DismissalState.DISMISSED},
        PersonMerge: {MergeState.PREPARED},
        PrivacyRequest: {PrivacyRequestState.RECEIVED, PrivacyRequestState.GRANTED},
        Release: {ReleaseState.PREPARED, ReleaseState.GONE},
    }
    county = db.session.get(Division, here.station.county_id)
    told = {one.id: one for one in uploads.by_station(county)}
    assert told[here.station.id].uploaded > 0
    assert all(one.waiting for one in told.values())
    assert checking.verify().differences == ()
