"""Texts: classes, and named entities that custom jobs audit, with and without own functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smgt.prepare import label_categories
from tests.labels.recorded import lines
from tests.workflow.families import first, manifest, then

TEMPLATE = "audit_entities.liquid.html"
AUDIT = Path(__file__).parents[3] / "examples" / "templates" / TEMPLATE
# Texts of a published Ground Truth job.
TEXTS = tuple(
    json.loads(line)["source"] for line in lines("comprehend-ner-examples/output.manifest")[:2]
)
ENTITIES = ("Person", "Brand", "Internet")

ANSWERS: Mapping[str, Any] = {
    "mood": {"classes": ["positive"]},
    "topics": {"classes": ["Shopping", "Devices"]},
}


def files(at: str) -> dict[str, Any]:
    return {
        "texts.manifest": manifest({"source": text} for text in TEXTS),
        "mood.labels.json": label_categories(["positive", "negative"], annotation_type="Classes"),
        "topics.labels.json": label_categories(
            ["Shopping", "Returns", "Devices"], annotation_type="Classes"
        ),
        "entities.labels.json": label_categories(
            ENTITIES, annotation_type="Entities", short_instruction="Mark names."
        ),
        TEMPLATE: AUDIT,
    }


def jobs(at: str, functions: dict[str, str]) -> list[dict[str, Any]]:
    """`functions` are the fields that name the functions of a custom job."""
    texts, template = "texts.manifest", f"{at}/{TEMPLATE}"
    return [
        first("mood", "TextMultiClass", at, texts, people=3),
        first("topics", "TextMultiClassMultiLabel", at, texts, people=2),
        first("entities", "NamedEntityRecognition", at, texts),
        then("entities-audit", "Custom", "entities", template=template),
        then("entities-merged", "Custom", "entities", template=template, people=2) | functions,
    ]


def pre_annotation(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """What a form is shown of a line: as the built-in functions hand it over."""
    return {"taskInput": {"manifestLine": event["dataObject"]}, "isHumanAnnotationRequired": True}


def merged(event: Mapping[str, Any], payload: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Post-annotation: the entities that everybody has marked. `payload` is what the event names
    the place of."""
    return [
        {
            "datasetObjectId": item["datasetObjectId"],
            "consolidatedAnnotation": {
                "content": {event["labelAttributeName"]: {"agreed": _agreed(item["annotations"])}}
            },
        }
        for item in payload
    ]


def _agreed(annotations: list[Mapping[str, Any]]) -> list[Any]:
    answers = [json.loads(one["annotationData"]["content"]) for one in annotations]
    marked = [answer["crowd-entity-annotation"]["entities"] for answer in answers]
    return [entity for entity in marked[0] if all(entity in others for others in marked[1:])]
