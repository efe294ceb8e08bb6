"""The turn of a cuboid, whose meaning Ground Truth changed once."""

from __future__ import annotations

from datetime import UTC, datetime
from math import pi

# "Output Data", 3D point cloud, of the SageMaker developer guide: labels made from then on have
# yaw right-handed, earlier ones have pi minus it.
RIGHT_HANDED_SINCE = datetime(2022, 9, 2, 19, 2, 17, tzinfo=UTC)


def right_handed_yaw(yaw: float, creation_date: datetime | None) -> float:
    """The turn about the vertical axis in radians, counterclockwise when seen from above.

    `yaw` is that of a `Cuboid`, `creation_date` that of its `Labels`; a label without a date is
    taken for a new one. The result is not brought into any range.
    """
    if creation_date is None or creation_date >= RIGHT_HANDED_SINCE:
        return yaw
    return pi - yaw
