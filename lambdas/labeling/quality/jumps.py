"""Steps of place, size and shape that lie outside of what the clip itself makes usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.quality.clip import Clip
from labeling.quality.findings import Finding, Kind, beyond
from labeling.quality.hiding import hidden_changes
from labeling.quality.motion import Steps
from labeling.quality.series import ranked, runs, usual
from labeling.quality.tracks import Flags, Floats, Ints

ENOUGH = 50
"""Steps that a class needs before its own limits are learned; below, all classes share theirs."""


def moved(values: Floats | Flags | Ints, by: int, empty: float) -> Floats:
    """`values` of the box `by` rows further on, as numbers; `empty` beyond the ends."""
    out = np.full(len(values), empty, np.float64)
    if by > 0:
        out[:-by] = values[by:]
    elif by < 0:
        out[-by:] = values[:by]
    else:
        out[:] = values
    return out


def limits(
    steps: Steps, values: Floats, *, least: float, times: float, share: float = 0.95
) -> Floats:
    """The limit of each step: `times` the `share` quantile of its class, never under `least`.
    Boxes of a class are compared with those of their own size (`_alike`), as far as there are
    enough: a pixel more or less says much of a small box, and little of a large one.

    Among very many steps some lie far out by chance alone, so limits rise with their number (by
    the logarithm, from some 3,000 on).

    Steps across a gap count thrice (the object was hidden), those at a track's end too (one
    second difference alone is weaker evidence). Where the camera jolts or skips, so that
    most of a frame's steps come near their limit, the frame's limit is four times as high as they
    (`_jolt`).
    """
    clip = steps.clip
    longest = np.maximum.reduce([moved(clip.step, by, 1) for by in (-1, 0, 1)])
    even = longest == 1
    rare = max(1.0, float(np.log10(1 + np.count_nonzero(steps.inner))) / 3.5)
    limit = np.maximum(
        least * rare,
        rare * times * usual(values, _alike(clip), steps.inner & even, share=share, least=ENOUGH),
    )
    limit = limit * np.where(even, 1.0, 3.0) * np.where(steps.outer, 3.0, 1.0)
    return limit * np.maximum(1.0, 4.0 * _jolt(steps, values / limit)[clip.frame])


def _alike(clip: Clip) -> Ints:
    """Groups of boxes of one class whose shorter side is alike: up to 12 pixels, 24, 48, more."""
    sizes = np.searchsorted([12.0, 24.0, 48.0], np.minimum(clip.w, clip.h))
    return np.asarray(clip.label * 4 + sizes)


def _jolt(steps: Steps, ratio: Floats) -> Floats:
    """What most of a frame's ratios do not exceed: 70 % of them where it has eight steps or more,
    half of them where it has four, else 0."""
    at = np.flatnonzero(steps.inner)

    def rank(counts: Ints) -> Ints:
        half_or_more = np.where(counts >= 8, 7 * counts // 10, counts // 2)
        return np.where(counts >= 4, half_or_more, -1)

    return ranked(ratio[at], steps.clip.frame[at], steps.clip.frames, rank)


def outside(steps: Steps, values: Floats, limit: Floats, *, crowded: float = 0.5) -> Flags:
    """Steps over their limit, which grows by `crowded` times the share of the box that another
    box covers: boxes around what is visible step when somebody passes in front. Of the four
    boxes around the step the second most covered counts, so that a box thrown onto another one
    does not excuse itself."""
    clip = steps.clip
    over = (steps.inner | steps.outer) & (values > limit)
    at = np.flatnonzero(over)
    around = np.clip(at[:, None] + np.arange(-1, 3), 0, len(clip) - 1)
    same = clip.track[around] == clip.track[at][:, None]
    flat = around.ravel()
    covered = clip.covered(clip.frame[flat], clip.corners[flat], clip.track[flat])
    second = np.sort(np.where(same, covered.reshape(around.shape), 0.0), axis=1)[:, 2]
    over[at] = values[at] > limit[at] * (1.0 + crowded * second)
    return over


def place_limits(steps: Steps, *, least: float = 0.3, times: float = 5.0) -> Floats:
    """The limit of each step of place, in box sizes: `times` the 95th percentile of the class in
    this clip, at least `least`. Real labels stay under 0.25 where people drew every frame, under
    0.5 where boxes are interpolated (own measurements on Ground Truth and BDD100K tracks)."""
    return limits(steps, steps.scaled, least=least, times=times)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Steps of one measure, their limits, and how much a crowd excuses (see `outside`)."""

    values: Floats
    limit: Floats
    crowded: float = 0.5


def position_jumps(
    steps: Steps, *, limit: Floats | None = None, but: Flags | None = None
) -> list[Finding]:
    """Boxes that leave the path of their track.

    Input: steps of place in box sizes (`Steps.scaled`); `limit` for each, `place_limits` by
    default. `but` leaves out steps that something else explains (identity switches).
    """
    limit = place_limits(steps) if limit is None else limit
    evidence = Evidence(steps.scaled, limit, crowded=1.0)
    said = "leaves its path by {:.1f} times its own size"
    return _findings(steps, Kind.POSITION_JUMP, [evidence], lambda size: said.format(size), but)


def size_jumps(
    steps: Steps, *, least: float = 0.2, times: float = 2.6, but: Flags | None = None
) -> list[Finding]:
    """Boxes that grow or shrink, in width and height alike, and at once stop or turn back.

    Input: steps of the log of the side (`Steps.grown`; 0.2 is 22 %), for small boxes less by what
    rounding does. Limits as for places. A border that cuts the box leaves the other side to judge
    by, two thirds as strictly.
    """
    limit = limits(steps, steps.grown, least=least, times=times)
    evidence = Evidence(steps.grown, np.where(steps.cut, 1.5 * limit, limit))
    said = "changes its size by a factor of {:.1f} at once"
    return _findings(steps, Kind.SIZE_JUMP, [evidence], lambda size: said.format(np.exp(size)), but)


def aspect_jumps(
    steps: Steps,
    *,
    least: float = 0.25,
    times: float = 3.3,
    one_sided: float = 3.5,
    but: Flags | None = None,
) -> list[Finding]:
    """Boxes whose width over height changes at once.

    Input: steps of log (width / height; 0.25 is 28 %), first as far as both sides take part
    (`Steps.reshaped`), which hardly happens by nature, then any (`Steps.bent`), which does where
    boxes are drawn around what can be seen. Limits as for places, `times` and `one_sided` the
    95th percentile. Boxes that the border cuts are left out.
    """
    evidence = [
        Evidence(values, limits(steps, values, least=least, times=factor))
        for values, factor in ((steps.reshaped, times), (steps.bent, one_sided))
    ]
    said = "changes its shape (width to height) by a factor of {:.1f}"
    return _findings(steps, Kind.ASPECT_JUMP, evidence, lambda size: said.format(np.exp(size)), but)


def _findings(
    steps: Steps,
    kind: Kind,
    evidence: Sequence[Evidence],
    said: Callable[[float], str],
    but: Flags | None,
) -> list[Finding]:
    over = np.zeros(len(steps.clip), bool)
    for one in evidence:
        over |= outside(steps, one.values, one.limit, crowded=one.crowded)
    if but is not None:
        over &= ~but
    first, last = runs(_bridged(over, steps.clip.track), steps.clip.joined)
    doubtful = np.zeros(len(first), bool)
    if kind is not Kind.POSITION_JUMP:
        doubtful = hidden_changes(steps, first, last)
    return [
        _finding(steps.clip, kind, evidence, said, begin, end, 0.5 if weak else 1.0)
        for begin, end, weak in zip(first.tolist(), last.tolist(), doubtful.tolist(), strict=True)
    ]


def _bridged(over: Flags, track: Ints, *, longest: int = 5) -> Flags:
    """With what lies between two steps of a track that are at most `longest` boxes apart: the
    step off the path and the step back are one finding."""
    at = np.flatnonzero(over)
    near = (np.diff(at) <= longest) & (track[at[1:]] == track[at[:-1]])
    change = np.zeros(len(over) + 1, np.int64)
    np.add.at(change, at[:-1][near], 1)
    np.add.at(change, at[1:][near], -1)
    return np.asarray(over | (np.cumsum(change)[:-1] > 0))


def _finding(
    clip: Clip,
    kind: Kind,
    evidence: Sequence[Evidence],
    said: Callable[[float], str],
    first: int,
    last: int,
    sure: float,
) -> Finding:
    span = slice(first, last + 1)
    ratio = max(float((one.values[span] / one.limit[span]).max()) for one in evidence)
    size = max(float(one.values[span].max()) for one in evidence)
    # two steps and more: off the path between them; one: from there on
    begin = int(clip.frame[first + 1])
    end = max(begin, int(clip.frame[last]))
    name = clip.name(first)
    where = f"in frame {begin}" if begin == end else f"in frames {begin} to {end}"
    return Finding(
        kind,
        (name,),
        begin,
        end,
        sure * beyond(ratio, 1.0),
        f"{name} {said(size)} {where}; see that it is the same object, well drawn.",
    )
