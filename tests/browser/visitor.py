"""A person before a browser."""

from __future__ import annotations

from models import db
from tests.browsing import signed_in
from tests.cast import PASSWORD

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""
# The policy of a page lets no expression be evaluated while one waits for it: it tells by itself.
KEPT = """(words) => new Promise((kept) => {
  const looking = setInterval(() => {
    const drafts = Object.entries(localStorage).filter(([key]) => key.startsWith("draft:"));
    if (!drafts.some(([, draft]) => draft.includes(words))) return;
    clearInterval(looking);
    kept();
  }, 20);
})"""
HEIGHT = 768


class Visitor:
    """One browser window, and whatever it complains of: console, scripts, policy, 500s."""

    def __init__(
        self, app, address, chromium, account, *,
        width=1366, height=HEIGHT, language="zh_Hans_CN", theme="light",
    ):  # fmt: skip
        self.address, self.complaints = address, []
        self.context = chromium.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, locale="zh-CN",
            color_scheme=theme, reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.carry_cookie(app, account, language)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on("response", self._look)
        self.page.on("requestfailed", self._miss)

    def carry_cookie(self, app, account, language):
        """Be somebody from now on; None is a guest."""
        cookie = signed_in(app, account, language).get_cookie("station")
        self.context.add_cookies([{"name": "station", "value": cookie.value, "url": self.address}])

    def _hear(self, message):
        # What the office refuses on purpose is an error to the console, not to us.
        refused = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not refused:
            self._note(message.text)

    def _look(self, response):
        is_part = not response.request.is_navigation_request()
        if response.status >= 500 or (is_part and response.status >= 400):
            self._note(f"status {response.status}: {response.url}")

    def _miss(self, request):
        # A look-up that is overtaken, and a file instead of a page, are given up on purpose.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"{request.failure}: {request.url}")

    def _note(self, complaint):
        self.complaints.append(f"{self.page.url}: {complaint}")

    def leave(self):
        self.context.close()

    # What people do

    def open(self, path):
        """Open a page of the office and return its status."""
        db.session.rollback()  # an open transaction of the test would lock the request out
        return self.page.goto(f"{self.address}{path}").status

    def sign_in(self, login, password=PASSWORD):
        self.open("/sign-in")
        self.fill(login=login, password=password)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(f"{self.address}/")

    def sign_out(self):
        self.page.click("form[action='/sign-out'] button")
        self.page.wait_for_url("**/sign-in")

    def fill(self, **fields):
        """Type into fields by their id; a select takes the value."""
        for name, value in fields.items():
            field = self.page.locator(f"#{name}")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def look_up(self, name, words):
        """Choose in a look-up field what the office finds for the words."""
        self.page.fill(f"#{name}-ts-control", words)
        self.page.click(f"#{name}-ts-dropdown .option:has-text('{words}')")

    def await_draft(self, words):
        """Wait for a draft that holds the words: it is kept a moment after the last key."""
        self.page.evaluate(KEPT, words)

    def save(self):
        with self.page.expect_navigation():
            self.page.click(".office-form-buttons .btn-primary")

    def press(self, selector):
        """Press a button and say yes if it asks."""
        self.page.click(selector)
        if self.page.locator("#ask[open]").count():
            with self.page.expect_navigation():
                self.page.click("#ask-yes")

    def menu(self):
        """Return the addresses that the side menu offers."""
        links = self.page.locator("#menu a.nav-link")
        return links.evaluate_all("links => links.map(link => link.getAttribute('href'))")

    @property
    def text(self):
        return self.page.inner_text("main")
