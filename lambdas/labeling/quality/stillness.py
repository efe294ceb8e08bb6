"""Boxes that stand still while their object goes on."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.jumps import moved
from labeling.quality.series import runs
from labeling.quality.tracks import Flags, Floats, Ints

AROUND = 4
"""Boxes before and after a standstill from which the speed there is taken."""


def frozen_boxes(
    clip: Clip, *, least: int = 3, travel: float = 0.15, pixels: float = 3.0
) -> list[Finding]:
    """At least `least` equal boxes in a row, though the object moved before and caught up after.

    What it should have gone meanwhile, at the slower of its speeds before and after, must exceed
    `travel` box sizes and `pixels`; behind the standstill the box must make up for at least half
    of that in one step. Where the track ends standing, the speed before alone counts, and must
    have lasted into the last step. What really stands (parked cars, a resting camera) does not
    catch up. A standstill at the border is `stuck_boxes`' business.
    """
    still = _still(clip, clip.corners)
    first, last = runs(still, clip.joined)
    last = last + 1
    long = last - first + 1 >= least
    edge = clip.cut_across | clip.cut_down
    first, last = first[long], last[long]
    standing, ending = _standing(clip, first, last)
    size = np.maximum(travel * clip.size[first], pixels)
    found = (standing > size) & ~(ending & edge[first])
    return [
        _finding(clip, Kind.FROZEN, begin, end, ratio)
        for begin, end, ratio in zip(
            first[found].tolist(),
            last[found].tolist(),
            (standing / size)[found].tolist(),
            strict=True,
        )
    ]


def _still(clip: Clip, columns: Floats, *, within: float = 1e-3) -> Flags:
    """Boxes whose next one in the track has the same columns."""
    still = np.zeros(len(clip), bool)
    still[:-1] = (np.abs(np.diff(columns, axis=0)) <= within).all(axis=1)
    return still & clip.joined


def _standing(clip: Clip, first: Ints, last: Ints) -> tuple[Floats, Flags]:
    """Pixels that each object should have gone while its box stood from `first` to `last`, 0
    where nothing says that it moved, and whether the track ends there."""
    before, known = _speed(clip, first, -1)
    near, _ = _speed(clip, first, -1, boxes=1)
    after, going = _speed(clip, np.minimum(last + 1, len(clip) - 1), +1)
    ending = ~clip.joined[last]
    next_box = np.where(ending, last, last + 1)
    caught = np.abs(clip.corners[next_box] - clip.corners[last]).max(axis=1)
    time = clip.frame[last] - clip.frame[first]
    pace_before, pace_after = np.abs(before).max(axis=1), np.abs(after).max(axis=1)
    pace = np.where(known & going, np.minimum(pace_before, pace_after), pace_before)
    pace = np.where(~known & going, pace_after, pace)
    sudden = np.abs(near).max(axis=1) >= 0.5 * pace_before
    gone = pace * time
    made_up = caught >= 0.5 * gone + pace
    return np.where(np.where(ending, known & sudden, made_up), gone, 0.0), ending


def _speed(clip: Clip, box: Ints, direction: int, *, boxes: int = AROUND) -> tuple[Floats, Flags]:
    """Mean change of the corners per frame over the boxes before (-1) or after (+1) `box`, and
    whether there are any."""
    far = box.copy()
    for ahead in range(1, boxes + 1):
        index = np.clip(box + direction * ahead, 0, len(clip) - 1)
        far = np.where(clip.track[index] == clip.track[box], index, far)
    time = np.abs(clip.frame[far] - clip.frame[box])
    speed = (clip.corners[box] - clip.corners[far]) * -direction
    return speed / np.maximum(time, 1)[:, None], time > 0


def stuck_boxes(
    clip: Clip, *, least: int = 3, travel: float = 0.15, pixels: float = 4.0
) -> list[Finding]:
    """Boxes that stay at the border though their object was on its way out.

    For each side of the picture: at least `least` boxes in a row, up to the end of the track,
    that touch or pass the border and whose opposite edge stands (0.5 pixels), while before it
    moved outward fast enough to have gone `travel` box sizes and `pixels` meanwhile.
    """
    sides = (
        (clip.left <= clip.margin, clip.right, -1.0),
        (clip.right >= clip.width - clip.margin, clip.left, 1.0),
        (clip.top <= clip.margin, clip.bottom, -1.0),
        (clip.bottom >= clip.height - clip.margin, clip.top, 1.0),
    )
    found: dict[int, tuple[int, float]] = {}
    for touching, edge, outward in sides:
        still = _still(clip, edge[:, None], within=0.5)
        still &= touching & (moved(touching, 1, 0) > 0)
        first, last = runs(still, clip.joined)
        last = last + 1
        keep = (last - first + 1 >= least) & ~clip.joined[np.minimum(last, len(clip) - 1)]
        first, last = first[keep], last[keep]
        far = first.copy()
        for ahead in range(1, AROUND + 1):
            index = np.maximum(first - ahead, 0)
            far = np.where(clip.track[index] == clip.track[first], index, far)
        time = np.maximum(clip.frame[first] - clip.frame[far], 1)
        speed = (edge[first] - edge[far]) / time * outward
        gone = speed * (clip.frame[last] - clip.frame[first])
        limit = np.maximum(travel * clip.size[far], pixels)
        for begin, end, ratio in zip(
            first.tolist(), last.tolist(), (gone / limit).tolist(), strict=True
        ):
            if ratio > 1 and ratio > found.get(end, (0, 0.0))[1]:
                found[end] = (begin, ratio)
    return [_finding(clip, Kind.STUCK, begin, end, ratio) for end, (begin, ratio) in found.items()]


def _finding(clip: Clip, kind: Kind, begin: int, end: int, ratio: float) -> Finding:
    first, last, name = int(clip.frame[begin]), int(clip.frame[end]), clip.name(begin)
    if kind is Kind.STUCK:
        said = "stays at the border although it was leaving the picture; end it where it is gone."
    else:
        said = "does not move although its object does; see where the object is."
    return Finding(
        kind, (name,), first, last, beyond(ratio, 1.0, least=0.6),
        f"{name}, in frames {first} to {last}, {said}",
    )  # fmt: skip
