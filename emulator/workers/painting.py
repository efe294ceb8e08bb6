"""Painting the pixels of a picture."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from emulator.ground_truth.answers import Answer, Mask
from emulator.ground_truth.consolidation.masks import Pixels, pixels_of
from emulator.ground_truth.desk import Task
from emulator.ground_truth.image_boxes import size_of
from emulator.ground_truth.image_masks import mask_png
from emulator.ground_truth.ports import ObjectStore
from emulator.workers.geometry import draw
from emulator.workers.skill import entry_for

WRONG_SHARE = 1 / 3
BRUSH = 9
"""How wide a careless stroke is, in pixels."""


class Painting:
    """Paints an ellipse for each label; mistakes are spots that are left as background, over at
    most a third of what should be painted.

    In a label file: `{"objects": {"dog.jpg": {"shapes": [...]}}}`, where a shape has a `label` and
    `left`, `top`, `width`, `height` of a box or `vertices` of a polygon; later ones cover earlier
    ones.
    """

    def prepared(self, document: Mapping[str, Any], task: Task) -> Answer | None:
        entry = entry_for(document, task)
        shapes = entry.get("shapes") if isinstance(entry, dict) else None
        if shapes is None:
            return None
        width, height, _ = size_of(task.source)
        canvas = Image.new("L", (width, height))
        pen = ImageDraw.Draw(canvas)
        labels = task.categories.labels
        for shape in shapes:
            if shape["label"] in labels:
                pen.polygon(list(_corners(shape)), fill=labels.index(shape["label"]) + 1)
        return Mask(mask_png(np.array(canvas, dtype=np.uint8), task.categories))

    def seen(self, task: Task, chance: Random, *, objects: ObjectStore) -> Answer:
        if task.existing is not None:
            return task.existing
        width, height, _ = size_of(task.source)
        canvas = Image.new("L", (width, height))
        pen = ImageDraw.Draw(canvas)
        for number in range(1, 1 + len(task.categories.labels)):
            box = draw("BoundingBox", [(0.0, float(width)), (0.0, float(height))], chance)
            right, bottom = box["left"] + box["width"], box["top"] + box["height"]
            pen.ellipse((box["left"], box["top"], right, bottom), fill=number)
        return Mask(mask_png(np.array(canvas, dtype=np.uint8), task.categories))

    def submitted(
        self, answer: Answer, task: Task, chance: Random, *, wrong: float, objects: ObjectStore
    ) -> Answer:
        if not isinstance(answer, Mask) or not wrong:
            return answer
        pixels = pixels_of(answer.png)
        return Mask(mask_png(_with_gaps(pixels, wrong, chance), task.categories))


def _with_gaps(pixels: Pixels, wrong: float, chance: Random) -> Pixels:
    """The mask with so many spots rubbed out; `wrong` is 0 to 1."""
    rows, columns = np.nonzero(pixels)
    spots = int(len(rows) * wrong * WRONG_SHARE / BRUSH**2 + chance.random())
    rubbed = pixels.copy()
    reach = BRUSH // 2
    for place in chance.sample(range(len(rows)), min(spots, len(rows))):
        row, column = int(rows[place]), int(columns[place])
        rubbed[
            max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1
        ] = 0
    return rubbed


def _corners(shape: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    if "vertices" in shape:
        yield from ((vertex["x"], vertex["y"]) for vertex in shape["vertices"])
        return
    right, bottom = shape["left"] + shape["width"] - 1, shape["top"] + shape["height"] - 1
    yield from [
        (shape["left"], shape["top"]),
        (right, shape["top"]),
        (right, bottom),
        (shape["left"], bottom),
    ]
