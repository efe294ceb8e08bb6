"""The merge: who and what an annotation comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from labeling.merging import Checked, MergeJob, MergeReport, Suspicion
from labeling.merging.workers import MOST_LOOK_UPS
from tests.merging.batch_files import (
    CLIP,
    Files,
    box,
    labeled,
    merged,
    problems,
    seq_label,
    track_name,
)


@pytest.fixture
def files() -> Files:
    files = Files()
    files.sequence(CLIP, "a.jpg", "b.jpg")
    boxes = {name: [box("Car:1", 1), box("Car:2", 2)] for name in ("a.jpg", "b.jpg")}
    files.put("s3://out/boxes.json", seq_label(boxes))
    moved = {**boxes, "b.jpg": [box("Car:1", 1), box("Car:2", 3)]}
    files.put("s3://out/audit.json", seq_label(moved))
    return files


def labeling_job(files: Files, **more: Any) -> MergeJob:
    line = {"source-ref": CLIP, **labeled("boxes", "s3://out/boxes.json", **more)}
    return files.job("boxes", line)


def audit_job(files: Files) -> MergeJob:
    line = {"source-ref": CLIP, **labeled("audit", "s3://out/audit.json")}
    modality = "VideoObjectTrackingAudit"
    return files.job("audit", line, modality=modality, level=2, chain_from="boxes")


def answers(*workers: str) -> dict:
    given = [{"workerId": worker, "answerContent": {}} for worker in workers]
    return {"answers": given}


def test_an_annotation_knows_the_attempt_that_labeled_it_and_when(files):
    job = labeling_job(files, **{"job-name": "labeling-job/boxes-r1"})

    (clip,) = merged(files, job)

    provenance = next(clip.annotations).provenance
    assert (provenance.job, provenance.level) == ("boxes", 1)
    assert provenance.labeling_job == "boxes-r1"
    assert provenance.created_at == datetime(2026, 3, 1, 10, 0, 0, 1, tzinfo=UTC)


def test_workers_are_those_who_answered_for_the_object_in_the_attempt_that_labeled_it(files):
    responses = "annotations/worker-response/iteration-1"
    files.put(f"s3://out/boxes/boxes-r1/{responses}/0/2026.json", answers("w2", "w1"))
    files.put(f"s3://out/boxes/boxes-r1/{responses}/0/0f1e/a.jpg.json", "no worker response")
    files.put(f"s3://out/boxes/boxes-r1/{responses}/00/2026.json", answers("w9"))
    files.put(f"s3://out/boxes/boxes/{responses}/0/2025.json", answers("w0"))
    job = labeling_job(files, **{"job-name": "labeling-job/boxes-r1"})
    report = MergeReport()

    (known,) = merged(files, job, listing=files.listing, report=report)
    (unknown,) = merged(files, job)

    assert next(known.annotations).provenance.workers == ("w1", "w2")
    assert next(unknown.annotations).provenance.workers == ()
    assert problems(report) == []


def test_worker_responses_that_cannot_be_read_are_said(files):
    folder = "s3://out/boxes/boxes/annotations/worker-response/iteration-1/0"
    files.put(f"{folder}/2026.json", "{")
    report = MergeReport()

    (clip,) = merged(files, labeling_job(files), listing=files.listing, report=report)

    assert next(clip.annotations).provenance.workers == ()
    assert f"its workers are not known: {folder}/2026.json" in problems(report)[0]


def test_not_more_workers_are_looked_up_than_time_allows(files):
    text = labeled("mood", 0, "TextMultiClass")
    lines = [{"source": str(number), **text} for number in range(MOST_LOOK_UPS + 2)]
    report = MergeReport()
    asked = []

    def listing(prefix: str) -> list[str]:
        asked.append(prefix)
        return []

    job = files.job("mood", *lines, modality="TextMultiClass")
    merged(files, job, listing=listing, report=report)

    assert len(set(asked)) == MOST_LOOK_UPS
    assert problems(report) == ["mood: workers were not looked up from here on"]


def test_an_annotation_has_passed_the_checks_that_found_nothing_about_it(files):
    checked = Checked(
        checks=("gap", "position-jump", "stray-track"),
        suspicions=(
            Suspicion(check="gap", objects=frozenset({"Car:1"}), frames=frozenset({"b.jpg"})),
            Suspicion(check="stray-track", objects=frozenset({"id-Car:2"})),
            Suspicion(check="position-jump", frames=frozenset({"a.jpg"})),
        ),
    )

    (clip,) = merged(files, labeling_job(files), checked=lambda job, line: checked)

    assert [(track_name(it.label), it.provenance.checks) for it in clip.annotations] == [
        ("Car:1", ("gap", "stray-track")),
        ("Car:2", ("gap",)),
        ("Car:1", ("position-jump", "stray-track")),
        ("Car:2", ("gap", "position-jump")),
    ]


def test_what_an_audit_left_has_passed_what_it_passed_and_what_it_changed_nothing(files):
    def checked(job: str, line: Mapping[str, Any]) -> Checked | None:
        assert line["source-ref"] == CLIP
        return Checked(checks=("gap",)) if job == "boxes" else None

    (clip,) = merged(files, labeling_job(files), audit_job(files), checked=checked)

    assert [(it.provenance.edited, it.provenance.checks) for it in clip.annotations] == [
        (False, ("gap",)),
        (False, ("gap",)),
        (False, ("gap",)),
        (True, None),
    ]


def test_a_job_that_goes_on_with_the_same_attribute_labels_what_was_left(files):
    def line(text: str, **label: Any) -> dict:
        return {"source": text, **label}

    mood = labeled("mood", 0, "TextMultiClass")
    first = files.job("first", line("x", **mood), line("y"), attribute="mood")
    rest = labeled("mood", 1, "TextMultiClass")
    second = files.job("second", line("x", **mood), line("y", **rest), attribute="mood", level=2)
    jobs = [
        MergeJob(
            name=job.name,
            level=job.level,
            modality="TextMultiClass",
            attribute="mood",
            labeling_job=job.name,
            chain_from=chain_from,
            output_uri=job.output_uri,
        )
        for job, chain_from in ((first, None), (second, "first"))
    ]

    x, y = merged(files, *jobs)

    assert [len(it.layers) for it in (x, y)] == [1, 1]
    assert next(x.annotations).provenance.job == "first"
    assert next(y.annotations).provenance.job == "second"
