"""One batch for each family of task types, each of its labels audited where Ground Truth can.

A module a family: `files(at)` are its input files, which lie below the address `at`; `jobs(at)`
are the labeling jobs of its request; `ANSWERS` is what people say of all objects of a job (where
it says nothing, they find something plausible).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from PIL import Image

from examples.driving.labels import FRAMES

SIZE = (320, 180)


def manifest(lines: Iterable[Mapping[str, Any]]) -> str:
    """Manifest lines as they lie in S3."""
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def first(
    name: str,
    modality: str,
    at: str,
    input_file: str,
    *,
    people: int | None = None,
    frames: bool = False,
) -> dict[str, Any]:
    """A job of the first level: `input_file` is its manifest, or a folder of `frames`. Its label
    category file is named as the job is."""
    return {
        "jobName": name,
        "jobModality": modality,
        "jobLevel": 1,
        "inputConfig": {"framesS3Prefix" if frames else "inputManifestS3Uri": f"{at}/{input_file}"},
        "labelCategoryConfigS3Uri": f"{at}/{name}.labels.json",
        "numberOfHumanWorkersPerDataObject": people,
    }


def then(
    name: str,
    modality: str,
    source: str,
    *,
    level: int = 2,
    people: int | None = None,
    labels: str | None = None,
    template: str | None = None,
) -> dict[str, Any]:
    """A job that works on the output of an earlier one. `labels` and `template` are addresses."""
    return {
        "jobName": name,
        "jobModality": modality,
        "jobLevel": level,
        "inputConfig": {"chainFromJobName": source},
        "labelCategoryConfigS3Uri": labels,
        "uiTemplateS3Uri": template,
        "numberOfHumanWorkersPerDataObject": people,
    }


def small(frame: str) -> bytes:
    """A frame of the driving clip, made small."""
    body = BytesIO()
    with Image.open(FRAMES / frame) as picture:
        picture.resize(SIZE).save(body, "JPEG")
    return body.getvalue()
