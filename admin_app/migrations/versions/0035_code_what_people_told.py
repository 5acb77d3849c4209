"""Write political status, education and employment by the national codes.

Words that no list knows stay as they were written: nothing that was told is lost.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import String, bindparam, column, table, update

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

# The name first that a code gets when going back; all of them are read when going forward.
CODES: dict[str, dict[str, tuple[str, ...]]] = {
    "political_status": {
        "01": ("中共党员", "党员"), "02": ("预备党员", "中共预备党员"), "03": ("共青团员", "团员"),
        "04": ("民革",), "05": ("民盟",), "06": ("民建",), "07": ("民进",),
        "08": ("农工", "农工党"), "09": ("致公", "致公党"), "10": ("九三", "九三学社"),
        "11": ("台盟",), "12": ("无党派", "无党派人士"), "13": ("群众",), "20": ("其他", "其它"),
    },
    "education": {
        "11": ("博士", "博士研究生"), "14": ("硕士", "硕士研究生"),
        "20": ("本科", "大学本科", "大学"), "30": ("专科", "大专", "大学专科"), "40": ("中专",),
        "50": ("技校", "技工学校"), "60": ("高中",), "70": ("初中",), "80": ("小学",),
        "90": ("幼儿园",), "91": ("学龄前",), "00": ("文盲或半文盲", "文盲", "半文盲"),
        "98": ("特殊教育",), "99": ("其他", "其它"),
    },
    "occupation": {
        "11": ("国家公务员", "公务员"), "13": ("专业技术人员",), "17": ("职员",),
        "21": ("企业管理人员",), "24": ("工人",), "27": ("农民", "务农"), "31": ("学生",),
        "37": ("现役军人",), "51": ("自由职业", "自由职业者"),
        "54": ("个体经营者", "个体工商户", "个体户"), "70": ("无业人员", "无业"),
        "80": ("退(离)休人员", "退休", "离休", "退休人员", "退休职工"), "90": ("其他", "其它"),
    },
}  # fmt: skip


def upgrade() -> None:
    """Go forward."""
    for name, codes in CODES.items():
        for code, words in codes.items():
            _write(name, words, code)


def downgrade() -> None:
    """Go back to the national names."""
    for name, codes in CODES.items():
        for code, words in codes.items():
            _write(name, (code,), words[0])


def _write(name: str, old: tuple[str, ...], new: str) -> None:
    volunteers = table("volunteers", column(name, String))
    held = volunteers.c[name]
    statement = update(volunteers).where(held.in_(old)).values({name: bindparam("new", new)})
    op.get_bind().execute(statement)
