import pytest
from sqlalchemy import select

from models import Division, Level, db
from tests.cli.commands import read, run

LIST = "code,name,level,parent_code\n{},{},township,440823000000\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_however_the_office_software_saved_it(app, tmp_path, encoding):
    file = tmp_path / "list.csv"
    file.write_bytes(LIST.format("440823999000", "新设镇").encode(encoding))
    outcome = run(app, "divisions", "load", file, "--json")
    assert read(outcome) == {"added": 1, "renamed": 0}
    found = db.session.scalars(select(Division).where(Division.code == "440823999000")).one()
    assert (found.name, found.level, found.parent.code) == (
        "新设镇", Level.TOWNSHIP, "440823000000",
    )  # fmt: skip


def test_a_known_code_is_renamed_and_a_second_loading_changes_nothing(app, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST.format("440823106000", "岭北新镇"))
    assert read(run(app, "divisions", "load", file, "--json")) == {"added": 0, "renamed": 1}
    assert read(run(app, "divisions", "load", file, "--json")) == {"added": 0, "renamed": 0}


@pytest.mark.parametrize(
    "content",
    [
        b"nothing to see",
        b"\xff\xff\xff",
        LIST.format("44082399900", "eleven digits").encode(),
        LIST.replace("440823000000", "999999000000").format("440823999000", "orphan").encode(),
    ],
)
def test_a_wrong_list_is_refused_and_nothing_is_kept(app, tmp_path, content):
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    outcome = run(app, "divisions", "load", file, "--json")
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    assert outcome.stderr


def test_a_missing_file_is_misuse(app, tmp_path):
    assert run(app, "divisions", "load", tmp_path / "none.csv").exit_code == 2


def test_the_desk_may_not_load_divisions(app, cast, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(LIST.format("440823999000", "新设镇"))
    assert run(app, "divisions", "load", file, "--by", "chen").exit_code == 1
    assert read(run(app, "divisions", "load", file, "--by", "ada", "--json"))["added"] == 1
