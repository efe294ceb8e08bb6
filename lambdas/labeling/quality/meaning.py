"""What a track says of its object: its class and its attributes, which should hold."""

from __future__ import annotations

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind
from labeling.quality.series import runs
from labeling.quality.tracks import Attribute, Ints


def class_changes(clip: Clip) -> list[Finding]:
    """Boxes whose class is not the one that their track has most often, one finding a run."""
    labels = len(clip.tracks.label_names)
    if not len(clip) or not (clip.joined[:-1] & (np.diff(clip.label) != 0)).any():
        return []
    key, counts = np.unique(clip.track * labels + clip.label, return_counts=True)
    order = np.lexsort((counts, key // labels))
    main = np.zeros(len(clip.tracks.track_names), np.int64)
    main[key[order] // labels] = key[order] % labels  # the last one written is the most frequent
    other = clip.label != main[clip.track]
    found = []
    for first, last in zip(*(ends.tolist() for ends in runs(other, clip.joined)), strict=True):
        begin, end, name = int(clip.frame[first]), int(clip.frame[last]), clip.name(first)
        usual = clip.tracks.label_names[int(main[clip.track[first]])]
        found.append(
            Finding(
                Kind.CLASS_CHANGE,
                (name,),
                begin,
                end,
                0.9,
                f"{name} is a {clip.label_name(first)} in frames {begin} to {end} "
                f"and a {usual} elsewhere; an object has one class.",
            )
        )
    return found


def attribute_flicker(
    clip: Clip, *, brief: int = 1, returning: int = 10, lively: float = 0.2
) -> list[Finding]:
    """Attributes that change and change back.

    An attribute that hardly any track changes (colour, kind) may not change and come back within
    `returning` boxes. One that more than `lively` of the tracks (and more than four) change
    (hidden, cut off) is reported only where it changes four times and more with at most `brief`
    boxes in between: it then says nothing.
    """
    found = []
    for name, attribute in clip.tracks.attributes.items():
        found += _flicker(clip, name, attribute, brief, returning, lively)
    return found


def _flicker(
    clip: Clip, name: str, attribute: Attribute, brief: int, returning: int, lively: float
) -> list[Finding]:
    codes = attribute.codes[clip.row]
    at = np.flatnonzero(codes >= 0)
    if not len(at):
        return []
    codes, track = codes[at], clip.track[at]
    fresh = np.ones(len(at), bool)
    fresh[1:] = (codes[1:] != codes[:-1]) | (track[1:] != track[:-1])
    begins = np.flatnonzero(fresh)
    length = np.diff(np.append(begins, len(at)))
    code, owner = codes[begins], track[begins]
    inner = np.zeros(len(begins), bool)
    inner[1:-1] = (owner[:-2] == owner[1:-1]) & (owner[1:-1] == owner[2:])
    changed = len(np.unique(owner[1:][owner[1:] == owner[:-1]]))
    if changed > max(4, lively * len(np.unique(owner))):
        short = inner & (length <= brief)
        chosen = _chains(short, owner)
    else:
        back = np.zeros(len(begins), bool)
        back[1:-1] = code[:-2] == code[2:]
        short = inner & back & (length <= returning)
        chosen = _joined_runs(short, owner)
    return [_said(clip, name, attribute, at, begins, length, first, last) for first, last in chosen]


def _joined_runs(short: np.ndarray, owner: Ints) -> list[tuple[int, int]]:
    joined = np.zeros(len(owner), bool)
    joined[:-1] = owner[1:] == owner[:-1]
    return list(zip(*(ends.tolist() for ends in runs(short, joined)), strict=True))


def _chains(short: np.ndarray, owner: Ints) -> list[tuple[int, int]]:
    """Runs of three short values and more: four changes."""
    return [(first, last) for first, last in _joined_runs(short, owner) if last > first + 1]


def _said(
    clip: Clip,
    name: str,
    attribute: Attribute,
    at: Ints,
    begins: Ints,
    length: Ints,
    first: int,
    last: int,
) -> Finding:
    begin = int(clip.frame[at[begins[first]]])
    end = int(clip.frame[at[begins[last] + length[last] - 1]])
    track = clip.name(int(at[begins[first]]))
    values = attribute.codes[clip.row[at[begins[first - 1 : last + 1]]]]
    seen = " and ".join(dict.fromkeys(attribute.values[value] for value in values.tolist()))
    return Finding(
        Kind.FLICKER,
        (track,),
        begin,
        end,
        0.8,
        f"{name} of {track} goes to and fro between {seen} in frames {begin} to {end}; "
        "say what holds.",
    )
