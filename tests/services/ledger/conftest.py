"""One person on three rolls."""

import pytest

from tests import factories


@pytest.fixture
def twins(cast):
    """One person on the rolls of Gan Lai, Quan Shui and Weng Shui, with an activity at each."""
    first = factories.volunteer(cast.gan_lai, name="雷小锋")
    places = (cast.gan_lai, cast.quan_shui, cast.weng_shui)
    rolls = [first, *(factories.volunteer(at, person=first.person) for at in places[1:])]
    return [(roll, factories.activity(at)) for roll, at in zip(rolls, places, strict=True)]
