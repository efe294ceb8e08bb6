"""What a plan says of the files that a manifest names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from labeling.errors import ObjectUnreadable
from labeling.modalities import modalities
from labeling.plan import manifest_files, manifests
from labeling.ports import ObjectEntry
from tests.fakes import FakeObjects
from tests.unit.plan.inputs import BUCKETS, LOC, NOW, errors, put, touch

URI = "s3://in/input.manifest"


class Counting(FakeObjects):
    """Counts what is asked of S3."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.listings = self.listed = self.asked = 0
        self.closed = False
        self.large: dict[str, int] = {}

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        if self.closed:
            raise ObjectUnreadable(f"{prefix_uri}: access is denied")
        self.listings += 1
        for entry in super().listing(prefix_uri):
            self.listed += 1
            yield ObjectEntry(entry.uri, self.large.get(entry.uri, entry.size))

    def exists(self, uri: str) -> bool:
        self.asked += 1
        return super().exists(uri)


@pytest.fixture
def there() -> Counting:
    return Counting()


def pictures(there: Counting, count: int, *missing: int) -> None:
    uris = [f"s3://in/pictures/{number:05}.jpg" for number in range(count)]
    put(there, URI, *({"source-ref": uri} for uri in uris))
    touch(there, *(uri for number, uri in enumerate(uris) if number not in missing))


def found(there: Counting, modality: str = "BoundingBox") -> dict[str, str]:
    facts = manifests.look(URI, objects=there, allowed_buckets=BUCKETS)
    return errors(
        manifests.problems(
            facts,
            modality=modalities()[modality],
            label_attribute="label",
            loc=LOC,
            sampling_rate=1,
        )
    )


def test_every_file_is_looked_up_with_one_listing(there: Counting) -> None:
    pictures(there, 3_000, 1_234, 2_345)

    message = found(there)["object_missing"]

    assert "Line 1235 names s3://in/pictures/01234.jpg" in message
    assert "The same goes for line 2346" in message
    assert there.listings == 1


def test_of_more_than_a_job_may_have_a_sample_is_asked_for(there: Counting) -> None:
    pictures(there, 10_001, 0, 5_000)
    there.asked = 0

    message = found(there)["object_missing"]

    assert "Line 1 names" in message
    assert "5001" not in message
    assert there.listings == 0
    assert there.asked < 30


def test_among_very_many_other_objects_a_sample_is_asked_for(
    there: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_files, "_LISTED_BESIDE", 10)
    pictures(there, 100, 51, 96)
    touch(there, *(f"s3://in/pictures/{number:05}.jpg.json" for number in range(90)))
    touch(there, *(f"s3://in/pictures/00010-{number:04}.jpg" for number in range(1_000)))

    message = found(there)["object_missing"]

    assert "Line 97 names" in message
    assert "same goes" not in message
    assert "files were looked up" in message
    assert there.listed <= 210


def test_who_may_not_list_asks_for_a_sample(there: Counting) -> None:
    pictures(there, 100, 0)
    there.closed = True

    assert "Line 1 names" in found(there)["object_missing"]


def test_files_of_0_bytes_are_named(there: Counting) -> None:
    pictures(there, 50)
    there.write("s3://in/pictures/00033.jpg", "")

    assert "Line 34 names" in found(there)["object_empty"]


def test_a_picture_has_40_megabytes_and_other_files_any_number(there: Counting) -> None:
    pictures(there, 50)
    there.large["s3://in/pictures/00007.jpg"] = 40_000_000
    there.large["s3://in/pictures/00008.jpg"] = 40_000_001

    message = found(there)["picture_too_large"]

    assert "Line 9 names" in message
    assert "same goes" not in message
    assert found(there, "Custom") == {}


@pytest.mark.parametrize(
    ("name", "format", "size", "whole"),
    [
        ("0.bin", None, 32, True),
        ("0.bin", None, 36, False),
        ("0.bin", "binary/xyz", 36, True),
        ("0.bin", "binary/xyzirgb", 36, False),
        ("0.bin", "text/xyz", 35, True),
        ("0.txt", None, 35, True),
    ],
)
def test_binary_point_clouds_have_whole_points(
    there: Counting, name: str, format: str | None, size: int, whole: bool
) -> None:
    about: dict[str, Any] = {"unix-timestamp": 1} | ({"format": format} if format else {})
    put(there, URI, {"source-ref": f"s3://in/{name}", "source-ref-metadata": about})
    there.write(f"s3://in/{name}", "x" * size)

    kinds = found(there, "PointCloudObjectDetection").keys()

    assert kinds == (set() if whole else {"object_cut_off"})


def test_camera_images_of_every_line_are_looked_up(there: Counting) -> None:
    lines = []
    for number in range(100):
        image = f"s3://in/images/{number:03}.jpg"
        about = {"unix-timestamp": number, "images": [{"image-path": image}]}
        uri = f"s3://in/clouds/{number:03}.bin"
        lines.append({"source-ref": uri, "source-ref-metadata": about})
        touch(there, uri, *([image] if number != 61 else []))
    put(there, URI, *lines)

    message = found(there, "PointCloudObjectDetection")["object_missing"]

    assert "Line 62 names s3://in/images/061.jpg" in message


@pytest.mark.parametrize(
    ("classes", "counted"),
    [
        ({"0": {"class-name": "Road", "hex-color": "#2ca02c"}}, False),
        ({"0": {"class-name": "Road"}}, True),
        ({}, True),
        (None, True),
    ],
)
def test_masks_without_colors_cannot_be_audited(
    there: Counting, classes: Any, counted: bool
) -> None:
    about = {"type": "groundtruth/semantic-segmentation", "internal-color-map": classes}
    line = {"source-ref": "s3://in/1.jpg", "road-ref": "s3://in/1.png", "road-ref-metadata": about}
    there.write(URI, f'{{"source-ref": "s3://in/0.jpg"}}\n{json.dumps(line)}\n')
    touch(there, "s3://in/0.jpg", "s3://in/1.jpg")
    facts = manifests.look(URI, objects=there, allowed_buckets=BUCKETS)

    seen = errors(manifests.problems_of_masks(facts, label_attribute="road-ref", loc=LOC))

    assert ("hex_color_missing" in seen) is counted
    assert not counted or "Line 2 has a mask road-ref" in seen["hex_color_missing"]
    assert not list(manifests.problems_of_masks(facts, label_attribute="other-ref", loc=LOC))
