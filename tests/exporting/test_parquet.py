"""Parquet, read back with pyarrow: the whole data set comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from labeling.exporting import parquet_table
from labeling.labels import ClassLabel, PictureSize
from labeling.merging import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
    read_merged,
    write_merged,
)
from labeling.merging.written_labels import label_of
from tests.exporting.data_sets import everything, exported, picture, recorded, recorded_clip


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return found


def provenance(row: dict[str, Any]) -> Provenance:
    return Provenance(
        job=row["job"],
        level=row["level"],
        labeling_job=row["labeling_job"],
        origin=row["origin"],
        edited=row["edited"],
        workers=tuple(row["workers"]),
        checks=None if row["checks"] is None else tuple(row["checks"]),
        created_at=row["created_at"],
    )


def annotation(row: dict[str, Any], frame: dict[str, Any]) -> MergedAnnotation:
    members = {name: value for name, value in row.items() if value is not None}
    members |= {"attributes": json.loads(row["attributes"])}
    for theirs, ours in (("object_id", "objectId"), ("object_name", "objectName")):
        if theirs in members:
            members[ours] = members[theirs]
    if "class_id" in members:
        members["classId"] = members["class_id"]
    if "vertices" in members:
        members["vertices"] = [(it["x"], it["y"]) for it in row["vertices"]]
    if "colors" in members:
        members["colors"] = json.loads(row["colors"])
    if "yaw" in members:
        members["center"] = [row[f"center_{axis}"] for axis in "xyz"]
        members["size"] = [row[f"cuboid_{side}"] for side in ("length", "width", "height")]
        members["turn"] = [row[name] for name in ("roll", "pitch", "yaw")]
    label = label_of(members, frame["name"], frame["number"], frame["sensor"])
    return MergedAnnotation(label=label, attribute=row["attribute"], provenance=provenance(row))


def data_set(folder: Path) -> list[MergedObject]:
    """The data set, made from the tables alone."""
    objects, frames = rows(folder, "objects"), rows(folder, "frames")
    annotations = rows(folder, "annotations")
    return [
        MergedObject(
            source=next(row["source"] for row in objects if row["object"] == number),
            is_text=next(row["is_text"] for row in objects if row["object"] == number),
            layers=tuple(
                Layer(
                    attribute=row["attribute"],
                    job=row["first_job"],
                    modality=row["modality"],
                    type=row["type"],
                    unlabeled=row["unlabeled"],
                    judges=row["judges"],
                    content=None if row["content"] is None else json.loads(row["content"]),
                    provenance=provenance(row) if row["job"] is not None else None,
                )
                for row in objects
                if row["object"] == number
            ),
            frames=tuple(
                MergedFrame(
                    source=frame["source"],
                    name=frame["name"],
                    number=frame["number"],
                    sensor=frame["sensor"],
                    uri=frame["uri"],
                    size=None
                    if frame["width"] is None
                    else PictureSize(
                        width=frame["width"], height=frame["height"], depth=frame["depth"]
                    ),
                    attributes=json.loads(frame["attributes"]),
                    unlabeled=json.loads(frame["unlabeled"]),
                    annotations=tuple(
                        annotation(row, frame)
                        for row in annotations
                        if (row["object"], row["frame"]) == (number, frame["frame"])
                    ),
                )
                for frame in frames
                if frame["object"] == number
            ),
        )
        for number in sorted({row["object"] for row in objects})
    ]


def as_merged(merged: MergedObject) -> MergedObject:
    """As the merge has it: labels know the frame that they stand in, and no pixels."""
    (again,) = read_merged(write_merged([merged]))
    return again


def test_the_whole_data_set_comes_back(tmp_path):
    report, missing = exported("parquet", everything(), tmp_path)

    assert data_set(tmp_path) == [as_merged(merged) for merged in everything()]
    assert missing.keys() == {"labels"}
    assert report.tracks == 3 + 1 + 1  # two cars and a lane; sensors see the same car; a car


@pytest.mark.parametrize(
    "folder",
    [
        "legal-entity-extraction",
        "amazon-sagemaker-examples/image-classification",
        "superannotate-sdk/instance_segmentation",
        "comprehend-ner-examples",
    ],
)
def test_recorded_manifests_come_back(folder, tmp_path):
    merged = recorded(folder)[:50]
    exported("parquet", merged, tmp_path)

    assert data_set(tmp_path) == [as_merged(one) for one in merged]


def test_rows_are_written_in_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_table, "_ROWS", 100)
    merged = recorded_clip()
    exported("parquet", [merged], tmp_path)

    file = pq.ParquetFile(tmp_path / "frames.parquet")

    assert file.num_row_groups >= 3
    assert file.read().column("name").to_pylist() == [frame.name for frame in merged.frames]


def test_half_a_character_does_not_keep_the_rest_from_being_written(tmp_path):
    odd = picture("s3://b/a.jpg", ClassLabel(label="a \ud83d"), kind="x/y-classification")
    exported("parquet", [odd], tmp_path)

    assert rows(tmp_path, "annotations")[0]["label"] == "a ?"


def test_masks_of_points_say_where_the_points_are(tmp_path):
    exported("parquet", everything(), tmp_path)

    (mask,) = [row for row in rows(tmp_path, "annotations") if row["kind"] == "point-mask"]

    assert (mask["uri"], mask["color"]) == ("s3://b/points.zlib", "#ff0000")
