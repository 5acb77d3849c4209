"""What is done on a page before it is judged; each act tells whether there was anything to do."""

from __future__ import annotations

from playwright.sync_api import TimeoutError as Late

SOON = 10_000  # milliseconds


def send(page) -> bool:
    """Send the form as it stands."""
    with page.expect_navigation():
        page.evaluate(SEND)
    return True


def collide(page) -> bool:
    """Type something and send it, as if somebody had saved the row meanwhile."""
    page.evaluate(OUTDATE)
    return send(page)


def choose_day(page) -> bool:
    """Open the calendar."""
    button = page.locator(".office-picker button:visible")
    if not button.count():
        return False
    _let_go(page)
    button.first.click()
    page.wait_for_selector(".office-calendar[open]")
    return True


def look_up(page) -> bool:
    """Open a look-up, which lies among the filters of a list."""
    if page.locator(".office-narrow:not([open]) .ts-control").count():
        page.click(".office-narrow-title")
    box = page.locator(".ts-control:visible").first
    offered = ".ts-dropdown:visible :is(.option, .no-results)"
    _let_go(page)
    box.click()
    try:
        page.wait_for_selector(offered, timeout=SOON)
    except Late:  # an answer that got lost on a busy machine: as a person does, once more
        page.keyboard.press("Escape")
        box.click()
        page.wait_for_selector(offered)
    return True


def ask(page) -> bool:
    """Press the first button that asks back."""
    if page.locator("[data-needs-rows]").count():
        page.locator("input[name=rowid]").first.check()
    button = page.locator("main [data-confirm]:not([data-confirm='']):visible:enabled")
    if not button.count():
        return False
    button.first.click()
    page.wait_for_selector("#ask[open]")
    return True


def open_places(page) -> bool:
    """Open the list of one's places."""
    page.click(".office-places summary")
    return True


def open_menu(page) -> bool:
    """Open the menu where it is folded."""
    if not page.locator(".navbar-toggler:visible").count():
        return False
    page.click(".navbar-toggler")
    page.wait_for_selector("#menu.show")
    return True


def _let_go(page) -> None:
    """Leave the first field of a page: a look-up there has opened by itself, or soon will."""
    page.evaluate("document.activeElement.blur()")


# In the order in which they are best done.
ACTS = {
    "": lambda _page: True,
    "day": choose_day,
    "look up": look_up,
    "send": send,
    "ask": ask,
    "collide": collide,
    "places": open_places,
    "menu": open_menu,
}
# Where to look for what came up: the rest of the page is as it was.
PARTS = {
    "ask": "#ask[open]",
    "day": ".office-calendar[open]",
    "look up": ".ts-wrapper.dropdown-active",
}
# After these the page is as it was: what comes next may be done on it.
PASSING = {"", "day", "look up"}

SEND = """() => {
  const form = document.querySelector("main form[method=post]");
  form.noValidate = true;
  form.requestSubmit();
}"""
OUTDATE = """() => {
  const form = document.querySelector("main form[data-guard]");
  form.querySelector("[name=version]").value = "0";
  const words = form.querySelectorAll(
    "textarea, input[type=text][name]:not([data-day], [data-month], [data-time], [inputmode])");
  for (const field of [...words].slice(0, 3)) field.value += "2";
  for (const field of form.querySelectorAll("[data-mobile]")) field.value = "13912345678";
  for (const field of form.querySelectorAll("[type=password]")) field.value = "quite another word";
}"""
