"""What all exports have in common: nothing is dropped in silence, and the bytes are always the
same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from labeling.exporting import FORMATS, REPORT, Options, export, writer
from labeling.exporting.kinds import NAMES
from labeling.labels import PictureSize
from tests.exporting.data_sets import everything, exported, mask_png

DOCS = Path(__file__).parents[2] / "docs" / "exports.md"
FETCH = Options(fetch=lambda _: mask_png())


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "options", [None, FETCH, Options(size=PictureSize(width=300, height=300), classes=("Zebra",))]
)
def test_every_annotation_is_written_or_said_to_be_missing(name, options, tmp_path):
    report, _ = exported(name, everything(), tmp_path, options)

    missing = Counter[str]()
    for item in report.not_held:
        if item.what in NAMES.values():
            missing[item.what] += item.count
    labels = [it.label for merged in everything() for it in merged.annotations]
    assert missing + Counter(report.annotations) == Counter(NAMES[type(it)] for it in labels)


@pytest.mark.parametrize("name", FORMATS)
def test_every_frame_is_written_or_said_to_be_missing(name, tmp_path):
    report, _ = exported(name, everything(), tmp_path)

    left = sum(it.count for it in report.not_held if it.what == "frames")
    assert report.frames + left == sum(len(merged.frames) for merged in everything())
    assert report.objects == len(list(everything()))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_data_set_makes_the_same_bytes(name, tmp_path):
    exported(name, everything(), tmp_path / "one", FETCH)
    exported(name, everything(), tmp_path / "two", FETCH)

    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.parametrize("name", FORMATS)
def test_the_report_lies_beside_the_files_and_counts_them(name, tmp_path):
    report, _ = exported(name, everything(), tmp_path)

    found = files(tmp_path)
    assert json.loads(found.pop(REPORT)) == report.document()
    assert report.files == len(found)
    assert report.size == sum(map(len, found.values()))


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_not_labeled_is_in_every_report(name, tmp_path):
    report, _ = exported(name, everything(), tmp_path)

    assert [(it.why, it.count, it.example) for it in report.not_held if it.what == "labels"] == [
        ("the frame is not labeled", 1, "s3://b/part/0001.jpg (boxes: the worker left)"),
        ("the object is not labeled", 1, "s3://b/judged.jpg (lost: nobody worked)"),
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_data_set_can_be_exported(name, tmp_path):
    report, missing = exported(name, [], tmp_path)

    assert (report.objects, report.frames, missing) == (0, 0, {})


@pytest.mark.parametrize("name", FORMATS)
def test_the_objects_are_looked_at_one_after_another(name):
    alive = 0

    class Written:
        """Forgets everything."""

        def open(self, name):
            from contextlib import nullcontext
            from io import BytesIO

            return nullcontext(BytesIO())

    def counted():
        nonlocal alive
        for merged in everything():
            alive += 1
            yield merged
            alive -= 1

    export(name, counted(), Written())

    assert alive == 0


@pytest.mark.parametrize("name", FORMATS)
def test_the_table_in_the_documentation_says_what_a_format_holds(name):
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCS.read_text().splitlines()
        if line.startswith("|")
    ]
    column = rows[0].index(f"`{name}`")
    table = {row[0]: row[column] for row in rows[2:] if len(row) == len(rows[0])}

    holds = writer(name).HOLDS
    assert {kind for kind in NAMES.values() if table[f"`{kind}`"] != "–"} == holds.kinds
    for part in ("tracks", "attributes", "frame attributes", "confidence", "provenance"):
        assert (table[part] != "–") == getattr(holds, part.replace(" ", "_")), part
    assert (table["labels of custom jobs"] != "–") == holds.custom
