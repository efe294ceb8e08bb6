"""What comes of putting a complete batch's labels together, also when that goes wrong."""

from __future__ import annotations

import json

import pytest

from labeling.errors import ServiceUnavailable
from labeling.model import BatchStatus, JobStatus, Outcome
from labeling.queries import ShowBatch
from labeling.use_cases.complete_batch import TRIES_TO_MERGE, complete_batch
from labeling.use_cases.show_batch import show_batch
from tests.unit.builders import BATCH_ID, manifest, request, stored


class Killed(BaseException):
    """The process is gone: out of memory, or out of time."""


@pytest.fixture
def done(world):
    """A batch whose only job is complete, and that asks for two formats."""
    batch, [job] = stored(world, request("vehicle"), levels=1, exports=("coco", "mot"))
    world.objects.write(job.output_uri, manifest({"source-ref": "s3://input/clip.json"}))
    world.batches.record(job, Outcome(status=JobStatus.COMPLETE, labeled=1), now=world.now())
    return batch


def complete(world, batch, attempt=0):
    complete_batch(batch.batch_id, batch.execution, attempt=attempt, ports=world)


def shown(world):
    return show_batch(
        ShowBatch(batch_id=BATCH_ID, start=0, limit=None),
        batches=world.batches,
        objects=world.objects,
        places=world.places,
        levels=3,
    )


def breaks(monkeypatch, name, error):
    def broken(*args, **keywords):
        raise error

    monkeypatch.setattr(name, broken)


def test_a_merge_that_breaks_is_tried_again(world, done, monkeypatch):
    with monkeypatch.context() as patched:
        breaks(patched, "labeling.merging.merge", ConnectionError("reset by peer"))
        with pytest.raises(ServiceUnavailable):
            complete(world, done)
    complete(world, done, attempt=1)

    assert shown(world)["mergedAnnotations"] == "0"


def test_a_merge_that_breaks_again_is_left_out_and_everybody_hears_why(world, done, monkeypatch):
    breaks(monkeypatch, "labeling.merging.merge", KeyError("frames"))

    complete(world, done, attempt=TRIES_TO_MERGE - 1)

    assert world.batches.batch(BATCH_ID).status is BatchStatus.COMPLETE
    [message] = world.notifier.published
    for info in (shown(world), json.loads(message.body)["batchInfo"]):
        assert info["mergeError"] == "KeyError: 'frames'"
        assert "mergedS3Uri" not in info


def test_a_merge_that_never_ends_is_left_out_and_it_is_said(world, done):
    complete(world, done, attempt=TRIES_TO_MERGE)

    assert "too long" in shown(world)["mergeError"]
    assert {export["error"] for export in shown(world)["exports"].values()} == {
        shown(world)["mergeError"]
    }


def test_an_export_that_never_ends_takes_neither_merge_nor_other_exports_along(
    world, done, monkeypatch
):
    from labeling import exporting

    whole = exporting.export

    def export(name, *others):
        if name == "mot":
            raise Killed
        return whole(name, *others)

    monkeypatch.setattr("labeling.exporting.export", export)
    for attempt in range(TRIES_TO_MERGE):
        with pytest.raises(Killed):
            complete(world, done, attempt=attempt)
    complete(world, done, attempt=TRIES_TO_MERGE)

    info = shown(world)
    assert "mergedS3Uri" in info
    assert "mergeError" not in info
    assert "error" not in info["exports"]["coco"]
    assert "too long" in info["exports"]["mot"]["error"]


def test_an_export_that_fails_says_so_and_the_others_are_made(world, done, monkeypatch):
    from labeling import exporting

    whole = exporting.export

    def export(name, *others):
        if name == "coco":
            raise ValueError("no size")
        return whole(name, *others)

    monkeypatch.setattr("labeling.exporting.export", export)

    complete(world, done)

    exports = shown(world)["exports"]
    assert exports["coco"]["error"] == "ValueError: no size"
    assert "error" not in exports["mot"]


def test_what_was_merged_for_a_batch_that_was_stopped_meanwhile_is_not_shown(world, monkeypatch):
    batch, [vehicle, audit] = stored(
        world, request("vehicle"), request("audit", 2, chain_from="vehicle"), levels=2
    )
    for job in (vehicle, audit):
        world.objects.write(job.output_uri, manifest({"source-ref": "s3://input/clip.json"}))
        world.batches.record(job, Outcome(status=JobStatus.COMPLETE, labeled=1), now=world.now())
    end = world.batches.end

    def stopped_first(*args, **keywords):
        end(batch, BatchStatus.STOPPED, message="", now=world.now())
        return end(*args, **keywords)

    with monkeypatch.context() as patched:
        patched.setattr(world.batches, "end", stopped_first)
        with pytest.raises(Exception, match="ended meanwhile"):
            complete(world, batch)

    assert "mergedS3Uri" not in shown(world)
    assert "audit" in shown(world)["secondLevel"]["jobLevels"][0]
