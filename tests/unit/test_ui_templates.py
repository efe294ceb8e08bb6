"""What workers see: every template, rendered as Ground Truth renders it, read as a browser does.

The manifest lines were written by the real service: boxes and masks by two jobs whose output lies
in the tests of superannotate-python-sdk (MIT, github.com/superannotateai/superannotate-python-sdk).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.ground_truth import ui, ui_rules
from labeling.modalities import Modality, modalities
from labeling.ui_templates import template
from tests.unit.html_page import Element, Page, parsed

IMAGE = "s3://test-obj-bucket/cat1.jpg"
IMAGE_URL = "https://test-obj-bucket.s3.amazonaws.com/cat1.jpg"
BOXES = {
    "source-ref": IMAGE,
    "test-obj-detect": {
        "image_size": [{"width": 2187, "height": 2187, "depth": 3}],
        "annotations": [
            {"class_id": 0, "top": 17, "left": 539, "height": 2061, "width": 1174},
            {"class_id": 1, "top": 85, "left": 188, "height": 379, "width": 465},
        ],
    },
    "test-obj-detect-metadata": {
        "objects": [{"confidence": 0.09}, {"confidence": 0.09}],
        "class-map": {"0": "cat", "1": "dog"},
        "type": "groundtruth/object-detection",
        "human-annotated": "yes",
        "creation-date": "2020-11-01T14:41:11.661937",
        "job-name": "labeling-job/test-obj-detect",
    },
}
DRAWN = [
    {"label": "cat", "left": 539, "top": 17, "width": 1174, "height": 2061},
    {"label": "dog", "left": 188, "top": 85, "width": 465, "height": 379},
]
MASK = {
    "source-ref": IMAGE,
    "attribute-name-ref": "s3://test-simple-bucket/output/0_2020-10-20T21:37:29.760855.png",
    "attribute-name-ref-metadata": {
        "internal-color-map": {
            "0": {"class-name": "BACKGROUND", "hex-color": "#ffffff", "confidence": 0},
            "1": {"class-name": "cat", "hex-color": "#2ca02c", "confidence": 0},
            "2": {"class-name": "dog", "hex-color": "#1f77b4", "confidence": 0},
        },
        "type": "groundtruth/semantic-segmentation",
        "human-annotated": "yes",
        "creation-date": "2020-10-20T21:37:29.853446",
        "job-name": "labeling-job/test-aws-sagemaker",
    },
}
MASK_URL = "https://test-simple-bucket.s3.amazonaws.com/output/0_2020-10-20T21%3A37%3A29.760855.png"
COLOURS = {"cat": {"color": "#2ca02c"}, "dog": {"color": "#1f77b4"}}

WITH_TEMPLATE = [m for m in modalities().values() if m.has_template and m.family != "custom"]
LABELED = [m for m in WITH_TEMPLATE if m.audits is None]
AUDITED = [m for m in WITH_TEMPLATE if m.audits is not None]
JUDGED = [m for m in AUDITED if m.verifies]
NASTY = """"it's" <script>alert(1)</script> & {{ task.input }} {% raw %} $title"""


def _audited_label(modality: Modality) -> tuple[dict[str, Any], str | None]:
    if modality.audits is None:
        return {"source-ref": IMAGE}, None
    if modality.audits == "BoundingBox":
        return BOXES, "test-obj-detect"
    return MASK, "attribute-name-ref"


def _page(
    modality: Modality,
    *,
    title: str = "Find the pets",
    description: str = "Cats and dogs only",
    labels: tuple[str, ...] = ("cat", "dog"),
    line: dict[str, Any] | None = None,
    task_object: str = IMAGE,
    audited_labels: tuple[str, ...] = (),
) -> Page:
    recorded, attribute = _audited_label(modality)
    written = template(
        modality,
        title=title,
        description=description,
        audited_attribute=attribute,
        audited_labels=audited_labels,
    )
    task_input = {"taskObject": task_object, "labels": labels, "manifestLine": line or recorded}
    return parsed(ui.render(written, task_input))


def _widget(page: Page, modality: Modality) -> Element:
    return page.the(ui_rules.ELEMENTS[modality.task_type])


def _named(modality: Modality) -> str:
    return modality.name


def test_every_type_without_an_interface_of_its_own_has_a_template() -> None:
    assert {m.task_type for m in WITH_TEMPLATE} == set(ui_rules.ELEMENTS)


@pytest.mark.parametrize("modality", WITH_TEMPLATE, ids=_named)
def test_a_template_is_one_form_around_one_widget(modality: Modality) -> None:
    page = _page(modality)

    widget = _widget(page, modality)
    assert page.unclosed == []
    assert page.the("script").attributes["src"] == ui_rules.SCRIPT
    assert page.the("crowd-form").within == ()
    assert widget.within == ("crowd-form",)
    assert set(ui_rules.REQUIRED[widget.name]) <= set(widget.attributes)
    assert set(ui_rules.REQUIRED) & page.names == {widget.name}


# The outer keys of `answerContent` on the task pages of the developer guide.
KEYS = {"crowd-bounding-box": "boundingBox"}


@pytest.mark.parametrize("modality", WITH_TEMPLATE, ids=_named)
def test_a_widget_answers_under_the_name_that_the_developer_guide_gives(modality: Modality) -> None:
    widget = _widget(_page(modality), modality)

    assert widget.attributes["name"] == KEYS.get(widget.name, widget.name)


@pytest.mark.parametrize("modality", WITH_TEMPLATE, ids=_named)
def test_a_worker_sees_the_object_and_chooses_among_the_labels(modality: Modality) -> None:
    page = _page(modality, labels=('tab "by"', "Ö <b>"))

    widget = _widget(page, modality)
    offered = widget.attributes.get("labels") or widget.attributes["categories"]
    assert json.loads(offered) == ['tab "by"', "Ö <b>"]
    if modality.family == "image":
        assert widget.attributes["src"] == IMAGE_URL


@pytest.mark.parametrize("modality", WITH_TEMPLATE, ids=_named)
def test_instructions_say_what_the_job_asks_and_what_to_do_when_unsure(modality: Modality) -> None:
    page = _page(modality)

    widget = _widget(page, modality)
    assert widget.attributes["header"] == "Find the pets"
    assert "Cats and dogs only" in page.the("short-instructions").text
    assert page.the("short-instructions").within[-1] == widget.name
    assert page.the("full-instructions").attributes["header"]
    assert "If you are unsure" in page.the("full-instructions").text
    assert page.the("crowd-form").attributes["lang"] == "en"


@pytest.mark.parametrize("modality", WITH_TEMPLATE, ids=_named)
def test_what_people_wrote_stays_text(modality: Modality) -> None:
    page = _page(modality, title=NASTY, description=NASTY, labels=(NASTY,), audited_labels=(NASTY,))

    widget = _widget(page, modality)
    offered = widget.attributes.get("labels") or widget.attributes["categories"]
    assert widget.attributes["header"] == NASTY
    assert NASTY in page.the("short-instructions").text
    assert json.loads(offered) == [NASTY]
    assert [script.attributes for script in page.all("script")] == [{"src": ui_rules.SCRIPT}]


@pytest.mark.parametrize("name", ["TextMultiClass", "TextMultiClassMultiLabel"])
def test_a_text_is_shown_as_it_is(name: str) -> None:
    text = f"  two\n  lines {NASTY}"

    target = _page(modalities()[name], task_object=text).the("classification-target")

    assert target.text == text
    assert "pre-wrap" in target.attributes["style"]


def test_a_video_can_be_played_by_keyboard_and_does_not_start_itself() -> None:
    video = _page(modalities()["VideoMultiClass"], task_object="s3://in/a b&c.mp4").the("video")

    assert video.attributes["src"] == "https://in.s3.amazonaws.com/a%20b%26c.mp4"
    assert "controls" in video.attributes
    assert "autoplay" not in video.attributes
    assert video.attributes["aria-label"]
    assert video.within[-1] == "classification-target"


def test_an_audit_of_boxes_starts_from_the_earlier_ones() -> None:
    widget = _page(modalities()["BoundingBoxAudit"]).the("crowd-bounding-box")

    assert json.loads(widget.attributes["initial-value"]) == DRAWN


def test_an_audit_of_masks_starts_from_the_earlier_one_and_its_colours() -> None:
    page = _page(modalities()["SemanticSegmentationAudit"])

    shown = json.loads(page.the("crowd-semantic-segmentation").attributes["initial-value"])
    assert shown == {"src": MASK_URL, "labelMappings": COLOURS}


def test_a_verification_shows_earlier_boxes_and_lets_nobody_edit_them() -> None:
    page = _page(
        modalities()["BoundingBoxVerification"],
        labels=("good", "bad"),
        audited_labels=("cat", "dog", "bird"),
    )

    widget = page.the("crowd-image-classifier")
    shown = {"boundingBox": {"labels": ["cat", "dog", "bird"], "value": DRAWN}}
    assert json.loads(widget.attributes["overlay"]) == shown
    assert json.loads(widget.attributes["categories"]) == ["good", "bad"]
    assert "crowd-bounding-box" not in page.names


def test_a_verification_shows_earlier_masks_and_lets_nobody_edit_them() -> None:
    page = _page(modalities()["SemanticSegmentationVerification"], audited_labels=("cat", "dog"))

    shown = json.loads(page.the("crowd-image-classifier").attributes["overlay"])
    earlier = {"labels": ["cat", "dog"], "labelMappings": COLOURS, "src": MASK_URL}
    assert shown == {"semanticSegmentation": earlier}
    assert "crowd-semantic-segmentation" not in page.names


@pytest.mark.parametrize("modality", JUDGED, ids=_named)
def test_a_verification_without_known_classes_shows_those_of_the_line(modality: Modality) -> None:
    page = _page(modality)

    [overlay] = json.loads(page.the("crowd-image-classifier").attributes["overlay"]).values()
    assert overlay["labels"] == ["cat", "dog"]


@pytest.mark.parametrize("modality", JUDGED, ids=_named)
def test_whoever_verifies_can_say_what_is_wrong(modality: Modality) -> None:
    comment = _page(modality).the("worker-comment")

    assert comment.within[-1] == "crowd-image-classifier"
    assert comment.attributes["link-text"]


@pytest.mark.parametrize("modality", AUDITED, ids=_named)
def test_earlier_classes_stay_text(modality: Modality) -> None:
    said = json.dumps(_audited_label(modality)[0]).replace('"cat"', json.dumps(NASTY))

    page = _page(modality, line=json.loads(said))

    widget = _widget(page, modality)
    earlier = widget.attributes.get("initial-value") or widget.attributes["overlay"]
    assert NASTY in json.dumps(json.loads(earlier)).replace('\\"', '"')
    assert len(page.all("script")) == 1


@pytest.mark.parametrize("modality", AUDITED, ids=_named)
def test_a_line_without_the_earlier_label_still_renders(modality: Modality) -> None:
    page = _page(modality, line={"source-ref": IMAGE})

    widget = _widget(page, modality)
    json.loads(widget.attributes.get("initial-value") or widget.attributes["overlay"])


def test_a_box_of_an_unnamed_class_shows_the_number_of_its_class() -> None:
    line = {**BOXES, "test-obj-detect-metadata": {}}

    widget = _page(modalities()["BoundingBoxAudit"], line=line).the("crowd-bounding-box")

    boxes = json.loads(widget.attributes["initial-value"])
    assert [box["label"] for box in boxes] == ["0", "1"]


@pytest.mark.parametrize("attribute", ["2020-boxes", "boxes_1", "a" * 127])
def test_label_attributes_of_any_spelling_are_found(attribute: str) -> None:
    line = {attribute: BOXES["test-obj-detect"]}
    written = template(
        modalities()["BoundingBoxAudit"], title="t", description="d", audited_attribute=attribute
    )

    page = parsed(ui.render(written, {"manifestLine": line}))

    assert len(json.loads(page.the("crowd-bounding-box").attributes["initial-value"])) == 2


@pytest.mark.parametrize("attribute", [None, "", "it's", "a}}b", "a b", "<b>"])
def test_an_audit_has_to_name_a_label_attribute(attribute: str | None) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        template(
            modalities()["BoundingBoxAudit"],
            title="t",
            description="d",
            audited_attribute=attribute,
        )


@pytest.mark.parametrize("name", ["NamedEntityRecognition", "VideoObjectTracking", "Custom"])
def test_types_with_another_interface_have_no_template(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        template(modalities()[name], title="t", description="d")


@pytest.mark.parametrize("modality", WITH_TEMPLATE, ids=_named)
def test_no_template_has_a_problem(modality: Modality) -> None:
    _, attribute = _audited_label(modality)

    written = template(modality, title=NASTY, description=NASTY, audited_attribute=attribute)

    assert ui_rules.problems(written, task_type=modality.task_type) == []
