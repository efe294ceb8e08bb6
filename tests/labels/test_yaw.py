"""The turn of cuboids, before and after Ground Truth changed what it means."""

from __future__ import annotations

from datetime import UTC, datetime
from math import pi

import pytest

from labeling.labels import right_handed_yaw


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (datetime(2022, 9, 2, 19, 2, 16, 999999, tzinfo=UTC), pi - 0.5),
        (datetime(2022, 9, 2, 19, 2, 17, tzinfo=UTC), 0.5),
        (None, 0.5),
    ],
)
def test_yaw_was_pi_minus_itself_until_the_second_of_september_2022(created, expected):
    assert right_handed_yaw(0.5, created) == expected
