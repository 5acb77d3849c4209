"""The page of a checklist: a station's month, the stations of a place, attesting, choosing."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from admin_app.services.reports import Month
from models import Checklist, ChecklistAttestation, ChecklistResult, clock, db
from tests import factories
from tests.pages import Page

URL = "/standards/checklists/"


def attestations():
    return db.session.scalar(select(func.count(ChecklistAttestation.id)))


def test_a_clerk_sees_what_is_missing_and_attests_what_was_seen(browse, cast):
    clerk = browse(cast.chen)
    page = clerk.get(URL).text
    assert "有服务场所" in page
    assert "No sign is noted for the station." in Page(page).text
    assert f"/rules/?flt_station={cast.gan_lai.id}" in page
    month = str(Month.of(clock.today()))
    told = {"part": "sign", "since": month, "seen": "门口挂牌"}
    where = f"{URL}attest?station={cast.gan_lai.id}&month={month}"
    assert clerk.post(where, data=told).status_code == 302
    page = clerk.get(URL).text
    assert "门口挂牌" in page
    assert "No sign is noted" not in page
    clerk.post(where, data=told)
    clerk.post(where, data=told | {"part": "rules"})
    clerk.post(where, data=told | {"part": "nothing"})
    assert attestations() == 1
    row = db.session.scalars(select(ChecklistAttestation)).one()
    assert browse(cast.quan).post(
        f"{URL}withdraw?station={cast.quan_shui.id}", data={"id": row.id}
    ).status_code == 404  # fmt: skip
    clerk.post(f"{URL}withdraw?station={cast.gan_lai.id}", data={"id": row.id})
    db.session.refresh(row)
    assert row.withdrawn_on == clock.today()


def test_the_evidence_of_what_was_seen_opens_to_who_reads_it(browse, cast):
    file = factories.evidence_file(cast.gan_lai, caption="门口的牌子")
    told = {
        "part": "sign",
        "since": str(Month.of(clock.today())),
        "seen": "挂牌",
        "evidence": file.id,
    }
    browse(cast.chen).post(f"{URL}attest?station={cast.gan_lai.id}", data=told)
    for reader in (cast.chen, cast.su):
        page = browse(reader).get(f"{URL}?station={cast.gan_lai.id}").text
        [address] = re.findall(r'href="(/evidence/\d+/)"', page)
        assert browse(reader).get(address).mimetype == "image/jpeg"


def test_who_reads_alone_attests_nothing_and_strangers_see_nothing(browse, cast):
    for login in ("dai", "mo", "su", "tu", "shen"):
        page = browse(getattr(cast, login)).get(f"{URL}?station={cast.gan_lai.id}")
        assert page.status_code == 200, login
        assert "attest?" not in page.text, login
        answer = browse(getattr(cast, login)).post(
            f"{URL}attest?station={cast.gan_lai.id}", data={"part": "sign"}
        )
        assert answer.status_code == 403, login
    for login in ("quan", "wang", "di", "guan", "he", "ada"):
        answer = browse(getattr(cast, login)).get(f"{URL}?station={cast.gan_lai.id}")
        assert answer.status_code == 404, login
    assert attestations() == 0


def test_a_supervisor_sees_the_lowest_first_and_a_prefecture_chooses(browse, cast):
    cast.gan_lai.address = "村委会"
    cast.gan_lai.computers, cast.gan_lai.independent_post = 1, True
    factories.activity(cast.gan_lai, held_on=clock.today())
    db.session.commit()
    page = Page(browse(cast.su).get(URL).text).text
    assert page.index("泉水村志愿服务站") < page.index("甘来村志愿服务站")
    assert "0 of 2 stations have all of it" in page
    six = db.session.scalars(select(Checklist).filter_by(code="six_2024")).one().id
    told = {"checklist": six, "since": clock.today().isoformat()}
    suixi, zhanjiang = cast.gan_lai.county_id, cast.gan_lai.prefecture_id
    assert browse(cast.su).post(f"{URL}choose?division={suixi}", data=told).status_code == 403
    prefecture = browse(cast.pu)
    assert prefecture.post(f"{URL}choose?division={zhanjiang}", data=told).status_code == 302
    assert "holds at" in prefecture.get(URL).text
    assert "有设施" in browse(cast.chen).get(URL).text


def test_the_month_that_ended_last_is_kept_by_whoever_asks_first(browse, cast):
    last = Month.last_full()
    where = f"{URL}?station={cast.gan_lai.id}&month={last}"
    assert "kept when the month ended" in browse(cast.mo).get(where).text
    browse(cast.mo).get(where)
    browse(cast.mo).get(f"{URL}?station={cast.gan_lai.id}&month={last.shifted(-1)}")
    assert db.session.scalar(select(func.count(ChecklistResult.id))) == 1


def test_today_tells_the_score_in_one_line(browse, cast):
    page = Page(browse(cast.chen, "zh_Hans_CN").get("/").text).text
    assert "0/5" in page
    assert "有服务场所" in page
    assert "0/5" not in browse(cast.su).get("/").text
