"""Point clouds: cuboids in single ones and along a drive, and a class for every point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smgt.prepare import label_categories
from tests.workflow.families import first, manifest, then

DATA = Path(__file__).parent / "data" / "groundtruth-immersionday"
CLOUDS = ("0.txt", "1.txt")
POINTS = 256
CAR = {
    **{"center-x": 1.5, "center-y": 116.0, "center-z": 0.8, "length": 4.5, "width": 1.9},
    **{"height": 1.6, "roll": 0, "pitch": 0, "yaw": 0.25},
}
QUALITY = {
    "name": "Quality",
    "type": "string",
    "enum": ["Good", "Bad"],
    "description": "How well things can be told apart",
}

ANSWERS: Mapping[str, Any] = {
    "drive-audit": {
        "tracking-annotations": [
            {
                "frame-number": number,
                "frame-name": f"{name}.pcd",
                "frame-attributes": {},
                "annotations": [
                    {
                        "label-category-attributes": {"Occlusion": "Partial"},
                        "object-name": "Car:1",
                        "class-id": 0,
                        **CAR,
                        "object-id": "6c3a1c1e-6f60-4a9c-9d5b-2f1f0a3f4b11",
                    }
                ],
            }
            for number, name in enumerate(CLOUDS)
        ]
    }
}


def files(at: str) -> dict[str, Any]:
    frames = json.loads((DATA / "frames.json").read_text())
    things = label_categories(
        ["Car", "Bus"], annotation_type="Cuboid", attributes={"Occlusion": ["Partial", "Full"]}
    )
    surfaces = label_categories(["Road", "Building"], annotation_type="Points")
    return {
        **{f"clouds/{name}": DATA / name for name in CLOUDS},
        "drive.json": {
            "seq-no": 1,
            "prefix": f"{at}/clouds/",
            "number-of-frames": len(frames),
            "frames": frames,
        },
        "drive.manifest": manifest([{"source-ref": f"{at}/drive.json"}]),
        "clouds.manifest": manifest(
            {
                "source-ref": f"{at}/clouds/{frame['frame']}",
                "source-ref-metadata": {"unix-timestamp": frame["unix-timestamp"]},
            }
            for frame in frames
        ),
        "cuboids.labels.json": things,
        "drive.labels.json": things,
        "surfaces.labels.json": surfaces | {"frameAttributes": [QUALITY]},
    }


def jobs(at: str) -> list[dict[str, Any]]:
    manifests = {"cuboids": "clouds", "drive": "drive", "surfaces": "clouds"}
    kinds = {
        "cuboids": "PointCloudObjectDetection",
        "drive": "PointCloudObjectTracking",
        "surfaces": "PointCloudSemanticSegmentation",
    }
    return [
        *(first(job, kind, at, f"{manifests[job]}.manifest") for job, kind in kinds.items()),
        *(then(f"{job}-audit", f"{kind}Audit", job) for job, kind in kinds.items()),
        *(
            then(f"{job}-verdict", f"{kind}Verification", f"{job}-audit", level=3)
            for job, kind in kinds.items()
        ),
    ]
