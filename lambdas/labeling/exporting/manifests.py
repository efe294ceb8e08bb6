"""An output manifest as a data set to export, where no batch has merged it."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.labels import Frame, LabeledObject, Labels
from labeling.merging.merged import (
    Layer,
    MergedAnnotation,
    MergedFrame,
    MergedObject,
    Provenance,
)


def merged_object(labeled: LabeledObject) -> MergedObject:
    """One line of a manifest. Every label attribute that was read is a layer of its own.

    A manifest does not know where the frames of a sequence lie, nor frames that nobody drew
    anything in unless its label file names them.
    """
    layers = [_layer(attribute, labels) for attribute, labels in labeled.labels.items()]
    layers += [
        Layer(attribute=attribute, job=attribute, modality="", unlabeled=why)
        for attribute, why in labeled.unlabeled.items()
    ]
    return MergedObject(
        source=labeled.source,
        is_text=labeled.is_text,
        layers=tuple(layers),
        frames=tuple(_frames(labeled)),
    )


def _layer(attribute: str, labels: Labels) -> Layer:
    is_custom = labels.content is not None
    return Layer(
        attribute=attribute,
        job=labels.job_name or attribute,
        modality="",
        type=labels.type,
        content=labels.content,
        provenance=_provenance(labels) if is_custom else None,
    )


def _provenance(labels: Labels) -> Provenance:
    job = labels.job_name or labels.attribute
    return Provenance(
        job=job,
        level=1,
        labeling_job=labels.job_name,
        origin=job,
        edited=labels.adjusted,
        created_at=labels.creation_date,
    )


def _frames(labeled: LabeledObject) -> Iterator[MergedFrame]:
    """The frames of all attributes, joined by sensor and name, in the order of the first."""
    found: dict[tuple[str, str | None], list[tuple[Frame, Labels, Provenance]]] = {}
    for labels in labeled.labels.values():
        provenance = _provenance(labels)
        for frame in labels.frames:
            found.setdefault((frame.sensor, frame.name), []).append((frame, labels, provenance))
    for (sensor, name), parts in found.items():
        is_whole = name is None and not labeled.is_text
        yield MergedFrame(
            source=labeled.source,
            name=name,
            number=parts[0][0].number,
            sensor=sensor,
            uri=labeled.source if is_whole else None,
            size=next((frame.size for frame, _, _ in parts if frame.size), None),
            attributes={
                labels.attribute: frame.attributes for frame, labels, _ in parts if frame.attributes
            },
            annotations=tuple(
                MergedAnnotation(label=label, attribute=labels.attribute, provenance=provenance)
                for frame, labels, provenance in parts
                for label in frame.labels
            ),
        )
