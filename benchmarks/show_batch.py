"""`GET /batch/show?batchId=` of a batch of a hundred jobs: calls, and time outside of them.

The time is the processor's in the function, without what the simulated AWS takes to answer its
calls. Measured while jobs wait in the queue and when the batch is complete; the worse one counts.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.account import Account, account
from benchmarks.figures import Figure

JOBS = 100
MOST_CALLS = 3
MOST_MILLISECONDS = 70.0


def figures(*, quick: bool = False) -> list[Figure]:
    repetitions = 5 if quick else 25
    with account(running_jobs=10, workers=False) as place:
        place.create("batch", JOBS)
        place.settle_without_time()
        measured = {"IN_PROGRESS": measure(place, repetitions)}
    with account() as place:
        place.create("batch", JOBS)
        place.run()
        place.expect("batch", "COMPLETE")
        measured["COMPLETE"] = measure(place, repetitions)

    calls = max(one["calls"] for one in measured.values())
    milliseconds = max(one["milliseconds"] for one in measured.values())
    return [
        Figure(
            what=f"GET /batch/show of a {JOBS}-job batch",
            original="1,352 ms, 7 calls",
            ours=f"{calls} calls, {milliseconds} ms outside of them",
            target=f"≤ {MOST_CALLS} calls, ≤ {MOST_MILLISECONDS:.0f} ms outside of them",
            reached=calls <= MOST_CALLS and milliseconds <= MOST_MILLISECONDS,
            details=measured,
        )
    ]


def measure(place: Account, repetitions: int) -> dict[str, Any]:
    """Calls of one answer, and milliseconds outside of them: the median of so many."""
    place.show("batch")  # makes the clients
    outside = []
    calls = 0
    for _ in range(repetitions):
        place.watch.take()
        place.show("batch")
        seen = place.watch.take()
        calls = sum(seen.calls.values())
        outside.append(seen.spent.outside_of_calls * 1000)
    return {"calls": calls, "milliseconds": round(median(outside), 1)}
