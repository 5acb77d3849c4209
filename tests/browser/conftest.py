"""The office served to a real Chromium, and visitors who note what their browser complains of."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.serving import launched, served
from tests.browser.visitor import Visitor


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def address(app):
    """Where the office is served for the length of a test."""
    with served(app) as place:
        yield place


@pytest.fixture
def visit(app, address, chromium):
    """Return a visitor: ``visit(cast.chen, width=390)``; None is a guest at the door."""
    visitors = []

    def come(account=None, **wishes):
        visitors.append(Visitor(app, address, chromium, account, **wishes))
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.leave()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)
