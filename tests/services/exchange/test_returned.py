from datetime import date, time
from io import BytesIO

from openpyxl import load_workbook

from admin_app.services.exchange import ledger, ledger_rules, returned, volunteers
from admin_app.services.exchange.sheets import read_table

from .books import PEOPLE, book, number
from .samples import AS_OF, sheet

WANG = (1, "王伟", "男", date(1990, 1, 1), number("44089919900101001"), "13800138000", None)


def judge(content, on_roll=()):
    table = read_table(content, volunteers.LAYOUT)
    return volunteers.judge(table, on=AS_OF, adult_age=18, on_roll=on_roll)


def give_back(content):
    judged = judge(content)
    return returned.workbook(judged.table, judged.refused)


def test_the_refused_rows_come_back_as_they_were_with_a_reason():
    bad = (2, "李 娜", "男", "1991.2.3", "440899", "１３９", None)
    page = load_workbook(BytesIO(give_back(book(PEOPLE, WANG, bad)))).active
    header, row = page.iter_rows(values_only=True)
    assert header == (*PEOPLE, "Reason")
    assert row[:-1] == bad
    assert row[-1].startswith("Row 3, 身份证号码: The identity number has 6 signs")


def test_days_and_times_come_back_as_days_and_times():
    rows = [["日期", "姓名", "身份证号码", "活动名称", "开始时间", "结束时间"],
            [date(2026, 10, 3), "王伟", "1", "义诊", time(8, 30), 0.5]]  # fmt: skip
    table = read_table(book(*rows), ledger.LAYOUT)
    judged = ledger_rules.judge(table, on=AS_OF, world=ledger.World(roll={}))
    again = read_table(returned.workbook(table, judged.refused), ledger.LAYOUT)
    assert again.lines[0].cells[:6] == table.lines[0].cells[:6]


def test_what_comes_back_can_be_uploaded_again_and_again():
    first = judge(sheet("zhanjiang", "volunteers.xlsx"))
    content = returned.workbook(first.table, first.refused)
    for _ in range(2):
        on_roll = {person.id_number for person in first.accepted}
        again = judge(content, on_roll)
        assert again.reasons == first.reasons
        assert not again.table.unknown
        content = returned.workbook(again.table, again.refused)
    assert load_workbook(BytesIO(content)).active.max_column == 15


def test_a_corrected_row_is_accepted():
    page = load_workbook(BytesIO(give_back(book(PEOPLE, (1, "", *WANG[2:])))))
    page.active["B2"] = "王伟"
    page.save(corrected := BytesIO())
    assert [p.name for p in judge(corrected.getvalue()).accepted] == ["王伟"]


def test_a_cell_never_becomes_a_formula_or_a_link():
    evil = (1, '=HYPERLINK("http://x.example","王")', "男", "http://x.example", "1", "+1", None)
    page = load_workbook(BytesIO(give_back(book(PEOPLE, [f"'{c}" if c else c for c in evil]))))
    again = load_workbook(BytesIO(give_back(",".join(PEOPLE).encode() + b"\n1,=1+1,,,1,@x,")))
    for cell in [*page.active[2], *again.active[2]]:
        assert cell.data_type != "f"
        assert cell.hyperlink is None


def test_an_identity_number_that_lost_its_digits_comes_back_as_text():
    row = (*WANG[:4], 440899199001010011, *WANG[5:])
    page = load_workbook(BytesIO(give_back(book(PEOPLE, row)))).active
    assert page["E2"].value == "4.4089919900101E+17"
