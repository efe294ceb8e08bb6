"""The labels of the clip: key frames, expanded to what Ground Truth writes for a sequence.

`key_frames/*.json` holds what a person drew, about every fifth frame; between two key frames every
number moves along a straight line. A box is `[left, top, right, bottom]`, a line a list of
`[x, y]`, near end first, in pixels of the 1280x720 frames. Keys of the result as in "Output data",
video frame object tracking, of the SageMaker developer guide.

There are two versions. `AUDITED` is the labels as drawn. `FIRST` is what a hasty first labeler
would hand in, made from the same key frames by a fixed rule:

- only every second key frame is used, so the straight lines between them are longer;
- each side of a box lies 2 to 9 % of the box's size too far out, the whole up to 4 % beside;
- of a line only the first, the middle and the last point are kept, moved up to 9 px sideways;
- the white car is forgotten in frames 21 to 27.
"""

import json
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

HERE = Path(__file__).parent
FRAMES = HERE / "frames"
WIDTH, HEIGHT = 1280, 720
KINDS = ("vehicle", "lane")
FORGOTTEN = {"Vehicle:2": range(21, 28)}

# A box is four numbers, a line a list of points; both are moved number by number.
Geometry = Any


class Version(StrEnum):
    """Whose labels: the first labeler's, or those after the audit."""

    FIRST = "first"
    AUDITED = "audited"


def seq_label(kind: str, version: Version) -> dict[str, Any]:
    """The `SeqLabel.json` of the clip for one of `KINDS`."""
    drawn = json.loads((HERE / "key_frames" / f"{kind}.json").read_text())
    tracks = {
        name: {int(number): geometry for number, geometry in track["keyFrames"].items()}
        for name, track in drawn["objects"].items()
    }
    if version is Version.FIRST:
        tracks = {name: _hasty(name, key_frames) for name, key_frames in tracks.items()}
    places = "annotations" if drawn["shape"] == "box" else "polylines"
    return {
        "tracking-annotations": [
            {
                places: [
                    {
                        **_geometry(between(key_frames, number)),
                        "class-id": "0",
                        "label-category-attributes": {},
                        "object-id": str(uuid5(NAMESPACE_URL, f"examples/driving/{name}")),
                        "object-name": name,
                    }
                    for name, key_frames in tracks.items()
                    if version is Version.AUDITED or number not in FORGOTTEN.get(name, ())
                ],
                "frame-no": str(number - 1),
                "frame": frame.name,
                "frame-attributes": {},
            }
            for number, frame in enumerate(sorted(FRAMES.glob("*.jpg")), start=1)
        ]
    }


def between(key_frames: dict[int, Geometry], number: int) -> Geometry:
    """Where an object is in a frame, between the key frames before and after it."""
    before = max((n for n in key_frames if n <= number), default=min(key_frames))
    after = min((n for n in key_frames if n >= number), default=max(key_frames))
    part = (number - before) / (after - before) if after > before else 0.0
    return _mix(key_frames[before], key_frames[after], part)


def _mix(start: Geometry, end: Geometry, part: float) -> Geometry:
    if isinstance(start, list):
        return [_mix(a, b, part) for a, b in zip(start, end, strict=True)]
    return start + part * (end - start)


def _geometry(geometry: Geometry) -> dict[str, Any]:
    if isinstance(geometry[0], list):
        return {"vertices": [{"x": round(x), "y": round(y)} for x, y in geometry]}
    left, top, right, bottom = map(round, geometry)
    return {"height": bottom - top, "width": right - left, "top": top, "left": left}


def _hasty(name: str, key_frames: dict[int, Geometry]) -> dict[int, Geometry]:
    numbers = sorted(key_frames)
    kept = sorted({*numbers[::2], numbers[-1]})
    return {n: _roughened(key_frames[n], Random(f"{name} {n}")) for n in kept}


def _roughened(geometry: Geometry, chance: Random) -> Geometry:
    if isinstance(geometry[0], list):
        kept = [geometry[0], geometry[len(geometry) // 2], geometry[-1]]
        return [[x + chance.uniform(-9, 9), y] for x, y in kept]
    left, top, right, bottom = geometry
    width, height = right - left, bottom - top
    aside, down = chance.uniform(-0.04, 0.04) * width, chance.uniform(-0.04, 0.04) * height
    out = [chance.uniform(0.02, 0.09) for _ in range(4)]
    return [
        max(0, left - out[0] * width + aside),
        max(0, top - out[1] * height + down),
        min(WIDTH, right + out[2] * width + aside),
        min(HEIGHT, bottom + out[3] * height + down),
    ]
