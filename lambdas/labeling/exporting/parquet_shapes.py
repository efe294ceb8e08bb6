"""What each kind of label has of its own, as columns."""

from __future__ import annotations

import json
from typing import Any

from labeling.labels import (
    Box,
    Cuboid,
    KeyPoint,
    Label,
    Mask,
    PointMask,
    Polygon,
    Polyline,
    Span,
    Verification,
)


def shape(label: Label) -> dict[str, Any]:
    """The columns that are not null for a label of this kind."""
    match label:
        case Box():
            return {
                "left": label.left,
                "top": label.top,
                "width": label.width,
                "height": label.height,
            }
        case Polyline() | Polygon():
            return {"vertices": [{"x": point.x, "y": point.y} for point in label.vertices]}
        case KeyPoint():
            return {"x": label.x, "y": label.y}
        case Cuboid():
            return _cuboid(label)
        case Span():
            return {"start": label.start, "end": label.end}
        case Verification():
            return {"comments": label.comments}
        case Mask():
            colors = json.dumps(dict(label.picture.colors))
            return {"uri": label.picture.uri, "color": label.color, "colors": colors}
        case PointMask():
            return {"uri": label.cloud.uri, "color": label.color}
    return {}


def _cuboid(label: Cuboid) -> dict[str, Any]:
    return {
        "center_x": label.center_x,
        "center_y": label.center_y,
        "center_z": label.center_z,
        "cuboid_length": label.length,
        "cuboid_width": label.width,
        "cuboid_height": label.height,
        "roll": label.roll,
        "pitch": label.pitch,
        "yaw": label.yaw,
    }
