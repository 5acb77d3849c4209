"""Projects and teams on their screens, and in the form of an activity."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models import Activity, ActivityState, Project, clock, db
from tests import factories
from tests.pages import Page, listed

ACTIVITY = {
    "name": "探访", "held_on": "2026-10-03", "category": "0017", "state": "held", "gate": "none",
}  # fmt: skip


@pytest.fixture
def project(cast):
    return factories.project(cast.gan_lai, keeper_id=cast.ou.id)


def test_an_activity_takes_its_project_and_team_and_is_found_by_them(browse, cast, project):
    team = factories.team(cast.gan_lai)
    factories.activity(cast.gan_lai)
    told = ACTIVITY | {"project": project.id, "team": team.id}
    browser = browse(cast.chen)
    answer = browser.post("/activities/new/", data=told)
    assert answer.status_code == 302, Page(answer.text).text
    made = db.session.query(Activity).filter_by(name="探访").one()
    assert (made.project_id, made.team_id) == (project.id, team.id)
    for query in (f"flt_project={project.id}", f"flt_team={team.id}"):
        assert listed(browser.get(f"/activities/?{query}").text) == {made.id}
    page = browser.get(f"/activities/details/?id={made.id}").text
    assert project.name in page
    assert team.name in page


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"closes_on": date(2026, 10, 2)}, "ended on 2026-10-02"),
        ({"opens_on": date(2026, 10, 4)}, "begins on 2026-10-04"),
    ],
)
def test_a_project_that_is_not_open_on_the_day_is_refused(browse, cast, days, words):
    project = factories.project(cast.gan_lai, **days)
    told = ACTIVITY | {"project": project.id}
    answer = browse(cast.chen).post("/activities/new/", data=told)
    assert words in answer.text
    assert db.session.query(Activity).count() == 0


def test_a_disbanded_team_and_a_foreign_project_are_refused(browse, cast):
    gone = factories.team(cast.gan_lai, disbanded_on=date(2026, 10, 2))
    foreign = factories.project(cast.quan_shui)
    browser = browse(cast.chen)
    assert "ended on" in browser.post("/activities/new/", data=ACTIVITY | {"team": gone.id}).text
    browser.post("/activities/new/", data=ACTIVITY | {"project": foreign.id})
    assert db.session.query(Activity).count() == 0


def test_a_project_does_not_close_before_its_last_activity(browse, cast, project):
    row = factories.activity(cast.gan_lai, project=project)
    told = {
        "name": "夕阳红", "category": "0017", "served": "03", "opens_on": "2026-01-01",
        "closes_on": "2026-10-02", "version": "1",
    }  # fmt: skip
    browser = browse(cast.chen)
    answer = browser.post(f"/projects/edit/?id={project.id}", data=told)
    assert "activity on 2026-10-03" in answer.text
    row.state = ActivityState.CANCELLED
    db.session.commit()
    assert browser.post(f"/projects/edit/?id={project.id}", data=told).status_code == 302


def test_an_organizer_keeps_his_own_and_does_not_cut_the_ties_of_others(browse, cast, project):
    browser = browse(cast.ou)
    told = {"name": "我的", "category": "0017", "served": "03", "opens_on": "2026-01-01"}
    assert browser.post("/projects/new/", data=told).status_code == 302
    assert db.session.query(Project).filter_by(name="我的").one().keeper_id == cast.ou.id
    other = factories.project(cast.gan_lai)
    assert browser.get(f"/projects/details/?id={project.id}").status_code == 200
    assert browser.get(f"/projects/details/?id={other.id}").status_code == 404
    row = factories.activity(cast.gan_lai, project=other, keeper_id=cast.ou.id)
    answer = browser.post(f"/activities/edit/?id={row.id}", data=ACTIVITY | {"version": "1"})
    assert answer.status_code == 302, Page(answer.text).text
    db.session.refresh(row)
    assert (row.name, row.project_id) == ("探访", other.id)


def test_the_page_of_a_project_says_how_it_stands_and_why(browse, cast, project):
    today = clock.today()
    for n in range(3):
        day = today - timedelta(days=n)
        factories.activity(cast.gan_lai, project=project, held_on=day, name="敲门探访")
    page = browse(cast.chen).get(f"/projects/details/?id={project.id}").text
    told = "Yes 3 activities asked in the last 90 days, 3 held; none is planned."
    assert told in " ".join(Page(page).text.split())
    assert page.count("敲门探访") == 3
    assert cast.ou.name in page
    for answer, found in (("yes", {project.id}), ("no", set())):
        assert listed(browse(cast.chen).get(f"/projects/?flt_regular={answer}").text) == found
    seen = browse(cast.guan).get(f"/projects/details/?id={project.id}").text
    assert "3 held" in seen
    assert "敲门探访" not in seen
    assert cast.ou.name not in seen


def test_a_new_activity_begins_with_what_its_project_says(browse, cast, project):
    team = factories.team(cast.gan_lai)
    project.team = team
    db.session.commit()
    asked = browse(cast.chen).get(f"/activities/new/?project={project.id}")
    fields = Page(asked.text).fields
    assert (fields["name"], fields["category"]) == (project.name, project.category.value)
    assert (fields["project"], fields["team"]) == (str(project.id), str(team.id))
