"""Whatever people typed and drew: an export is written, it is well formed, and it counts right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, BinaryIO
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.exporting import FORMATS, Options, export
from labeling.exporting.kinds import NAMES
from labeling.labels import (
    Box,
    ClassLabel,
    Cuboid,
    KeyPoint,
    PictureSize,
    Point,
    Polygon,
    Polyline,
    Span,
    Track,
    Verification,
)
from labeling.merging import Layer, MergedAnnotation, MergedFrame, MergedObject, Provenance

COLUMNS = {"mot": {9}, "kitti": {17}, "yolo": {5}}
SAID = Provenance(job="a", level=1, labeling_job="a", origin="a")

# with line ends, markup, half characters, and characters that XML cannot have
typed = st.text(
    st.one_of(st.characters(), st.sampled_from("\n\t\r<>&\"':, \x00\x0b\u2028\ud83d")), max_size=8
)
names = typed.filter(bool)
places = st.one_of(st.integers(-500, 5000), st.floats(-500, 5000, allow_nan=False), st.just(1e-12))
answers = st.dictionaries(
    names, st.one_of(typed, st.booleans(), st.none(), st.lists(typed, max_size=2)), max_size=2
)
vertices = st.lists(st.builds(Point, places, places), max_size=4).map(tuple)
common: dict[str, Any] = {
    "label": names,
    "attributes": answers,
    "confidence": st.one_of(st.none(), st.floats(0, 1)),
    "track": st.one_of(st.none(), st.builds(Track, st.sampled_from(["", "1", "2"]), typed)),
}
turns = dict.fromkeys(("center_x", "center_y", "center_z", "roll", "pitch", "yaw"), places)
labels = st.one_of(
    st.builds(Box, left=places, top=places, width=places, height=places, **common),
    st.builds(Polyline, vertices=vertices, **common),
    st.builds(Polygon, vertices=vertices, **common),
    st.builds(KeyPoint, x=places, y=places, **common),
    st.builds(Cuboid, length=places, width=places, height=places, **turns, **common),
    st.builds(Span, start=st.integers(0, 9), end=st.integers(0, 9), **common),
    st.builds(ClassLabel, **common),
    st.builds(Verification, comments=st.lists(typed, max_size=2).map(tuple), **common),
)
types = st.sampled_from(
    [
        "groundtruth/object-detection",
        "groundtruth/video-object-tracking",
        "groundtruth/point_cloud_object_tracking",
        "groundtruth/image-classification",
        "groundtruth/text-span",
        "groundtruth/custom",
        "",
    ]
)


@st.composite
def data_objects(draw: st.DrawFn) -> MergedObject:
    is_clip = draw(st.booleans())
    source = draw(st.one_of(typed, names.map("s3://b/{}".format), st.just("s3://b/a/1.json")))
    return MergedObject(
        source=source,
        is_text=not is_clip and draw(st.booleans()),
        layers=tuple(
            Layer(attribute=name, job=name, modality="", type=draw(types)) for name in ("a", "b")
        ),
        frames=tuple(
            MergedFrame(
                source=source,
                name=draw(st.one_of(names, names, st.none())) if is_clip else None,
                number=draw(st.one_of(st.none(), st.integers(-2, 9))) if is_clip else None,
                sensor=draw(st.sampled_from(["", "lidar", "camera-0"])),
                uri=draw(st.one_of(st.none(), typed)),
                size=draw(st.sampled_from([None, PictureSize(width=640, height=480)])),
                attributes=draw(st.dictionaries(st.sampled_from("ab"), answers)),
                unlabeled=draw(st.dictionaries(st.sampled_from("ab"), typed, max_size=1)),
                annotations=tuple(
                    MergedAnnotation(label=label, attribute="a", provenance=SAID)
                    for label in draw(st.lists(labels, max_size=3))
                ),
            )
            for _ in range(draw(st.integers(0, 3)) if is_clip else 1)
        ),
    )


class Memory:
    """A sink that keeps what is written."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        assert name not in self.files
        file = BytesIO()
        yield file
        self.files[name] = file.getvalue()


def read(name: str, content: bytes) -> None:
    """Fails for what is not well formed."""
    match name.rpartition(".")[2]:
        case "json":
            json.loads(content)
        case "xml":
            ElementTree.fromstring(content)
        case "yaml":
            yaml.safe_load(content)
        case "parquet":
            pq.read_table(BytesIO(content)).to_pylist()
        case _:
            content.decode()


def fields(form: str, name: str, content: bytes) -> set[int]:
    """How many values the lines of a file of labels have."""
    if form == "mot" and name.endswith("gt.txt"):
        return {len(line.split(",")) for line in content.decode().splitlines()}
    if form == "kitti" and name.startswith("label_02"):
        return {len(line.split(" ")) for line in content.decode().splitlines()}
    if form == "yolo" and name.startswith("labels"):
        return {len(line.split(" ")) for line in content.decode().splitlines()}
    return set()


@pytest.mark.parametrize("form", FORMATS)
@given(st.lists(data_objects(), max_size=3), st.booleans())
@settings(max_examples=25, deadline=None)
def test_any_data_set_can_be_exported(form, objects, sized):
    size = PictureSize(width=320, height=200) if sized else None
    memory = Memory()

    report = export(form, objects, memory, Options(size=size))

    for name, content in memory.files.items():
        read(name, content)
        assert fields(form, name, content) <= COLUMNS.get(form, set())
    missing = Counter[str]()
    for item in report.not_held:
        if item.what in NAMES.values():
            missing[item.what] += item.count
    found = Counter(NAMES[type(it.label)] for merged in objects for it in merged.annotations)
    assert missing + Counter(report.annotations) == found
    left = sum(it.count for it in report.not_held if it.what == "frames")
    assert report.frames + left == sum(len(merged.frames) for merged in objects)
