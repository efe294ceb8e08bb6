"""Whatever lies in a file, it is checked or refused with a sentence."""

from __future__ import annotations

import gzip
import json
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smgt import InvalidInput
from smgt.checks import check, document, page, read, summary

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.integers()
    | st.floats()
    | st.floats(-50, 50)
    | st.text(max_size=4)
    | st.sampled_from(["0", "1", "Car:1", "s3://b/k", "<script>", "\ud800", "\x1b[31m"])
)
NAMES = st.sampled_from(
    [
        *("left", "top", "width", "height", "class-id", "object-id", "object-name", "vertices"),
        *("x", "y", "frame", "frame-no", "annotations", "polylines", "polygons", "keypoints"),
        *("bbox", "segmentation", "track_id", "image_id", "category_id", "iscrowd", "frame_id"),
        *("label-category-attributes", "center-x", "yaw", "video_id", "file_name", "id", "type"),
        *("image_size", "class-map", "entities", "startOffset", "endOffset", "label"),
    ]
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=12,
)
NUMBERS = st.floats(-2000, 2000) | st.integers(-50, 2000)


def nearly(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these members, of which sometimes one is something else or missing."""
    right = st.fixed_dictionaries(members)
    broken = st.dictionaries(st.sampled_from(sorted(members)), ANYTHING, max_size=1)
    missing = st.sets(st.sampled_from(sorted(members)), max_size=1)
    mixed = st.builds(
        lambda one, other, without: {
            key: value for key, value in (one | other).items() if key not in without
        },
        right,
        broken,
        missing,
    )
    return right | mixed


IDS = st.sampled_from(["a", "b", "c"])
OBJECT = {
    "class-id": st.sampled_from(["0", "1"]),
    "object-id": IDS,
    "object-name": st.sampled_from(["Car:1", "Car:2", "<b>:1"]),
}
BOX = nearly(left=NUMBERS, top=NUMBERS, width=NUMBERS, height=NUMBERS, **OBJECT)
POINT = nearly(x=NUMBERS, y=NUMBERS)
LINE = nearly(vertices=st.lists(POINT, max_size=5), **OBJECT)
KEY_POINT = nearly(x=NUMBERS, y=NUMBERS, **OBJECT)
CUBOID = nearly(
    **{f"center-{axis}": NUMBERS for axis in "xyz"},
    **dict.fromkeys(("length", "width", "height", "yaw"), NUMBERS),
    **OBJECT,
)
FRAMES = st.lists(
    nearly(
        **{"frame": st.sampled_from(["1.jpg", "2.jpg", "3.jpg"]), "frame-no": st.integers(0, 9)},
        annotations=st.lists(BOX | CUBOID, max_size=3),
        polylines=st.lists(LINE, max_size=3),
        polygons=st.lists(LINE, max_size=2),
        keypoints=st.lists(KEY_POINT, max_size=2),
    ),
    max_size=6,
)
BOX_FRAMES = st.lists(
    nearly(frame=st.just("1.jpg"), annotations=st.lists(BOX, max_size=3)), max_size=8
)
SEQUENCES = st.builds(
    lambda key, frames: {key: frames},
    st.sampled_from(["tracking-annotations", "detection-annotations"]),
    FRAMES | BOX_FRAMES,
)
COCO = nearly(
    images=st.lists(
        nearly(
            id=st.integers(0, 3),
            file_name=st.just("1.jpg"),
            width=st.just(640),
            height=NUMBERS,
            video_id=st.integers(0, 1),
            frame_id=st.integers(0, 9),
        ),
        max_size=4,
    ),
    categories=st.lists(nearly(id=st.integers(0, 2), name=st.text(max_size=3)), max_size=2),
    annotations=st.lists(
        nearly(
            image_id=st.integers(0, 3),
            category_id=st.integers(0, 2),
            bbox=st.lists(NUMBERS, min_size=4, max_size=4),
            segmentation=st.lists(st.lists(NUMBERS, max_size=8), max_size=2),
            track_id=st.integers(0, 3),
        ),
        max_size=6,
    ),
)
IMAGE_LINE = nearly(
    **{
        "source-ref": st.just("s3://b/1.jpg"),
        "a": nearly(
            image_size=st.just([{"width": 640, "height": 480, "depth": 3}]),
            annotations=st.lists(
                nearly(left=NUMBERS, top=NUMBERS, width=NUMBERS, height=NUMBERS, class_id=NUMBERS),
                max_size=3,
            ),
        ),
        "a-metadata": nearly(
            **{"type": st.just("groundtruth/object-detection"), "class-map": st.just({"0": "Car"})}
        ),
    }
)
TEXT_LINE = nearly(
    **{
        "source": st.text(max_size=20),
        "n": nearly(
            annotations=nearly(
                entities=st.lists(
                    nearly(
                        startOffset=st.integers(-2, 25),
                        endOffset=st.integers(-2, 25),
                        label=st.just("Person"),
                    ),
                    max_size=4,
                )
            )
        ),
        "n-metadata": nearly(type=st.just("groundtruth/text-span")),
    }
)
MANIFESTS = st.lists(IMAGE_LINE | TEXT_LINE | ANYTHING, min_size=1, max_size=4).map(
    lambda lines: "\n".join(map(json.dumps, lines))
)
CELLS = NUMBERS.map(str) | st.integers(1, 9).map(str) | st.sampled_from(["", "nan", "inf", "1e99"])
ROWS = st.tuples(st.integers(0, 9), st.integers(-1, 3), *[st.integers(-5, 900)] * 4).map(
    lambda row: ",".join(map(str, row))
)
TABLES = st.lists(ROWS | st.lists(CELLS, max_size=8).map(",".join), max_size=6).map("\n".join)


def look_at(path: Path, content: bytes) -> None:
    """All that the command does with a file; only what it says in a sentence may be raised."""
    path.write_bytes(content)
    with warnings.catch_warnings(), np.errstate(all="ignore"), suppress(InvalidInput):
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", RuntimeWarning)
        checked = check(read(path))
        json.dumps(document([checked]), allow_nan=False)
        page([checked]).encode()
        assert summary([checked])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "labels"


@settings(max_examples=60, deadline=None)
@given(found=SEQUENCES | COCO)
def test_any_document_is_checked_or_refused(file, found):
    look_at(file, json.dumps(found).encode())


@settings(max_examples=60, deadline=None)
@given(found=MANIFESTS)
def test_any_manifest_is_checked_or_refused(file, found):
    look_at(file, found.encode())


@settings(max_examples=60, deadline=None)
@given(found=TABLES)
def test_any_table_is_checked_or_refused(file, found):
    look_at(file, found.encode())


@settings(max_examples=60, deadline=None)
@given(found=ANYTHING, cut=st.integers(0, 200), content=st.binary(max_size=40))
def test_any_other_file_is_checked_or_refused(file, found, cut, content):
    text = json.dumps(found).encode()
    for each in (text, text[:cut], content, gzip.compress(text)[:cut], b"{" * cut):
        look_at(file, each)


def test_a_document_that_is_nested_too_deeply_is_refused(file):
    for content in (b"[" * 40_000, b"[" * 40_000 + b"]" * 40_000, b'{"a":' * 40_000):
        file.write_bytes(content)
        with pytest.raises(InvalidInput, match=r"nested|JSON"):
            read(file)
