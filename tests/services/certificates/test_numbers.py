import threading
from contextvars import Context
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from admin_app.policy import unscoped
from admin_app.services import certificates
from admin_app.services.certificates import numbers
from models import Certificate, CertificateRequest, Station, db
from tests import factories
from tests.services.certificates.story import OCTOBER, approved, press, served

THREADS = 8


def test_a_number_is_the_station_the_year_and_a_serial(cast):
    assert numbers.next_number(cast.gan_lai, date(2026, 11, 22)) == "44082310622301-2026-00001"
    assert numbers.next_number(cast.gan_lai, date(2027, 1, 1)) == "44082310622301-2027-00002"
    assert numbers.next_number(cast.quan_shui, date(2027, 1, 1)) == "44082311321501-2027-00001"


def test_many_at_once_get_numbers_without_gap_or_repeat(app, cast, monkeypatch):
    press(monkeypatch)
    asked = []
    for _ in range(THREADS):
        volunteer = factories.volunteer(cast.gan_lai)
        served(volunteer, cast, OCTOBER)
        asked.append(approved(volunteer, cast).id)
    db.session.rollback()
    errors = _at_once([lambda id_=id_: _issue(app, id_) for id_ in asked])
    assert errors == []
    found = db.session.scalars(select(Certificate.number).order_by(Certificate.number)).all()
    assert found == [f"44082310622301-{_year()}-{n:05}" for n in range(1, THREADS + 1)]


def test_one_request_issued_by_two_at_once_makes_one_paper(app, cast, monkeypatch):
    press(monkeypatch)
    volunteer = factories.volunteer(cast.gan_lai)
    served(volunteer, cast, OCTOBER)
    id_ = approved(volunteer, cast).id
    db.session.rollback()
    errors = _at_once([lambda: _issue(app, id_)] * 2)
    assert [type(error).__name__ for error in errors] == ["DomainError"]
    assert len(db.session.scalars(select(Certificate)).all()) == 1


def test_a_number_given_back_is_given_out_again(cast):
    numbers.next_number(cast.gan_lai, OCTOBER)
    db.session.rollback()
    station = db.session.get(Station, cast.gan_lai.id)
    assert numbers.next_number(station, OCTOBER).endswith("-00001")


@given(st.data())
def test_a_number_and_a_code_are_read_however_they_are_typed(data):
    number, code = "44082310622301-2026-00012", numbers.new_code()
    assert numbers.read_number(_typed(data, number)) == number
    assert numbers.read_code(_typed(data, numbers.printed_code(code))) == code


@given(st.text(max_size=120))
def test_anything_typed_is_read_without_failing(typed):
    numbers.read_number(typed)
    numbers.read_code(typed).encode("ascii")


def test_codes_avoid_what_the_eye_confuses():
    assert not set("0O1IL2Z5S8BUV") & set(numbers.ALPHABET)
    assert len({numbers.new_code() for _ in range(500)}) == 500


def _typed(data, printed):
    wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
    signs = [
        data.draw(st.sampled_from([sign, sign.lower(), sign.translate(wide)])) for sign in printed
    ]
    gaps = data.draw(
        st.lists(
            st.sampled_from(["", " ", "　", "—", "\t"]), min_size=len(signs), max_size=len(signs)
        )
    )
    return "".join(sign + gap for sign, gap in zip(signs, gaps, strict=True))


def _year():
    from models import clock

    return clock.today().year


def _issue(app, id_):
    with app.app_context(), unscoped("a thread of the office"):
        try:
            asked = db.session.get(CertificateRequest, id_)
            certificates.issue(asked, by=None, access=None)
        finally:
            db.session.remove()


def _at_once(acts):
    errors, ready = [], threading.Barrier(len(acts))

    def run(act):
        ready.wait()
        try:
            act()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=Context().run, args=(run, act)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
