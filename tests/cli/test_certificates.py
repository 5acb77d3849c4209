from hashlib import sha256

import pytest
from sqlalchemy import select

from models import AuditEntry, Certificate, db
from tests import factories
from tests.cli.commands import read, run
from tests.services.certificates.story import NOVEMBER, OCTOBER, PDF, approved, press, served


@pytest.fixture
def lei(cast, monkeypatch):
    press(monkeypatch)
    lei = factories.volunteer(cast.gan_lai, name="雷桂英")
    served(lei, cast, OCTOBER, NOVEMBER)
    return lei


def issue(app, lei, tmp_path, *more):
    return run(
        app, "certificate", "issue", "--volunteer", lei.number, "--pdf", tmp_path / "paper.pdf",
        "--json", *more,
    )  # fmt: skip


def test_the_system_issues_verifies_and_reprints(app, lei, tmp_path):
    made = read(issue(app, lei, tmp_path))
    assert (made["minutes"], made["sha256"]) == (240, sha256(PDF).hexdigest())
    assert made["verify_url"].startswith(f"https://zyz.example.cn/verify/{made['number']}?code=")
    assert (tmp_path / "paper.pdf").read_bytes() == PDF
    found = read(run(app, "certificate", "verify", made["number"], made["code"], "--json"))
    assert (found["state"], found["name"], found["minutes"]) == ("valid", "雷**", 240)
    assert lei.person.id_number not in str(found)
    again = tmp_path / "again.pdf"
    assert run(app, "certificate", "reprint", made["number"], "--pdf", again).exit_code == 0
    assert again.read_bytes() == PDF


def test_what_the_system_does_alone_is_marked(app, lei, tmp_path):
    read(issue(app, lei, tmp_path))
    db.session.rollback()
    assert db.session.scalars(select(Certificate)).one().single_handed
    acts = [entry.changes for entry in db.session.scalars(select(AuditEntry))]
    assert any(changes.get("single_handed") is True for changes in acts)


def test_a_period_is_both_days_included(app, lei, tmp_path):
    made = read(issue(app, lei, tmp_path, "--since", NOVEMBER, "--until", NOVEMBER))
    assert made["minutes"] == 120


def test_a_changed_digit_is_not_found(app, lei, tmp_path):
    made = read(issue(app, lei, tmp_path))
    wrong = made["number"][:-1] + "9"
    outcome = run(app, "certificate", "verify", wrong, made["code"], "--json")
    assert outcome.exit_code == 1
    assert outcome.stdout == '{"state": "not_found"}\n'


def test_a_voided_certificate_verifies_as_voided(app, lei, tmp_path):
    made = read(issue(app, lei, tmp_path))
    answer = run(app, "certificate", "void", made["number"], "--reason", "姓名有误", "--json")
    assert read(answer) == {"number": made["number"], "state": "voided"}
    found = read(run(app, "certificate", "verify", made["number"], made["code"], "--json"))
    assert found["state"] == "voided"


def test_a_person_issues_only_what_two_others_prepared(app, cast, lei, tmp_path):
    refused = issue(app, lei, tmp_path, "--by", "lin")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    approved(lei, cast)
    assert read(issue(app, lei, tmp_path, "--by", "lin"))["minutes"] == 240
    db.session.rollback()
    made = db.session.scalars(select(Certificate)).one()
    assert (made.issued_by_id, made.single_handed) == (cast.lin.id, False)


def test_a_refusal_leaves_no_file(app, cast, lei, tmp_path):
    idle = factories.volunteer(cast.gan_lai)
    for outcome in (
        issue(app, idle, tmp_path),
        issue(app, lei, tmp_path, "--by", "zhao"),
        issue(app, lei, tmp_path, "--since", "2027-01-01"),
    ):
        assert outcome.exit_code == 1
        assert outcome.stderr
    assert not (tmp_path / "paper.pdf").exists()


def test_misuse_is_told_apart_from_refusal(app, lei, tmp_path):
    assert issue(app, lei, tmp_path / "none").exit_code == 2
    assert issue(app, lei, tmp_path, "--since", "yesterday").exit_code == 2
    assert run(app, "certificate", "reprint", "1", "--pdf", tmp_path / "x.pdf").exit_code == 1
