"""Invented names, numbers and phones: sound in form, and nobody's."""

from __future__ import annotations

from datetime import date
from random import Random

from stdnum.cn import ric

from models import Sex

# County codes that were never assigned: no such number can be a living person's.
NOWHERE = {"4408": ("440899", "440898"), "5334": ("533499",)}
DIQING = "5334"

SURNAMES = "陈林李黄梁吴何郑莫符戴劳揭庞窦钟邓许蔡杨罗谢卢柯邹冼"
NORTHERN = "和余杨李木施蜂何赵熊"
MALE = "国志建伟明强海军永康文辉华平俊荣宏涛宇浩泽鸿祥德坤晓东振"
FEMALE = "秀丽芳玉珍婷雪梅琼燕霞敏慧静妍思雨桂兰春月晓萍嘉怡小红"
TIBETAN_MALE = ("扎西", "次仁", "尼玛", "达瓦", "平措", "格桑", "鲁茸", "七林", "农布", "阿布")
TIBETAN_FEMALE = ("卓玛", "拉姆", "央宗", "格桑", "取追", "白玛", "追玛", "永宗", "德吉", "次里")
# A name whose second sign many fonts lack: it must come out on every paper all the same.
RARE = "王䶮"


class Names:
    """Draws names, identity numbers and phones, no number and no phone twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._serial = 0
        self._taken: set[str] = set()

    def of(self, division: str, sex: Sex) -> str:
        """Return a name as people have it at a place."""
        rng = self._rng
        given = MALE if sex is Sex.MALE else FEMALE
        if not division.startswith(DIQING):
            return rng.choice(SURNAMES) + "".join(rng.sample(given, rng.choice((1, 2, 2, 2))))
        if rng.random() < 0.5:  # noqa: PLR2004  # about half of the people there
            parts = TIBETAN_MALE if sex is Sex.MALE else TIBETAN_FEMALE
            return "".join(rng.sample(parts, 2))
        return rng.choice(NORTHERN) + "".join(rng.sample(given, 2))

    def adult(self, division: str) -> str:
        """Return the name of somebody who holds a post at a place."""
        return self.of(division, self._rng.choice(list(Sex)))

    def identity_number(self, division: str, born_on: date, sex: Sex) -> str:
        """Return a sound identity number of nobody."""
        while True:
            order = self._rng.randrange(1, 500) * 2 - (sex is Sex.MALE)
            county = self._rng.choice(NOWHERE[division[:4]])
            stem = f"{county}{born_on:%Y%m%d}{order:03}"
            number = stem + ric.calc_check_digit(stem + "0")
            if number not in self._taken:
                self._taken.add(number)
                return number

    def phone(self) -> str:
        """Return a number in the form of a mobile phone's, plainly made up."""
        self._serial += 1
        return f"1{self._rng.randint(3, 9)}00000{self._serial:04}"
