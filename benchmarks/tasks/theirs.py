"""The same tasks in stock Flask-Admin: each begins on its home page, and takes the shortest way."""

from __future__ import annotations

from benchmarks.tasks.hand import Hand
from benchmarks.tasks.wanted import ACTIVITY, ASKED, NEWCOMER, SERVED, part, served_on
from models import clock


def find(hand: Hand) -> None:
    """Search the list and open the row."""
    _search(hand)
    hand.click("a[title='View Record']", leads=True)
    hand.sees(f"td:has-text('{ASKED[0]}')")


def correct(hand: Hand) -> None:
    """Search, edit, mend one character, save."""
    _search(hand)
    hand.click("a[title='Edit Record']", leads=True)
    hand.click("#skills")
    hand.press("Backspace")
    hand.type("发")
    hand.press("Enter", leads=True)


def register(hand: Hand) -> None:
    """Enter the person, then put the person on the roll."""
    _create(hand, "Person")
    hand.click("#name")
    hand.type(NEWCOMER.name)
    hand.press("Tab")
    hand.type(NEWCOMER.id_number)
    hand.press("Enter", leads=True)
    _create(hand, "Volunteer")
    _pick(hand, "person", NEWCOMER.name)
    _pick_day(hand, "registered_on", clock.today().day)
    hand.click("#phone")
    hand.type(NEWCOMER.phone)
    hand.press("Enter", leads=True)


def note_activity(hand: Hand) -> None:
    """Note what took place today; a category is offered by its code."""
    _create(hand, "Activity")
    hand.click("#name")
    hand.type(ACTIVITY.name)
    _choose(hand, "category", "0004")
    _choose(hand, "state", "held")
    _pick_day(hand, "held_on", clock.today().day)
    _pick_hour(hand, "starts_at", "9")
    _pick_hour(hand, "ends_at", "11")
    hand.click("#place")
    hand.type(ACTIVITY.place)
    hand.press("Enter", leads=True)


def record_one(hand: Hand) -> None:
    """Choose person, activity and both moments."""
    _create(hand, "Service Entry")
    _fill_entry(hand, ASKED[0])
    hand.click("input[value='Save']", leads=True)


def record_three(hand: Hand) -> None:
    """Save and add another: the form comes back empty."""
    _create(hand, "Service Entry")
    for name in ASKED[1:3]:
        _fill_entry(hand, name)
        hand.click("input[name='_add_another']", leads=True)
    _fill_entry(hand, ASKED[3])
    hand.click("input[value='Save']", leads=True)


def see_waiting(hand: Hand) -> None:
    """Filter the ledger by its state."""
    _open(hand, "Service Entry")
    _add_filter(hand, "State")
    _choose_in(hand, ".filters td:last-child", "submitted")
    hand.click("#filter_form button", leads=True)
    hand.sees("a:has-text('List (60)')")


def confirm_all(hand: Hand) -> None:
    """Filter, show a hundred rows, tick them, confirm."""
    see_waiting(hand)
    hand.click("a:has-text('20 items')")
    hand.click("a.dropdown-item:has-text('100 items')", leads=True)
    hand.click("input.action-rowtoggle")
    hand.click("a:has-text('With selected')")
    hand.click("a.dropdown-item:has-text('Confirm')", leads=True)


def export_month(hand: Hand) -> str:
    """Filter by a range of days, picked in the calendar, and export."""
    _open(hand, "Service Entry")
    _add_filter(hand, "Served On")
    _choose_in(hand, ".filters td:nth-child(2)", "between")
    hand.click(".filters input.filter-val")
    hand.click(".daterangepicker .left .prev")
    hand.click(".daterangepicker .left td.available:not(.off)")
    hand.click(".daterangepicker .right .prev")
    hand.click(".daterangepicker .right td.available:not(.off) >> nth=-1")
    hand.click(".daterangepicker .applyBtn")
    hand.click("#filter_form button", leads=True)
    return hand.fetch("a[title='Export']")


def ask_certificate(hand: Hand) -> None:
    """Choose the person and save."""
    _create(hand, "Certificate Request")
    _pick(hand, "volunteer", part(ASKED[0]))
    hand.click("input[value='Save']", leads=True)


def _open(hand: Hand, screen: str) -> None:
    hand.click(f"nav a:text-is('{screen}')", leads=True)


def _create(hand: Hand, screen: str) -> None:
    _open(hand, screen)
    hand.click("a[title='Create New Record']", leads=True)


def _search(hand: Hand) -> None:
    _open(hand, "Volunteer")
    hand.click("input[name=search]")
    hand.type(part(ASKED[0]))
    hand.press("Enter", leads=True)


def _fill_entry(hand: Hand, name: str) -> None:
    _pick(hand, "volunteer", part(name))
    _pick(hand, "activity", part(SERVED))
    _pick_moment(hand, "started_at", "9")
    _pick_moment(hand, "ended_at", "11")


def _pick(hand: Hand, field: str, words: str) -> None:
    """Open a select, type a part of what is wanted, take the one left over."""
    hand.click(f"#s2id_{field}")
    hand.type(words)
    hand.sees(f".select2-result.select2-highlighted:has-text('{words}')")
    hand.press("Enter")


def _choose(hand: Hand, field: str, words: str) -> None:
    hand.click(f"#s2id_{field}")
    hand.click(f".select2-result-label:text-is('{words}')")


def _choose_in(hand: Hand, place: str, words: str) -> None:
    hand.click(f"{place} .select2-container")
    hand.click(f".select2-result-label:text-is('{words}')")


def _add_filter(hand: Hand, name: str) -> None:
    hand.click("a:has-text('Add Filter')")
    hand.click(f".field-filters a:text-is('{name}')")


def _pick_day(hand: Hand, field: str, day: int) -> None:
    hand.click(f"#{field}")
    hand.click(f".daterangepicker td.available:not(.off):text-is('{day}')")


def _pick_hour(hand: Hand, field: str, hour: str) -> None:
    """Pick a whole hour: what is typed into the field, its picker overwrites at each key."""
    hand.click(f"#{field}")
    hand.choose(".daterangepicker .hourselect", hour)
    hand.click(".daterangepicker .applyBtn")


def _pick_moment(hand: Hand, field: str, hour: str) -> None:
    """Pick day, hour and minute in the calendar: that is shorter than typing them."""
    hand.click(f"#{field}")
    # In the month before, the day stands among the greyed ones.
    day = served_on()
    month = "" if day.month == clock.today().month else ".off"
    hand.click(f".daterangepicker td.available{month or ':not(.off)'}:text-is('{day.day}')")
    hand.choose(".daterangepicker .hourselect", hour)
    hand.choose(".daterangepicker .minuteselect", "00")
    hand.click(".daterangepicker .applyBtn")
