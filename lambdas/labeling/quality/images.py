"""Checks on boxes in single images. `Tracks.frame` is the image, `sizes` each image's width and
height in pixels, one row an image."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import measured
from labeling.quality.doubles import close_pairs
from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.tracks import Floats, Tracks


def tiny_boxes(boxes: Tracks, *, pixels: float = 4.0) -> list[Finding]:
    """Boxes with a side under `pixels`: hardly an object, rather a slip of the mouse."""
    side = np.minimum(boxes.w, boxes.h)
    return [
        _of_box(
            boxes, row, Kind.TINY, 0.7,
            f"is only {boxes.w[row]:.0f} by {boxes.h[row]:.0f} pixels; see whether it is one",
        )
        for row in np.flatnonzero((side > 0) & (side < pixels)).tolist()
    ]  # fmt: skip


def huge_boxes(boxes: Tracks, sizes: Floats, *, share: float = 0.9) -> list[Finding]:
    """Boxes that cover more than `share` of their image."""
    covered = boxes.w * boxes.h / np.maximum(sizes.prod(axis=1)[boxes.frame], 1e-9)
    return [
        _of_box(
            boxes, row, Kind.HUGE, min(1.0, float(covered[row]) * 0.8),
            f"covers {covered[row]:.0%} of the image; see that it fits its object",
        )
        for row in np.flatnonzero(covered > share).tolist()
    ]  # fmt: skip


def duplicate_boxes(boxes: Tracks, *, alike: float = 0.85) -> list[Finding]:
    """Two boxes of one class in one image whose intersection over union is `alike` and more."""
    clip = measured(boxes)
    one, other, iou = close_pairs(clip, alike)
    same = (clip.label[one] == clip.label[other]) & (clip.track[one] != clip.track[other])
    found = []
    for left, right, share in zip(
        one[same].tolist(), other[same].tolist(), iou[same].tolist(), strict=True
    ):
        image = boxes.frames[int(clip.frame[left])]
        names = (clip.name(left), clip.name(right))
        found.append(
            Finding(
                Kind.DUPLICATE_BOX,
                names,
                int(clip.frame[left]),
                int(clip.frame[left]),
                share**0.5,
                f"{names[0]} and {names[1]} lie on each other in {image}; delete one of them.",
            )
        )
    return found


def boxes_outside(
    boxes: Tracks, sizes: Floats, *, share: float = 0.05, pixels: float = 3.0
) -> list[Finding]:
    """Boxes outside of their image by more than `share` of their area and `pixels`."""
    width, height = sizes[boxes.frame, 0], sizes[boxes.frame, 1]
    right, bottom = boxes.x + boxes.w, boxes.y + boxes.h
    across = np.clip(right, 0, width) - np.clip(boxes.x, 0, width)
    down = np.clip(bottom, 0, height) - np.clip(boxes.y, 0, height)
    out = 1.0 - across * down / np.maximum(boxes.w * boxes.h, 1e-9)
    by = np.maximum.reduce([-boxes.x, -boxes.y, right - width, bottom - height])
    return [
        _of_box(
            boxes, row, Kind.OUT_OF_FRAME, 0.5 + 0.5 * float(out[row]),
            f"lies outside of the image by {out[row]:.0%}; draw it inside",
        )
        for row in np.flatnonzero((out > share) & (by > pixels)).tolist()
    ]  # fmt: skip


def class_imbalance(boxes: Tracks, *, deviations: float = 5.0, least: int = 5) -> list[Finding]:
    """Images with far more of a class than the batch has: often one class was left selected.

    Counts of a class are compared with their median in the images of the batch, in units of the
    square root of the median plus one (the spread of counts); `least` objects at least.
    """
    images, labels = len(boxes.frames), len(boxes.label_names)
    counts = np.bincount(boxes.frame * labels + boxes.label, minlength=images * labels)
    counts = counts.reshape(images, labels)
    median = np.median(counts, axis=0)
    score = (counts - median) / np.sqrt(median + 1.0)
    found = []
    for image, label in np.argwhere((score > deviations) & (counts >= least)).tolist():
        name, count = boxes.label_names[label], int(counts[image, label])
        found.append(
            Finding(
                Kind.IMBALANCE,
                (boxes.frames[image],),
                image,
                image,
                beyond(float(score[image, label]), deviations, least=0.3),
                f"{boxes.frames[image]} has {count} of {name}, images of this batch "
                f"{median[label]:g} as a rule; see that their class is right.",
            )
        )
    return found


def _of_box(boxes: Tracks, row: int, kind: Kind, severity: float, said: str) -> Finding:
    name, image = boxes.track_names[int(boxes.track[row])], int(boxes.frame[row])
    return Finding(
        kind, (name,), image, image, severity, f"{name} in {boxes.frames[image]} {said}."
    )
