"""What must hold for a selection: which part of another job's labels a job gets."""

from __future__ import annotations

import pytest

from labeling.documents import batch_request
from labeling.model import Selection, SelectionUnit, Strategy
from tests.unit.request_bodies import INPUTS, audit, body, job, mistakes, parsed

WORST = {"strategy": "worst-first", "rate": "20", "unit": "frame"}
WHERE = "labelingJobs[1].inputConfig.selection"


def chained(selection, **more):
    return {"chainFromJobName": "vehicle", "selection": selection} | more


def test_a_selection_is_taken_with_its_defaults_and_written_down_again():
    request = parsed(body(job(), audit(inputConfig=chained(WORST))))

    assert request.jobs[1].selection == Selection(
        strategy=Strategy.WORST_FIRST, rate=20, unit=SelectionUnit.FRAME
    )
    assert request.document["labelingJobs"][1]["inputConfig"]["selection"] == {
        "strategy": "worst-first",
        "rate": "20",
        "minSeverity": "0.5",
        "unit": "frame",
        "alwaysSample": "0",
        "seed": "0",
    }
    assert batch_request(request.document) == request


def test_numbers_may_be_numbers_or_digits():
    one = {"strategy": "findings", "rate": 30, "minSeverity": 0.7, "alwaysSample": 5, "seed": 3}
    other = {name: str(value) for name, value in one.items()}

    assert parsed(body(job(), audit(inputConfig=chained(one)))) == parsed(
        body(job(), audit(inputConfig=chained(other)))
    )


@pytest.mark.parametrize(
    ("selection", "place", "kind"),
    [
        ({"rate": 20}, f"{WHERE}.strategy", "missing"),
        ({"strategy": "best-first"}, f"{WHERE}.strategy", "strategy"),
        (WORST | {"rate": 0}, f"{WHERE}.rate", "range"),
        (WORST | {"minSeverity": 2}, f"{WHERE}.minSeverity", "range"),
        (WORST | {"alwaysSample": 101}, f"{WHERE}.alwaysSample", "range"),
        (WORST | {"unit": "pixel"}, f"{WHERE}.unit", "unit"),
        (WORST | {"seed": -1}, f"{WHERE}.seed", "range"),
        (WORST | {"Rate": 1}, f"{WHERE}.Rate", "unknown_field"),
        ("worst", WHERE, "object"),
    ],
)
def test_a_mistake_is_found_where_it_is(selection, place, kind):
    assert (place, kind) in mistakes(body(job(), audit(inputConfig=chained(selection))))


def test_a_selection_and_a_sampling_rate_are_two_rates():
    both = chained(WORST, downSamplingRate=10)

    assert mistakes(body(job(), audit(inputConfig=both))) == [
        ("labelingJobs[1].inputConfig.downSamplingRate", "two_rates")
    ]


def test_a_job_that_is_not_chained_selects_nothing():
    config = {"inputManifestS3Uri": f"{INPUTS}/clip.manifest", "selection": {"strategy": "random"}}

    assert mistakes(body(job(inputConfig=config))) == [
        ("labelingJobs[0].inputConfig.selection", "selection_not_chained")
    ]


def test_what_is_not_audited_is_not_checked():
    lane = job("lane", jobLevel=2, inputConfig=chained({"strategy": "worst-first"}))

    assert mistakes(body(job(), lane)) == [(f"{WHERE}.strategy", "nothing_to_check")]


@pytest.mark.parametrize("strategy", ["worst-first", "findings"])
@pytest.mark.parametrize(
    "modality",
    ["SemanticSegmentation", "PointCloudObjectDetection", "PointCloudSemanticSegmentation"],
)
def test_labels_that_no_check_looks_at_are_never_suspicious(modality, strategy):
    jobs = [
        job(jobModality=modality),
        audit(jobModality=f"{modality}Audit", inputConfig=chained({"strategy": strategy})),
    ]

    assert (f"{WHERE}.strategy", "nothing_to_check") in mistakes(body(*jobs))


@pytest.mark.parametrize(
    "modality",
    ["BoundingBox", "VideoObjectDetection", "VideoObjectTracking", "PointCloudObjectTracking"],
)
def test_labels_that_are_checked_can_be_audited_worst_first(modality):
    jobs = [
        job(jobModality=modality),
        audit(jobModality=f"{modality}Audit", inputConfig=chained({"strategy": "worst-first"})),
    ]

    assert parsed(body(*jobs)).jobs[1].selection == Selection(strategy=Strategy.WORST_FIRST)


def test_only_video_has_frames_to_choose():
    boxes = [
        job(jobModality="BoundingBox"),
        audit(jobModality="BoundingBoxAudit", inputConfig=chained(WORST)),
    ]

    assert mistakes(body(*boxes)) == [(f"{WHERE}.unit", "unit_of_other_modality")]
