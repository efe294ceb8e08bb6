"""The merge: what cannot be used is said, and all else is merged."""

from __future__ import annotations

import pytest

from labeling.merging import MergeJob, MergeReport
from labeling.merging.report import MOST_PROBLEMS
from tests.merging.batch_files import (
    CLIP,
    Files,
    box,
    drawn,
    labeled,
    merged,
    problems,
    seq_label,
)

AUDIT = "VideoObjectTrackingAudit"


@pytest.fixture
def files() -> Files:
    files = Files()
    files.sequence(CLIP, "a.jpg", "b.jpg")
    files.put("s3://out/boxes.json", seq_label({"a.jpg": [box("Car:1", 1)]}))
    return files


@pytest.fixture
def boxes(files: Files) -> MergeJob:
    return files.job("boxes", {"source-ref": CLIP, **labeled("boxes", "s3://out/boxes.json")})


@pytest.fixture
def report() -> MergeReport:
    return MergeReport()


def test_what_is_not_labeled_stays_so_with_the_reason(files, report):
    job = files.job("boxes", {"source-ref": CLIP})

    (clip,) = merged(files, job, report=report)

    assert clip.layers[0].unlabeled == "there is no label"
    assert clip.frames == ()
    assert (report.of("boxes").labeled, report.of("boxes").unlabeled) == (0, 1)


def test_an_object_that_an_audit_failed_on_keeps_its_labels(files, boxes, report):
    line = {"source-ref": CLIP, **labeled("boxes", "s3://out/boxes.json")}
    audit = files.job("audit", line, modality=AUDIT, level=2, chain_from="boxes")

    (clip,) = merged(files, boxes, audit, report=report)

    assert drawn(clip.frames[0]) == [("Car:1", 1)]
    assert clip.layers[0].unlabeled == ""
    assert report.of("audit").unlabeled == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be fetched"),
        ("{", "it is not JSON"),
        ({"tracking-annotations": [{"annotations": []}]}, "neither frame nor frame-name"),
    ],
)
def test_an_audit_that_cannot_be_read_leaves_the_labels_before_it(
    files, boxes, report, content, said
):
    if content is not None:
        files.put("s3://out/audit.json", content)
    line = {"source-ref": CLIP, **labeled("audit", "s3://out/audit.json")}
    audit = files.job("audit", line, modality=AUDIT, level=2, chain_from="boxes")

    (clip,) = merged(files, boxes, audit, report=report)

    assert drawn(clip.frames[0]) == [("Car:1", 1)]
    (problem,) = report.problems
    assert (problem.job, problem.source) == ("audit", CLIP)
    assert "s3://out/audit.json" in problem.what
    assert said in problem.what


def test_a_selection_that_cannot_be_read_leaves_the_labels_before_it(files, boxes, report):
    line = {
        "source-ref": "s3://processing/part.json",
        "frame-selection": {"source-ref": CLIP, "frames-ref": "s3://processing/none.json"},
        **labeled("audit", "s3://out/boxes.json"),
    }
    audit = files.job("audit", line, modality=AUDIT, level=2, chain_from="boxes")

    (clip,) = merged(files, boxes, audit, report=report)

    assert clip.frames[0].annotations[0].provenance.job == "boxes"
    assert "s3://processing/none.json" in problems(report)[0]


def test_a_label_file_that_cannot_be_read_makes_an_object_unlabeled_and_no_other(files, report):
    other = files.sequence("s3://in/other.json", "a.jpg")
    job = files.job(
        "boxes",
        {"source-ref": CLIP, **labeled("boxes", "s3://out/none.json")},
        {"source-ref": other, **labeled("boxes", "s3://out/boxes.json")},
    )

    broken, whole = merged(files, job, report=report)

    assert broken.layers[0].unlabeled.startswith("its labels cannot be read: ")
    assert drawn(whole.frames[0]) == [("Car:1", 1)]
    assert report.of("boxes").unreadable == 1


def test_lines_that_cannot_be_read_are_said_with_their_numbers(files, report):
    job = files.job("mood", {"source": "x", **labeled("mood", 0, "TextMultiClass")})
    assert job.output_uri is not None
    files.texts[job.output_uri] += "\n\n{\n[]\n{}\n" + '{"source": 7}'
    job = MergeJob(**{**_members(job), "modality": "TextMultiClass"})

    texts = merged(files, job, report=report)

    assert [it.source for it in texts] == ["x"]
    assert [it.partition(": ")[2].split(": ")[0] for it in problems(report)] == [
        f"{job.output_uri}, line {number}" for number in (3, 4, 5, 6)
    ]


def test_a_job_without_output_is_said_and_the_others_are_merged(files, boxes, report):
    failed = MergeJob(**{**_members(boxes), "name": "lanes", "output_uri": None, "reason": "no"})
    lost = MergeJob(**{**_members(boxes), "name": "signs", "output_uri": "s3://out/none"})

    (clip,) = merged(files, failed, boxes, lost, report=report)

    assert [layer.job for layer in clip.layers] == ["boxes"]
    assert problems(report) == [
        "lanes: no",
        "signs: its output cannot be read: s3://out/none: there is no such object",
    ]


def test_without_its_sequence_file_a_clip_has_the_frames_that_are_labeled(files, boxes, report):
    files.put("s3://out/boxes.json", seq_label({"b.jpg": [], "a.jpg": [box("Car:1", 1)]}))
    del files.texts[CLIP]

    (clip,) = merged(files, boxes, report=report)

    assert [(frame.name, frame.number, frame.uri) for frame in clip.frames] == [
        ("a.jpg", 0, None),
        ("b.jpg", 1, None),
    ]
    assert "only its labeled frames are known" in problems(report)[0]


def test_frames_that_are_not_in_the_sequence_file_come_last_and_are_said(files, boxes, report):
    files.sequence(CLIP, "b.jpg")

    (clip,) = merged(files, boxes, report=report)

    assert [(it.name, it.number) for it in clip.frames] == [("b.jpg", 0), ("a.jpg", 1)]
    assert problems(report) == [": frame a.jpg is not in the sequence file"]


def test_an_object_that_is_there_twice_is_taken_once(files, report):
    lines = [
        {"source": "x"},
        {"source": "x", **labeled("mood", 0, "TextMultiClass")},
        {"source": "x", **labeled("mood", 1, "TextMultiClass")},
    ]

    (text,) = merged(files, files.job("mood", *lines, modality="TextMultiClass"), report=report)

    assert [it.label.class_id for it in text.annotations] == [0]
    assert problems(report) == ["mood: it is there more than once: line 3 is not used"]


def test_the_report_counts_all_problems_and_keeps_the_first(files, report):
    job = files.job("mood", *[{}] * (MOST_PROBLEMS + 5), modality="TextMultiClass")

    assert merged(files, job, report=report) == []

    document = report.document()
    assert (len(document["problems"]), document["moreProblems"]) == (MOST_PROBLEMS, 5)


def test_the_report_says_what_came_of_each_job(files, boxes, report):
    uri = files.put("s3://out/audit.json", seq_label({"a.jpg": [box("Car:1", 2)]}))
    line = {"source-ref": CLIP, **labeled("audit", uri)}
    audit = files.job("audit", line, modality=AUDIT, level=2, chain_from="boxes")

    merged(files, boxes, audit, report=report)

    assert report.document() == {
        "objects": 1,
        "frames": 2,
        "annotations": 1,
        "jobs": {
            "boxes": {"labeled": 1, "unlabeled": 0, "unreadable": 0, "annotations": 1},
            "audit": {
                "labeled": 1,
                "unlabeled": 0,
                "unreadable": 0,
                "annotations": 1,
                "auditedFrames": 1,
                "changes": {
                    "left": 0,
                    "changed": 1,
                    "added": 0,
                    "removed": 0,
                    "notTakenBeside": 0,
                },
            },
        },
        "problems": [],
        "moreProblems": 0,
    }


def _members(job: MergeJob) -> dict:
    return {name: getattr(job, name) for name in MergeJob.__dataclass_fields__}
