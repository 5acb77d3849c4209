"""After a whole journey no identity number and no phone stands in clear anywhere it is kept.

Looked through are every file of the data folder (database, its log, the queue, evidence), the
database as its own program dumps it, a backup, exports, PDFs, pages, error pages and logs: as
bytes, in both orders of UTF-16, inside zip archives and as the text of PDFs.
"""

from __future__ import annotations

import io
import logging
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from admin_app.policy import access_of, acting_as
from admin_app.services import audit, backups
from admin_app.services.ledger import deciding
from admin_app.services.privacy import purposes
from models import (
    AuditEntry,
    Certificate,
    CertificateRequest,
    OptionalField,
    Registration,
    ServiceEntry,
    Volunteer,
    db,
)
from tests import factories
from tests.cli.commands import run
from tests.services.exchange.books import PEOPLE, book
from views.lists import long_exports

CARD, PHONE = "440899199001010015", "13712345678"
GUARDIAN_PHONE, TYPED_PHONE = "13787654321", "15912348765"
SHEET_CARD, SHEET_PHONE = "44089919920304001X", "13698765432"
REFUSED_CARD, REFUSED_PHONE = "440899199203040010", "13698760000"
EMERGENCY_PHONE, HEALTH = "13765432109", "青霉素过敏"
NEEDLES = (
    CARD, PHONE, GUARDIAN_PHONE, TYPED_PHONE, SHEET_CARD, SHEET_PHONE, REFUSED_CARD,
    REFUSED_PHONE, EMERGENCY_PHONE, HEALTH,
)  # fmt: skip
# Those who keep the station read the health note, there and on the form to be signed.
KEEPING = ("find ", "/volunteers/details/", "/volunteers/edit/", "form")
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
PAGES = (
    "/", "/volunteers/", "/registrations/", "/activities/", "/ledger/", "/certificates/",
    "/certificate_requests/", "/notices/", "/objections/", "/findings/", "/jobs/",
    "/reports/month/",
)  # fmt: skip
EXPORTS = (
    "/volunteers/export/csv/", "/registrations/export/csv/", "/ledger/export/csv/",
    "/activities/export/csv/", "/certificates/export/csv/",
)  # fmt: skip


def needles_in(content):
    """Return the numbers that stand in some bytes, archives and papers opened."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inner = [archive.read(name) for name in archive.namelist()]
        return set().union(*map(needles_in, inner), _plainly(content))
    if content[:5] == b"%PDF-":
        words = subprocess.run(
            [_program("pdftotext"), "-", "-"], input=content, capture_output=True, check=True
        ).stdout
        # A number may be set in groups.
        return _plainly(content) | _plainly(words) | _plainly(b"".join(words.split()))
    return _plainly(content)


def _program(name):
    return shutil.which(name) or pytest.skip(f"{name} is not installed")


def _plainly(content):
    return {
        number
        for number in NEEDLES
        if any(number.encode(encoding) in content for encoding in ENCODINGS)
    }


def test_the_looking_finds_what_is_there():
    for encoding in ENCODINGS:
        assert needles_in(f"x{CARD}y".encode(encoding)) == {CARD}
    assert needles_in(book(PEOPLE, (1, "王伟", "男", "1990-01-01", CARD, PHONE, None))) == {
        CARD, PHONE,
    }  # fmt: skip


@pytest.fixture
def said(app, caplog):
    """Everything that the office logs, down to the last word."""
    caplog.set_level(logging.DEBUG)
    return caplog


def test_nothing_personal_is_kept_or_shown_in_clear(app, cast, browse, said, tmp_path):
    chen, dai, lin = (browse(who) for who in (cast.chen, cast.dai, cast.lin))
    answers = {}
    for field in OptionalField:
        purposes.state(cast.gan_lai, field, "排班", by=None)
    db.session.commit()
    _register(chen, dai)
    _find(chen, answers)
    _import(chen, cast, answers)
    lei = db.session.scalars(select(Volunteer).order_by(Volunteer.id)).first()
    _serve(lei, cast)
    _certify(chen, dai, lin, lei, answers)
    _look_around(chen, lei, answers)
    _export(app, chen, answers)
    _err(app, chen, answers)
    backups.back_up(tmp_path / "one.backup", prove=True)
    answers["backup"] = (tmp_path / "one.backup").read_bytes()
    run(app, "volunteers", "list", "--station", cast.gan_lai.code, "--json")
    answers["doctor"] = run(app, "doctor").stdout.encode()

    found = {
        name: needles_in(content) - ({HEALTH} if name.startswith(KEEPING) else set())
        for name, content in answers.items()
    }
    found |= {str(path): needles_in(path.read_bytes()) for path in _files(app)}
    found["dump"] = needles_in(_dump())
    found["log"] = needles_in(said.text.encode())
    found["trail"] = needles_in(
        repr([(e.changes, e.register) for e in db.session.scalars(select(AuditEntry))]).encode()
    )
    assert {name: numbers for name, numbers in found.items() if numbers} == {}
    # And they are there, sealed: whoever has the keys reads them.
    assert (lei.person.id_number, lei.phone) == (CARD, PHONE)
    assert (lei.emergency_phone, lei.health_note) == (EMERGENCY_PHONE, HEALTH)
    assert audit.verify() == []


def _register(chen, dai):
    told = {
        "name": "雷桂英", "id_number": CARD, "new_phone": PHONE, "handed_in_on": "2026-01-05",
        "skills": "理发", "availability": "周末", "category_1": "0001",
        "guardian_name": "雷大山", "guardian_relation": "父亲",
        "new_guardian_phone": GUARDIAN_PHONE, "emergency_name": "雷大山",
        "new_emergency_phone": EMERGENCY_PHONE, "health_note": HEALTH,
        "separate_consent_on": "2026-01-05",
    }  # fmt: skip
    answer = chen.post("/registrations/new/", data=told)
    assert answer.status_code == 302, re.findall(
        r"invalid-feedback[^<]*<|alert[^>]*>[^<]{3,}", answer.text
    )
    row = db.session.scalars(select(Registration)).one()
    assert dai.get(f"/registrations/details/?id={row.id}").status_code == 200
    answer = dai.post("/registrations/accept/", data={"id": row.id, "on": "2026-01-06"})
    assert answer.status_code == 302
    # A slip of the pen: what was typed is given back in the form and kept nowhere.
    assert chen.post("/registrations/new/", data=told | {"new_phone": TYPED_PHONE}).status_code


def _followed(browser, answer):
    while answer.location:
        answer = browser.get(answer.location)
    return answer


def _find(chen, answers):
    for number in (CARD, PHONE, TYPED_PHONE):
        answer = chen.post("/volunteers/find/", data={"number": number})
        answers[f"find {number[:4]}"] = _followed(chen, answer).data
    answers["found"] = chen.get("/volunteers/?search=雷桂英").data


def _import(chen, cast, answers):
    content = book(
        PEOPLE,
        (1, "宋兰", "女", "1992-03-04", SHEET_CARD, SHEET_PHONE, None),
        (2, "李娜", "女", "1992-03-04", REFUSED_CARD, REFUSED_PHONE, None),
    )
    told = {
        "sheet": (io.BytesIO(content), "名单.xlsx"), "station": cast.gan_lai.id, "on": "2026-10-03",
    }  # fmt: skip
    at = chen.post("/import/volunteers", data=told).location
    answers["preview"] = chen.get(at).data
    assert chen.post(f"{at}/confirm").status_code == 302
    answers["result"] = chen.get(at).data


def _serve(lei, cast):
    for day in (date(2026, 10, 3), date(2026, 10, 10)):
        entry = factories.service_entry(lei, factories.activity(cast.gan_lai, held_on=day))
        entry.recorded_by_id = cast.chen.id
    factories.evidence_file(cast.gan_lai)
    db.session.commit()
    deputy = cast.dai
    with acting_as(access_of(deputy)):
        entries = db.session.scalars(select(ServiceEntry)).all()
        deciding.confirm(entries, by=deputy, access=access_of(deputy))
        db.session.commit()


def _certify(chen, dai, lin, lei, answers):
    lei_id = lei.id
    chen.post("/certificate_requests/new/", data={"volunteer": lei_id, "purpose": "升学"})
    row = db.session.scalars(select(CertificateRequest)).one()
    dai.post("/certificate_requests/approve/", data={"id": row.id})
    lin.post("/certificate_requests/issue/", data={"id": row.id})
    db.session.expire_all()
    made = db.session.scalars(select(Certificate)).one()
    paper = chen.get(f"/certificates/paper/?id={made.id}")
    assert paper.data[:5] == b"%PDF-"
    answers["certificate"] = paper.data
    answers["verify"] = chen.get(f"/verify?number={made.number}&code={made.code}").data


def _look_around(chen, lei, answers):
    for page in (*PAGES, f"/volunteers/details/?id={lei.id}", f"/volunteers/edit/?id={lei.id}"):
        answer = _followed(chen, chen.get(page))
        assert answer.status_code == 200, page
        answers[page] = answer.data
    registration = db.session.scalars(select(Registration)).first()
    answers["form"] = chen.get(f"/registrations/paper/?id={registration.id}").data
    assert answers["form"][:5] == b"%PDF-"


def _export(app, chen, answers):
    for address in EXPORTS:
        for kind in ("csv", "xlsx"):
            answer = chen.get(address.replace("csv", kind))
            assert answer.status_code == 200, address
            answers[f"{address} {kind}"] = answer.data
    month = f"station={db.session.scalars(select(Volunteer)).first().station_id}&month=2026-10"
    answers["report"] = chen.get(f"/reports/month/xlsx?{month}").data
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_exports, "LONG", 0)
        asked = chen.get("/volunteers/export/xlsx/")
    assert asked.location == "/jobs/"
    assert run(app, "jobs", "work", "--once").exit_code == 0
    answers["job"] = chen.get("/jobs/1/file").data
    assert answers["job"][:2] == b"PK"


def _err(app, chen, answers):
    answers["404"] = chen.get("/nowhere").data
    answers["400"] = chen.post("/volunteers/find/", data={"number": CARD + "\0"}).data

    def broken(*_arguments, **_named):
        raise RuntimeError("the search broke")

    testing, app.testing = app.testing, False
    propagated = app.config.get("PROPAGATE_EXCEPTIONS")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    patch = pytest.MonkeyPatch()
    patch.setattr("admin_app.services.people.volunteers.find", broken)
    answer = chen.post("/volunteers/find/", data={"number": CARD, "phone": PHONE})
    patch.undo()
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = testing, propagated
    assert answer.status_code == 500
    answers["500"] = answer.data


def _files(app):
    return [
        path
        for path in Path(app.instance_path).rglob("*")
        if path.is_file() and not path.name.startswith("first_morning")
    ]


def _dump():
    """Return the database as text, with nothing packed."""
    if db.engine.dialect.name == "sqlite":
        raw = db.session.connection().connection.driver_connection
        return "\n".join(raw.iterdump()).encode()
    address = make_url(str(db.engine.url)).set(drivername="postgresql")
    dumped = subprocess.run(
        [_program("pg_dump"), f"--dbname={address.render_as_string(hide_password=False)}",
         "--schema=public"],
        capture_output=True, check=True,
    )  # fmt: skip
    return dumped.stdout
