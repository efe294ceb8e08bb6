"""Filling in what the interface asks for: attributes, ids and names of objects."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

from emulator.ground_truth.answers import Annotation, FrameLabels, Labels
from emulator.ground_truth.categories import MAX_LABEL_TEXT, Attribute
from emulator.ground_truth.desk import Task


def value_for(attribute: Attribute, chance: Random) -> Any:
    """Something that the attribute allows."""
    if attribute.choices:
        return chance.choice(attribute.choices)
    if attribute.type == "number":
        low = int(attribute.minimum or 0)
        high = low + 10 if attribute.maximum is None else int(attribute.maximum)
        return chance.randint(low, max(low, high))
    return "as seen"


def values_for(attributes: tuple[Attribute, ...], chance: Random) -> Mapping[str, Any]:
    """A value for each of these."""
    return {attribute.name: value_for(attribute, chance) for attribute in attributes}


def completed(labels: Labels, task: Task, chance: Random) -> Labels:
    """The labels as the interface lets them be submitted: without attributes that this job does
    not have, with those that it requires, and with names and ids of objects."""
    frame_attributes = task.categories.frame_attributes
    return Labels(
        tuple(
            replace(
                frame,
                annotations=tuple(_annotations(frame, task, chance)),
                attributes=_fitting(frame.attributes, frame_attributes, chance),
            )
            for frame in labels.frames
        )
    )


def _annotations(frame: FrameLabels, task: Task, chance: Random) -> list[Annotation]:
    named = task.tracked or task.in_3d
    names = {annotation.object_name for annotation in frame.annotations}
    done = []
    for annotation in frame.annotations:
        attributes = task.categories.attributes_of(annotation.label)
        name = annotation.object_name
        if named and not name:
            name = _free_name(annotation.label, names)
            names.add(name)
        done.append(
            replace(
                annotation,
                attributes=_fitting(annotation.attributes, attributes, chance),
                object_name=name,
                object_id=annotation.object_id or (_id_of(name, task) if task.tracked else ""),
            )
        )
    return done


def _free_name(label: str, taken: set[str]) -> str:
    return next(
        name for number in range(1, len(taken) + 2) if (name := f"{label}:{number}") not in taken
    )


def _id_of(name: str, task: Task) -> str:
    chance = Random(f"{task.source.uri} {name}")
    return str(UUID(int=chance.getrandbits(128), version=4))


def _fitting(
    given: Mapping[str, Any], attributes: tuple[Attribute, ...], chance: Random
) -> Mapping[str, Any]:
    kept = {
        attribute.name: given[attribute.name]
        for attribute in attributes
        if attribute.name in given
        and not list(attribute.problems(given[attribute.name], longest=MAX_LABEL_TEXT))
    }
    required = tuple(a for a in attributes if a.required and a.name not in kept)
    return {**kept, **values_for(required, chance)}
