"""What an audit made of the labels before it."""

from __future__ import annotations

import json

import pytest

from labeling.gate.assessment import assess
from labeling.gate.audit_files import AuditFiles
from labeling.model import JobStatus, Selection, SelectionUnit, Strategy
from labeling.naming import child_id
from labeling.read_ahead import ReadAhead
from tests.fakes import world as make_world
from tests.unit.builders import BATCH_ID, job, manifest, request

FRAMES = [f"{number:03}.jpg" for number in range(20)]
CLIP = "s3://input/clip.json"


@pytest.fixture
def world():
    return make_world()


def boxes(**changes):
    """A car that drives through the clip; of the frames named by number, somewhere else."""
    return {
        "tracking-annotations": [
            {
                "frame": name,
                "frame-no": number,
                "frame-attributes": {},
                "annotations": [
                    {
                        "left": 10 + 3 * number + changes.get(f"f{number}", 0),
                        "top": 50,
                        "width": 40,
                        "height": 30,
                        "class-id": "0",
                        "label-category-attributes": {},
                        "object-id": "id-1",
                        "object-name": "Car:1",
                    }
                ],
            }
            for number, name in enumerate(FRAMES)
        ]
    }


def line(world, before, after, source=CLIP, **more):
    """A line of the audit's output, its label files written."""
    names = []
    for what, document in (("before", before), ("after", after)):
        uri = f"s3://out/{source.rpartition('/')[2]}/{what}.json"
        world.objects.write(uri, json.dumps(document))
        names.append(uri)
    metadata = {"type": "groundtruth/video-object-tracking", "class-map": {"0": "Car"}}
    return {
        "source-ref": source,
        "vehicle-ref": names[0],
        "vehicle-ref-metadata": metadata,
        "audit-ref": names[1],
        "audit-ref-metadata": metadata | {"adjustment-status": "adjusted"},
        **more,
    }


def assessed(world, *lines, selection=None, control=(), left=0, seconds=60):
    vehicle = job(world, request("vehicle"), status=JobStatus.COMPLETE)
    part = request("audit", 2, chain_from="vehicle", selection=selection)
    audit = job(world, part, status=JobStatus.COMPLETE)
    world.objects.write(audit.output_uri, manifest(*lines))
    child = child_id(BATCH_ID, 2, "audit")
    units = [{"line": 0, **unit, "why": "control"} for unit in control]
    world.objects.write(world.places.selection(part.modality, child), manifest(*units))
    others = [{"reason": "not selected"}] * left + [{"reason": "not labeled"}]
    world.objects.write(world.places.left_out(part.modality, child), manifest(*others))
    with ReadAhead(world.objects) as ahead:
        files = AuditFiles(audit, vehicle, ahead=ahead, places=world.places)
        return assess(files, seconds=seconds).as_answer()


def test_tracks_are_scored_and_boxes_counted_by_what_became_of_them(world):
    found = assessed(world, line(world, boxes(), boxes(f3=15, f4=1)))

    assert (found["unitsAudited"], found["unitsChanged"]) == (1, 1)
    assert found["tracks"]["changes"]["unchanged"] == 18
    assert found["tracks"]["changes"]["moved"] == 2
    assert found["tracks"]["scores"]["HOTA"] < 1
    assert "residual" not in found


def test_labels_that_nobody_touched_are_perfect(world):
    found = assessed(world, line(world, boxes(), boxes()))

    assert found["unitsChanged"] == 0
    assert found["tracks"]["scores"]["HOTA"] == pytest.approx(1)


def test_the_control_sample_tells_how_good_the_rest_is(world):
    chosen = FRAMES[:10]
    world.objects.write("s3://in/chosen.json", json.dumps({"frames": chosen}))
    part = {"source-ref": CLIP, "frames-ref": "s3://in/chosen.json"}
    selection = Selection(
        strategy=Strategy.WORST_FIRST, unit=SelectionUnit.FRAME, rate=25, always_sample=33
    )

    found = assessed(
        world,
        line(world, boxes(), boxes(f2=9, f7=9), "s3://in/part.json", **{"frame-selection": part}),
        selection=selection,
        control=[{"frame": name, "source": CLIP} for name in chosen[5:]],
        left=10,
    )

    assert (found["unitsAudited"], found["unitsChanged"]) == (10, 2)
    assert found["tracks"]["frames"] == 10
    assert found["residual"]["controlUnits"] == 5
    assert found["residual"]["controlUnitsChanged"] == 1
    assert found["residual"]["unitsNotLookedAt"] == 10
    assert found["residual"]["errorRateLow"] < 0.2 < found["residual"]["errorRateHigh"]


def test_frames_that_nothing_is_in_count_in_a_clip_that_went_on_whole_too(world):
    sequence = {"prefix": "s3://input/clip/", "frames": [{"frame": name} for name in FRAMES]}
    world.objects.write(CLIP, json.dumps(sequence))
    selection = Selection(
        strategy=Strategy.RANDOM, unit=SelectionUnit.FRAME, rate=99, always_sample=100
    )
    before = {"tracking-annotations": boxes()["tracking-annotations"][:5]}

    found = assessed(
        world,
        line(world, before, before),
        selection=selection,
        control=[{"frame": FRAMES[9], "source": CLIP}],
        left=1,
    )

    assert found["unitsAudited"] == 20
    assert found["residual"]["controlUnits"] == 1


def test_what_cannot_be_read_is_said_and_the_rest_is_assessed(world):
    broken = line(world, boxes(), boxes(), "s3://in/2.json")
    world.objects.write(broken["audit-ref"], "{")

    found = assessed(world, broken, line(world, boxes(), boxes()))

    assert found["unitsAudited"] == 1
    assert len(found["problems"]) == 1


def test_lines_that_break_the_comparison_are_said_and_the_rest_is_assessed(world):
    odd = line(world, boxes(), boxes(), "s3://in/2.json")
    odd["audit-ref-metadata"] = {"type": "groundtruth/video-object-tracking", "class-map": 7}
    document = boxes()
    document["tracking-annotations"][0]["annotations"][0]["label-category-attributes"] = [1]
    listed = line(world, boxes(), document, "s3://in/3.json")

    found = assessed(world, odd, listed, line(world, boxes(), boxes()))

    assert found["unitsAudited"] == 1
    assert len(found["problems"]) == 2


def test_where_there_is_no_time_it_is_said_and_nothing_is_estimated(world):
    selection = Selection(strategy=Strategy.RANDOM, rate=50, always_sample=50)
    given = {"selection": selection, "control": [{"source": CLIP}], "left": 5}

    whole = assessed(world, line(world, boxes(), boxes()), **given)
    none = assessed(world, line(world, boxes(), boxes()), seconds=-1, **given)

    assert whole["residual"]["controlUnits"] == 1
    assert "residual" not in none
    assert none["problems"] == ["only the first 0 lines were compared: there was no time for more"]


def test_images_are_compared_box_by_box(world):
    def image(left):
        return {
            "image_size": [{"width": 100, "height": 100, "depth": 3}],
            "annotations": [{"class_id": 0, "left": left, "top": 1, "width": 10, "height": 10}],
        }

    metadata = {
        "type": "groundtruth/object-detection",
        "class-map": {"0": "Car"},
        "objects": [{"confidence": 0.1}],
    }
    output = {
        "source-ref": "s3://input/1.jpg",
        "vehicle-ref": image(5),
        "vehicle-ref-metadata": metadata,
        "audit-ref": image(6),
        "audit-ref-metadata": metadata,
    }

    found = assessed(world, output)

    assert found["unitsChanged"] == 1
    assert found["changes"]["Box"]["moved"] == 1
    assert "tracks" not in found
