"""Input files of every kind that jobs take, all of them in order, by their names in a folder."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from tests.client.films import film

PICTURES, FRAMES, CLOUDS, DRIVE, TEXTS = 60, 200, 30, 12, 6_000
TEMPLATES = Path(__file__).parents[2] / "examples" / "templates"
START = 1_566_861_644  # seconds since 1970


def files(at: str) -> dict[str, bytes]:
    """Everything that the batches of `batches` name; `at` is the folder's address."""
    return {
        **_bodies(),
        **{name: json.dumps(document).encode() for name, document in _documents(at).items()},
        **{name: _lines(lines) for name, lines in _manifests(at).items()},
    }


@cache
def _bodies() -> dict[str, bytes]:
    """Files that name no others."""
    picture, cloud = _picture(), _cloud()
    return {
        **{f"pictures/{number:03}.jpg": picture for number in range(PICTURES)},
        **{f"frames/{number:06}.jpg": picture for number in range(1, FRAMES + 1)},
        **{f"short/{number:06}.jpg": picture for number in range(1, 6)},
        **{f"clouds/{number:03}.bin": cloud for number in range(CLOUDS)},
        **{f"drive/{number:03}.bin": cloud for number in range(DRIVE)},
        **{
            f"drive/{camera}/{number:03}.jpg": picture
            for camera in ("left", "right")
            for number in range(DRIVE)
        },
        "clip.mp4": _clip(),
        "entities.html": (TEMPLATES / "audit_entities.liquid.html").read_bytes(),
        "texts.manifest": _lines({"source": f"It rained on day {n}."} for n in range(8)),
        "many-texts.manifest": _lines({"source": f"Call number {n}."} for n in range(TEXTS)),
    }


def _manifests(at: str) -> dict[str, list[Any]]:
    return {
        "pictures.manifest": [
            {"source-ref": f"{at}/pictures/{number:03}.jpg", "scene": "motorway"}
            for number in range(PICTURES)
        ],
        "clips.manifest": [{"source-ref": f"{at}/clip.mp4"}],
        "sequences.manifest": [{"source-ref": f"{at}/short.json"}],
        "long.manifest": [
            {"source-ref": f"{at}/frames.json"},
            {"source-ref": f"{at}/short.json"},
        ],
        "clouds.manifest": [
            {
                "source-ref": f"{at}/clouds/{number:03}.bin",
                "source-ref-metadata": {
                    "format": "binary/xyzi",
                    "unix-timestamp": START + number,
                    "ego-vehicle-pose": _pose(),
                    "prefix": f"{at}/drive/",
                    "images": [_camera("left", number % DRIVE)],
                },
            }
            for number in range(CLOUDS)
        ],
        "drives.manifest": [{"source-ref": f"{at}/drive.json"}],
    }


def _documents(at: str) -> dict[str, Any]:
    return {
        "frames.json": _sequence(1, f"{at}/frames/", FRAMES),
        "short.json": _sequence(2, f"{at}/short/", 5),
        "drive.json": {
            "seq-no": 1,
            "prefix": f"{at}/drive/",
            "number-of-frames": DRIVE,
            "frames": [
                {
                    "frame-no": number,
                    "frame": f"{number:03}.bin",
                    "format": "binary/xyzi",
                    "unix-timestamp": START + number / 10,
                    "ego-vehicle-pose": _pose(),
                    "images": [_camera("left", number), _camera("right", number)],
                }
                for number in range(DRIVE)
            ],
        },
        "classes.json": _labels("Dry", "Wet", "Icy"),
        "verdicts.json": _labels("Good", "Bad"),
        "vehicles.json": _labels("Car", "Bus", "Truck"),
        "ground.json": _labels("Road", "Sky"),
        "entities.json": _labels("Person", "Place")
        | {
            "instructions": {
                "shortInstruction": "Mark names.",
                "fullInstruction": "<p>Mark names of people and of places.</p>",
            }
        },
        "boxes.json": _of_frames(annotationType="BoundingBox"),
        "points.json": _of_frames(),
    }


def _labels(*names: str) -> dict[str, Any]:
    return {"document-version": "2018-11-28", "labels": [{"label": name} for name in names]}


def _of_frames(**more: Any) -> dict[str, Any]:
    """Twelve labels, with questions about each of them and about frames."""
    return {
        "document-version": "2020-03-01",
        "labels": [
            {"label": f"Thing {number:02}", "categoryAttributes": []} for number in range(12)
        ],
        "frameAttributes": [
            {
                "name": "Visibility",
                "type": "string",
                "enum": ["Good", "Poor"],
                "description": "How far one can see",
            }
        ],
        "categoryGlobalAttributes": [
            {"name": "Occlusion", "type": "number", "minimum": 0, "maximum": 100},
            {"name": "Remark", "type": "string"},
        ],
        "instructions": {"shortInstruction": "Draw tightly.", "fullInstruction": ""},
    } | more


def _sequence(number: int, prefix: str, frames: int) -> dict[str, Any]:
    return {
        "seq-no": number,
        "prefix": prefix,
        "number-of-frames": frames,
        "frames": [
            {"frame-no": count, "unix-timestamp": START + count, "frame": f"{count:06}.jpg"}
            for count in range(1, frames + 1)
        ],
    }


def _pose() -> dict[str, Any]:
    return {
        "position": {"x": -2.7, "y": 116.2, "z": 1.8},
        "heading": {"qx": 0.0, "qy": 0.0, "qz": 0.6, "qw": 0.8},
    }


def _camera(name: str, number: int) -> dict[str, Any]:
    lens = {"fx": 847.7, "fy": 850.0, "cx": 576.2, "cy": 317.2}
    return {
        "image-path": f"{name}/{number:03}.jpg",
        "unix-timestamp": START + number / 10,
        "camera-model": "pinhole",
        **lens,
        **_pose(),
    }


def _lines(lines: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def _picture() -> bytes:
    body = BytesIO()
    Image.new("RGB", (64, 36), (90, 120, 150)).save(body, "JPEG")
    return body.getvalue()


def _cloud() -> bytes:
    """Twenty points: x, y, z and intensity of each."""
    return b"".join(struct.pack("<4f", n, n / 2, 0.5, 0.9) for n in range(20))


def _clip() -> bytes:
    with TemporaryDirectory() as folder:
        return film(Path(folder) / "clip.mp4", frames=3).read_bytes()
