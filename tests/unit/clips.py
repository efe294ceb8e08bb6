"""A clip as the bodies of `request_bodies` name it, with its labels, in S3."""

from __future__ import annotations

import json

from tests.fakes import World
from tests.unit.request_bodies import INPUTS

MANIFEST = f"{INPUTS}/clip.manifest"
SEQUENCE = f"{INPUTS}/clip.json"
LABELS = f"{INPUTS}/vehicle.json"
FRAMES = ("000001.jpg", "000002.jpg")


def write_clip(world: World) -> None:
    """One clip of two frames, and the file of its one label."""
    for frame in FRAMES:
        world.objects.write(f"{INPUTS}/clip/{frame}", "a picture")
    sequence = {
        "seq-no": 1,
        "prefix": f"{INPUTS}/clip/",
        "number-of-frames": len(FRAMES),
        "frames": [{"frame-no": n, "frame": name} for n, name in enumerate(FRAMES, start=1)],
    }
    world.objects.write(SEQUENCE, json.dumps(sequence))
    world.objects.write(MANIFEST, json.dumps({"source-ref": SEQUENCE}) + "\n")
    labels = {"document-version": "2020-03-01", "labels": [{"label": "Vehicle"}]}
    world.objects.write(LABELS, json.dumps(labels))
