from __future__ import annotations

from dataclasses import replace

import pytest

from labeling.model import JobStatus
from labeling.use_cases.next_attempt import next_attempt
from tests.unit.builders import MANIFEST, job, manifest, request, stored

LABELED = {"source-ref": "s3://in/0", "vehicle-ref": {"annotations": []}}
UNLABELED = {"source-ref": "s3://in/1", "vehicle-ref-metadata": {"failure-reason": "declined"}}


@pytest.fixture
def batch(world):
    owner, _ = stored(world, request("vehicle"))
    return replace(owner, run=2)


@pytest.fixture
def stopped(world, batch):
    """A job that was started, and stopped with its batch."""
    return job(
        world,
        request("vehicle"),
        status=JobStatus.STOPPED,
        since=world.now(),
        started_at=world.now(),
        reason="stopped with its batch",
        objects=2,
        labeled=1,
        failed_objects=1,
        stopping=True,
    )


def test_what_was_labeled_is_kept_and_the_rest_is_asked_for_again(world, batch, stopped):
    world.objects.write(stopped.output_uri, manifest(LABELED, UNLABELED))

    following = next_attempt(batch, stopped, ports=world)

    assert following == replace(
        stopped,
        status=JobStatus.QUEUED,
        run=2,
        attempt=1,
        labeling_job="vehicle-r1",
        input_uri=stopped.output_uri,
        output_uri=stopped.output_uri.replace("/vehicle/manifests", "/vehicle-r1/manifests"),
        since=None,
        reason="",
        labeled=None,
        failed_objects=None,
        stopping=False,
        counted=False,
    )


def test_a_job_that_ended_before_its_start_was_noted_keeps_what_was_labeled(world, batch, stopped):
    ended = replace(stopped, status=JobStatus.FAILED, started_at=None, stopping=False)
    world.objects.write(ended.output_uri, manifest(LABELED, UNLABELED))

    following = next_attempt(batch, ended, ports=world)

    assert following.input_uri == ended.output_uri
    assert following.started_at == ended.since  # nobody prepares its input anew


def test_a_job_without_an_output_begins_with_the_input_it_had(world, batch, stopped):
    following = next_attempt(batch, stopped, ports=world)

    assert (following.input_uri, following.attempt) == (MANIFEST, 1)


def test_an_empty_output_is_none(world, batch, stopped):
    world.objects.write(stopped.output_uri, "")

    assert next_attempt(batch, stopped, ports=world).input_uri == MANIFEST


def test_an_output_without_any_label_is_worked_on_all_the_same(world, batch, stopped):
    world.objects.write(stopped.output_uri, manifest(UNLABELED))

    assert next_attempt(batch, stopped, ports=world).input_uri == stopped.output_uri


def test_a_job_with_nothing_left_to_label_is_complete(world, batch, stopped):
    world.objects.write(stopped.output_uri, manifest(LABELED, LABELED))

    assert next_attempt(batch, stopped, ports=world) == replace(
        stopped,
        status=JobStatus.COMPLETE,
        run=2,
        since=world.now(),
        reason="",
        labeled=2,
        stopping=False,
        counted=True,
    )


def test_an_attempt_that_was_never_made_leaves_the_input_of_the_one_before(world, batch, stopped):
    world.objects.write(stopped.output_uri, manifest(LABELED, UNLABELED))
    second = next_attempt(batch, stopped, ports=world)
    refused = replace(second, status=JobStatus.FAILED, reason="refused", counted=True)

    third = next_attempt(batch, refused, ports=world)

    assert (third.labeling_job, third.attempt) == ("vehicle-r2", 2)
    assert third.input_uri == stopped.output_uri


def test_a_job_that_was_never_started_reads_no_output(world, batch):
    skipped = job(world, request("vehicle"), status=JobStatus.SKIPPED, counted=True)
    world.objects.write(skipped.output_uri, manifest(LABELED))

    following = next_attempt(batch, skipped, ports=world)

    assert (following.status, following.input_uri) == (JobStatus.QUEUED, MANIFEST)
    assert not following.counted
