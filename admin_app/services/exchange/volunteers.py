"""Judging a sheet of volunteers, row by row, against the roll and the rows before."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString, lazy_ngettext
from flask_babel import lazy_gettext as _

from admin_app.services import identity
from models import Consent, ConsentWay, Person, Sex, Volunteer, clock

from . import cells
from .sheets import Layout, Line, Table
from .verdicts import Judged, Reason, Refused, fitting

LAYOUT = Layout(
    columns={
        "name": ("姓名", "志愿者姓名", "名字", "Name"),
        "sex": ("性别", "Sex"),
        "born_on": ("出生日期", "出生年月日", "出生年月", "生日", "Birth date"),
        "id_number": (
            "身份证号码", "身份证号", "身份证", "证件号码", "公民身份号码", "居民身份证号码",
            "ID number",
        ),
        "political_status": ("政治面貌",),
        "education": ("文化程度", "学历", "最高学历"),
        "phone": ("联系电话", "手机号码", "手机号", "手机", "电话", "联系方式", "Phone"),
        "skills": ("服务技能", "专业技能", "个人特长", "特长", "技能"),
        "availability": ("可服务时间", "服务时间", "可参与服务时间"),
        "guardian_name": ("监护人姓名", "监护人"),
        "guardian_phone": ("监护人电话", "监护人联系电话", "监护人手机", "监护人联系方式"),
        "guardian_relation": ("监护人关系", "与监护人关系", "与志愿者关系"),
        "guardian_way": ("监护人同意方式", "同意方式"),
        "note": ("备注", "说明"),
    },
    required=("name", "id_number", "phone"),
    anchors=("name", "id_number"),
)  # fmt: skip

# How a sheet says that a guardian signed; whatever else it says is no proof of a paper.
ON_PAPER = frozenset({
    "书面", "书面同意", "书面签字", "书面签名", "纸质", "纸质同意书", "纸质签字", "签字", "签名",
    "已签字", "已签名", "签署同意书", "已签同意书", "onpaper", "signedonpaper",
})  # fmt: skip
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person who may be put on the roll."""

    row: int
    name: str
    id_number: str
    born_on: date
    sex: Sex
    phone: str
    political_status: str
    education: str
    skills: str
    availability: str
    guardian_name: str
    guardian_phone: str
    guardian_relation: str
    guardian_way: ConsentWay | None
    note: str


def numbers(table: Table) -> list[str]:
    """Return the identity numbers of the sheet, for asking the roll about all of them at once."""
    number = table.reader("id_number")
    return [cells.identity_number(number(line)) for line in table.lines]


def judge(
    table: Table,
    *,
    on: date,
    adult_age: int,
    on_roll: Collection[str],
    known: Mapping[str, str] | None = None,
) -> Judged[Newcomer]:
    """Judge every row as handed in on a day.

    ``on_roll`` holds the identity numbers on this station's roll, ``known`` the names under which
    any station knows a number.
    """
    rules = _Rules(table, on, adult_age, set(on_roll), known or {})
    judged = Judged[Newcomer](table)
    for line in table.lines:
        try:
            newcomer = rules.newcomer(line)
        except Refused as refused:
            judged.refused.append(refused.of(line, table))
        else:
            judged.accepted.append(newcomer)
    return judged


class _Rules:
    """The rules in the office's order; the first that a row breaks is its reason."""

    def __init__(
        self,
        table: Table,
        on: date,
        adult_age: int,
        taken: set[str],
        known: Mapping[str, str],
    ) -> None:
        self._on, self._adult_age, self._taken, self._known = on, adult_age, taken, known
        self._cell = {column: table.reader(column) for column in LAYOUT.columns}

    def newcomer(self, line: Line) -> Newcomer:
        """Return the person a row describes, or raise the first rule it breaks."""
        name = self._name(line)
        number = self._number(line)
        self._compare(line, number)
        phone = self._phone(line)
        guardian = self._guardian(line, identity.born_on(number))
        self._refuse_twice(number)
        self._compare_name(number, name)
        newcomer = Newcomer(
            row=line.number,
            name=fitting(name, "name", Person.name),
            id_number=number,
            born_on=identity.born_on(number),
            sex=identity.sex(number),
            phone=phone,
            political_status=self._words(line, "political_status"),
            education=self._words(line, "education"),
            skills=self._words(line, "skills"),
            availability=self._words(line, "availability"),
            guardian_name=fitting(guardian, "guardian_name", Consent.guardian_name),
            guardian_phone=cells.phone(self._cell["guardian_phone"](line)),
            guardian_relation=fitting(
                cells.text(self._cell["guardian_relation"](line)),
                "guardian_relation",
                Consent.relation,
            ),
            guardian_way=self._way(line),
            note=self._words(line, "note"),
        )
        self._taken.add(number)
        return newcomer

    def _words(self, line: Line, column: str) -> str:
        return fitting(cells.text(self._cell[column](line)), column, getattr(Volunteer, column))

    def _name(self, line: Line) -> str:
        if name := cells.name(self._cell["name"](line)):
            return name
        raise Refused(
            "name",
            Reason.NAME_MISSING,
            _("The row has no name. Write the name as on the identity card."),
        )

    def _number(self, line: Line) -> str:
        number = cells.identity_number(self._cell["id_number"](line))
        if len(number) != identity.LENGTH:
            raise Refused("id_number", Reason.ID_LENGTH, _length_message(number))
        if not identity.is_sound(number) or identity.born_on(number) > self._on:
            raise Refused(
                "id_number",
                Reason.ID_CHECKSUM,
                _(
                    "The identity number is mistyped: its last sign does not fit the others, or"
                    " its birth date cannot be. Copy it again from the identity card."
                ),
            )
        return number

    def _compare(self, line: Line, number: str) -> None:
        born = self._cell["born_on"](line)
        if not cells.is_empty(born) and cells.day(born) != identity.born_on(number):
            raise Refused(
                "born_on",
                Reason.BIRTH_MISMATCH,
                _(
                    "The birth date is not the one in the identity number. Compare both with the"
                    " identity card and correct the wrong one."
                ),
            )
        sex = self._cell["sex"](line)
        if not cells.is_empty(sex) and cells.sex(sex) != identity.sex(number):
            raise Refused(
                "sex",
                Reason.SEX_MISMATCH,
                _(
                    "The sex is not the one in the identity number. Compare both with the identity"
                    " card and correct the wrong one."
                ),
            )

    def _phone(self, line: Line) -> str:
        phone = cells.phone(self._cell["phone"](line))
        if _MOBILE.fullmatch(phone):
            return phone
        raise Refused(
            "phone",
            Reason.PHONE_INVALID,
            _(
                "The phone is not a mobile number of 11 digits that begins with 13 to 19. Ask for"
                " the number and write it without a country code."
            ),
        )

    def _guardian(self, line: Line, born: date) -> str:
        guardian = cells.name(self._cell["guardian_name"](line))
        age = clock.age_on(born, self._on)
        if guardian or age >= self._adult_age:
            return guardian
        raise Refused(
            "guardian_name",
            Reason.GUARDIAN_MISSING,
            _(
                "The volunteer is %(age)s on %(day)s and no guardian is named. Enter the guardian"
                " who agrees.",
                age=age,
                day=self._on.isoformat(),
            ),
        )

    def _way(self, line: Line) -> ConsentWay | None:
        told = cells.key(self._cell["guardian_way"](line)).lower()
        return ConsentWay.SIGNED if told in ON_PAPER else None

    def _refuse_twice(self, number: str) -> None:
        if number in self._taken:
            raise Refused(
                "id_number",
                Reason.DUPLICATE_PERSON,
                _(
                    "This person is on the station's roll already, or stands higher in this sheet."
                    " Delete this row."
                ),
            )

    def _compare_name(self, number: str, name: str) -> None:
        if cells.name(self._known.get(number, name)) != name:
            raise Refused(
                "name",
                Reason.NAME_ID_MISMATCH,
                _(
                    "Another station knows this identity number under another name. Compare name"
                    " and number with the identity card."
                ),
            )


def _length_message(number: str) -> LazyString:
    if "E+" in number:
        return _(
            "The identity number is stored as a number and has lost its last digits. Set the"
            " column to text and type the number again."
        )
    return lazy_ngettext(
        "The identity number has %(num)s sign, not 18. Copy it again from the identity card.",
        "The identity number has %(num)s signs, not 18. Copy it again from the identity card.",
        len(number),
    )
