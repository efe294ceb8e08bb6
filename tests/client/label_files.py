"""Label files of all formats that `smgt check` reads, with the same clip in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests/labels/data"
TRACKS = ROOT / "benchmarks/quality/data"
VEHICLES = TRACKS / "vehicles-SeqLabel.json.gz"
FRAMES = 40


class Row(NamedTuple):
    frame: int
    track: int
    left: float
    top: float
    width: float
    height: float


def boxes() -> Iterator[Row]:
    """Three cars side by side; the second is missing in frame 10, the third leaps aside in
    frame 25."""
    for frame in range(FRAMES):
        for track in range(3):
            if track == 1 and frame == 10:
                continue
            aside = 150 if track == 2 and frame == 25 else 0
            yield Row(frame, track, 100 + 300 * track + 3 * frame + aside, 200 + 50 * track, 80, 60)


def seq_label(**other: list[Any]) -> dict[str, Any]:
    """The clip as Ground Truth writes it, with `other` members in each frame."""
    frames: list[dict[str, Any]] = [
        {"frame": f"{number:06}.jpg", "frame-no": number, "annotations": [], **other}
        for number in range(FRAMES)
    ]
    for row in boxes():
        frames[row.frame]["annotations"].append(
            {
                "class-id": "0",
                "object-id": f"id-{row.track}",
                "object-name": f"Car:{row.track}",
                "label-category-attributes": {},
                **{key: getattr(row, key) for key in ("left", "top", "width", "height")},
            }
        )
    return {"tracking-annotations": frames}


def coco(*, tracked: bool = True) -> dict[str, Any]:
    identity = (lambda row: {"track_id": row.track}) if tracked else (lambda row: {})
    return {
        "images": [
            {"id": 100 + number, "file_name": f"{number:06}.jpg", "width": 1280, "height": 720}
            | ({"video_id": 1, "frame_id": number} if tracked else {})
            for number in range(FRAMES)
        ],
        "videos": [{"id": 1, "name": "clip"}],
        "categories": [{"id": 7, "name": "car"}],
        "annotations": [
            {"id": number, "image_id": 100 + row.frame, "category_id": 7, "bbox": row[2:]}
            | identity(row)
            for number, row in enumerate(boxes())
        ],
    }


def mot(between: str = ",") -> str:
    rows = [
        between.join(map(str, (row.frame + 1, row.track, *row[2:], 1, 1, 1))) for row in boxes()
    ]
    return "\n".join(rows) + "\n"


def box_line(source: str, *rows: tuple[float, float, float, float]) -> dict[str, Any]:
    """A manifest line of an image of 640 by 480 with these boxes."""
    return {
        "source-ref": source,
        "cars": {
            "image_size": [{"width": 640, "height": 480, "depth": 3}],
            "annotations": [
                dict(zip(("left", "top", "width", "height"), row, strict=True), class_id=0)
                for row in rows
            ],
        },
        "cars-metadata": {
            "type": "groundtruth/object-detection",
            "class-map": {"0": "Car"},
            "objects": [{"confidence": 0.9} for _ in rows],
        },
    }


def clip_line(label_file: str) -> dict[str, Any]:
    return {
        "source-ref": "s3://b/clips/one/sequence.json",
        "cars-ref": label_file,
        "cars-ref-metadata": {
            "type": "groundtruth/video-object-tracking",
            "class-map": {"0": "Car"},
        },
    }


def write(path: Path, content: object) -> Path:
    """A document as JSON, lists of documents as lines, texts as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, list):
        content = "\n".join(map(json.dumps, content)) + "\n"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path
