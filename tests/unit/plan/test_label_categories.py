from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from labeling.errors import Problem
from labeling.modalities import modalities
from labeling.plan import label_categories
from tests.unit.plan.inputs import LOC, errors, objects, recorded, warnings

URI = "s3://in/labels.json"
EXAMPLE = Path(__file__).parents[3] / "examples" / "driving"
VIDEO = "VideoObjectTracking"


def of_text(text: str, modality: str = VIDEO, **given: Any) -> list[Problem]:
    there = objects()
    there.write(URI, text)
    facts = label_categories.look(URI, objects=there)
    return list(label_categories.problems(facts, modality=modalities()[modality], loc=LOC, **given))


def of(document: Any, modality: str = VIDEO, **given: Any) -> list[Problem]:
    return of_text(json.dumps(document), modality, **given)


def categories(*labels: Any, **more: Any) -> dict[str, Any]:
    given = [{"label": label} if isinstance(label, str) else label for label in labels]
    return {"document-version": "2020-03-01", "labels": given, **more}


def attribute(**changes: Any) -> dict[str, Any]:
    return {"name": "occluded", "type": "string", "enum": ["yes", "no"], **changes}


def with_attributes(*attributes: dict[str, Any]) -> dict[str, Any]:
    return categories({"label": "Car", "categoryAttributes": list(attributes)})


@pytest.mark.parametrize(
    ("name", "modality"),
    [
        ("label-category.json", "PointCloudObjectTracking"),
        ("linking-lcc.json", "PointCloudObjectTracking"),
        ("od-adjustment-label-categories-file.json", "PointCloudObjectDetectionAudit"),
        ("ot-adjustment-label-categories-file.json", "PointCloudObjectTrackingAudit"),
        (
            "SS-audit-5-17-updated-manually-created-label-categories-file.json",
            "PointCloudSemanticSegmentationAudit",
        ),
    ],
)
def test_published_files_have_no_mistakes(name: str, modality: str) -> None:
    audited = json.loads(recorded(name)).get("auditLabelAttributeName")

    assert errors(of_text(recorded(name), modality, audited_attribute=audited)) == {}


def test_what_published_files_do_beyond_the_documented_limits_is_worth_knowing():
    audit = warnings(of_text(recorded("od-adjustment-label-categories-file.json")))
    shared = warnings(of_text(recorded("label-category.json")))

    assert "applyToAllCategory" in audit["name_long"]
    assert "18 characters" in audit["name_long"]
    assert 'label "Pedestrian": the attribute "Occlusion"' in shared["attribute_of_all_labels"]


@pytest.mark.parametrize("name", ["vehicle_label_category.json", "lane_label_category.json"])
def test_the_files_of_the_example_are_in_order(name: str) -> None:
    text = (EXAMPLE / name).read_text()

    assert of_text(text) == []
    assert of_text(text, "VideoObjectTrackingAudit", source=json.loads(text)) == []


def test_both_spellings_of_the_version_will_do():
    document = categories("Car")
    document["documentVersion"] = document.pop("document-version")

    assert of(document) == []
    assert "version_missing" in warnings(of({"labels": [{"label": "Car"}]}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "not_json"), ("[]", "not_an_object"), ('{"labels": [}', "not_json")],
)
def test_a_file_is_one_json_object(text: str, kind: str) -> None:
    assert errors(of_text(text)).keys() == {kind}


def test_a_byte_order_mark_and_names_given_twice_are_found():
    assert errors(of_text("\ufeff" + json.dumps(categories("Car")))).keys() == {"bom"}
    text = '{"document-version": "x", "labels": [], "labels": [{"label": "Car"}]}'
    assert "labels twice" in warnings(of_text(text))["name_twice"]


def test_a_file_that_is_not_there_cannot_be_read():
    facts = label_categories.look(URI, objects=objects())
    problems = label_categories.problems(facts, modality=modalities()[VIDEO], loc=LOC)

    assert errors(problems).keys() == {"unreadable"}


@pytest.mark.parametrize(
    ("document", "kind", "said"),
    [
        ({"document-version": "x"}, "labels", "needs labels"),
        ({"document-version": "x", "label": []}, "labels", "Is it called label there?"),
        (categories(), "too_few_labels", "has no label"),
        (categories(*map(str, range(31))), "too_many_labels", "31 labels"),
        (categories("Car", "Bus", "Car"), "label_twice", '"Car" occurs 2 times'),
        (categories(""), "name", "not empty"),
        (categories({"label": 7}), "name", "is 7"),
        (categories("x" * 257), "name_too_long", "257 characters"),
        (categories({"name": "Car"}), "label", "labels[0]"),
        (categories(["Car"]), "label", "labels[0]"),
        (categories("Car") | {"labels": ["Car"]}, "label", 'write {"label": "Car"}'),
        (categories("Car", annotationType="Box"), "annotation_type", "Polyline"),
        (categories("Car", annotationType=[{"type": "Cuboid"}]), "annotation_type", "a list"),
        (categories({"label": "Car", "editsAllowed": "no"}), "edits_allowed", '"none" or "any"'),
        (categories("Car", instructions="Draw."), "instructions", "shortInstruction"),
        (
            categories("Car", instructions={"shortInstruction": "x" * 255}),
            "instructions_too_long",
            "255 characters",
        ),
        (categories("Car", auditLabelAttributeName="a-ref"), "audit_attribute", "Audit job"),
    ],
)
def test_what_is_wrong_with_the_labels(document: dict[str, Any], kind: str, said: str) -> None:
    assert errors(of(document)).keys() == {kind}
    assert said in errors(of(document))[kind]


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (attribute(name=None), "name"),
        (attribute(name="n" * 257), "name_too_long"),
        (attribute(type="text"), "attribute_type"),
        (attribute(type=None), "attribute_type"),
        (attribute(type="number"), "enum_of_number"),
        (attribute(enum=[]), "enum"),
        (attribute(enum="yes"), "enum"),
        (attribute(enum=[str(number) for number in range(11)]), "enum"),
        (attribute(enum=["yes", "yes"]), "enum_twice"),
        (attribute(enum=["yes", 1]), "name"),
        (attribute(description="d" * 129), "description"),
        (attribute(description=1), "description"),
        (attribute(editsAllowed=False), "edits_allowed"),
        (attribute(isRequired="yes"), "is_required"),
        ({"name": "n", "type": "number", "minimum": 2, "maximum": 1}, "bounds"),
        ({"name": "n", "type": "number", "minimum": "1", "maximum": 2}, "bounds"),
        ("occluded", "attributes"),
    ],
)
def test_what_is_wrong_with_an_attribute(wrong: Any, kind: str) -> None:
    assert errors(of(with_attributes(attribute(name="good"), wrong))).keys() == {kind}


def test_labels_and_frames_have_ten_attributes_five_of_them_free_text():
    texts = [{"name": f"t{number}", "type": "string", "description": "d"} for number in range(6)]
    many = [attribute(name=f"a{number}", description="d") for number in range(11)]
    mixed = with_attributes(*many[:6]) | {"categoryGlobalAttributes": many[6:]}

    assert errors(of(with_attributes(*texts))).keys() == {"too_many_free_texts"}
    assert errors(of(with_attributes(*many))).keys() == {"too_many_attributes"}
    assert errors(of(mixed)).keys() == {"too_many_attributes"}
    assert errors(of(categories("Car", frameAttributes=texts))).keys() == {"too_many_free_texts"}
    assert errors(of(categories("Car", frameAttributes=many))).keys() == {"too_many_attributes"}
    assert of(with_attributes(*many[:10])) == []


def test_attributes_of_a_label_have_different_names():
    twice = with_attributes(attribute(), attribute())
    both = categories({"label": "Car", "attributes": [], "categoryAttributes": []})

    assert errors(of(twice)).keys() == {"attribute_twice"}
    assert errors(of(both)).keys() == {"attributes_twice"}


def test_attributes_of_frames_need_a_description():
    document = categories("Car", frameAttributes=[attribute()])

    assert errors(of(document)).keys() == {"description_missing"}


def test_numbers_without_bounds_are_worth_knowing():
    assert "bounds_missing" in warnings(of(with_attributes({"name": "n", "type": "number"})))


def test_what_nobody_reads_is_named_with_what_may_be_meant():
    misspelt = categories("Car", anotationType="Polyline")
    nested = with_attributes(attribute(required=True))

    assert "Did you mean annotationType?" in warnings(of(misspelt))["unknown_field"]
    assert "isRequired" in warnings(of(nested))["unknown_field"]


def test_labels_that_are_easily_confused_are_worth_knowing():
    found = warnings(of(categories("Car", "car ", "Va\u200bn")))

    assert found.keys() == {"label_alike", "name_with_space"}


@pytest.mark.parametrize(
    ("modality", "fewest", "most"),
    [
        ("BoundingBox", 1, 50),
        ("BoundingBoxAudit", 1, 50),
        ("ImageMultiClass", 2, None),
        ("ImageMultiClassMultiLabel", 2, 50),
        ("SemanticSegmentation", 1, None),
        ("BoundingBoxVerification", 2, None),
        ("TextMultiClass", 2, None),
        ("TextMultiClassMultiLabel", 2, 50),
        ("VideoMultiClass", 1, 30),
        ("VideoObjectDetection", 1, 30),
        ("PointCloudSemanticSegmentation", 1, 30),
    ],
)
def test_each_type_has_limits_of_its_own(modality: str, fewest: int, most: int | None) -> None:
    def kinds(count: int) -> set[str]:
        return set(errors(of(categories(*map(str, range(count))), modality)))

    assert kinds(fewest) == set()
    assert kinds(fewest - 1) == {"too_few_labels"}
    assert kinds(most or 500) == set()
    if most is not None:
        assert kinds(most + 1) == {"too_many_labels"}


def test_more_than_ten_labels_of_boxes_are_worth_knowing():
    document = categories(*map(str, range(11)))

    assert "many_labels" in warnings(of(document, "BoundingBox"))
    assert of(document, "SemanticSegmentation") == []


def test_long_names_of_labels_are_fine_where_no_frames_are_labeled():
    document = categories("a label of over sixteen characters", "another")

    assert of(document, "ImageMultiClass") == []
    assert "name_long" in warnings(of(document, "VideoObjectDetection"))


def test_a_custom_task_may_have_no_labels():
    assert of({"document-version": "2018-11-28"}, "Custom") == []
    assert errors(of(categories(["Car"]), "Custom")).keys() == {"label"}


def test_named_entities_need_instructions():
    modality = "NamedEntityRecognition"
    good = {"shortInstruction": "<p>Mark.</p>", "fullInstruction": "Mark all names."}
    short = [{"label": name, "shortDisplayName": "n"} for name in ("Name", "Number")]

    assert of(categories("Name", instructions=good), modality) == []
    assert errors(of(categories("Name"), modality)).keys() == {"instructions"}
    without = {"shortInstruction": "Mark."}
    assert (
        "fullInstruction"
        in errors(of(categories("Name", instructions=without), modality))["instructions"]
    )
    assert errors(of(categories(*short, instructions=good), modality)).keys() == {
        "short_name_twice"
    }


def test_named_entities_may_have_long_instructions_or_one():
    modality = "NamedEntityRecognition"
    long = {"shortInstruction": "<p>Mark.</p>", "fullInstruction": "<p>" * 1_000}
    one = {"shortInstruction": "<p>Mark.</p>", "fullInstruction": ""}

    assert errors(of(categories("Name", instructions=long), modality)) == {}
    assert warnings(of(categories("Name", instructions=long), modality)).keys() == {
        "instructions_too_long"
    }
    assert of(categories("Name", instructions=one), modality) == []


def test_an_empty_name_of_an_audited_label_is_none():
    assert of(categories("Car", auditLabelAttributeName="")) == []


def test_the_other_spelling_of_instructions_will_do():
    document = categories("Car", instructions={"shortIntroduction": "s", "fullIntroduction": "f"})

    assert of(document, "PointCloudObjectTracking") == []


def test_questions_that_nobody_sees_are_worth_knowing():
    asked = with_attributes(attribute()) | {"categoryGlobalAttributes": [attribute(name="all")]}
    frames = categories("Car", frameAttributes=[attribute(description="d")])

    for modality in ("BoundingBox", "PointCloudSemanticSegmentation"):
        assert errors(of(asked, modality)) == {}
        assert "attributes_ignored" in warnings(of(asked, modality))
    assert of(frames, "PointCloudSemanticSegmentation") == []
    assert "attributes_ignored" in warnings(of(frames, "SemanticSegmentation"))
    drawn = categories("Car", annotationType="Polygon")
    assert "annotation_type_ignored" in warnings(of(drawn, "PointCloudObjectDetection"))


def test_boxes_and_cuboids_are_linked_by_naming_both():
    both = [{"type": "BoundingBox"}, {"type": "Cuboid"}]

    assert of(categories("Car", annotationType=both), "PointCloudObjectTracking") == []
    half = categories("Car", annotationType=both[:1])
    assert errors(of(half, "PointCloudObjectTracking")).keys() == {"annotation_type"}


SOURCE: Mapping[str, Any] = categories("Car", "Bus", annotationType="Polyline")


def audit(document: dict[str, Any], modality: str = "VideoObjectTrackingAudit") -> list[Problem]:
    return of(document, modality, source=SOURCE, audited_attribute="lanes-ref")


def test_an_audit_has_the_labels_of_what_it_audits_and_may_have_more():
    more = categories("Van", "Bus", "Car", annotationType="Polyline")
    fewer = categories("Van", "Bus", annotationType="Polyline")

    assert audit(more) == []
    assert '"Car"' in errors(audit(fewer))["labels_missing"]
    assert '"Bus"' not in errors(audit(fewer))["labels_missing"]


def test_an_audit_draws_what_it_audits():
    for changed in ({}, {"annotationType": "Polygon"}):
        document = categories("Car", "Bus", **changed)

        assert errors(audit(document)).keys() == {"annotation_type_of_source"}


def test_an_audit_of_another_attribute_than_its_file_names_is_worth_knowing():
    document = {**SOURCE, "auditLabelAttributeName": "cars-ref"}

    assert errors(audit(document)) == {}
    assert "lanes-ref" in warnings(audit(document))["audit_attribute_replaced"]
    assert audit({**SOURCE, "auditLabelAttributeName": "lanes-ref"}) == []


def test_an_audit_in_which_nothing_may_be_changed_is_a_verification():
    labels = [{"label": name, "editsAllowed": "none"} for name in ("Car", "Bus")]
    document = {**SOURCE, "labels": labels}

    assert "VideoObjectTrackingVerification" in warnings(audit(document))["nothing_to_edit"]
    assert audit(document, "VideoObjectTrackingVerification") == []
    assert "edits_allowed_ignored" in warnings(of(document))


def test_judgements_have_labels_of_their_own():
    document = categories("good", "bad")
    source = categories("Car")

    assert of(document, "BoundingBoxVerification", source=source) == []
    assert errors(of(document, "BoundingBoxAudit", source=source)).keys() == {"labels_missing"}


def test_a_file_full_of_mistakes_is_still_a_short_list():
    labels: list[Any] = [7, "Car", {}, {"label": []}, {"label": "x" * 300, "what": 1}] * 200
    problems = of({"labels": labels, "frameAttributes": [None] * 1000})

    assert len(problems) < 20
