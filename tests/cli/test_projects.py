from datetime import date, timedelta

from tests import factories
from tests.cli.commands import read, run

TODAY = date(2026, 10, 31)


def test_the_projects_of_a_station_say_whether_they_are_regular(app, cast):
    regular = factories.project(cast.gan_lai, name="夕阳红")
    factories.project(cast.gan_lai, name="护苗")
    factories.project(cast.quan_shui)
    for n in range(3):
        factories.activity(cast.gan_lai, project=regular, held_on=TODAY - timedelta(days=n))
    code = cast.gan_lai.code
    told = read(run(app, "projects", "list", "--station", code, "--on", TODAY, "--json"))
    assert {one["name"]: (one["regular"], one["held"]) for one in told} == {
        "夕阳红": (True, 3),
        "护苗": (False, 0),
    }
    # An observer may ask; who reads no projects is shown none.
    asked = ("projects", "list", "--station", code, "--json", "--by")
    assert len(read(run(app, *asked, "guan"))) == 2
    assert read(run(app, *asked, "he")) == []
    assert run(app, "projects", "list", "--station", "nowhere").exit_code == 1
