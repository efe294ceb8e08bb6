"""The merge of a batch: 1,000,000 annotations, of clips and of pictures, each in its own process.

Clips have tracked boxes and lanes, and audits of all objects of some and of some frames of others;
pictures have boxes, of which a part was audited. Time and memory are of reading every file from
the disk, merging, and writing the merged data set; nothing else runs in the process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from benchmarks.figures import Figure

MOST_SECONDS = 60.0
MOST_MEGABYTES = 512
ANNOTATIONS = 1_000_000
FRAMES = 200
BOXES = 40
LANES = 10
PER_PICTURE = 10
CHUNK = 256 * 1024  # bytes
_TRACKING = "groundtruth/video-object-tracking"
_JOBS = {
    "clips": [
        ("boxes", 1, "VideoObjectTracking", None),
        ("lanes", 1, "VideoObjectTracking", None),
        ("boxes-audit", 2, "VideoObjectTrackingAudit", "boxes"),
    ],
    "pictures": [
        ("boxes", 1, "BoundingBox", None),
        ("boxes-audit", 2, "BoundingBoxAudit", "boxes"),
    ],
}


def figures(*, quick: bool = False) -> list[Figure]:
    annotations = ANNOTATIONS // 20 if quick else ANNOTATIONS
    return [_figure(kind, annotations) for kind in _JOBS]


def _figure(kind: str, annotations: int) -> Figure:
    whole, fifth = (_measured(kind, count) for count in (annotations, annotations // 5))
    seconds, megabytes = whole["seconds"], whole["megabytes"]
    return Figure(
        what=f"merge of {whole['annotations']:,} annotations of {kind}",
        original="–",
        ours=f"{seconds:.1f} s, {megabytes:.0f} MB ({fifth['megabytes']:.0f} MB for a fifth)",
        target=f"≤ {MOST_SECONDS:.0f} s, ≤ {MOST_MEGABYTES} MB",
        reached=seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES,
        details={"whole": whole, "fifth": fifth},
    )


def _measured(kind: str, annotations: int) -> dict[str, Any]:
    with TemporaryDirectory(prefix="bench-merge-") as folder:
        {"clips": _write_clips, "pictures": _write_pictures}[kind](Path(folder), annotations)
        printed = subprocess.run(
            [sys.executable, "-m", "benchmarks.merge", kind, folder],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONPATH": "lambdas:."},
        ).stdout
    measured: dict[str, Any] = json.loads(printed)
    return measured


def _write_clips(folder: Path, annotations: int) -> None:
    clips = max(1, annotations // (FRAMES * (BOXES + LANES)))
    names = [f"{number:04d}.jpg" for number in range(FRAMES)]
    manifests: dict[str, list[dict[str, Any]]] = {name: [] for name, *_ in _JOBS["clips"]}
    for clip in range(clips):
        sequence = _write(folder, f"{clip}/sequence.json", _sequence(f"s3://b/{clip}/", names))
        line: dict[str, Any] = {"source-ref": sequence}
        boxes = _write(folder, f"{clip}/boxes.json", _seq_label(names, "annotations", 0))
        lanes = _write(folder, f"{clip}/lanes.json", _seq_label(names, "polylines", 0))
        manifests["lanes"].append({**line, **_stored("lanes", lanes)})
        labeled = {**line, **_stored("boxes", boxes)}
        manifests["boxes"].append(labeled)
        if clip % 5 == 0:  # the whole clip
            audited = _write(folder, f"{clip}/audit.json", _seq_label(names, "annotations", 1))
            manifests["boxes-audit"].append({**labeled, **_stored("boxes-audit", audited)})
        elif clip % 5 == 1:  # every tenth frame of it
            chosen = names[::10]
            part = _write(folder, f"{clip}/part.json", _sequence(f"s3://b/{clip}/", chosen))
            frames = _write(folder, f"{clip}/chosen.json", {"frames": chosen})
            audited = _write(folder, f"{clip}/audit.json", _seq_label(chosen, "annotations", 1))
            manifests["boxes-audit"].append(
                {
                    **labeled,
                    **_stored("boxes-audit", audited),
                    "source-ref": part,
                    "frame-selection": {"source-ref": sequence, "frames-ref": frames},
                }
            )
    for name, lines in manifests.items():
        _write_lines(folder, name, lines)


def _write_pictures(folder: Path, annotations: int) -> None:
    lines = [_picture(number) for number in range(annotations // PER_PICTURE)]
    _write_lines(folder, "boxes", lines)
    _write_lines(
        folder,
        "boxes-audit",
        [
            {
                **line,
                "boxes-audit": line["boxes"],
                "boxes-audit-metadata": line["boxes-metadata"],
            }
            for line in lines[::5]
        ],
    )


def _sequence(prefix: str, names: Sequence[str]) -> dict[str, Any]:
    frames = [{"frame-no": number, "frame": name} for number, name in enumerate(names, start=1)]
    return {"seq-no": 1, "prefix": prefix, "number-of-frames": len(names), "frames": frames}


def _seq_label(names: Sequence[str], shapes: str, moved: int) -> dict[str, Any]:
    one, count = (_box, BOXES) if shapes == "annotations" else (_lane, LANES)
    frames = [
        {
            "frame-no": number,
            "frame": name,
            shapes: [one(int(name[:4]), track, moved) for track in range(count)],
            "frame-attributes": {},
        }
        for number, name in enumerate(names)
    ]
    return {"tracking-annotations": frames}


def _box(frame: int, track: int, moved: int) -> dict[str, Any]:
    return {
        "height": 36 + track,
        "width": 46 + track,
        "top": 10 * track,
        "left": frame + track + moved * (track % 4 == 0),
        **_tracked("Car", track),
    }


def _lane(frame: int, track: int, moved: int) -> dict[str, Any]:
    vertices = [{"x": 100 * track + frame + moved, "y": 50 * place} for place in range(6)]
    return {"vertices": vertices, **_tracked("Lane", track)}


def _tracked(label: str, track: int) -> dict[str, Any]:
    return {
        "class-id": "0",
        "label-category-attributes": {"occluded": "no"},
        "object-id": f"480dc450-c0ca-11ea-961f-{track:012d}",
        "object-name": f"{label}:{track}",
    }


def _picture(number: int) -> dict[str, Any]:
    boxes = [
        {"class_id": 0, "left": number % 900 + box, "top": box, "width": 46, "height": 36}
        for box in range(PER_PICTURE)
    ]
    return {
        "source-ref": f"s3://b/pictures/{number:07d}.jpg",
        "boxes": {
            "image_size": [{"width": 1920, "height": 1080, "depth": 3}],
            "annotations": boxes,
        },
        "boxes-metadata": {
            **_metadata("groundtruth/object-detection"),
            "objects": [{"confidence": 0.9}] * PER_PICTURE,
        },
    }


def _stored(attribute: str, uri: str) -> dict[str, Any]:
    return {attribute: uri, f"{attribute}-metadata": _metadata(_TRACKING)}


def _metadata(output_type: str) -> dict[str, Any]:
    return {
        "class-map": {"0": "Car"},
        "human-annotated": "yes",
        "creation-date": "2026-03-01T10:00:00.123456",
        "type": output_type,
    }


def _write(folder: Path, name: str, document: dict[str, Any]) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return str(path)


def _write_lines(folder: Path, name: str, lines: Sequence[dict[str, Any]]) -> None:
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / f"{name}.manifest").write_text(text)


class Disk:
    """`labeling.ports.Objects`, as far as a merge reads: a URI is a path."""

    def read_bytes(self, uri: str) -> bytes:
        return Path(uri).read_bytes()

    def chunks(self, uri: str) -> Iterator[bytes]:
        with Path(uri).open("rb") as file:
            yield from iter(lambda: file.read(CHUNK), b"")

    def lines(self, uri: str) -> Iterator[str]:
        with Path(uri).open() as file:
            yield from file


def _merge(kind: str, folder: Path) -> None:
    """Measures the merge of what lies in a folder, in a process of its own."""
    from labeling.merging import MergeJob, MergeReport, merge, write_merged
    from labeling.ports import Objects
    from labeling.read_ahead import ReadAhead

    jobs = [
        MergeJob(
            name=name,
            level=level,
            modality=modality,
            attribute=name,
            labeling_job=name,
            chain_from=source,
            output_uri=str(folder / f"{name}.manifest"),
        )
        for name, level, modality, source in _JOBS[kind]
    ]
    report = MergeReport()
    start = time.perf_counter()
    with (
        ReadAhead(cast("Objects", Disk())) as ahead,
        (folder / "data.jsonl").open("w") as out,
    ):
        merged = merge(
            jobs, read_lines=ahead.lines, fetch=ahead.read_bytes, report=report, ahead=ahead
        )
        for line in write_merged(merged):
            out.write(f"{line}\n")
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "megabytes": _peak(), **report.document()}))


def _peak() -> float:
    """The most memory that this process ever had, in MB. What getrusage says on Linux includes
    the process that started this one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(it for it in status.read_text().splitlines() if it.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    _merge(sys.argv[1], Path(sys.argv[2]))
