"""Label category files: which labels there are, and what workers do with them.

Formats and limits as in "Labeling category configuration file with label category and frame
attributes", "Named entity recognition" and "Input data quotas" of the SageMaker developer guide.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from smgt._errors import InvalidInput

AnnotationType = Literal[
    "BoundingBox",
    "Polyline",
    "Polygon",
    "Keypoint",
    "Cuboid",
    "Points",
    "ImageBox",
    "Mask",
    "Classes",
    "Entities",
]
"""What workers do: draw in video frames (the first four), put boxes around things in point clouds
or colour their points, draw boxes or masks in images, choose classes (of images, texts, videos), or
mark words."""

VIDEO_TYPES = ("BoundingBox", "Polyline", "Polygon", "Keypoint")
CLOUD_TYPES = ("Cuboid", "Points")
SEQUENCE_VERSION, PLAIN_VERSION = "2020-03-01", "2018-11-28"

MAX_LABELS = 30
MAX_LABELS_OUTSIDE = {"ImageBox": 50}  # of others any number; several classes at once: 50
MIN_CLASSES = 2
ALIKE = 0.7  # from here on, of 1, one name may be another one mistyped
MAX_LABEL_LENGTH, MAX_LABEL_LENGTH_OUTSIDE = 16, 256
MAX_SHORT_INSTRUCTION = 254
MAX_FULL_INSTRUCTION = 2047
MAX_ATTRIBUTES, MAX_FREE_TEXTS, MAX_VALUES, MAX_WORD = 10, 5, 10, 16


def label_categories(
    labels: Sequence[str],
    *,
    annotation_type: AnnotationType = "BoundingBox",
    short_instruction: str = "",
    full_instruction: str = "",
    attributes: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """A label category file: the labels, and for video frames the tool that workers draw with.

    `attributes` are asked of every object in video frames and point clouds: the values to choose
    from, or none for a text. Instructions are those of video frames, point clouds and entities;
    other types show what their UI template says.
    """
    annotation_type = known_type(annotation_type)
    in_sequences = annotation_type in (*VIDEO_TYPES, *CLOUD_TYPES)
    _check_labels(labels, annotation_type, in_sequences)
    document: dict[str, Any] = {
        "document-version": SEQUENCE_VERSION if in_sequences else PLAIN_VERSION,
        "labels": [{"label": label} for label in labels],
    }
    if annotation_type in VIDEO_TYPES:
        document["annotationType"] = annotation_type
    if attributes:
        document["categoryGlobalAttributes"] = _attributes(attributes, annotation_type)
    instructions = _instructions(annotation_type, short_instruction, full_instruction)
    return document | ({"instructions": instructions} if instructions else {})


def known_type(given: str) -> AnnotationType:
    """The type that is meant, in whatever case it is written."""
    known: dict[str, AnnotationType] = {kind.lower(): kind for kind in get_args(AnnotationType)}
    if given.lower() in known:
        return known[given.lower()]
    close = [
        known[name] for name in difflib.get_close_matches(given.lower(), known, n=1, cutoff=ALIKE)
    ]
    meant = f" Did you mean {close[0]}?" if close else ""
    raise InvalidInput(
        f"There is no type {given!r}.{meant} Give one of {', '.join(known.values())}."
    )


def _check_labels(labels: Sequence[str], annotation_type: str, in_sequences: bool) -> None:
    fewest = MIN_CLASSES if annotation_type == "Classes" else 1
    most = MAX_LABELS if in_sequences else MAX_LABELS_OUTSIDE.get(annotation_type)
    if len(labels) < fewest or (most and len(labels) > most):
        span = f"{fewest} to {most}" if most else f"{fewest} or more"
        raise InvalidInput(f"A job has {span} labels, not {len(labels)}.")
    for label, times in Counter(labels).items():
        if times > 1:
            raise InvalidInput(
                f"{times} labels have the name {label!r}. Labels must differ: leave all but one of "
                "them out."
            )
    longest = MAX_LABEL_LENGTH if in_sequences else MAX_LABEL_LENGTH_OUTSIDE
    for label in labels:
        _check_word(f"The label {label!r}", label, longest)


def _attributes(asked: Mapping[str, Sequence[str]], annotation_type: str) -> list[dict[str, Any]]:
    if annotation_type not in (*VIDEO_TYPES, "Cuboid"):
        raise InvalidInput(f"Labels of the type {annotation_type} have no attributes.")
    texts = sum(not values for values in asked.values())
    if len(asked) > MAX_ATTRIBUTES or texts > MAX_FREE_TEXTS:
        raise InvalidInput(
            f"A label has at most {MAX_ATTRIBUTES} attributes, {MAX_FREE_TEXTS} of them texts; "
            f"these are {len(asked)}, {texts} of them texts."
        )
    for name, values in asked.items():
        _check_word(f"The attribute {name!r}", name, MAX_WORD)
        if len(values) > MAX_VALUES:
            raise InvalidInput(f"{name!r} has {len(values)} values; at most {MAX_VALUES} fit.")
        for value in values:
            _check_word(f"The value {value!r} of {name!r}", value, MAX_WORD)
    return [
        {"name": name, "type": "string", **({"enum": list(values)} if values else {})}
        for name, values in asked.items()
    ]


def _instructions(annotation_type: str, short: str, full: str) -> dict[str, str]:
    if annotation_type == "Entities":
        if not short:
            raise InvalidInput("Entities need an instruction: say what workers are to mark.")
        full = full or short
    elif not (short or full):
        return {}
    elif annotation_type not in (*VIDEO_TYPES, *CLOUD_TYPES):
        raise InvalidInput(
            f"A label category file for {annotation_type} has no instructions: say it in the job's "
            "taskDescription, or in a UI template of your own."
        )
    _check_length("short_instruction", short, MAX_SHORT_INSTRUCTION)
    _check_length("full_instruction", full, MAX_FULL_INSTRUCTION)
    return {"shortInstruction": short, "fullInstruction": full}


def _check_word(what: str, word: str, most: int) -> None:
    if not 1 <= len(word) <= most:
        raise InvalidInput(f"{what} has {len(word)} characters; 1 to {most} fit.")


def _check_length(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidInput(f"{what} has {len(text)} characters; at most {most} fit.")
