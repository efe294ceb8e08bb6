"""Label category files of every kind of task, and what is refused before any call."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from smgt import InvalidInput, prepare
from smgt.prepare import AnnotationType

SEQUENCE, PLAIN = "2020-03-01", "2018-11-28"


def test_label_categories_name_the_labels_and_the_tool() -> None:
    assert prepare.label_categories(["Lane"], annotation_type="Polyline") == {
        "document-version": SEQUENCE,
        "labels": [{"label": "Lane"}],
        "annotationType": "Polyline",
    }


@pytest.mark.parametrize("kind", ["Cuboid", "Points"])
def test_point_clouds_have_one_tool_that_is_not_named(kind: AnnotationType) -> None:
    assert prepare.label_categories(["Car"], annotation_type=kind) == {
        "document-version": SEQUENCE,
        "labels": [{"label": "Car"}],
    }


@pytest.mark.parametrize("kind", ["ImageBox", "Mask", "Classes"])
def test_images_texts_and_classes_have_labels_alone(kind: AnnotationType) -> None:
    assert prepare.label_categories(["a long name of a label", "b"], annotation_type=kind) == {
        "document-version": PLAIN,
        "labels": [{"label": "a long name of a label"}, {"label": "b"}],
    }


def test_entities_carry_the_instructions_that_their_workers_need() -> None:
    document = prepare.label_categories(
        ["Person"], annotation_type="Entities", short_instruction="Mark names of people."
    )

    assert document["document-version"] == PLAIN
    assert document["instructions"] == {
        "shortInstruction": "Mark names of people.",
        "fullInstruction": "Mark names of people.",
    }


def test_label_categories_carry_instructions() -> None:
    document = prepare.label_categories(["Vehicle"], short_instruction="Draw boxes.")

    assert document["annotationType"] == "BoundingBox"
    assert document["instructions"] == {
        "shortInstruction": "Draw boxes.",
        "fullInstruction": "",
    }


def test_attributes_are_choices_or_texts() -> None:
    document = prepare.label_categories(["Car"], attributes={"parked": ["yes", "no"], "note": []})

    assert document["categoryGlobalAttributes"] == [
        {"name": "parked", "type": "string", "enum": ["yes", "no"]},
        {"name": "note", "type": "string"},
    ]


@pytest.mark.parametrize(
    ("labels", "options", "said"),
    [
        ([], {}, "1 to 30 labels, not 0"),
        ([str(n) for n in range(31)], {}, "not 31"),
        (["Car", "Bus", "Car"], {}, "2 labels have the name 'Car'"),
        (["a vehicle of any kind"], {}, "21 characters; 1 to 16 fit"),
        (["Car"], {"short_instruction": "x" * 255}, "has 255 characters; at most 254"),
        (["Car"], {"full_instruction": "x" * 2048}, "full_instruction has 2048 characters"),
        (["Car"], {"annotation_type": "Lasso"}, "no type 'Lasso'. Give one of BoundingBox, "),
            (["Car"], {"annotation_type": "Maks"}, "no type 'Maks'. Did you mean Mask"),
        (["Car"], {"annotation_type": "Classes"}, "2 or more labels, not 1"),
        ([], {"annotation_type": "Mask"}, "1 or more labels, not 0"),
        (["x" * 257], {"annotation_type": "ImageBox"}, "257 characters; 1 to 256 fit"),
        (["Person"], {"annotation_type": "Entities"}, "say what workers are to mark"),
        (
            ["Person"],
            {"annotation_type": "Entities", "short_instruction": "x" * 255},
            "has 255 characters",
        ),
        (["Car"], {"annotation_type": "Mask", "short_instruction": "Paint"}, "taskDescription"),
        (["Car"], {"annotation_type": "Points", "attributes": {"a": []}}, "have no attributes"),
        (["Car"], {"attributes": {str(n): ["x"] for n in range(11)}}, "at most 10 attributes"),
        (["Car"], {"attributes": {str(n): [] for n in range(6)}}, "5 of them texts"),
        (["Car"], {"attributes": {"x" * 17: []}}, "17 characters; 1 to 16 fit"),
        (["Car"], {"attributes": {"a": ["yes", ""]}}, "value '' of 'a' has 0 characters"),
        (["Car"], {"attributes": {"a": [str(n) for n in range(11)]}}, "at most 10 fit"),
    ],
)  # fmt: skip
def test_what_ground_truth_would_refuse_is_refused(
    labels: list[str], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        prepare.label_categories(labels, **options)


@pytest.mark.parametrize("kind", get_args(AnnotationType))
def test_every_kind_makes_a_file(kind: AnnotationType) -> None:
    instruction = "Mark." if kind == "Entities" else ""

    document = prepare.label_categories(
        ["one", "two"], annotation_type=kind, short_instruction=instruction
    )

    assert [entry["label"] for entry in document["labels"]] == ["one", "two"]
