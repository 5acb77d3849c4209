"""What must hold for every screen, the next one included."""

from __future__ import annotations

import pytest

import views


@pytest.fixture(params=views.SCREENS, ids=lambda screen: screen.screen or screen.resource)
def screen(request):
    return request.param


def path(screen):
    return f"/{screen.screen or screen.resource}"


def test_every_list_opens_for_whom_it_is(browse, cast, screen):
    reader = cast.ada if screen.resource in ("audit", "accounts") else cast.chen
    answer = browse(reader).get(f"{path(screen)}/")
    assert answer.status_code == 200, answer.text[-2000:]
