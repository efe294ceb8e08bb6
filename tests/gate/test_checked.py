"""Which checks the labels of a clip have passed."""

from __future__ import annotations

import json

from labeling.gate.checked import checks_of
from labeling.model import JobStatus
from tests.fakes import world as make_world
from tests.gate.test_assessment import CLIP, FRAMES, boxes
from tests.unit.builders import job, manifest, request


def checked(document, before=""):
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
    }
    world.objects.write(vehicle.output_uri, before + manifest(line))
    return checks_of([vehicle], objects=world.objects)


def test_every_check_that_was_made_is_named_and_what_it_found():
    document = boxes()
    for entry in document["tracking-annotations"]:
        other = {"object-id": "id-2", "object-name": "Car:2", "top": 400}
        entry["annotations"].append(entry["annotations"][0] | other)
    del document["tracking-annotations"][9]["annotations"][0]

    found = checked(document)("vehicle", CLIP)

    assert found is not None
    assert {"gap", "position-jump", "class-change"} <= set(found.checks)
    [gap] = [suspicion for suspicion in found.suspicions if suspicion.check == "gap"]
    assert gap.objects == {"Car:1"}
    assert FRAMES[9] in gap.frames


def test_nothing_is_known_of_an_object_that_the_job_has_not():
    assert checked(boxes())("vehicle", "s3://input/other.json") is None


def test_nothing_is_known_of_labels_that_cannot_be_read():
    assert checked({"no": "labels"})("vehicle", CLIP) is None


def test_a_line_that_is_none_keeps_no_other_from_being_checked():
    assert checked(boxes(), before='{\n7\n{"frame-selection": {}}\n')("vehicle", CLIP) is not None
