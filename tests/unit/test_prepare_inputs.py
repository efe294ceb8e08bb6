from __future__ import annotations

import json

import pytest

from labeling.errors import ObjectUnreadable
from labeling.model import JobStatus
from labeling.use_cases.prepare_inputs import prepare_inputs
from tests.unit.builders import CATEGORIES, MANIFEST, batch, job, manifest, request

SOURCE_REF = {"source-ref": "s3://input/clip.json"}


def prepare(world, one, source=None, **keywords):
    [prepared] = prepare_inputs(
        batch(world),
        [one],
        {source.name: source} if source else {},
        objects=world.objects,
        places=world.places,
        **keywords,
    )
    return prepared


def labeled_source(world, *lines):
    """A finished vehicle job whose output manifest has these lines."""
    source = job(world, request("vehicle"), status=JobStatus.COMPLETE)
    world.objects.write(source.output_uri, manifest(*lines))
    world.objects.write(CATEGORIES, json.dumps({"labels": [{"label": "Vehicle"}]}))
    return source


def audit(world, **changes):
    return job(world, request("vehicle-audit", 2, chain_from="vehicle", **changes), index=1)


def clips(count, labeled=True):
    return [
        {"source-ref": f"s3://input/{number}.json"}
        | ({"vehicle-ref": f"s3://out/{number}/SeqLabel.json"} if labeled else {})
        for number in range(count)
    ]


def test_an_audit_of_everything_reads_its_sources_output_as_it_is(world):
    source = labeled_source(world, *clips(3))

    prepared = prepare(world, audit(world), source)

    assert prepared.job.input_uri == source.output_uri
    assert prepared.job.objects == 3


def test_an_audit_finds_the_audited_attribute_in_its_label_category_file(world):
    prepared = prepare(world, audit(world), labeled_source(world, *clips(1)))

    assert prepared.job.label_category_uri == (
        "s3://smgt-workflow-123456789012-us-east-1-batch-processing/label_category_input/"
        "clip-0001-second_level-vehicle-audit/category-file.json"
    )
    assert json.loads(world.objects.read(prepared.job.label_category_uri)) == {
        "labels": [{"label": "Vehicle"}],
        "auditLabelAttributeName": "vehicle-ref",
    }


def test_an_audits_own_label_category_file_comes_before_its_sources(world):
    world.objects.write("s3://input/mine.json", json.dumps({"labels": [{"label": "Truck"}]}))

    prepared = prepare(
        world,
        audit(world, label_category_uri="s3://input/mine.json"),
        labeled_source(world, *clips(1)),
    )

    categories = json.loads(world.objects.read(prepared.job.label_category_uri))
    assert categories["labels"] == [{"label": "Truck"}]


def test_objects_without_the_audited_label_stay_behind_and_it_is_written_down_why(world):
    source = labeled_source(world, *clips(2), *clips(1, labeled=False))

    prepared = prepare(world, audit(world), source)

    assert prepared.job.objects == 2
    assert len(list(world.objects.lines(prepared.job.input_uri))) == 2
    [left_out] = world.objects.lines(
        prepared.job.input_uri.replace("input.manifest", "left-out.jsonl")
    )
    assert json.loads(left_out) == {
        "line": 2,
        "reason": "not labeled",
        "manifest": source.output_uri,
    }


def test_a_tenth_of_the_objects_goes_on_and_the_others_are_accounted_for(world):
    source = labeled_source(world, *clips(40))

    prepared = prepare(world, audit(world, down_sampling_rate=10), source)

    going_on = list(world.objects.lines(prepared.job.input_uri))
    left_out = [
        json.loads(line)
        for line in world.objects.lines(
            prepared.job.input_uri.replace("input.manifest", "left-out.jsonl")
        )
    ]
    assert len(going_on) == prepared.job.objects == 4
    assert [entry["reason"] for entry in left_out] == ["not sampled"] * 36
    lines = list(world.objects.lines(source.output_uri))
    assert going_on == [
        line
        for number, line in enumerate(lines)
        if number not in {entry["line"] for entry in left_out}
    ]


def test_a_rate_that_comes_with_an_approval_replaces_the_jobs_own(world):
    source = labeled_source(world, *clips(40))

    assert prepare(world, audit(world, down_sampling_rate=10), source, rate=50).job.objects == 20


def test_an_input_manifest_is_sampled_too(world):
    world.objects.write(MANIFEST, manifest(*clips(10, labeled=False)))

    prepared = prepare(world, job(world, request("vehicle", down_sampling_rate=20)))

    assert len(list(world.objects.lines(prepared.job.input_uri))) == 2


def test_there_is_nothing_to_audit_in_an_output_without_labels(world):
    source = labeled_source(world, *clips(2, labeled=False))

    assert prepare(world, audit(world), source).skip == (
        "vehicle has no labeled object to go on with"
    )


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.SKIPPED, JobStatus.STOPPED])
def test_a_job_that_chains_from_one_without_labels_is_skipped_unread(world, status):
    source = job(world, request("vehicle"), status=status)

    assert prepare(world, audit(world), source).skip


def test_what_a_failed_job_labeled_until_then_can_be_audited(world):
    labeled_source(world, *clips(1), *clips(1, labeled=False))
    failed = job(world, request("vehicle"), status=JobStatus.FAILED, labeled=1)

    assert prepare(world, audit(world), failed).job.objects == 1


def test_an_output_that_cannot_be_read_is_an_error(world):
    source = job(world, request("vehicle"), status=JobStatus.COMPLETE)

    with pytest.raises(ObjectUnreadable):
        prepare(world, audit(world), source)
