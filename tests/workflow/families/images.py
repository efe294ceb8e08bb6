"""Pictures: boxes that are audited, judged, and audited after that; masks; classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smgt.prepare import label_categories
from tests.workflow.families import first, manifest, small, then

PICTURES = ("000001.jpg", "000020.jpg")
CAR = {"label": "Car", "left": 40, "top": 80, "width": 90, "height": 60}
TRUCK = {"label": "Truck", "left": 200, "top": 60, "width": 80, "height": 90}
MOVED_CAR = CAR | {"left": 44}
ROAD = {"label": "Road", "left": 0, "top": 100, "width": 320, "height": 80}
SKY = {"label": "Sky", "left": 0, "top": 0, "width": 320, "height": 50}
LOWER_SKY = SKY | {"height": 60}

ANSWERS: Mapping[str, Any] = {
    "boxes": {"shapes": [CAR, TRUCK]},
    "boxes-audit": {"shapes": [MOVED_CAR, TRUCK]},
    "boxes-verdict": {"classes": ["Incorrect"], "comment": "The car is off."},
    "masks": {"shapes": [ROAD, SKY]},
    "masks-audit": {"shapes": [ROAD, LOWER_SKY]},
    "masks-verdict": {"classes": ["Usable"]},
    "weather": {"classes": ["Dry"]},
    "scene": {"classes": ["Day", "Traffic"]},
}


def files(at: str) -> dict[str, Any]:
    return {
        **{name: small(name) for name in PICTURES},
        "pictures.manifest": manifest({"source-ref": f"{at}/{name}"} for name in PICTURES),
        "boxes.labels.json": label_categories(["Car", "Truck"], annotation_type="ImageBox"),
        "masks.labels.json": label_categories(["Road", "Sky"], annotation_type="Mask"),
        "weather.labels.json": label_categories(["Dry", "Wet"], annotation_type="Classes"),
        "scene.labels.json": label_categories(
            ["Day", "Night", "Traffic"], annotation_type="Classes"
        ),
        "verdicts.json": label_categories(["Useless", "Usable"], annotation_type="Classes"),
    }


def jobs(at: str) -> list[dict[str, Any]]:
    pictures = "pictures.manifest"
    return [
        first("boxes", "BoundingBox", at, pictures, people=3),
        first("masks", "SemanticSegmentation", at, pictures, people=2),
        first("weather", "ImageMultiClass", at, pictures, people=3),
        first("scene", "ImageMultiClassMultiLabel", at, pictures, people=2),
        then("boxes-audit", "BoundingBoxAudit", "boxes"),
        then("boxes-verdict", "BoundingBoxVerification", "boxes", people=2),
        then("masks-audit", "SemanticSegmentationAudit", "masks"),
        then(
            "masks-verdict",
            "SemanticSegmentationVerification",
            "masks",
            labels=f"{at}/verdicts.json",
        ),
        then("boxes-judged", "BoundingBoxAudit", "boxes-verdict", level=3),
    ]
