"""Which checks the labels of a clip have passed."""

from __future__ import annotations

import json

from labeling.gate.checked import checks_of
from labeling.model import JobStatus
from tests.fakes import world as make_world
from tests.gate.test_assessment import CLIP, FRAMES, boxes
from tests.unit.builders import job, request


def checked(document, **more):
    world = make_world()
    vehicle = job(world, request("vehicle"), status=JobStatus.COMPLETE)
    sequence = {"prefix": "s3://input/clip/", "frames": [{"frame": name} for name in FRAMES]}
    world.objects.write(CLIP, json.dumps(sequence))
    world.objects.write("s3://out/labels.json", json.dumps(document))
    metadata = {"type": "groundtruth/video-object-tracking", "class-map": {"0": "Car"}}
    line = {
        "source-ref": CLIP,
        "vehicle-ref": "s3://out/labels.json",
        "vehicle-ref-metadata": metadata,
        **more,
    }
    return checks_of([vehicle], fetch=world.objects.read_bytes)("vehicle", line)


def test_every_check_that_was_made_is_named_and_what_it_found():
    document = boxes()
    for entry in document["tracking-annotations"]:
        other = {"object-id": "id-2", "object-name": "Car:2", "top": 400}
        entry["annotations"].append(entry["annotations"][0] | other)
    del document["tracking-annotations"][9]["annotations"][0]

    found = checked(document)

    assert found is not None
    assert {"gap", "position-jump", "class-change"} <= set(found.checks)
    [gap] = [suspicion for suspicion in found.suspicions if suspicion.check == "gap"]
    assert gap.objects == {"Car:1"}
    assert FRAMES[9] in gap.frames


def test_what_has_no_identities_has_passed_no_check_of_tracks():
    found = checked({"detection-annotations": boxes()["tracking-annotations"]})

    assert found is not None
    assert "tiny-box" in found.checks
    assert not {"gap", "identity-switch"} & set(found.checks)


def test_nothing_is_known_of_labels_in_a_sequence_that_cannot_be_read():
    assert checked(boxes(), **{"source-ref": "s3://input/other.json"}) is None


def test_nothing_is_known_of_labels_that_cannot_be_read():
    assert checked({"no": "labels"}) is None
