"""Which units go on: the suspicious ones, and a few of the others to learn how good those are."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from labeling.model import Selection, Strategy


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An object, or a frame of one, that may go on.

    `line` is the object's line in the manifest, from 0, and `frame` the frame's name. `doubt` is
    how sure the checks are that something is wrong in it, `severity` that of its worst finding,
    both 0–1. `stratum` is what units are kept alike for.
    """

    line: int
    frame: str | None = None
    doubt: float = 0.0
    severity: float = 0.0
    stratum: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Places in the list of units. `control` are drawn at random from those not `chosen`."""

    chosen: frozenset[int]
    control: frozenset[int]

    @property
    def kept(self) -> frozenset[int]:
        return self.chosen | self.control


def choose(units: Sequence[Unit], selection: Selection, *, seed: str) -> Choice:
    """The same units, selection and seed make the same choice.

    Where there are units at least one is kept, unless `findings` finds nothing: then only the
    control sample goes on, if there is one.
    """
    chance = random.Random(f"{seed}/{selection.seed}")
    room = _share(len(units), selection.rate)
    match selection.strategy:
        case Strategy.RANDOM:
            chosen = frozenset(chance.sample(range(len(units)), room))
        case Strategy.STRATIFIED:
            chosen = frozenset(_stratified(units, chance)[:room])
        case Strategy.WORST_FIRST:
            chosen = frozenset(_worst(units, range(len(units)), chance)[:room])
        case Strategy.FINDINGS:
            found = [
                place
                for place, unit in enumerate(units)
                if unit.severity >= selection.min_severity and unit.severity > 0
            ]
            chosen = frozenset(_worst(units, found, chance)[:room])
    rest = sorted(set(range(len(units))) - chosen)
    control = chance.sample(rest, _share(len(rest), selection.always_sample))
    return Choice(chosen=chosen, control=frozenset(control))


def _share(count: int, rate: int) -> int:
    """A percentage of a number, never nothing of something."""
    return min(count, max(1, round(count * rate / 100))) if count and rate else 0


def _worst(units: Sequence[Unit], places: Sequence[int], chance: random.Random) -> list[int]:
    """Most suspicious first; equals in a random order, so that no end of a clip is preferred."""
    return sorted(places, key=lambda place: (-units[place].doubt, chance.random()))


def _stratified(units: Sequence[Unit], chance: random.Random) -> list[int]:
    """One of each stratum first, so that what is rare is looked at, too; then so that each has its
    share of however many are taken from the beginning."""
    strata: dict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(units):
        strata[unit.stratum].append(place)
    order = []
    for places in strata.values():
        chance.shuffle(places)
        order += [(rank / len(places), chance.random(), place) for rank, place in enumerate(places)]
    return [place for _, _, place in sorted(order)]
