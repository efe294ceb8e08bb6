"""What a labeling job needs in S3 besides its manifest."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from labeling.errors import ObjectUnreadable
from labeling.model import JobStatus
from labeling.use_cases.prepare_inputs import prepare_inputs
from tests.unit.builders import CATEGORIES, batch, job, manifest, request

BOX = {"label": "Car"}
PROCESSING = "s3://smgt-workflow-123456789012-us-east-1-batch-processing"


def prepare(world, one, *sources):
    [prepared] = prepare_inputs(
        batch(world),
        [one],
        {source.name: source for source in sources},
        objects=world.objects,
        places=world.places,
    )
    return prepared.job


def done(world, name, level=1, **changes):
    """A finished job of one labeled object."""
    part = request(name, level, **changes)
    source = job(world, part, status=JobStatus.COMPLETE, label_category_uri=CATEGORIES)
    line = {"source-ref": "s3://input/1.jpg", part.label_attribute: "label"}
    world.objects.write(source.output_uri, manifest(line))
    world.objects.write(CATEGORIES, json.dumps({"labels": [BOX]}))
    return source


def again(world, name, modality, source, level=2):
    return job(world, request(name, level, modality=modality, chain_from=source))


def categories(world, prepared):
    return json.loads(world.objects.read(prepared.label_category_uri))


def test_a_verification_of_video_frames_turns_editing_off(world):
    clip = done(world, "clip")

    prepared = prepare(world, again(world, "look", "VideoObjectTrackingVerification", "clip"), clip)

    assert categories(world, prepared) == {
        "labels": [{"label": "Car", "editsAllowed": "none"}],
        "auditLabelAttributeName": "clip-ref",
    }


@pytest.mark.parametrize("own_file", [None, CATEGORIES])
def test_an_audit_after_a_verification_may_edit_again(world, own_file):
    clip = done(world, "clip")
    looked = prepare(world, again(world, "look", "VideoObjectTrackingVerification", "clip"), clip)
    part = replace(looked.request, label_category_uri=own_file)
    looked = replace(looked, request=part, status=JobStatus.COMPLETE)
    world.objects.write(looked.output_uri, manifest({"source-ref": "1", "look-ref": "label"}))

    prepared = prepare(
        world, again(world, "mend", "VideoObjectTrackingAudit", "look", 3), looked, clip
    )

    assert categories(world, prepared) == {"labels": [BOX], "auditLabelAttributeName": "look-ref"}


def test_an_audit_of_images_has_the_labels_of_its_source_and_a_template_that_shows_them(world):
    boxes = done(world, "boxes", modality="BoundingBox", label_attribute="boxes")

    prepared = prepare(world, again(world, "mend", "BoundingBoxAudit", "boxes"), boxes)

    assert categories(world, prepared) == {"labels": [BOX]}
    html = world.objects.read(
        f"{PROCESSING}/ui_templates/clip-0001-second_level-mend/template.html"
    )
    assert "crowd-bounding-box" in html
    assert "boxes" in html


def test_people_judge_images_as_correct_or_incorrect_unless_the_request_says_otherwise(world):
    boxes = done(world, "boxes", modality="BoundingBox", label_attribute="boxes")

    prepared = prepare(world, again(world, "judge", "BoundingBoxVerification", "boxes"), boxes)

    assert [label["label"] for label in categories(world, prepared)["labels"]] == [
        "Correct",
        "Incorrect",
    ]
    html = world.objects.read(
        f"{PROCESSING}/ui_templates/clip-0001-second_level-judge/template.html"
    )
    assert "Car" in html


def test_an_audit_of_a_judgement_works_on_what_was_judged(world):
    boxes = done(world, "boxes", modality="BoundingBox", label_attribute="boxes")
    judged = done(world, "verdicts", 2, modality="BoundingBoxVerification", chain_from="boxes")
    world.objects.write(
        judged.output_uri,
        manifest(
            {"source-ref": "s3://input/1.jpg", "boxes": {}, "verdicts": "0"},
            {"source-ref": "s3://input/2.jpg"},
        ),
    )

    prepared = prepare(
        world, again(world, "mend", "BoundingBoxAudit", "verdicts", 3), judged, boxes
    )

    assert prepared.objects == 1
    html = world.objects.read(f"{PROCESSING}/ui_templates/clip-0001-third_level-mend/template.html")
    assert "boxes" in html
    assert "verdicts" not in html


def test_a_template_of_the_requests_own_is_left_alone(world):
    world.objects.write("s3://input/a.manifest", manifest({"source": "text"}))
    part = request(
        "texts",
        modality="TextMultiClass",
        input_manifest_uri="s3://input/a.manifest",
        ui_template_uri="s3://input/mine.html",
    )

    prepare(world, job(world, part))

    assert not [uri for uri in world.objects.texts if "ui_templates" in uri]


def test_a_folder_of_frames_becomes_a_sequence_and_a_manifest(world):
    for name in ("000002.jpg", "000001.jpg", "notes.txt"):
        world.objects.write(f"s3://input/clip/{name}", "")
    part = request("clip", input_manifest_uri=None, frames_prefix="s3://input/clip/")

    prepared = prepare(world, job(world, part))

    [line] = world.objects.lines(prepared.input_uri)
    assert prepared.objects == 1
    assert json.loads(world.objects.read(json.loads(line)["source-ref"])) == {
        "seq-no": 1,
        "prefix": "s3://input/clip/",
        "number-of-frames": 2,
        "frames": [
            {"frame-no": 1, "frame": "000001.jpg"},
            {"frame-no": 2, "frame": "000002.jpg"},
        ],
    }


def test_a_folder_without_frames_is_refused(world):
    part = request("clip", input_manifest_uri=None, frames_prefix="s3://input/clip/")

    with pytest.raises(ObjectUnreadable, match="holds no frames"):
        prepare(world, job(world, part))
