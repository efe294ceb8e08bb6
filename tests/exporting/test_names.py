"""Names of pictures, and folders that exports are written to."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.exporting import Folder
from labeling.exporting.names import Names, file_stem, file_suffix
from labeling.exporting.values import number
from tests.exporting.data_sets import box, clip, exported, picture


@pytest.mark.parametrize(
    ("uri", "stem", "suffix"),
    [
        ("s3://bucket/folder/a b.c/0001.jpg", "0001", ".jpg"),
        ("s3://bucket/what?#1.png", "what_1", ".png"),
        ("https://host/0001.jpg?signature=a/b.c", "0001", ".jpg"),
        ("s3://bucket/folder/", "unnamed", ""),
        ("s3://bucket/..", "unnamed", ""),
        ("s3://bucket/Straße.tar.gz", "Straße.tar", ".gz"),
        ("s3://bucket/.hidden", "hidden", ""),
        ("s3://bucket/a.b c", "a.b_c", ""),
    ],
)
def test_files_are_called_as_their_uris_end(uri, stem, suffix):
    assert (file_stem(uri), file_suffix(uri)) == (stem, suffix)


@given(st.lists(st.sampled_from(["a", "A", "a-2", "a-3", "b", "a-2-2"]), max_size=40))
def test_no_name_is_given_twice(stems):
    names = Names()

    given_ = [names.unique(stem).lower() for stem in stems]

    assert len(set(given_)) == len(given_)


def test_a_name_that_many_have_is_found_quickly():
    names = Names()

    last = [names.unique("image") for _ in range(20_000)][-1]

    assert last == "image-20000"


def test_pictures_of_one_name_are_told_apart(tmp_path):
    exported(
        "voc",
        [
            picture("s3://b/a/0001.jpg", box("Car", 1)),
            picture("s3://b/b/0001.png", box("Car", 1)),
            clip("s3://b/0001.json", ((box("Car", 1),), (box("Car", 1),))),
        ],
        tmp_path,
    )

    with (tmp_path / "pictures.csv").open(newline="") as file:
        rows = [(row["file"], row["uri"]) for row in csv.DictReader(file)]
    assert rows == [
        ("JPEGImages/0001.jpg", "s3://b/a/0001.jpg"),
        ("JPEGImages/0001-2.png", "s3://b/b/0001.png"),
        ("JPEGImages/0001-3_0000.jpg", "s3://b/0001/0000.jpg"),
        ("JPEGImages/0001-3_0001.jpg", "s3://b/0001/0001.jpg"),
    ]
    assert len(list((tmp_path / "Annotations").iterdir())) == 4


def test_a_file_that_an_error_leaves_is_not_there(tmp_path):
    def fail() -> None:
        with Folder(tmp_path).open("a/b.txt") as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize("name", ["../a.txt", "/a.txt", "a/../../b.txt"])
def test_no_file_is_written_outside_of_the_folder(name, tmp_path):
    with pytest.raises(ValueError, match="not inside"), Folder(tmp_path / "in").open(name):
        pass

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [1, 1.0, 0.1 + 0.2, -3.5, 1e-7, 123456789.25])
def test_numbers_are_written_without_exponents(value):
    assert "e" not in number(value)
    assert float(number(value)) == value
