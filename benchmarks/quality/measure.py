"""Measuring the checks: recall of each kind, false flags, the worst frames, speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from benchmarks.quality.faults import FAULTS, Injection
from benchmarks.quality.places import Fault
from benchmarks.quality.table import Table
from labeling.quality.check import Report, check
from labeling.quality.findings import Finding
from labeling.quality.tracks import Tracks

WORST = 0.1
"""The share of frames that an auditor looks at."""


@dataclass(frozen=True)
class Recall:
    """Of `injected` faults, `named` were found under their own kind, `found` under any, and
    `in_worst` have one of their frames (or the frame beside) among the worst tenth."""

    injected: int
    named: int
    found: int
    in_worst: int

    def __add__(self, other: Recall) -> Recall:
        return Recall(
            self.injected + other.injected,
            self.named + other.named,
            self.found + other.found,
            self.in_worst + other.in_worst,
        )


NOTHING = Recall(0, 0, 0, 0)


def recall(tracks: Tracks, kind: str, *, trials: int, seed: int, size_known: bool = True) -> Recall:
    """One fault of a kind at a time, `trials` times. What was found before does not count. The
    picture's size is kept from the checks where it is not to be known."""

    def shown(clip: Tracks) -> Tracks:
        return clip if size_known else replace(clip, picture=None)

    before = set(check(shown(tracks)).findings)
    total = NOTHING
    for trial in range(trials):
        random = np.random.default_rng([seed, trial, *kind.encode()])
        injected = FAULTS[kind](Table(tracks), random, frozenset())
        if injected is not None:
            table, fault = injected
            report = check(shown(table.tracks))
            total += judged([fault], report, before)
    return total


def judged(faults: Sequence[Fault], report: Report, before: set[Finding]) -> Recall:
    new = [finding for finding in report.findings if finding not in before]
    worst = worst_frames(report)
    return Recall(
        len(faults),
        sum(any(caught(fault, one) and one.kind is fault.kind for one in new) for fault in faults),
        sum(any(caught(fault, one) for one in new) for fault in faults),
        sum(
            any(fault.first_frame - 1 <= frame <= fault.last_frame + 1 for frame in worst)
            for fault in faults
        ),
    )


def worst_frames(report: Report) -> set[int]:
    """The tenth of the frames (at least one) with the highest suspicion, earliest first."""
    count = max(1, round(WORST * len(report.frames)))
    return set(np.argsort(-report.frames, kind="stable")[:count].tolist())


def caught(fault: Fault, finding: Finding) -> bool:
    """The finding names one of the fault's tracks (if it has any), in or beside its frames."""
    near = (
        finding.first_frame <= fault.last_frame + 1 and finding.last_frame >= fault.first_frame - 1
    )
    return near and (not fault.tracks or bool(fault.tracks.intersection(finding.objects)))


def mixed(tracks: Tracks, *, faults: int, seed: int) -> Recall:
    """Several faults of kinds drawn by chance in one clip, each in tracks of its own, all in few
    enough frames that a tenth of the clip can hold them."""
    random = np.random.default_rng([seed, 77])
    before = set(check(tracks).findings)
    kinds = [name for name in FAULTS if name != "never-labeled"]
    table, made, taken = Table(tracks), list[Fault](), set[int]()
    for _ in range(20 * faults):
        if len(made) == faults:
            break
        injected = _apart(table, random, taken, FAULTS[str(random.choice(kinds))], made)
        if injected is not None:
            table, fault = injected
            made.append(fault)
            names = table.tracks.track_names
            taken |= {names.index(name) for name in fault.tracks}
    return judged(made, check(table.tracks), before)


def _apart(
    table: Table, random: Generator, taken: set[int], injection: Injection, made: list[Fault]
) -> tuple[Table, Fault] | None:
    """An injection that leaves the frames of earlier faults alone."""
    injected = injection(table, random, taken)
    if injected is None:
        return None
    fault = injected[1]
    clash = any(
        fault.first_frame <= other.last_frame + 1 and fault.last_frame >= other.first_frame - 1
        for other in made
    )
    return None if clash else injected


@dataclass(frozen=True)
class Flags:
    """Findings in frames where nothing is wrong."""

    findings: int
    frames: int

    def __add__(self, other: Flags) -> Flags:
        return Flags(self.findings + other.findings, self.frames + other.frames)

    @property
    def per_thousand(self) -> float:
        return 1000 * self.findings / self.frames


def false_flags(scenes: Mapping[str, Tracks]) -> dict[str, Flags]:
    return {
        name: Flags(len(check(tracks).findings), len(tracks.frames))
        for name, tracks in scenes.items()
    }


def speed(content: bytes, read: Callable[[bytes], Tracks], *, repeat: int = 3) -> dict[str, float]:
    """Boxes a second for reading, for checking, and for both, the best of `repeat` runs."""
    best = {"parse": np.inf, "check": np.inf, "both": np.inf}
    boxes = 0
    for _ in range(repeat):
        begun = time.process_time()
        tracks = read(content)
        parsed = time.process_time()
        check(tracks)
        done = time.process_time()
        boxes = len(tracks)
        taken = {"parse": parsed - begun, "check": done - parsed, "both": done - begun}
        best = {what: min(best[what], seconds) for what, seconds in taken.items()}
    return {what: boxes / seconds for what, seconds in best.items()}
