"""Reading what is pasted: a chat list (接龙), or the serials of a printed sheet.

Nothing here knows a roll: a line is taken apart into what may be names and what are times.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _

from admin_app.services.exchange import cells
from models import DomainError

# A page of a chat; what is longer is rather a mistake, and takes long to read.
MOST_SIGNS = 20_000
# Of one line: as much as may name a person.
LONGEST_WORDS = 200
MOST_SERIALS = 500
HALF_DAY = 12 * 60

_DASH = r"\s*(?:[-~\u2010-\u2015\u2212]+|至|到)\s*"
_DAYTIME = "(?:上午|早上|早|中午|下午|晚上|晚)"
_MINUTES = r"(?:\s*(?:半|\d{1,2}分?))?"
_SPOKEN = rf"{_DAYTIME}?\s*\d{{1,2}}\s*(?::\s*\d\d|点{_MINUTES}|时(?!间){_MINUTES})"
_CLOCK = rf"(?:{_SPOKEN}|(?<!\d)(?:[01]\d|2[0-4])[0-5]\d(?!\d))"
_STRETCH = re.compile(
    rf"(?<![\d:.])({_CLOCK}|{_DAYTIME}?\d{{1,2}}(?={_DASH}\d{{1,2}}[点时])){_DASH}"
    rf"({_CLOCK}|\d{{1,2}}(?![\d个小:]))"
)
_LENGTH = re.compile(
    r"(?<![\d.:])(?:\d{1,2}(?:\.\d{1,2})?|半|[一二两三四五六七八九十])\s*(?:个\s*半?|半)?\s*"
    r"(?:小时|钟头|h(?:ours?|rs?)?(?![a-z]))(?:\s*半|\s*零?\d{1,2}\s*分钟?)?|\d{1,3}\s*分钟",
    re.IGNORECASE,
)
_SPELLED = str.maketrans("一二三四五六七八九", "123456789")
_ORDINAL = re.compile(
    r"[(\[【]?\s*(\d{1,3})(?![\d]|\s*(?:[:.]\s*\d|[点时月年日%人]|个?\s*半?\s*小时|分钟|h\b|-\s*\d))"
    r"\s*[)\]】]?\s*[.、,:;)。]?"
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|\([^()]*$")
_BETWEEN_NAMES = re.compile(r"[\s,，、;；/|+:!?~\-\u2010-\u2015_=*#@&\"“”'‘’<>《》。()\[\]【】]+")
_LISTED = re.compile("[、,;/&]")
_HEADING = re.compile(r"#|例|接龙|报名|活动|时间|地点|集合|通知|各位|大家|名单|签到表")
_SERIALS = re.compile(r"(?:序号|编号|第)?\s*:?\s*(\d[\d\s,，、;~\-\u2010-\u2015至到]*?)\s*号?")
_RANGE = re.compile(rf"([1-9]\d{{0,3}})(?:{_DASH}([1-9]\d{{0,3}}))?")
_EMPTY_PLACE = re.compile(r"[(\[【]?\s*\d{1,3}\s*[)\]】]?\s*[.、:)。]?")
# What shows nothing, or turns the words around it.
_HIDDEN = frozenset({"Cf", "Cc", "Cs"})
_UNSEEN = _HIDDEN | {"So", "Sk", "Me"}
_VARIANTS = "\ufe0e\ufe0f"
# From here on a sign that Python does not know is a rare Han character, before it a new picture.
_RARE_HAN = "\U00020000"


@dataclass(frozen=True)
class Said:
    """One line about a person: what may be names, and times as minutes after midnight."""

    words: str
    names: tuple[str, ...]
    start: int | None = None
    end: int | None = None
    minutes: int | None = None
    # Several people in one line: each word is somebody.
    is_listed: bool = False
    # Not one of the numbered lines, or it reads like a notice: a person only if it says no more.
    is_heading: bool = False


@dataclass(frozen=True)
class Pasted:
    """What a pasted text holds, in its order; ``left`` is what nothing was read from."""

    people: tuple[Said, ...]
    serials: tuple[int, ...]
    left: tuple[str, ...]


def read(text: str) -> Pasted:
    """Take a pasted text apart; every line ends up somewhere, save empty places of a list.

    Raises ``DomainError`` for a text that is too long.
    """
    if len(text) > MOST_SIGNS:
        raise DomainError(
            _("The pasted text is too long: paste at most %(most)s characters at a time.",
              most=MOST_SIGNS)
        )  # fmt: skip
    lines = list(filter(None, map(_shown, text.splitlines())))
    plain = [_plain(line) for line in lines]
    numbers = [_ORDINAL.match(line) for line in plain]
    said = [_said(*both) for both in zip(lines, plain, numbers, strict=True)]
    is_list = any(n and s.names for n, s in zip(numbers, said, strict=True))
    people, serials, left = list[Said](), list[int](), list[str]()
    for line, words, number, one in zip(lines, plain, numbers, said, strict=True):
        found = _serials(words)
        if one.names and not found:
            is_heading = bool(_HEADING.search(words)) or (is_list and number is None)
            people.append(replace(one, is_heading=is_heading))
        elif (is_list or not words.strip()[-1:].isdigit()) and _EMPTY_PLACE.fullmatch(words):
            continue
        elif found:
            serials += found
        else:
            left.append(line)
    return Pasted(tuple(people), tuple(dict.fromkeys(serials)), tuple(left))


def _shown(line: str) -> str:
    """Return a line as it may be shown again, without signs that hide or turn what is written."""
    return "".join(
        sign for sign in line.replace("\t", " ") if unicodedata.category(sign) not in _HIDDEN
    ).strip()


def _plain(line: str) -> str:
    """Return a line narrowed, without what is only seen: pictures, marks, joiners."""
    narrowed = unicodedata.normalize("NFKC", line.replace("\u20e3", " "))
    kept = (
        " " if _is_unseen(sign) else sign
        for sign in narrowed
        if sign not in _VARIANTS
    )  # fmt: skip
    return " ".join("".join(kept).split())


def _is_unseen(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category in _UNSEEN or (category == "Cn" and sign < _RARE_HAN)


def _said(line: str, words: str, number: re.Match[str] | None) -> Said:
    rest = words[number.end() :] if number else words
    start = end = minutes = None
    if (stretch := _STRETCH.search(rest)) and (times := _times(*stretch.groups())):
        start, end = times
        rest = f"{rest[: stretch.start()]} {rest[stretch.end() :]}"
    if (length := _LENGTH.search(rest)) and (minutes := _minutes(length[0])):
        rest = f"{rest[: length.start()]} {rest[length.end() :]}"
    is_listed = bool(_LISTED.search(_ASIDE.sub(" ", rest).strip(" 、,;/&")))
    return Said(line[:LONGEST_WORDS], tuple(_names(rest)), start, end, minutes or None, is_listed)


def _times(first: str, last: str) -> tuple[int, int] | None:
    start, end = cells.clock(first), cells.clock(last)
    if start is None or end is None:
        return None
    if end <= start >= HALF_DAY and end + HALF_DAY > start and end + HALF_DAY <= 2 * HALF_DAY:
        end += HALF_DAY  # 下午2点到4点
    return start, end


def _minutes(words: str) -> int | None:
    spelled = words.replace("十", "10").replace("钟头", "小时").translate(_SPELLED)
    return cells.span(spelled)


def _names(rest: str) -> Iterator[str]:
    """Yield what may be names: what was spaced apart as one, then each word."""
    parts = (cells.name(part).strip("·.0123456789") for part in _BETWEEN_NAMES.split(
        _ASIDE.sub(" ", rest)))  # fmt: skip
    words = [part for part in parts if any(sign.isalpha() for sign in part)]
    spaced = all(len(word) == 1 or word.isascii() for word in words)
    if len(words) > 1 and spaced:
        yield "".join(words)
    yield from words


def _serials(words: str) -> list[int]:
    """Return the serials that a line lists, such as ``1-12,15``; none unless it is all serials."""
    listed = _SERIALS.fullmatch(words.strip())
    if listed is None:
        return []
    found: list[int] = []
    spaced = re.sub(_DASH, "-", listed[1])
    for part in re.split(r"[\s,，、;]+", spaced.strip(" ,，、;")):
        both = _RANGE.fullmatch(part)
        if both is None:
            return []
        first, last = int(both[1]), int(both[2] or both[1])
        if not first <= last < first + MOST_SERIALS:
            return []
        found += range(first, last + 1)
    return found if len(found) <= MOST_SERIALS else []
