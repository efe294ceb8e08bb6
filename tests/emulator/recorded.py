"""Files that were recorded from the real service or published by AWS; see data/SOURCES.md."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
VEHICLES = "amazon-sagemaker-examples/SeqLabel-vehicles-first-12-frames.json"
PEDESTRIANS = "amazon-sagemaker-examples/SeqLabel-pedestrians-2021-02.json"
CUBOIDS = "groundtruth-immersionday/OD-adjustment-manifest.json"
CUBOID_CATEGORIES = "groundtruth-immersionday/od-adjustment-label-categories-file.json"


def recorded_lines(name: str) -> list[Any]:
    """The lines of a recorded manifest."""
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


def recorded(name: str, *, bucket: str = "in") -> Any:
    """A recorded JSON document."""
    return json.loads((DATA / name).read_text().replace("$BUCKET", bucket))
