import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from datetime import date, time
from io import BytesIO
from random import randbytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin_app.services.exchange import reader, workbooks
from admin_app.services.exchange.workbooks import open_file
from models import DomainError

from .books import PEOPLE, book, books

ROWS = "姓名,身份证号码\n\n王伟,440899199001010011\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_text_file_is_read_in_every_encoding_of_office_programs(encoding):
    [grid] = open_file(ROWS.encode(encoding))
    assert grid.rows == [["姓名", "身份证号码"], [], ["王伟", "440899199001010011"]]


def test_rare_signs_survive_gb18030():
    [grid] = open_file("姓名,电话\n王䶮㛃𬭎堃喆,1\n".encode("gb18030"))
    assert grid.rows[1][0] == "王䶮㛃𬭎堃喆"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_is_known(delimiter):
    [grid] = open_file(ROWS.replace(",", delimiter).encode())
    assert grid.rows[0] == ["姓名", "身份证号码"]


def test_quoted_codes_keep_their_zeros():
    [grid] = open_file('代码,名称\n="001",甲\n'.encode())
    assert grid.rows[1] == ["001", "甲"]


def test_rows_are_numbered_from_the_top_of_the_sheet():
    [grid] = open_file(book([], [], PEOPLE))
    assert grid.rows[2][1] == "姓名"


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 torn", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"\xff\xfe\x00",
     b"\x81\xff\x00\xfe", b"%PDF-1.7\n\x00\xff\xfe"],
)  # fmt: skip
def test_a_broken_file_is_refused_in_words(content):
    with pytest.raises(DomainError):
        open_file(content)


def test_a_torn_workbook_is_refused_in_words():
    whole = book(PEOPLE)
    for end in (100, len(whole) // 2, len(whole) - 30):
        with pytest.raises(DomainError):
            open_file(whole[:end])


def test_a_locked_workbook_says_how_to_unlock_it():
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    with pytest.raises(DomainError, match="password"):
        open_file(locked)


def test_another_kind_of_package_is_refused():
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(DomainError, match="xlsx"):
        open_file(package.getvalue())


@pytest.fixture
def apart(monkeypatch):
    monkeypatch.setattr(reader, "APART", -1)


MANY = books(
    {
        "一": [PEOPLE, *([n, "王伟", date(1990, 5, n % 28 + 1), 2.5, True] for n in range(4500))],
        "二": [["不看"]],
        "三": [[None, "甲", time(8, 30)]],
    },
    merged=["B2:B3"],
    hidden=["二"],
)


def test_a_long_workbook_reads_the_same_in_a_process_of_its_own(monkeypatch):
    here = open_file(MANY)
    monkeypatch.setattr(reader, "APART", -1)
    assert open_file(MANY) == here
    assert [len(grid.rows) for grid in here] == [4501, 1]


@pytest.mark.usefixtures("apart")
def test_a_torn_workbook_is_refused_in_words_by_a_process_of_its_own():
    test_a_torn_workbook_is_refused_in_words()


@pytest.mark.usefixtures("apart")
def test_a_long_workbook_with_too_many_rows_is_left_unread(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 4000)
    monkeypatch.setattr(workbooks, "_refuse_bombs", lambda content: None)
    with pytest.raises(DomainError, match="4000 rows"):
        open_file(MANY)


@pytest.mark.usefixtures("apart")
def test_a_sheet_refused_for_its_size_leaves_no_process_behind(monkeypatch):
    processes, readers, read = [], [], reader.read

    class Watched(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            processes.append(self)

    def held(content):
        readers.append(read(content))
        return readers[-1]

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setattr(reader, "read", held)
    monkeypatch.setattr(workbooks, "MAX_ROWS", 4000)
    monkeypatch.setattr(workbooks, "_refuse_bombs", lambda content: None)
    with pytest.raises(DomainError):
        open_file(MANY)
    assert [process.returncode for process in processes] == [-signal.SIGKILL]


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("size", [0, 4 * 1024 * 1024])
def test_a_reader_that_dies_of_a_file_does_not_take_the_office_along(monkeypatch, size):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(DomainError, match="cannot be read"):
        open_file(rewritten(MANY, "xl/styles.xml", lambda xml: xml + randbytes(size)))


def rewritten(content, part, change):
    source, target = zipfile.ZipFile(BytesIO(content)), BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            data = source.read(info)
            archive.writestr(info.filename, change(data) if info.filename == part else data)
    return target.getvalue()


@pytest.mark.parametrize("corner", [b"XFD1048576", b"A1048576", b"XFD1", b"GR50000"])
def test_a_stray_cell_in_the_far_corner_does_not_fill_the_memory(corner):
    row = corner.lstrip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    stray = b'<row r="%s"><c r="%s"><v>1</v></c></row></sheetData>' % (row, corner)
    content = rewritten(
        book(PEOPLE), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", stray)
    )
    with pytest.raises(DomainError, match="more than"):
        open_file(content)


def test_a_package_that_unpacks_to_far_more_is_refused():
    content = rewritten(book(PEOPLE), "xl/styles.xml", lambda xml: xml + b" " * (110 * 1024 * 1024))
    assert len(content) < 1024 * 1024
    with pytest.raises(DomainError, match="unpacks"):
        open_file(content)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_ROWS", 3)
    with pytest.raises(DomainError, match="3 rows"):
        open_file(book(*[["a"]] * 4))
    with pytest.raises(DomainError, match="3 rows"):
        open_file(b"a,b\n" * 4)


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(DomainError, match="1 MB"):
        open_file(b"a," * 1024 * 1024)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_never_fails(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DomainError):
        open_file(bytes(content))


@given(st.binary())
def test_any_bytes_are_read_or_refused_and_never_fail(content):
    with suppress(DomainError):
        open_file(content)


WHOLE = book(PEOPLE, [1, "王伟", "男"])
