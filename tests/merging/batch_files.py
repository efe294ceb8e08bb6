"""Small batches to merge: their files in memory, and what a merge of them says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from labeling.errors import ObjectUnreadable
from labeling.labels import Label
from labeling.merging import MergedFrame, MergedObject, MergeJob, MergeReport, merge
from labeling.modalities import modalities

CLIP = "s3://in/clip.json"
CREATED = "2026-03-01T10:00:00.000001"


class Files:
    """S3, as far as a merge reads it; `read` lists what was read, in order."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.read: list[str] = []

    def fetch(self, uri: str) -> bytes:
        self.read.append(uri)
        if uri not in self.texts:
            raise ObjectUnreadable(f"{uri}: there is no such object")
        return self.texts[uri].encode()

    def lines(self, uri: str) -> Iterable[str]:
        return iter(self.fetch(uri).decode().split("\n"))

    def listing(self, prefix: str) -> list[str]:
        return sorted(uri for uri in self.texts if uri.startswith(prefix))

    def put(self, uri: str, document: Any) -> str:
        self.texts[uri] = document if isinstance(document, str) else json.dumps(document)
        return uri

    def sequence(self, uri: str, *names: str, prefix: str = "s3://in/frames/") -> str:
        frames = [{"frame-no": place, "frame": name} for place, name in enumerate(names, start=1)]
        return self.put(uri, {"seq-no": 1, "prefix": prefix, "frames": frames})

    def job(
        self,
        name: str,
        *lines: Mapping[str, Any],
        modality: str = "VideoObjectTracking",
        level: int = 1,
        chain_from: str | None = None,
        attribute: str | None = None,
        **more: Any,
    ) -> MergeJob:
        """A job with its output manifest."""
        uri = f"s3://out/{name}/{name}/manifests/output/output.manifest"
        self.put(uri, "\n".join(map(json.dumps, lines)))
        return MergeJob(
            name=name,
            level=level,
            modality=modality,
            attribute=attribute or name,
            labeling_job=name,
            chain_from=chain_from,
            output_uri=uri,
            **more,
        )


def metadata(modality: str, **more: Any) -> dict[str, Any]:
    return {
        "type": modalities()[modality].output_type,
        "class-map": {"0": "Car", "1": "Lane"},
        "human-annotated": "yes",
        "creation-date": CREATED,
        **more,
    }


def labeled(
    attribute: str, value: Any, modality: str = "VideoObjectTracking", **more: Any
) -> dict[str, Any]:
    """The two members that a label is."""
    return {attribute: value, f"{attribute}-metadata": metadata(modality, **more)}


def box(name: str, left: float, **attributes: str) -> dict[str, Any]:
    return {
        "class-id": "0",
        "object-id": f"id-{name}",
        "object-name": name,
        "left": left,
        "top": 2,
        "width": 3,
        "height": 4,
        "label-category-attributes": attributes,
    }


def seq_label(frames: Mapping[str, list[dict[str, Any]]], *, first: int = 0) -> dict[str, Any]:
    return {
        "tracking-annotations": [
            {"frame-no": number, "frame": name, "annotations": boxes, "frame-attributes": {}}
            for number, (name, boxes) in enumerate(frames.items(), start=first)
        ]
    }


def merged(
    files: Files, *jobs: MergeJob, report: MergeReport | None = None, **more: Any
) -> list[MergedObject]:
    return list(merge(jobs, read_lines=files.lines, fetch=files.fetch, report=report, **more))


def drawn(frame: MergedFrame) -> list[tuple[str, float]]:
    """Each box of a frame: what it is called, and where it begins."""
    return [(track_name(it.label), left(it.label)) for it in frame.annotations]


def track_name(label: Label) -> str:
    return label.track.object_name if label.track else label.label


def left(label: Any) -> float:
    return float(label.left)


def edited(frame: MergedFrame) -> dict[str, bool | None]:
    return {track_name(it.label): it.provenance.edited for it in frame.annotations}


def problems(report: MergeReport) -> list[str]:
    return [f"{it.job}: {it.what}" for it in report.problems]
