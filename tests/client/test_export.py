"""`smgt export`: labels on disk, in the formats of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pycocotools.coco import COCO

from labeling.merging import write_merged
from smgt.cli import main
from tests.exporting.data_sets import CLIP, everything, mask_png
from tests.labels.recorded import DATA

Run = Callable[..., tuple[int, str, str]]

TRACKING = DATA / "amazon-sagemaker-examples/video-object-tracking/SeqLabel.json"
LABELS = "s3://b/one/annotations/consolidated-annotation/output/0/SeqLabel.json"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `smgt export` in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["export", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def merged(tmp_path: Path) -> str:
    file = tmp_path / "data.jsonl"
    file.write_text("".join(f"{line}\n" for line in write_merged(everything())))
    return str(file)


def manifest(folder: Path, *attributes: str) -> str:
    """A line with a recorded label file for each attribute."""
    line: dict[str, object] = {"source-ref": "s3://b/clip.json"}
    for attribute in attributes or ("boxes-ref",):
        line[attribute] = LABELS
        line[f"{attribute}-metadata"] = {
            "class-map": {"0": "Vehicle"},
            "type": "groundtruth/video-object-tracking",
        }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "output.manifest").write_text(json.dumps(line) + "\n")
    return str(folder / "output.manifest")


def manifest_of_audit(folder: Path) -> str:
    """The audit of job `one` is `two`; its label is younger, wherever it stands in the line."""
    file = Path(manifest(folder, "audit-ref", "boxes-ref"))
    line = json.loads(file.read_text())
    line["audit-ref"] = LABELS.replace("/one/", "/two/")
    line["audit-ref-metadata"]["creation-date"] = "2026-03-02T10:00:00"
    line["boxes-ref-metadata"]["creation-date"] = "2026-03-01T10:00:00"
    file.write_text(json.dumps(line) + "\n")
    return str(file)


def bring(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(TRACKING.read_bytes())


def coco(folder: Path) -> COCO:
    return COCO(folder / "annotations/instances_default.json")


def test_a_merged_data_set_is_exported_and_what_is_missing_is_told(
    run: Run, merged: str, tmp_path: Path
) -> None:
    code, out, err = run(merged, "--format", "mot", "--to", "out")

    assert code == 0
    assert out == (
        "MOT Challenge: 14 files in out, 10 frames of 11 objects, 11 annotations (11 × box), "
        "4 tracks\n"
    )
    assert "not in it: 1 × polyline: MOT Challenge has no labels of this kind; s3://b/" in err
    assert (tmp_path / "out/one/gt/gt.txt").read_text().startswith("1,1,10,20.5,30,40,1,1,1\n")
    assert (tmp_path / "out/export-report.json").exists()


def test_a_manifest_is_exported_with_label_files_as_they_were_downloaded(
    run: Run, tmp_path: Path
) -> None:
    bring(tmp_path / "job/labels/0/SeqLabel.json")

    code, out, _ = run(manifest(tmp_path / "job"), "--format", "coco", "--to", "out")

    assert code == 0
    assert "300 frames of 1 object" in out
    assert len(coco(tmp_path / "out").imgs) == 300


def test_a_manifest_is_exported_with_label_files_as_they_lie_in_s3(
    run: Run, tmp_path: Path
) -> None:
    bring(tmp_path / "one/annotations/consolidated-annotation/output/0/SeqLabel.json")

    code, _, _ = run(manifest(tmp_path / "one/manifests/output"), "--format", "coco", "--to", "out")

    assert code == 0
    assert len(coco(tmp_path / "out").imgs) == 300


def test_the_pixels_of_masks_are_taken_from_beside(run: Run, merged: str, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b/mask.png").write_bytes(mask_png())

    code, out, err = run(merged, "--format", "coco", "--to", "out")

    assert code == 0
    assert "2 × mask" in out
    assert "× mask" not in err


def test_sizes_and_classes_can_be_said(run: Run, tmp_path: Path) -> None:
    bring(tmp_path / "job/labels/0/SeqLabel.json")
    arguments = ("--size", "1920x1080", "--class", "Zebra", "--class", "Ox")

    code, _, _ = run(manifest(tmp_path / "job"), "--format", "yolo", "--to", "out", *arguments)

    assert code == 0
    names = (tmp_path / "out/data.yaml").read_text()
    assert names.endswith('names:\n  0: "Zebra"\n  1: "Ox"\n  2: "Vehicle"\n')
    assert len(list((tmp_path / "out/labels/train").iterdir())) == 300


def test_of_a_manifest_of_an_audit_its_own_labels_are_taken(run: Run, tmp_path: Path) -> None:
    bring(tmp_path / "job/labels/0/SeqLabel.json")
    file = manifest_of_audit(tmp_path / "job")

    code, out, err = run(file, "--format", "mot", "--to", "out")

    assert (code, "300 frames of 1 object" in out) == (0, True)
    assert "These are the labels of audit-ref, the last job of this manifest" in err
    assert "--attribute boxes-ref" in err


def test_an_audits_label_file_never_stands_for_that_of_the_job_before_it(
    run: Run, tmp_path: Path
) -> None:
    bring(tmp_path / "job/labels/0/SeqLabel.json")
    file = manifest_of_audit(tmp_path / "job")

    code, _, err = run(file, "--format", "mot", "--to", "out", "--attribute", "boxes-ref")

    assert code == 2
    assert "its label file is not here: there is no SeqLabel.json in " in err


def test_nor_does_it_where_it_lies_as_in_s3(run: Run, tmp_path: Path) -> None:
    bring(tmp_path / "two/annotations/consolidated-annotation/output/0/SeqLabel.json")
    file = manifest_of_audit(tmp_path / "two/manifests/output")
    earlier = (file, "--format", "mot", "--attribute", "boxes-ref", "--to")

    own = run(file, "--format", "mot", "--to", "own")
    without = run(*earlier, "without")
    bring(tmp_path / "one/annotations/consolidated-annotation/output/0/SeqLabel.json")
    with_it = run(*earlier, "with")

    assert (own[0], without[0], with_it[0]) == (0, 2, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.jsonl", "--format", "coco", "--to", "out"), "There is no file none.jsonl."),
        (("FILE", "--format", "coco", "--to", "."), "takes a new or an empty folder"),
        (("FILE", "--format", "coco", "--to", "o", "--size", "big"), "give it as 1920x1080"),
        (("FILE", "--format", "coco", "--to", "o", "--attribute", "a"), "has all"),
        (("bad.jsonl", "--format", "coco", "--to", "o"), "bad.jsonl, line 2: "),
        (("bytes", "--format", "coco", "--to", "o"), "bytes is not UTF-8 text."),
        (("empty.manifest", "--format", "coco", "--to", "o"), "there is no SeqLabel.json in"),
    ],
)
def test_what_is_wrong_is_said(
    run: Run, merged: str, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "bad.jsonl").write_text(next(iter(write_merged([CLIP]))) + "\n{}\n")
    (tmp_path / "bytes").write_bytes(b'{"source": "\xff"}')
    Path(manifest(tmp_path)).rename(tmp_path / "empty.manifest")

    code, out, err = run(*(merged if it == "FILE" else it for it in arguments))

    assert (code, out) == (2, "")
    assert said in err


def test_an_unknown_format_is_refused(run: Run, merged: str) -> None:
    code, _, err = run(merged, "--format", "xls", "--to", "out")

    assert code == 2
    assert "label-studio" in err


def test_an_export_without_annotations_fails_and_names_the_size_that_lacks(
    run: Run, tmp_path: Path
) -> None:
    bring(tmp_path / "job/labels/0/SeqLabel.json")

    code, _, err = run(manifest(tmp_path / "job"), "--format", "yolo", "--to", "out")

    assert code == 1
    assert "No annotation was written. Say how large the pictures are with --size" in err
