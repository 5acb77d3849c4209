"""Evidence kept, sealed, listed and removed."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from admin_app.policy import access_of, acting_as
from admin_app.services import evidence
from admin_app.services.evidence import keeping, vault
from models import AuditEntry, DomainError, EvidenceFile, EvidenceSubject, NotAllowed, db
from tests import factories
from tests.drawing import paper, picture

PREMISES = EvidenceSubject.PREMISES


@pytest.fixture
def keep(cast):
    def keep(station=cast.gan_lai, by=cast.chen, data=None, subject=PREMISES, **told):
        access = access_of(by)
        with acting_as(access):
            row = evidence.keep(
                station, subject, BytesIO(data or picture()), "林书记.jpg", access=access, **told
            )
        db.session.commit()
        return row

    return keep


@pytest.fixture
def disk(app):
    """Return the files of this test: others may lie there already."""
    folder = Path(app.instance_path) / "evidence"
    before = set(folder.rglob("*"))
    return lambda: {p for p in folder.rglob("*") if p.is_file()} - before


def test_bytes_lie_sealed_for_the_office_alone(keep, cast, disk):
    row = keep(data=paper(), caption="租赁合同", taken_on=date(2026, 9, 1))
    assert evidence.content(row) == paper()
    [file] = disk()
    assert file.name == row.stored_as
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"%PDF" not in file.read_bytes()
    shown = keep()
    assert evidence.preview(shown)[:2] == evidence.content(shown)[:2] == b"\xff\xd8"
    assert len(disk()) == 3
    # A file in the place of another does not open, and a lost one is told.
    [other] = [p for p in disk() if p.name == shown.stored_as]
    other.write_bytes(file.read_bytes())
    with pytest.raises(InvalidTag):
        evidence.content(shown)
    other.unlink()
    with pytest.raises(DomainError, match="not on the disk"):
        evidence.content(shown)


def test_the_trail_tells_that_and_not_what(keep, cast):
    row = keep(caption="林书记在门口")
    with acting_as(access_of(cast.chen)):
        evidence.remove(row, access=access_of(cast.chen))
        db.session.commit()
    told = db.session.scalars(
        select(AuditEntry).where(AuditEntry.register == "evidence_files").order_by(AuditEntry.id)
    ).all()
    assert [entry.action.value for entry in told] == ["create", "delete"]
    assert told[0].changes["subject"] == ["premises"]
    assert "林书记" not in str(told[0].changes)
    assert told[0].account_id == cast.chen.id


def test_a_list_is_of_one_subject_or_rule_and_without_what_was_removed(keep, cast):
    rule = factories.rule(cast.gan_lai)
    first, wall = keep(), keep(subject=EvidenceSubject.RULES, rule=rule)
    assert evidence.of(cast.gan_lai) == [wall, first]
    assert evidence.of(cast.gan_lai, PREMISES) == [first]
    assert evidence.of(cast.gan_lai, rule=rule) == [wall]
    assert evidence.of(cast.quan_shui) == []


def test_what_nobody_cites_goes_with_its_file(keep, cast, disk, monkeypatch):
    chen = access_of(cast.chen)
    cited, free, kept = keep(), keep(data=picture(colour="red")), keep(data=picture("PNG"))
    with acting_as(chen):
        assert evidence.remove(kept, access=chen)
        db.session.rollback()  # a refusal later in the same act
        assert evidence.content(kept)
        assert evidence.remove(free, access=chen)
        db.session.commit()
        # Whatever register points at a file keeps it.
        table = EvidenceFile.__table__
        monkeypatch.setattr(keeping, "_citing", lambda: [(table, table.c.id)])
        assert not evidence.remove(cited, access=chen)
        db.session.commit()
    assert len(disk()) == 4
    assert evidence.of(cast.gan_lai) == [kept]
    assert cited.removed_at is not None
    assert cited.removed_by_id == cast.chen.id
    assert evidence.content(cited)


@pytest.mark.parametrize("login", ["dai", "mo", "ou", "he", "guan", "su", "shen", "ada", "quan"])
def test_only_clerk_and_leader_keep_evidence(keep, cast, login, disk):
    mine = keep(by=cast.lin)
    with pytest.raises(NotAllowed):
        keep(by=getattr(cast, login), data=picture(colour="red"))
    db.session.rollback()
    stranger = access_of(getattr(cast, login))
    with acting_as(stranger), pytest.raises(NotAllowed):
        evidence.remove(mine, access=stranger)
    db.session.rollback()
    with acting_as(stranger):
        reads = db.session.scalars(select(EvidenceFile)).all() == [mine]
    assert reads is (login in ("dai", "mo", "su", "shen"))
    assert len(disk()) == 2


def test_what_does_not_fit_is_refused_and_leaves_no_file(keep, cast, disk, monkeypatch):
    rule = factories.rule(cast.quan_shui)
    keep()
    for told, words in (
        ({}, "kept here already"),
        ({"taken_on": date(2999, 1, 1)}, "today at the latest"),
        ({"rule": rule}, "another station"),
    ):
        with pytest.raises(DomainError, match=words):
            keep(**told)
        db.session.rollback()
    monkeypatch.setattr(keeping, "MOST_FILES", 1)
    with pytest.raises(DomainError, match="keeps 1 files already"):
        keep(data=picture(colour="red"))
    db.session.rollback()
    monkeypatch.setattr(keeping, "MOST_FILES", 9)

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(vault.os, "fsync", full)
    with pytest.raises(DomainError, match="disk took no file"):
        keep(data=picture(colour="red"))
    db.session.rollback()
    assert len(evidence.of(cast.gan_lai)) == 1
    assert len(disk()) == 2
