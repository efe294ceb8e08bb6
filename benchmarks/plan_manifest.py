"""Planning a manifest of 100,000 lines: the processor's time, and the most memory at once.

The manifest is made while it is read, so that the memory measured is the plan's own. Beside it the
least that anybody could do: to take the lines apart and to parse each as JSON.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, cast

from benchmarks.figures import Figure
from labeling.modalities import modalities
from labeling.plan import manifests
from labeling.ports import ObjectEntry, Objects

LINES = 100_000
MOST_SECONDS = 2.0
MOST_GROWTH = 1.2  # from a tenth of the lines to all of them
IN_A_PIECE = 2_000
JOBS = ("BoundingBox", "SemanticSegmentation", "ImageMultiClass")


class Manifest:
    """`labeling.ports.Objects`, as far as a manifest of pictures needs it."""

    def __init__(self, lines: int) -> None:
        self._lines = lines

    def chunks(self, uri: str) -> Iterator[bytes]:
        for first in range(0, self._lines, IN_A_PIECE):
            yield b"".join(map(_line, range(first, min(first + IN_A_PIECE, self._lines))))

    def exists(self, uri: str) -> bool:
        return True

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        for number in range(self._lines):
            yield ObjectEntry(f"s3://in/images/{number:06}.jpg", 1_000)


def _line(number: int) -> bytes:
    return (
        b'{"source-ref":"s3://in/images/%06d.jpg","id":%d,"scene":"motorway","weather":"rain"}\n'
        % (number, number)
    )


def figures(*, quick: bool = False) -> list[Figure]:
    repetitions = 2 if quick else 7
    tenth, whole = (
        {
            "seconds": _seconds(planned, lines, repetitions),
            "megabytes": _megabytes(planned, lines),
            "secondsOfJsonAlone": _seconds(parsed, lines, repetitions),
            "megabytesOfJsonAlone": _megabytes(parsed, lines),
        }
        for lines in (LINES // 10, LINES)
    )
    growth = whole["megabytes"] / tenth["megabytes"]
    return [
        Figure(
            what=f"planning a manifest of {LINES:,} lines for {len(JOBS)} jobs",
            original="–",
            ours=(
                f"{whole['seconds']:.2f} s, {whole['megabytes']:.1f} MB at most "
                f"({growth:.2f} × those of {LINES // 10:,} lines); only to parse the lines takes "
                f"{whole['secondsOfJsonAlone']:.2f} s"
            ),
            target=f"≤ {MOST_SECONDS:.0f} s, the same memory",
            reached=whole["seconds"] <= MOST_SECONDS and growth <= MOST_GROWTH,
            details={f"{LINES // 10}": tenth, f"{LINES}": whole},
        )
    ]


def planned(lines: int) -> None:
    there = cast(Objects, Manifest(lines))
    facts = manifests.look("s3://in/pictures.manifest", objects=there, allowed_buckets={"in"})
    for name in JOBS:
        found = manifests.problems(
            facts,
            modality=modalities()[name],
            label_attribute="label",
            loc=("labelingJobs", 0, "inputConfig", "inputManifestS3Uri"),
            sampling_rate=1,
        )
        if list(found):
            raise ValueError(f"The manifest is in order, and the plan found {list(found)}")


def parsed(lines: int) -> None:
    rest = b""
    for chunk in Manifest(lines).chunks(""):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            json.loads(line)


def _seconds(work: Callable[[int], None], lines: int, repetitions: int) -> float:
    """The shortest of several, less what the manifest takes to be made."""
    return min(_once(work, lines) for _ in range(repetitions)) - min(
        _once(_made, lines) for _ in range(repetitions)
    )


def _once(work: Callable[[int], None], lines: int) -> float:
    gc.collect()
    started = time.process_time()
    work(lines)
    return time.process_time() - started


def _made(lines: int) -> None:
    for _ in Manifest(lines).chunks(""):
        pass


def _megabytes(work: Callable[[int], Any], lines: int) -> float:
    gc.collect()
    tracemalloc.start()
    work(lines)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6
