import threading
from contextvars import Context

import pytest
from sqlalchemy import select, text

from admin_app.policy import access_of, acting_as, unscoped
from admin_app.services import audit
from models import AuditAction, AuditEntry, Station, db
from tests import factories

WRITERS, EACH = 8, 5
GUARDS = {
    "sqlite": (
        "DROP TRIGGER audit_entries_keep_facts",
        "DROP TRIGGER audit_entries_keep_rows",
    ),
    "postgresql": (
        "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_keep_facts",
        "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_keep_rows",
    ),
}


def entries():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def tamper(statement, **values):
    """Change the trail as somebody with the database in hand could, past its guards."""
    for lift in GUARDS[db.engine.dialect.name]:
        db.session.execute(text(lift))
    db.session.execute(text(statement), values)
    db.session.commit()


@pytest.fixture
def trail(cast):
    for day in range(5):
        cast.gan_lai.computers = day + 1
        db.session.commit()
    return [entry.id for entry in entries()]


def test_an_untouched_trail_is_whole(trail):
    assert audit.verify() == []
    assert audit.count() == len(trail) == trail[-1]


def test_an_edited_entry_is_found(trail):
    tamper("UPDATE audit_entries SET register = 'rules' WHERE id = :id", id=trail[3])
    [fault] = audit.verify()
    assert str(trail[3]) in fault


def test_a_deletion_in_the_middle_is_found(trail):
    tamper("DELETE FROM audit_entries WHERE id = :id", id=trail[3])
    [fault] = audit.verify()
    assert str(trail[3]) in fault


def test_a_deletion_at_the_end_is_found(trail):
    tamper("DELETE FROM audit_entries WHERE id = :id", id=trail[-1])
    [fault] = audit.verify()
    assert str(trail[-1]) in fault


def test_a_deletion_of_everything_is_found(trail):
    tamper("DELETE FROM audit_entries")
    [fault] = audit.verify()
    assert str(trail[-1]) in fault


def test_a_head_put_back_is_found(trail):
    mac = db.session.scalar(select(AuditEntry.mac).where(AuditEntry.id == trail[-2]))
    tamper("UPDATE audit_head SET mac = :mac", mac=mac)
    assert len(audit.verify()) == 1


def test_the_database_refuses_to_change_the_trail(trail):
    for statement in ("UPDATE audit_entries SET row_id = 1", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match=r"audit"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_a_change_names_who_where_and_what(cast):
    with acting_as(access_of(cast.chen)):
        cast.gan_lai.computers = 4
        db.session.commit()
    last = entries()[-1]
    assert (last.account_id, last.action, last.register) == (
        cast.chen.id, AuditAction.UPDATE, "stations",
    )  # fmt: skip
    assert (last.row_id, last.station_id) == (cast.gan_lai.id, cast.gan_lai.id)
    assert last.county_id == cast.gan_lai.county_id
    assert last.changes["computers"] == [0, 4]


def test_what_was_rolled_back_leaves_no_trace(cast, trail):
    cast.gan_lai.computers = 99
    db.session.flush()
    audit.record(AuditAction.EXPORT, "stations")
    db.session.rollback()
    assert [entry.id for entry in entries()] == trail


def test_personal_values_are_told_as_changed_and_never_shown(cast):
    row = factories.volunteer(
        cast.gan_lai, name="雷小锋", phone="13900001234", guardian_name="雷大山"
    )
    row.phone = "13900005678"
    db.session.commit()
    told = "".join(str(entry.changes) for entry in entries())
    for value in ("雷小锋", "13900001234", "13900005678", "雷大山", row.person.id_number):
        assert value not in told
    assert audit.HIDDEN in told


def test_a_fold_leaves_one_entry_for_many_changes(cast, trail):
    with audit.folded(AuditAction.IMPORT, "stations") as told:
        cast.gan_lai.computers, cast.quan_shui.computers = 7, 8
        told.update(rows=2)
    cast.weng_shui.computers = 9
    db.session.commit()
    new = entries()[len(trail) :]
    assert [(entry.action, entry.changes) for entry in new] == [
        (AuditAction.IMPORT, {"rows": 2}),
        (AuditAction.UPDATE, {"computers": [0, 9]}),
    ]


def test_concurrent_writers_cannot_fork_the_chain(app, trail):
    faults = []

    def write(n):
        try:
            with app.app_context(), unscoped("a writer among others"):
                for _turn in range(EACH):
                    audit.record(AuditAction.EXPORT, "stations", writer=n)
                    db.session.commit()
                db.session.remove()
        except Exception as error:
            faults.append(error)

    db.session.rollback()
    threads = [
        threading.Thread(target=Context().run, args=(write, n)) for n in range(WRITERS)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert audit.count() == len(trail) + WRITERS * EACH
    assert audit.verify() == []


def test_the_register_of_stations_tells_no_manager(cast):
    cast.gan_lai.manager_name = "王站长"
    db.session.commit()
    assert db.session.get_one(Station, cast.gan_lai.id).manager_name == "王站长"
    assert "王站长" not in "".join(str(entry.changes) for entry in entries())
