"""The tasks at our desk: each begins on Today, signed in, and takes the shortest way we know."""

from __future__ import annotations

from benchmarks.tasks.hand import Hand
from benchmarks.tasks.wanted import ACTIVITY, ASKED, NEWCOMER, SERVED, part


def find(hand: Hand) -> None:
    """Type on Today, where the focus is; one hit opens by itself."""
    hand.type(part(ASKED[0]))
    hand.press("Enter", leads=True)
    hand.sees(f"h1:has-text('{ASKED[0]}')")


def correct(hand: Hand) -> None:
    """Find, edit, mend one character, save."""
    find(hand)
    hand.click("a[href*='/volunteers/edit/']", leads=True)
    hand.click("#skills")
    hand.press("Backspace")
    hand.type("发")
    hand.press("Enter", leads=True)


def register(hand: Hand) -> None:
    """Type name, number, phone, what the person can do and when, and choose the category."""
    hand.click("main a[href='/registrations/new/']", leads=True)
    hand.type(NEWCOMER.name)
    hand.press("Tab")
    hand.type(NEWCOMER.id_number)
    hand.press("Tab")
    hand.type(NEWCOMER.phone)
    hand.click("#skills")
    hand.type("理发")
    hand.press("Tab")
    hand.type("周末")
    hand.choose("#category_1", "社区服务")
    hand.press("Enter", leads=True)


def note_activity(hand: Hand) -> None:
    """Note what took place today."""
    hand.click("main a[href='/activities/new/']", leads=True)
    hand.type(ACTIVITY.name)
    hand.choose("#category", "卫生健康")
    hand.choose("#state", "已举办")
    hand.click("#starts_at")
    hand.type("900")
    hand.press("Tab")
    hand.type("1100")
    hand.press("Tab")
    hand.type(ACTIVITY.place)
    hand.choose("#gate", "都不是，属于志愿服务")
    hand.press("Enter", leads=True)


def record_one(hand: Hand) -> None:
    """Choose the person and the activity, which brings its times."""
    hand.click("main a[href='/ledger/new/']", leads=True)
    _look_up(hand, "volunteer", part(ASKED[0]))
    _choose_activity(hand)
    hand.press("Enter", leads=True)


def record_three(hand: Hand) -> None:
    """Save and add another: activity and times stay."""
    hand.click("main a[href='/ledger/new/']", leads=True)
    _look_up(hand, "volunteer", part(ASKED[1]))
    _choose_activity(hand)
    for name in ASKED[2:]:
        hand.click("button[name=_add_another]", leads=True)
        _look_up(hand, "volunteer", part(name))
    hand.press("Enter", leads=True)


def see_waiting(hand: Hand) -> None:
    """Today says how many wait, and leads to them."""
    hand.click("a.office-waits", leads=True)
    hand.sees(".office-head-words:has-text('60')")


def confirm_all(hand: Hand) -> None:
    """Tick the page, take all that match, confirm."""
    see_waiting(hand)
    hand.click("[data-tick-all]")
    hand.click("[data-beyond]")
    hand.click("input[name=unchanged]")
    hand.click("button[value=confirm]")
    hand.click("#ask-yes", leads=True)


def export_month(hand: Hand) -> str:
    """Choose last month beside the days, and the file."""
    hand.click("#menu a[href='/ledger/']", leads=True)
    hand.click(".list-ranges a >> nth=1", leads=True)
    return hand.fetch("a[href*='/export/csv/']")


def ask_certificate(hand: Hand) -> None:
    """Ask for a certificate over all of a volunteer's service."""
    hand.click("main a[href='/certificate_requests/new/']", leads=True)
    _look_up(hand, "volunteer", part(ASKED[0]))
    hand.press("Enter", leads=True)


def _choose_activity(hand: Hand) -> None:
    hand.click("#activity-ts-control")
    _look_up(hand, "activity", part(SERVED))


def _look_up(hand: Hand, field: str, words: str) -> None:
    hand.type(words)
    hand.sees(f"#{field}-ts-dropdown .option.active:has-text('{words}')")
    hand.press("Enter")
