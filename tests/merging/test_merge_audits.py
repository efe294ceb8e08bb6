"""The merge: labels of audits take the place of those before them, just where people looked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.merging import FrameSelection, MergeJob, MergeReport
from tests.merging.batch_files import (
    CLIP,
    Files,
    box,
    drawn,
    edited,
    labeled,
    merged,
    problems,
    seq_label,
)

AUDIT = "VideoObjectTrackingAudit"
NAMES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg")
PART = "s3://processing/part.json"


@pytest.fixture
def files() -> Files:
    files = Files()
    files.sequence(CLIP, *NAMES)
    return files


def labeling_job(files: Files, frames: dict[str, list[Any]], source: str = CLIP) -> MergeJob:
    uri = files.put("s3://out/boxes.json", seq_label(frames))
    return files.job("boxes", {"source-ref": source, **labeled("boxes", uri)})


def audit_job(
    files: Files,
    frames: dict[str, list[Any]],
    *,
    name: str = "audit",
    source: str = CLIP,
    level: int = 2,
    chain_from: str = "boxes",
    modality: str = AUDIT,
    **members: Any,
) -> MergeJob:
    uri = files.put(f"s3://out/{name}.json", seq_label(frames))
    line = {"source-ref": source, **members, **labeled(name, uri)}
    return files.job(name, line, modality=modality, level=level, chain_from=chain_from)


def selection(files: Files, *chosen: str, uri: str = "s3://processing/chosen.json") -> dict:
    files.put(uri, {"frames": chosen})
    return {"frame-selection": FrameSelection(CLIP, uri).member()}


def test_an_audit_of_some_objects_replaces_just_these(files):
    def line(number: int, left: float, attribute: str) -> dict:
        one = {"class_id": 0, "left": left, "top": 1, "width": 1, "height": 1}
        boxes = {"annotations": [one]}
        return {"source-ref": f"s3://in/{number}.png", **labeled(attribute, boxes, "BoundingBox")}

    jobs = [
        files.job("boxes", *(line(n, n, "boxes") for n in range(4)), modality="BoundingBox"),
        files.job(
            "audit",
            line(3, 30, "audit"),
            line(1, 1, "audit"),
            modality="BoundingBoxAudit",
            level=2,
            chain_from="boxes",
        ),
    ]

    pictures = merged(files, *jobs)

    annotations = [next(it.annotations) for it in pictures]
    assert [it.label.left for it in annotations] == [0, 1, 2, 30]  # type: ignore[attr-defined]
    assert [it.attribute for it in annotations] == ["boxes"] * 4
    assert [
        (it.provenance.job, it.provenance.origin, it.provenance.edited) for it in annotations
    ] == [
        ("boxes", "boxes", None),
        ("audit", "boxes", False),
        ("boxes", "boxes", None),
        ("audit", "audit", True),
    ]


def test_an_audit_of_some_frames_replaces_just_these_by_their_names(files):
    before = {name: [box("Car:1", 1)] for name in NAMES}
    after = {"b.jpg": [box("Car:1", 5)], "c.jpg": [box("Car:1", 6)], "d.jpg": [box("Car:1", 7)]}
    chosen = selection(files, "c.jpg")
    report = MergeReport()

    (clip,) = merged(
        files,
        labeling_job(files, before),
        audit_job(files, after, source=PART, **chosen),
        report=report,
    )

    assert clip.source == CLIP
    assert [drawn(frame) for frame in clip.frames] == [
        [("Car:1", 1)],
        [("Car:1", 1)],
        [("Car:1", 6)],
        [("Car:1", 1)],
    ]
    assert [it.label.frame_number for it in clip.annotations] == [0, 1, 2, 3]
    summary = report.of("audit")
    assert (summary.frames, summary.changes.changed, summary.changes_beside) == (1, 1, 2)


def test_a_frame_that_an_audit_emptied_is_empty(files):
    before = {name: [box("Car:1", 1)] for name in NAMES}
    chosen = selection(files, "a.jpg", "b.jpg")

    (part,) = merged(
        files,
        labeling_job(files, before),
        audit_job(files, {"b.jpg": [box("Car:1", 1)]}, source=PART, **chosen),
    )
    (whole,) = merged(
        files, labeling_job(files, before), audit_job(files, {"b.jpg": [box("Car:1", 1)]})
    )

    assert [len(frame.annotations) for frame in part.frames] == [0, 1, 1, 1]
    assert [len(frame.annotations) for frame in whole.frames] == [0, 1, 0, 0]


def test_several_selections_of_a_clip_are_all_taken(files):
    before = {name: [box("Car:1", 1)] for name in NAMES}
    lines = []
    for place, name in enumerate(("a.jpg", "d.jpg")):
        uri = files.put(f"s3://out/{place}.json", seq_label({name: [box("Car:1", 8)]}))
        chosen = selection(files, name, uri=f"s3://processing/chosen-{place}.json")
        lines.append({"source-ref": f"{PART}-{place}", **chosen, **labeled("audit", uri)})
    audit = files.job("audit", *lines, modality=AUDIT, level=2, chain_from="boxes")

    (clip,) = merged(files, labeling_job(files, before), audit)

    assert [drawn(frame)[0][1] for frame in clip.frames] == [8, 1, 1, 8]


def test_every_annotation_says_whether_the_audit_edited_it(files):
    before = [
        box("left:1", 1, occluded="no"),
        box("moved:1", 2),
        box("said:1", 3, occluded="no"),
        box("gone:1", 4),
        {**box("turned:1", 5), "class-id": "1"},
    ]
    after = [
        box("new:1", 9),
        {**box("turned:1", 5), "class-id": "0"},
        box("said:1", 3, occluded="yes"),
        box("moved:1", 2.5),
        box("left:1", 1, occluded="no"),
    ]
    report = MergeReport()

    (clip,) = merged(
        files,
        labeling_job(files, {"a.jpg": before}),
        audit_job(files, {"a.jpg": after}),
        report=report,
    )

    assert edited(clip.frames[0]) == {
        "new:1": True,
        "turned:1": True,
        "said:1": True,
        "moved:1": True,
        "left:1": False,
    }
    changes = report.of("audit").changes
    assert (changes.left, changes.changed, changes.added, changes.removed) == (1, 3, 1, 1)


def test_of_two_boxes_of_one_object_the_one_that_stayed_is_left(files):
    report = MergeReport()

    (clip,) = merged(
        files,
        labeling_job(files, {"a.jpg": [box("car:1", 1), box("car:1", 5)]}),
        audit_job(files, {"a.jpg": [box("car:1", 2), box("car:1", 5)]}),
        report=report,
    )

    assert [it.provenance.edited for it in clip.frames[0].annotations] == [True, False]
    changes = report.of("audit").changes
    assert (changes.left, changes.changed, changes.added, changes.removed) == (1, 1, 0, 0)


def test_boxes_without_identity_are_the_same_where_they_are_the_same(files):
    def plain(left: float) -> dict:
        return {k: v for k, v in box("", left).items() if not k.startswith("object-")}

    (clip,) = merged(
        files,
        labeling_job(files, {"a.jpg": [plain(1), plain(1), plain(2)]}),
        audit_job(files, {"a.jpg": [plain(1), plain(2), plain(3)]}),
    )

    assert [it.provenance.edited for it in clip.frames[0].annotations] == [False, False, True]


def test_a_mask_is_edited_where_its_job_says_so(files):
    colors = {"1": {"class-name": "Car", "hex-color": "#ff0000", "confidence": 0.5}}
    more = {"internal-color-map": colors}
    modality = "SemanticSegmentation"

    def line(number: int, attribute: str, **more_of_it: str) -> dict:
        uri = f"s3://out/{attribute}-{number}.png"
        label = labeled(attribute, uri, modality, **more, **more_of_it)
        return {"source-ref": f"s3://in/{number}.png", **label}

    statuses: list[dict[str, str]] = [
        {"adjustment-status": "adjusted"},
        {"adjustment-status": "unadjusted"},
        {},
    ]
    jobs = [
        files.job("masks", *(line(n, "masks") for n in range(3)), modality=modality),
        files.job(
            "audit",
            *(line(n, "audit", **status) for n, status in enumerate(statuses)),
            modality=f"{modality}Audit",
            level=2,
            chain_from="masks",
        ),
    ]
    report = MergeReport()

    pictures = merged(files, *jobs, report=report)

    stamps = [next(it.annotations).provenance for it in pictures]
    assert [(it.edited, it.origin) for it in stamps] == [
        (True, "audit"),
        (False, "masks"),
        (None, "audit"),
    ]
    assert not any(uri.endswith(".png") for uri in files.read)
    assert problems(report) == []


def test_a_second_audit_starts_from_the_first(files):
    before = {"a.jpg": [box("Car:1", 1), box("Car:2", 2)], "b.jpg": [box("Car:1", 1)]}
    first = {"a.jpg": [box("Car:1", 5), box("Car:2", 2)], "b.jpg": [box("Car:1", 1)]}
    second = {"a.jpg": [box("Car:1", 5), box("Car:2", 6)]}
    chosen = selection(files, "a.jpg")

    (clip,) = merged(
        files,
        # the order of the request does not matter between levels
        audit_job(files, second, name="second", source=PART, level=3, chain_from="audit", **chosen),
        audit_job(files, first),
        labeling_job(files, before),
    )

    assert len(clip.layers) == 1
    assert [
        (it.provenance.job, it.provenance.origin, it.provenance.edited) for it in clip.annotations
    ] == [
        ("second", "audit", False),
        ("second", "second", True),
        ("audit", "boxes", False),
    ]


def test_of_two_audits_of_the_same_the_later_of_the_request_counts(files):
    jobs = [
        labeling_job(files, {"a.jpg": [box("Car:1", 1)]}),
        audit_job(files, {"a.jpg": [box("Car:1", 2)]}, name="one"),
        audit_job(files, {"a.jpg": [box("Car:1", 3)]}, name="other"),
    ]

    (clip,) = merged(files, *jobs)
    (turned,) = merged(files, jobs[0], jobs[2], jobs[1])

    assert drawn(clip.frames[0]) == [("Car:1", 3)]
    assert drawn(turned.frames[0]) == [("Car:1", 2)]


def test_a_verification_of_frames_leaves_what_it_saw(files):
    frames = {"a.jpg": [box("Car:1", 1)]}
    verdict = audit_job(files, frames, modality="VideoObjectTrackingVerification")

    (clip,) = merged(files, labeling_job(files, frames), verdict)

    (annotation,) = clip.frames[0].annotations
    assert (annotation.provenance.job, annotation.provenance.edited) == ("audit", False)


def test_labels_of_audits_whose_source_is_not_known_are_of_unknown_change(files):
    chosen = selection(files, "a.jpg", "b.jpg")
    source = files.job("boxes", {"source-ref": CLIP})
    audit = audit_job(
        files, {"a.jpg": [box("Car:1", 1)], "c.jpg": [box("Car:1", 1)]}, source=PART, **chosen
    )

    (clip,) = merged(files, source, audit)

    assert edited(clip.frames[0]) == {"Car:1": None}
    assert [len(frame.annotations) for frame in clip.frames] == [1, 0, 0, 0]
    unlabeled = {"boxes": "there is no label"}
    assert [frame.unlabeled for frame in clip.frames] == [{}, {}, unlabeled, unlabeled]


@st.composite
def audited_clips(draw: st.DrawFn) -> tuple[Any, Any, frozenset[str]]:
    boxes = st.lists(
        st.builds(box, st.sampled_from(["Car:1", "Car:2", ""]), st.integers(0, 2)), max_size=3
    )
    frames = st.dictionaries(st.sampled_from(NAMES), boxes)
    return draw(frames), draw(frames), draw(st.frozensets(st.sampled_from(NAMES)))


@settings(max_examples=60, deadline=None)
@given(audited_clips())
def test_each_frame_is_the_audits_where_chosen_and_the_sources_elsewhere(case):
    before, after, chosen = case
    files = Files()
    files.sequence(CLIP, *NAMES)
    report = MergeReport()

    (clip,) = merged(
        files,
        labeling_job(files, before),
        audit_job(files, after, source=PART, **selection(files, *chosen)),
        report=report,
    )

    for frame in clip.frames:
        assert frame.name is not None
        wanted = (after if frame.name in chosen else before).get(frame.name, [])
        assert [it.label.left for it in frame.annotations] == [  # type: ignore[attr-defined]
            it["left"] for it in wanted
        ]
    changes = report.of("audit").changes
    assert changes.left + changes.changed + changes.removed == sum(
        len(before.get(name, [])) for name in chosen
    )
    assert changes.left + changes.changed + changes.added == sum(
        len(after.get(name, [])) for name in chosen
    )
