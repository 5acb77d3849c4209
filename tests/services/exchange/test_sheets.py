import pytest

from admin_app.services.exchange import ledger, volunteers
from admin_app.services.exchange.sheets import read_table
from models import DomainError

from .books import LEDGER, PEOPLE, book, books

WANG = (1, "王伟", "男", "1990-01-01", "440899199001010011", "13800138000", None)
LI = (2, "李娜", "女", "1991-02-03", "440899199102030022", "13900139000", None)


def people(*rows, **more):
    return read_table(book(*rows, **more), volunteers.LAYOUT)


def names(table):
    name = table.reader("name")
    return [name(line) for line in table.lines]


def numbers(table):
    return [line.number for line in table.lines]


def test_titles_and_blank_rows_are_passed_over_and_rows_keep_their_numbers():
    table = people(["登记表"], ["填报单位:甘来村"], [], PEOPLE, WANG, [], LI, merged=["A1:G1"])
    assert numbers(table) == [5, 7]
    assert table.title("id_number") == "身份证号码"


def test_headers_are_known_whatever_their_spaces_width_and_notes():
    table = people(
        ["姓 名", "*身份证号码：", "联系电话（手机）", "性\n别"], [WANG[1], WANG[4], WANG[5], "男"]
    )
    assert names(table) == ["王伟"]
    assert table.title("sex") == "性\n别"


def test_a_header_of_two_rows_is_read_with_its_groups():
    table = people(
        ["序号", "姓名", "身份证号码", "联系电话", "监护人", None],
        [None, None, None, None, "姓名", "电话"],
        [1, "王伟", WANG[4], WANG[5], "李娜", "13900139000"],
        merged=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"],
    )
    [line] = table.lines
    assert table.reader("name")(line) == "王伟"
    assert table.reader("guardian_name")(line) == "李娜"
    assert table.reader("guardian_phone")(line) == "13900139000"


def test_a_header_repeated_on_each_page_is_no_record():
    assert names(people(["登记表"], PEOPLE, WANG, ["登记表"], PEOPLE, LI)) == ["王伟", "李娜"]


@pytest.mark.parametrize(
    "footer",
    [
        ["填表人:", None, "负责人:", None, "(盖章)"],
        ["填表人：张三", None, "负责人：李四"],
        ["填表人：", "张三", "负责人：", "李四"],
        ["合计", "共2人"],
        ["总计", None, None, None, None, 2],
        ["说明：身份证号码必须填写。"],
        ["（以下空白）"],
        [None, "合计"],
        ["日期：2026年11月20日"],
        ["审核意见：", None, "同意"],
        ["第1页 共3页"],
        ["以上共计2人"],
        ["示例", "张三", "男", "1990-01-01", "440899199001010011", "13800138000"],
    ],
)
def test_a_footer_is_left_out_and_told(footer):
    table = people(PEOPLE, WANG, LI, footer)
    assert names(table) == ["王伟", "李娜"]
    assert [line.number for line in table.left_out] == [4]


@pytest.mark.parametrize(
    "row",
    [
        [3, "合计", "男", None, "440899199001010038", "13800138000"],
        ["负责人", "王伟", "男", None, None, "13800138000"],
        ["填表人：", "王伟", "男", None, "440899199001010011", "13800138000"],
        [None, None, "男", "1990-01-01", None, "13800138000"],
        ["备注：已核", "王伟", None, None, None, None],
        ["合计", "王伟", None, None, None, None],
    ],
)
def test_a_footer_never_swallows_a_record(row):
    assert numbers(people(PEOPLE, row)) == [2]


def test_rows_numbered_in_advance_are_blank():
    assert numbers(people(PEOPLE, WANG, [2], [3], ["4"])) == [2]


def test_a_value_merged_over_several_rows_holds_for_each():
    row = ("王伟", "440899199001010011", "课后辅导", "便民服务")
    table = read_table(
        book(
            LEDGER,
            [1, "2026-10-03", *row, "08:00", "09:00", 1],
            [2, None, *row, "09:00", "10:00", 1],
            [],
            [3, None, *row, "10:00", "11:00", 1],
            [4, "2026-10-04", *row, "10:00", "11:00", 1],
            merged=["B2:B5"],
        ),
        ledger.LAYOUT,
    )
    day = table.reader("served_on")
    assert [(line.number, day(line)) for line in table.lines] == [
        (2, "2026-10-03"),
        (3, "2026-10-03"),
        (5, "2026-10-03"),
        (6, "2026-10-04"),
    ]


def test_a_heading_merged_across_the_table_is_left_out():
    table = people(PEOPLE, ["第一小组"], WANG, ["第二小组"], LI, merged=["A2:G2", "A4:G4"])
    assert names(table) == ["王伟", "李娜"]
    assert len(table.left_out) == 2


def test_missing_columns_are_named():
    with pytest.raises(DomainError, match="身份证号码") as refused:
        people(["姓名", "性别", "联系电话"], ["王伟", "男", "13800138000"])
    assert "Row 1" in str(refused.value)


def test_a_sheet_without_a_header_says_which_names_it_needs():
    with pytest.raises(DomainError, match="姓名、身份证号码"):
        people(["王伟", "男"], ["李娜", "女"])


def test_a_header_without_rows_is_refused():
    with pytest.raises(DomainError, match="no rows"):
        people(PEOPLE)


def test_headers_no_column_answers_to_are_told():
    assert people([*PEOPLE, "血型"], [*WANG, "A"]).unknown == ["血型"]


def test_hidden_and_empty_sheets_do_not_count():
    content = books(
        {"说明": [["请先阅读"]], "表": [PEOPLE, WANG], "旧": [PEOPLE, LI]}, hidden=["旧"]
    )
    assert names(read_table(content, volunteers.LAYOUT)) == ["王伟"]


def test_two_sheets_with_rows_are_refused_rather_than_one_forgotten():
    with pytest.raises(DomainError, match="2 sheets"):
        read_table(books({"九月": [PEOPLE, WANG], "十月": [PEOPLE, LI]}), volunteers.LAYOUT)
