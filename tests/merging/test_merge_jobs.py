"""Jobs of a batch as the merge sees them."""

from __future__ import annotations

import pytest

from labeling.merging import MergeJob
from labeling.model import JobStatus
from tests.fakes import World, world
from tests.unit.builders import job, request


@pytest.fixture(name="world")
def _world() -> World:
    return world()


def test_a_complete_job_brings_its_output(world):
    boxes = job(world, request("boxes"), status=JobStatus.COMPLETE)
    audit = job(
        world, request("audit", level=2, chain_from="boxes"), status=JobStatus.FAILED, labeled=3
    )

    first, second = MergeJob.of(boxes), MergeJob.of(audit)

    assert (first.name, first.level, first.chain_from) == ("boxes", 1, None)
    assert (first.attribute, first.modality) == ("boxes-ref", "VideoObjectTracking")
    assert first.output_uri == boxes.output_uri
    assert f"{first.output_folder}boxes/manifests/output/output.manifest" == boxes.output_uri
    assert (second.chain_from, second.output_uri) == ("boxes", audit.output_uri)


def test_a_job_that_labeled_nothing_says_why(world):
    failed = job(world, request("boxes"), status=JobStatus.FAILED, reason="no object was labeled")
    skipped = job(world, request("boxes"), status=JobStatus.SKIPPED)

    jobs = [MergeJob.of(failed), MergeJob.of(skipped)]

    assert [(it.output_uri, it.reason, it.output_folder) for it in jobs] == [
        (None, "no object was labeled", None),
        (None, "it is SKIPPED", None),
    ]
