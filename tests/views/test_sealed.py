"""Lists and exports show the masks beside the numbers and open no sealed value."""

from __future__ import annotations

import pytest

from models import Keyring
from tests import factories


@pytest.fixture
def opened(monkeypatch):
    contexts = []
    open_ = Keyring.open

    def spy(self, sealed, context):
        contexts.append(context)
        return open_(self, sealed, context)

    monkeypatch.setattr(Keyring, "open", spy)
    return contexts


@pytest.mark.parametrize(
    "address", ["/volunteers/", "/volunteers/export/csv/", "/ledger/", "/ledger/export/csv/"]
)
def test_a_list_opens_no_number(browse, cast, opened, address):
    volunteer = factories.volunteer(cast.gan_lai)
    factories.service_entry(volunteer, factories.activity(cast.gan_lai))
    browser = browse(cast.chen)
    opened.clear()
    answer = browser.get(address)
    assert answer.status_code == 200
    assert volunteer.person.name in answer.text
    assert opened == []
