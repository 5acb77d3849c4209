"""An office after a while: rows of each kind in each state, long names among them."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from unittest import mock

from flask.testing import FlaskClient
from sqlalchemy import select

from admin_app.policy import access_of
from admin_app.services import accounts
from admin_app.services.ledger import reversals, uploads
from admin_app.services.people import registrations
from admin_app.services.privacy import purposes
from admin_app.services.reports import Month
from admin_app.services.standards import checklists
from models import (
    ActivityState,
    Certificate,
    CertificateState,
    DismissalState,
    EntryState,
    FigureName,
    Job,
    JobState,
    NoticeLine,
    NoticeState,
    ObjectionState,
    OfficialState,
    OptionalField,
    PartName,
    PrivacyRequestKind,
    PrivacyRequestState,
    ReleaseState,
    RequestState,
    ReversalGround,
    Role,
    RollState,
    ServiceItem,
    ServiceKind,
    StationEquipment,
    clock,
    db,
)
from tests import crawling, factories
from tests.browsing import signed_in
from tests.services.exchange.books import PEOPLE as PEOPLE_TITLES
from tests.services.exchange.books import ROSA, book
from views.lists import long_exports

WITHDRAWN = (None, "有一位志愿者不同意公开，整理以后再公示。")


def furnish(app, cast) -> None:
    """Put before everybody what an office has after a while: rows of each kind, in each state."""
    crawling.furnish(cast)
    place = cast.gan_lai
    people = [factories.volunteer(place) for _n in range(3)]
    factories.volunteer(
        place, name="买买提·阿不都热依木江·吐尔逊", born_on=clock.today() - timedelta(days=4000),
        guardian_name="古丽",
    )  # fmt: skip
    for n, state in enumerate(ActivityState):
        factories.activity(place, state=state, keeper_id=(cast.ou.id, cast.he.id)[n % 2])
    long = factories.activity(
        place, keeper_id=cast.ou.id, place="甘来村党群服务中心一楼新时代文明实践大讲堂（食堂旁）",
        name="关爱留守儿童与空巢老人暨冬季防火防骗宣传志愿服务联合行动第三次入户走访",
        held_on=clock.today(), content="走访。\n" * 12,
    )  # fmt: skip
    team = factories.team(
        place, name="中国人民财产保险股份有限公司遂溪支公司青年志愿服务队", leader_name="林队长",
        unit_name="中国人民财产保险股份有限公司遂溪支公司", schedule="每周六上午八点半到十一点",
    )  # fmt: skip
    long.team, long.project = team, factories.project(place, team=team, keeper_id=cast.ou.id)
    factories.project(place, closes_on=clock.today() - timedelta(days=1))
    for n in range(60):
        day = clock.today() - timedelta(days=n + 1)
        factories.activity(place, held_on=day, keeper_id=(cast.ou.id, cast.he.id)[n % 2])
    for person, state in zip(people * 2, EntryState, strict=False):
        factories.service_entry(person, factories.activity(place), state=state)
    _take_attendance(people, long)
    factories.service_entry(people[0], long)
    gone = factories.service_entry(people[1], long, state=EntryState.CONFIRMED)
    reversals.reverse(
        gone, ReversalGround.WRONG_TIME, "当天十点就散了，签到表上有记录。",
        by=cast.lin, access=access_of(cast.lin, clock.today()),
    )  # fmt: skip
    _publish(place)
    _keep_a_file(cast)
    _hand_in(cast)
    _ask_about_own_data(place)
    _say_farewell(cast)
    for state in RequestState:
        factories.certificate_request(place, volunteer=people[0], state=state)
    for state in CertificateState:
        factories.certificate(place, state=state)
        _hand_out(place, state=state, voided_at=clock.utc_now())
    _hand_out(place, doubted_at=clock.utc_now())
    _import_a_sheet(app, cast)
    _ask_for_files(app, cast.chen)
    # Only what is not in force yet may still be changed.
    factories.figure(
        FigureName.DAY_CAP_MINUTES, 480, division_code="440800000000",
        since=clock.today() + timedelta(days=30),
    )  # fmt: skip
    accounts.appoint(cast.pu, Role.OBSERVER, cast.weng_shui, by=None, since=clock.today())
    db.session.commit()


def _keep_a_file(cast) -> None:
    """Tell of the station itself, its teams and projects, and who lives and supervises there."""
    place = cast.gan_lai
    picture = factories.evidence_file(
        place, caption="村委会一楼大厅东侧的志愿服务台，挂牌后拍摄，可见开放时间"
    )
    for kind in ServiceKind:
        db.session.add(ServiceItem(station=place, kind=kind, text="每周一次的日常服务"))
    db.session.add(StationEquipment(station=place, name="可移动宣传展架（含画面）", count=12))
    team = factories.team(
        place,
        name="甘来村党员先锋与退役军人应急抢险志愿服务队",
        schedule="每周六上午八点半到十一点半",
    )
    project = factories.project(place, name="守望夕阳：独居老人每周探访与代办服务", team=team)
    factories.activity(place, project=project, team=team, held_on=clock.today())
    factories.population(place.division, 2025, 3120)
    clerk = access_of(cast.chen)
    for part, words in (
        (PartName.SIGN, "村委会门口右侧挂有标识牌，服务台上另有一块"),
        (PartName.UNIFORM, "红马甲十二件"),
    ):  # fmt: skip
        checklists.attest(
            place, part, since=Month.of(clock.today()), seen=words, access=clerk, evidence=picture
        )
    checklists.keep(place.division, Month.last_full())
    further = place.division.parent
    accounts.reach_further(cast.di.appointments[0], further, by=None)


def _hand_in(cast) -> None:
    """Let registrations wait, be returned, accepted and withdrawn, and somebody come back."""
    place = cast.gan_lai
    for field in OptionalField:
        purposes.state(place, field, "排班和安排与身体状况相适应的岗位", by=cast.lin)
    factories.purpose(place)
    deputy, clerk = access_of(cast.dai, clock.today()), access_of(cast.chen, clock.today())
    minor = clock.today() - timedelta(days=365 * 15)
    factories.registration(
        place, by=cast.chen, name="买买提·阿卜杜拉", born_on=minor, guardian_name="买买提·吐尔逊",
        guardian_relation="父亲", guardian_phone="13800138000", conduct_on=clock.today(),
        skills="维吾尔语、汉语口译，篮球裁判", availability="周末和寒暑假",
        answers={
            "slots": 0b111111 << 15, "specialities": ["02", "16"], "ethnic_group": "维吾尔族",
            "emergency_name": "买买提·吐尔逊", "emergency_phone": "13800138000",
            "health_note": "对花生过敏",
        },
        separate_consent_on=clock.today(),
    )  # fmt: skip
    back, gone = (factories.registration(place, by=cast.chen) for _n in range(2))
    why = "身份证号码与证件照片不一致，请核对后重新提交；监护人电话打不通。"
    registrations.give_back(back, why, by=cast.dai, access=deputy)
    registrations.withdraw(gone, "本人搬离本社区。", by=cast.chen, access=clerk)
    taken = factories.registration(place, by=cast.chen, conduct_on=clock.today())
    registrations.accept(taken, by=cast.dai, access=deputy)
    left = factories.volunteer(
        place, id_number=(number := factories.identity_number()), name="来去"
    )
    left.state, left.left_on = RollState.LEFT, clock.today()
    factories.volunteer(cast.quan_shui, id_number=number, name="来去")
    factories.registration(place, by=cast.chen, id_number=number, name="来去")


def _publish(place) -> None:
    """Hang notices in each state, with names, without, and of nobody, and object to one."""
    agreed = clock.today() - timedelta(days=400)
    people = [
        factories.volunteer(place, publication_consent_on=day) for day in (agreed, agreed, None)
    ]
    served = [
        factories.service_entry(person, factories.activity(place), state=EntryState.CONFIRMED,
                                recorded_by_id=None)
        for person in people
    ]  # fmt: skip
    for state in NoticeState:
        hung = served if state is not NoticeState.DRAFT else []
        notice = factories.notice(
            place, hung, state=state, withdraw_reason=WITHDRAWN[state is NoticeState.WITHDRAWN]
        )
    closed = factories.notice(place, served)
    for line in db.session.scalars(select(NoticeLine)):
        line.name_masked = "买****·***" if line.volunteer_id % 2 else None
    for state in ObjectionState:
        factories.objection(
            place, volunteer=people[0], notice=closed, entry=served[0], state=state,
            contact="13912345678", contact_masked="139********", finding="已核对签到表。",
            answer="已告知。", text="那天只来了一个小时，签到表上是别人代签的，请核实更正。\n" * 3,
        )  # fmt: skip
    factories.objection(place, volunteer=people[0], notice=notice)


def _take_attendance(people, activity):
    """Let one be there, one have gone, and one have come for nothing; the last are expected."""
    came = clock.office_now().replace(second=0, microsecond=0)
    factories.attendance(people[0], activity, signed_in_at=came)
    factories.attendance(
        people[1], activity, signed_in_at=came, signed_out_at=came + timedelta(minutes=90),
        remark="忘了签退，本人当天下午电话说明，同组志愿者证实。",
    )  # fmt: skip
    factories.attendance(people[2], activity, signed_in_at=came, dropped_for="未参加")


def _ask_about_own_data(station) -> None:
    """Let people ask for each thing, and be answered in each way."""
    for n, kind in enumerate(PrivacyRequestKind):
        state = list(PrivacyRequestState)[n % len(PrivacyRequestState)]
        decided = {} if state is PrivacyRequestState.RECEIVED else {
            "answer": "已核实，服务记录依法保存，其余信息已删除。",
            "ground": "个人信息保护法第四十七条",
            "decided_at": clock.utc_now(),
        }  # fmt: skip
        who = factories.volunteer(station, restricted_on=clock.today() if n == 1 else None)
        factories.privacy_request(station, volunteer=who, kind=kind, state=state, **decided)
    for release in ReleaseState:
        factories.release(station, state=release, people=3)
    factories.volunteer(
        station, name="阿依古丽·买买提", state=RollState.LEFT,
        left_on=clock.today() - timedelta(days=800),
    )  # fmt: skip
    factories.figure(FigureName.RETENTION_MONTHS, 24)


def _say_farewell(cast) -> None:
    """Decide a case in each way, and note that a part of the hours is in the official system."""
    place, today = cast.gan_lai, clock.today()
    for state in DismissalState:
        decided = {} if state is DismissalState.PREPARED else {
            "decision": "事实清楚，予以劝退；本人收到决定书并签字。\n" * 2, "dismissed_on": today,
            "decided_by_id": cast.lin.id, "decided_at": clock.utc_now(), "serious": True,
            "reported_to": "遂溪县志愿服务工作领导小组办公室", "reported_on": today,
            "receipt": "遂志组办回执〔2026〕第12号", "receipt_on": today,
        }  # fmt: skip
        factories.dismissal(place, state=state, prepared_by_id=cast.chen.id, **decided)
    patrol = factories.activity(place)
    for _n in range(2):
        served = factories.service_entry(
            factories.volunteer(place), patrol, state=EntryState.CONFIRMED
        )
    with uploads.kept([served]):
        served.official_state, served.official_on = OfficialState.UPLOADED, today


def _hand_out(station, **fields):
    """Issue a paper that can be verified; how it looks on paper is told elsewhere."""
    n = db.session.query(Certificate).count()
    number = f"{station.code.replace('-', '')}-2026-{n:05}"
    factories.certificate(
        station, number=number, code="34679ACDEF", paper=b"%PDF-", sha256=f"{n:064}", **fields
    )


def _import_a_sheet(app, cast) -> None:
    clerk = signed_in(app, cast.chen)
    rows = [
        (1, "王伟", "男", "1990-01-01", ROSA, "13800138000", None),
        (2, "李娜", "女", "1991-02-03", "4408", "13900139000", None),
    ]
    for confirmed in (True, False):
        told = {
            "sheet": (io.BytesIO(book(PEOPLE_TITLES, *rows)), "十月.xlsx"),
            "station": cast.gan_lai.id,
            "on": str(clock.today()),
        }
        seen = clerk.post("/import/volunteers", data=told)
        assert seen.status_code == 302, seen.text
        if confirmed:
            _confirm(clerk, seen.location)


def _confirm(clerk: FlaskClient, address: str) -> None:
    page = clerk.get(address).text
    [action] = re.findall(r'<form[^>]*method="post"[^>]*action="(/import/[^"]+)"', page)[:1]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert clerk.post(action, data=fields).status_code == 302


def _ask_for_files(app, account) -> None:
    """Ask for a long list as often as there are states of a job, and put one in each."""
    clerk = signed_in(app, account)
    with mock.patch.object(long_exports, "LONG", -1):
        for state in JobState:
            answer = clerk.get(f"/volunteers/export/xlsx/?search={state}")
            assert answer.location == "/jobs/", answer.text
            _end(db.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one(), state)
    done = {"state": JobState.DONE, "told_at": clock.utc_now(), "finished_at": clock.utc_now()}
    about = {"screen": "ledger", "table": "service_entries", "act": "confirm", "rows": 3120}
    db.session.add(
        Job(kind="act", asked_by_id=account.id, language="zh_Hans_CN", about=about, asked="{}",
            reach={}, outcome="3118 / 3120", expires_at=clock.utc_now() + timedelta(days=1), **done)
    )  # fmt: skip


def _end(job: Job, state: JobState) -> None:
    now = clock.utc_now()
    job.state, job.told_at = state, now
    if state is JobState.DONE:
        job.file_name = "志愿者-20261127.xlsx"
    if state is JobState.RUNNING:
        job.done, job.total = 1300, 3100
    if not job.is_live:
        job.finished_at = now
    db.session.commit()
