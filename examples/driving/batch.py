"""The clip as a batch: its inputs in S3, and the request for its four labeling jobs."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any

import smgt
from examples.driving.labels import FRAMES, HERE

FRAMES_PER_SECOND = 25.0


def upload(client: smgt.Client, prefix: str = "driving") -> str:
    """Bring frames, sequence file, manifest and label category files to the workflow's input
    bucket; returns the address that all of them lie below."""
    inputs = f"s3://{client.input_bucket}/{prefix}"
    frames = smgt.prepare.frames(FRAMES)
    sequence = smgt.prepare.sequence(
        frames, prefix=f"{inputs}/frames/", frames_per_second=FRAMES_PER_SECOND
    )
    files: dict[str, Path | str | dict[str, Any]] = {
        **{f"frames/{frame.name}": frame for frame in frames},
        "driving.json": sequence,
        "driving.manifest": smgt.prepare.manifest([f"{inputs}/driving.json"]),
        "vehicle_label_category.json": HERE / "vehicle_label_category.json",
        "lane_label_category.json": HERE / "lane_label_category.json",
    }
    client.upload(files, prefix=prefix)
    return inputs


def request(batch_id: str, inputs: str) -> dict[str, Any]:
    """The body of `POST /batch/create`: vehicles and lanes, each labeled and then audited."""
    template = Template((HERE / "batch-create.json").read_text())
    document: dict[str, Any] = json.loads(template.substitute(batchId=batch_id, inputs=inputs))
    return document
