"""The same box twice: under two names, or in two rows of one name."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind
from labeling.quality.tracks import Floats, Ints


def duplicate_rows(clip: Clip) -> list[Finding]:
    """Tracks with more than one box in a frame. Input: rows of `Clip.doubled`."""
    tracks = clip.tracks
    seen: dict[tuple[int, int], int] = {}
    for track, frame in zip(
        tracks.track[clip.doubled].tolist(), tracks.frame[clip.doubled].tolist(), strict=True
    ):
        seen[track, frame] = seen.get((track, frame), 1) + 1
    return [
        Finding(
            Kind.DUPLICATE_ROW,
            (tracks.track_names[track],),
            frame,
            frame,
            1.0,
            f"{tracks.track_names[track]} has {count} boxes in frame {frame}; keep the right one.",
        )
        for (track, frame), count in seen.items()
    ]


def duplicates(
    clip: Clip, *, alike: float = 0.6, together: float = 0.7, fewest: int = 3
) -> list[Finding]:
    """Two tracks of one class that are drawn around the same object.

    Their boxes agree (intersection over union of `alike` and more) in the share `together` of
    the frames that both live. People who walk past each other agree for less of their lives;
    lives that have less than `fewest` frames in common make the finding doubtful.
    """
    one, other, iou = close_pairs(clip, alike)
    same = clip.label[one] == clip.label[other]
    one, other, iou = one[same], other[same], iou[same]
    low = np.minimum(clip.track[one], clip.track[other])
    high = np.maximum(clip.track[one], clip.track[other])
    key, group = np.unique(low * len(clip.tracks.track_names) + high, return_inverse=True)
    if not len(key):
        return []
    names = len(clip.tracks.track_names)
    low, high = key // names, key % names
    born, died = np.zeros(names, np.int64), np.zeros(names, np.int64)
    born[clip.track[clip.starts]] = clip.frame[clip.starts]
    died[clip.track[clip.ends]] = clip.frame[clip.ends]
    shared = np.minimum(died[low], died[high]) - np.maximum(born[low], born[high]) + 1
    often = np.bincount(group)
    mean = np.bincount(group, iou) / often
    first = np.full(len(key), clip.frames)
    last = np.zeros(len(key), np.int64)
    np.minimum.at(first, group, clip.frame[one])
    np.maximum.at(last, group, clip.frame[one])
    found = []
    for index in np.flatnonzero(often >= together * shared).tolist():
        left, right = (clip.tracks.track_names[int(ids[index])] for ids in (low, high))
        found.append(
            Finding(
                Kind.DUPLICATE_ID,
                (left, right),
                int(first[index]),
                int(last[index]),
                float(mean[index]) ** 0.5 * (1.0 if often[index] >= fewest else 0.5),
                f"{left} and {right} lie on each other in frames {int(first[index])} to "
                f"{int(last[index])}; if they are one object, delete one of them.",
            )
        )
    return found


def close_pairs(clip: Clip, alike: float) -> tuple[Ints, Ints, Floats]:
    """Pairs of boxes in one frame whose intersection over union is at least `alike`, and it.

    Boxes are sorted by frame and left edge; each is compared with the k-th next one for k = 1,
    2 … as long as that one's left edge is near enough for any pair at all.
    """
    order = np.lexsort((clip.left, clip.frame))
    left, frame = clip.left[order], clip.frame[order]
    reach = left + (1.0 - alike) / alike * clip.w[order]
    active = np.arange(len(order))
    ones, others, ious = [], [], []
    ahead = 0
    while len(active):
        ahead += 1
        active = active[active + ahead < len(order)]
        after = active + ahead
        near = (frame[after] == frame[active]) & (left[after] <= reach[active])
        active = active[near]
        one, other = order[active], order[active + ahead]
        iou = overlap(clip.corners[one], clip.corners[other])
        hit = iou >= alike
        ones.append(one[hit])
        others.append(other[hit])
        ious.append(iou[hit])
    none = np.zeros(0, np.int64)
    return (
        np.concatenate([none, *ones]),
        np.concatenate([none, *others]),
        np.concatenate([np.zeros(0), *ious]),
    )


def overlap(one: Floats, other: Floats) -> Floats:
    """Intersection over union of boxes, row by row of left, top, right, bottom."""
    across = np.minimum(one[:, 2], other[:, 2]) - np.maximum(one[:, 0], other[:, 0])
    down = np.minimum(one[:, 3], other[:, 3]) - np.maximum(one[:, 1], other[:, 1])
    shared = np.clip(across, 0, None) * np.clip(down, 0, None)
    whole = area(one) + area(other) - shared
    return np.asarray(shared / np.maximum(whole, 1e-9))


def area(corners: Floats) -> Floats:
    return (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
