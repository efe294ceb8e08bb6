"""Boxes of several people: the most similar ones of the same label are one box, their mean.

AWS: "find the most similar boxes from workers based on the Jaccard index, or intersection over
union, of the boxes and average them". Not said, and chosen here: boxes are the same from an overlap
of a half on, a box that only one person drew is kept, and the confidence is how well the drawn
boxes agree with the mean, over all who were asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from emulator.ground_truth.answers import BOX, Annotation

SAME_BOX = 0.5
ONE_WORKER = 0.09
"""The confidence of each box in real output of a job that had one worker a picture."""

Box = Mapping[str, float]


@dataclass(frozen=True)
class Agreed:
    """A box that stands for those of several people, and how sure it is, 0 to 1."""

    annotation: Annotation
    confidence: float


def agreed_boxes(drawn: Sequence[Sequence[Annotation]]) -> list[Agreed]:
    """The boxes of one picture, made of what each worker drew; in the order in which they were
    drawn first."""
    groups = _groups(drawn)
    return [_agreed(group, len(drawn)) for group in groups]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    wide = min(box["left"] + box["width"] for box in (one, other)) - max(one["left"], other["left"])
    high = min(box["top"] + box["height"] for box in (one, other)) - max(one["top"], other["top"])
    shared = max(wide, 0.0) * max(high, 0.0)
    union = sum(box["width"] * box["height"] for box in (one, other)) - shared
    return shared / union if union else float(dict(one) == dict(other))


def _groups(drawn: Sequence[Sequence[Annotation]]) -> list[list[Annotation]]:
    """Boxes that are the same thing: the most similar pairs come together first, and a group has
    at most one box of each worker."""
    boxes = [(worker, box) for worker, boxes in enumerate(drawn) for box in boxes]
    group_of = [[number] for number in range(len(boxes))]
    for one, other in _similar_pairs(boxes):
        mine, theirs = group_of[one], group_of[other]
        workers = {boxes[number][0] for number in mine} & {boxes[number][0] for number in theirs}
        if mine is not theirs and not workers:
            merged = sorted(mine + theirs)
            for number in merged:
                group_of[number] = merged
    return [
        [boxes[member][1] for member in group]
        for number, group in enumerate(group_of)
        if group[0] == number
    ]


def _similar_pairs(boxes: Sequence[tuple[int, Annotation]]) -> list[tuple[int, int]]:
    found = []
    for (n, (worker, box)), (m, (other_worker, other)) in combinations(enumerate(boxes), 2):
        if worker != other_worker and box.label == other.label:
            shared = overlap(box.geometry, other.geometry)
            if shared >= SAME_BOX:
                found.append((-shared, n, m))
    return [(n, m) for _, n, m in sorted(found)]


def _agreed(group: Sequence[Annotation], workers: int) -> Agreed:
    mean = {
        member: _plain(sum(box.geometry[member] for box in group) / len(group)) for member in BOX
    }
    annotation = Annotation(label=group[0].label, geometry=mean)
    if workers == 1:
        return Agreed(annotation, ONE_WORKER)
    agreement = sum(overlap(box.geometry, mean) for box in group) / workers
    return Agreed(annotation, round(agreement, 2))


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value
