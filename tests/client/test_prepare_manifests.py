"""Manifests of pictures and texts: what is taken, in which order, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from smgt import InvalidInput, prepare

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
PREFIX = "s3://bucket/photos"


def images(folder: Path) -> prepare.Dataset:
    return prepare.images(folder, prefix=PREFIX, name="photos")


def texts(*files: Path, whole: bool = False) -> prepare.Dataset:
    return prepare.texts(files, prefix=PREFIX, name="reviews", whole=whole)


def values(made: prepare.Dataset, name: str) -> list[str]:
    """The named attribute of each line."""
    return [json.loads(line)[name] for line in made.manifest.splitlines()]


def test_pictures_of_all_folders_are_taken_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b/2.PNG", "a.jpeg", "b/1.jpg", "notes.txt", ".thumbnails/a.jpg", "b/._1.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((PNG if "PNG" in name else JPEG) + name.encode())

    made = images(tmp_path)

    keys = ["images/a.jpeg", "images/b/1.jpg", "images/b/2.PNG"]
    assert values(made, "source-ref") == [f"{PREFIX}/{key}" for key in keys]
    assert made.manifest_uri == f"{PREFIX}/photos.manifest"
    assert list(made.files) == [*keys, "photos.manifest"]
    assert made.objects == 3


def test_the_same_picture_twice_is_refused(tmp_path: Path) -> None:
    for name, content in (("a.jpg", b"1"), ("b.jpg", b"2"), ("c.jpg", b"1")):
        (tmp_path / name).write_bytes(JPEG + content)

    with pytest.raises(InvalidInput, match=r"c\.jpg is the same picture as .*a\.jpg"):
        images(tmp_path)


@pytest.mark.parametrize(
    ("content", "size", "said"),
    [
        (b"", 0, "a.jpg: 0 bytes"),
        (JPEG, 40_000_001, "a.jpg: over 40 MB"),
        (b"GIF89a", 6, "a.jpg: neither JPEG nor PNG"),
    ],
    ids=["empty", "large", "other"],
)
def test_a_picture_that_no_job_would_take_is_refused(
    tmp_path: Path, content: bytes, size: int, said: str
) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    os.truncate(tmp_path / "a.jpg", size)

    with pytest.raises(InvalidInput, match=said):
        images(tmp_path)


def test_a_picture_of_exactly_40_mb_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    os.truncate(tmp_path / "a.jpg", prepare.LARGEST_PICTURE)

    assert images(tmp_path).objects == 1


def test_a_picture_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")

    with pytest.raises(InvalidInput, match=r"a\.jpg cannot be read: No such file"):
        images(tmp_path)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no pictures"):
        images(tmp_path)


def test_every_line_that_is_not_empty_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b'\xef\xbb\xbfGood.\r\n \r\n\xe2\x80\xa8"Bad"\x0b.')
    (tmp_path / "b.txt").write_text("  Fine.\n")

    made = texts(tmp_path / "a.txt", tmp_path / "b.txt")

    lines = [json.loads(line) for line in made.manifest.split("\n")[:-1]]
    found = ["Good.", '\u2028"Bad"\x0b.', "  Fine."]
    assert lines == [{"source": text} for text in found]
    assert (made.objects, list(made.files)) == (3, ["reviews.manifest"])


def test_a_text_is_as_long_as_a_manifest_allows(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"

    file.write_text("Ü" * 20_000)
    assert texts(file).objects == 1
    file.write_text("fits\n" + "x" * 20_001)
    with pytest.raises(InvalidInput, match=r"Line 2 of .*a\.txt has 20,001 characters"):
        texts(file)
    file.write_text("\x01" * 20_000)  # six characters each, as JSON
    with pytest.raises(InvalidInput, match="a line of a manifest at most 100,000: cut it up"):
        texts(file, whole=True)


def test_files_without_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "latin.txt").write_bytes(b"Stra\xdfe")

    with pytest.raises(InvalidInput, match=r"There is no text in .*empty\.txt"):
        texts(tmp_path / "empty.txt", whole=True)
    with pytest.raises(InvalidInput, match=r"latin\.txt is not UTF-8 text"):
        texts(tmp_path / "latin.txt")
    with pytest.raises(InvalidInput, match="cannot be read: Is a directory"):
        texts(tmp_path)


def test_a_place_outside_s3_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="write s3://bucket/prefix"):
        prepare.images(tmp_path, prefix="bucket/photos", name="photos")
    with pytest.raises(InvalidInput, match="cannot be a file's name"):
        prepare.texts([], prefix=PREFIX, name="my texts")
