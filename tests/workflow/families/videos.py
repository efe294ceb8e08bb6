"""Video: a clip that is classified, and frames in which boxes, lines, areas and spots are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from smgt.prepare import AnnotationType, label_categories
from tests.client.films import film
from tests.workflow.families import first, manifest, small, then

FRAMES = ("000001.jpg", "000002.jpg", "000003.jpg")
LABELS = ("Vehicle", "Lane")
DETECTION, TRACKING = "VideoObjectDetection", "VideoObjectTracking"
# What each job has drawn, and as what kind of job.
DRAWN: Mapping[str, tuple[str, AnnotationType]] = {
    "boxes-2d": (TRACKING, "BoundingBox"),
    "lines": (DETECTION, "Polyline"),
    "areas": (DETECTION, "Polygon"),
    "spots": (DETECTION, "Keypoint"),
}
LANE = [{"x": 30, "y": 179}, {"x": 150, "y": 95}]

ANSWERS: Mapping[str, Any] = {
    "road": {"classes": ["Curved"]},
    "lines-audit": {
        "detection-annotations": [
            {
                "polylines": [
                    {"vertices": LANE, "class-id": "1", "label-category-attributes": {}},
                ],
                "frame-no": number,
                "frame": name,
                "frame-attributes": {},
            }
            for number, name in enumerate(FRAMES)
        ]
    },
}


def files(at: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        clip = film(Path(folder) / "clip.mp4", frames=5).read_bytes()
    return {
        "clip.mp4": clip,
        "clip.manifest": manifest([{"source-ref": f"{at}/clip.mp4"}]),
        "road.labels.json": label_categories(["Straight", "Curved"], annotation_type="Classes"),
        **{f"frames/{name}": small(name) for name in FRAMES},
        **{
            f"{job}.labels.json": label_categories(LABELS, annotation_type=drawn)
            for job, (_, drawn) in DRAWN.items()
        },
        # an audit may have labels that the audited job did not have
        "more.labels.json": label_categories([*LABELS, "Sign"], annotation_type="Polygon"),
    }


def jobs(at: str) -> list[dict[str, Any]]:
    kinds = {job: kind for job, (kind, _) in DRAWN.items()}
    more = {"areas": f"{at}/more.labels.json"}
    return [
        first("road", "VideoMultiClass", at, "clip.manifest", people=2),
        *(first(job, kind, at, "frames/", frames=True) for job, kind in kinds.items()),
        *(
            then(f"{job}-audit", f"{kind}Audit", job, labels=more.get(job))
            for job, kind in kinds.items()
        ),
        *(
            then(f"{job}-verdict", f"{kind}Verification", f"{job}-audit", level=3)
            for job, kind in kinds.items()
        ),
    ]
