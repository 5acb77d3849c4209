"""A hand that clicks and types in a browser, and counts both."""

from __future__ import annotations

from playwright.sync_api import Dialog, Locator, Page

# Chinese is put in as an input method does it; scripts that listen to keys hear the last one too.
HEARD = "document.activeElement.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true}))"


class Hand:
    """One person's hand on mouse and keyboard, at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.keys = 0
        page.on("dialog", self._agree)

    def click(self, target: str, *, leads: bool = False) -> None:
        """Click what a selector finds first; one that ``leads`` opens another page."""
        self.clicks += 1
        if leads:
            with self.page.expect_navigation():
                self._found(target).click()
        else:
            self._found(target).click()

    def fetch(self, target: str) -> str:
        """Click what sends a file, and return the file's text."""
        self.clicks += 1
        with self.page.expect_download() as download:
            self._found(target).click()
        return download.value.path().read_text("utf-8-sig")

    def choose(self, target: str, words: str) -> None:
        """Choose in a native select: one click opens it, one takes the words."""
        self.clicks += 2
        self._found(target).select_option(label=words)

    def type(self, words: str) -> None:
        """Type where the focus is, one key a character."""
        self.keys += len(words)
        for sign in words:
            if sign.isascii():
                self.page.keyboard.press(sign)
            else:
                self.page.keyboard.insert_text(sign)
                self.page.evaluate(HEARD)

    def press(self, key: str, *, leads: bool = False) -> None:
        """Press one key, or one accelerator such as Control+A."""
        self.keys += 1
        if leads:
            with self.page.expect_navigation():
                self.page.keyboard.press(key)
        else:
            self.page.keyboard.press(key)

    def sees(self, target: str) -> None:
        """Wait until the page shows something; looking costs nothing."""
        self._found(target).wait_for()

    def _found(self, target: str) -> Locator:
        return self.page.locator(target).locator("visible=true").first

    def _agree(self, dialog: Dialog) -> None:
        self.clicks += 1
        dialog.accept()
