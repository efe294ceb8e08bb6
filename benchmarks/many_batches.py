"""A thousand batches in progress: how they are listed, and what a round of the reconciler costs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from benchmarks.account import RECONCILED, Account, account
from benchmarks.figures import Figure
from benchmarks.limits import HANDLED_WITHIN, sizes

BATCHES = 1_000


def figures(*, quick: bool = False) -> list[Figure]:
    number = 50 if quick else BATCHES
    with account(workers=False) as place:
        for index in range(number):
            place.create(f"batch-{index:04}", 1)
        place.settle_without_time()
        return [_listed(place, number), _reconciled(place, number)]


def _listed(place: Account, number: int) -> Figure:
    place.watch.take()
    ids = place.client.list(status="IN_PROGRESS")["IN_PROGRESS"]
    seen = place.watch.take()
    pages, calls = seen.invocations["Api"], sum(seen.calls.values())
    complete = len(set(ids)) == len(ids) == number
    return Figure(
        what=f"{number:,} batches listed, newest first",
        original="",
        ours=f"{len(ids):,} ids in {pages} pages, {calls} calls",
        target="all of them",
        reached=complete and ids == sorted(ids, reverse=True),
        details={"pages": pages, "calls": calls, "largestAnswer": seen.largest["Api"]},
    )


def _reconciled(place: Account, number: int) -> Figure:
    place.watch.take()
    place.cloud.clock.advance(RECONCILED)
    place.settle_without_time()
    seen = place.watch.take()
    calls: dict[str, Any] = {f"{what[1]}:{what[2]}": n for what, n in sorted(seen.calls.items())}
    longest = round(seen.longest.get("Listener", 0.0), 1)
    over = [size for size in sizes(place, seen) if size.over]
    return Figure(
        what=f"a round of the reconciler, {number:,} batches and jobs of which none differs",
        original="",
        ours=(
            f"{seen.invocations['Listener']} invocations, {sum(seen.calls.values())} calls, "
            f"the longest {longest} s"
        ),
        target=f"none over {HANDLED_WITHIN} s, no job described",
        reached=not over and "sagemaker:DescribeLabelingJob" not in calls,
        details={"calls": calls, "longest": longest, "over": [asdict(size) for size in over]},
    )
