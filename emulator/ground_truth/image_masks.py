"""Semantic segmentation of pictures: one class a pixel, stored as a PNG."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from emulator.ground_truth.answers import Answer, Mask
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.consolidation.masks import Pixels, agreed_mask, palette_png, pixels_of
from emulator.ground_truth.errors import InputUnusable, LabelUnusable
from emulator.ground_truth.image_boxes import image_size, size_of
from emulator.ground_truth.kind import Answered, StoredLabel, WorkerContent
from emulator.ground_truth.labels import metadata_of
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.pictures import read_picture
from emulator.ground_truth.point_segments import COLORS
from emulator.ground_truth.ports import ObjectStore, StoreError
from emulator.ground_truth.sources import Source

ELEMENT = "crowd-semantic-segmentation"
BACKGROUND = "BACKGROUND"
WHITE = "#ffffff"


class ImageMasks:
    """One picture a task; the label is a PNG whose pixel values are classes."""

    def max_objects(self, limits: Limits) -> int:
        return limits.dataset_objects

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        return read_picture(line, objects=objects, limits=limits)

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Mask:
        """The mask in this file's numbering, which may differ from the audited job's. Raises
        `InputUnusable` when it is not known which colors its classes had: the page "Verify and
        Adjust Labels" says that then the job cannot be set up."""
        classes = color_map_of(line, attribute)
        try:
            stored = pixels_of(objects.read(line[attribute]))
            names = {int(number): str(about["class-name"]) for number, about in classes.items()}
        except (StoreError, OSError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise LabelUnusable(f"{attribute} cannot be read: {error}") from error
        width, height, _ = size_of(source)
        if stored.shape != (height, width):
            raise LabelUnusable(f"the mask {line[attribute]} is not as large as its picture")
        renumbered = np.zeros(256, dtype=np.uint8)
        for number in map(int, np.unique(stored)):
            renumbered[number] = _class_number(names.get(number, ""), number, categories)
        return Mask(mask_png(renumbered[stored], categories))

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        if not isinstance(answer, Mask):
            return ["a semantic segmentation task is answered with a mask"]
        try:
            pixels = pixels_of(answer.png)
        except (OSError, ValueError) as error:
            return [f"the mask cannot be read: {error}"]
        width, height, _ = size_of(source)
        if pixels.shape != (height, width):
            return [f"the mask must have {width} x {height} pixels, as its picture"]
        if pixels.max() > len(categories.labels):
            return [f"classes are 0 (background) to {len(categories.labels)}"]
        return []

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        pixels = _pixels(answer)
        used = {int(number) for number in np.unique(pixels)}
        return WorkerContent(
            content={
                ELEMENT: {
                    "inputImageProperties": image_size(source),
                    "labelMappings": {
                        label: {"color": color}
                        for number, (label, color) in enumerate(_colored(categories), start=1)
                        if number in used
                    },
                    "labeledImage": {
                        "pngImageData": b64encode(mask_png(pixels, categories)).decode()
                    },
                }
            }
        )

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> list[StoredLabel]:
        return [
            _stored(
                *agreed_mask([_pixels(given.answer) for given in item.answers]),
                categories=categories,
                uri=_mask_uri(folder, item.index, item.done_at),
            )
            for item in batch
        ]


def color_map_of(line: Mapping[str, Any], attribute: str) -> Mapping[str, Any]:
    """The classes of a stored mask by pixel value. Raises `LabelUnusable` when there are none, and
    `InputUnusable` when one has no color."""
    classes = metadata_of(line, attribute).get("internal-color-map")
    if not isinstance(classes, dict) or not all(isinstance(a, dict) for a in classes.values()):
        raise LabelUnusable(f"the metadata of {attribute} has no internal-color-map")
    bare = [number for number, about in classes.items() if "hex-color" not in about]
    if bare:
        raise InputUnusable(
            f"The metadata of {attribute} has no hex-color for class {', '.join(bare)} in its "
            "internal-color-map, which is needed to show its mask."
        )
    return classes


def mask_png(pixels: Pixels, categories: LabelCategories) -> bytes:
    """The mask as the service stores it."""
    return palette_png(pixels, [WHITE, *(color for _, color in _colored(categories))])


def _colored(categories: LabelCategories) -> list[tuple[str, str]]:
    return [(label, COLORS[n % len(COLORS)]) for n, label in enumerate(categories.labels)]


def _stored(
    pixels: Pixels, confidence: float, *, categories: LabelCategories, uri: str
) -> StoredLabel:
    classes = [(BACKGROUND, WHITE), *_colored(categories)]
    return StoredLabel(
        value=uri,
        metadata={
            "internal-color-map": {
                str(number): {"class-name": name, "hex-color": color, "confidence": confidence}
                for number, (name, color) in enumerate(classes)
            }
        },
        files={uri: mask_png(pixels, categories)},
    )


def _mask_uri(folder: str, index: int, time: datetime) -> str:
    return f"{folder}{index}_{time:%Y-%m-%dT%H:%M:%S.%f}.png"


def _class_number(name: str, number: int, categories: LabelCategories) -> int:
    if name in categories.labels:
        return categories.class_id(name) + 1
    if number == 0 or name == BACKGROUND:
        return 0
    raise LabelUnusable(f"its label {name or number} is not in the label category file")


def _pixels(answer: Answer) -> Pixels:
    if not isinstance(answer, Mask):
        raise TypeError(f"expected a mask, got {type(answer).__name__}")
    return pixels_of(answer.png)
