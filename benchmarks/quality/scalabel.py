"""Reading the Scalabel format of BDD100K (https://doc.scalabel.com/format.html)."""

from __future__ import annotations

import json

import numpy as np

from labeling.quality.tracks import Attribute, Tracks, coded


def read(content: bytes, picture: tuple[float, float] | None = None) -> Tracks:
    """The boxes (`box2d`) of one sequence, with the attributes that hold for a box."""
    frames = sorted(json.loads(content), key=lambda frame: frame["frameIndex"])
    labels = [
        (number, label) for number, frame in enumerate(frames) for label in frame["labels"] or []
    ]
    boxes = [label["box2d"] for _, label in labels]
    left, top, right, bottom = (
        np.array([box[key] for box in boxes], np.float64) for key in ("x1", "y1", "x2", "y2")
    )
    track, track_names = coded([label["id"] for _, label in labels])
    category, categories = coded([label["category"] for _, label in labels])
    attributes = {}
    for name in dict.fromkeys(key for _, label in labels for key in label["attributes"]):
        codes, values = coded([str(label["attributes"][name]) for _, label in labels])
        attributes[name] = Attribute(codes, tuple(values))
    return Tracks(
        frame=np.array([number for number, _ in labels], np.int64),
        track=track,
        label=category,
        x=left,
        y=top,
        w=right - left,
        h=bottom - top,
        frames=tuple(frame["name"] for frame in frames),
        track_names=tuple(map(str, track_names)),
        label_names=tuple(map(str, categories)),
        picture=picture,
        attributes=attributes,
    )
