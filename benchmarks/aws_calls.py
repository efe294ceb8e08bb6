"""AWS calls made by our functions, from the request to the completion message.

Calls are counted in the code, one a call, whatever botocore repeats. How many there are depends on
how the ends of labeling jobs arrive: the listener gets up to ten messages at once. Here they wait
in the queue until all jobs of a level have ended, as they do when people finish a level's last
jobs within a second; `alone` is the other extreme, where every job ends by itself.

Two things that the original has not are counted apart. The plan: what the API calls besides
looking up the id, storing the request and the batch, and starting the execution; most of that is
asked once in five minutes, however many batches are created. And what the last state reads and
writes of labels, to merge them and to compare audits: some calls for each label file.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.account import Account, account
from benchmarks.figures import Figure

ORIGINAL = {4: 80, 100: 992}
MOST = {4: 70, 100: 700}


# Of what creating a batch calls, whatever the plan looks at.
CREATING = {"BatchGetItem", "TransactWriteItems", "PutObject", "StartExecution"}


@dataclass(frozen=True)
class Calls:
    """`total` without the plan's and the merge's, `plan` and `merge` those."""

    total: int
    plan: int
    merge: int
    by_function: dict[str, int]


def figures(*, quick: bool = False) -> list[Figure]:
    with account(workers=False) as place:
        return [_figure(place, jobs) for jobs in MOST]


def calls_of_a_batch(place: Account, jobs: int, *, alone: bool = False) -> Calls:
    """Raises RuntimeError when the batch does not complete."""
    place.reset()
    place.create("batch", jobs)
    for _ in range(2):
        place.settle_without_time()
        place.label_everything(alone=alone)
    place.settle_without_time()
    counted = place.watch.take()
    place.expect("batch", "COMPLETE")
    plan = sum(
        number
        for (function, _, operation), number in counted.calls.items()
        if function == "Api" and operation not in CREATING
    )
    merge = sum(
        number
        for (function, service, _), number in counted.calls.items()
        if function == "CompleteBatch" and service == "s3"
    )
    merge -= 1  # the batch's info, which the message has
    total = sum(counted.calls.values()) - plan - merge
    return Calls(total, plan, merge, counted.by_function())


def _figure(place: Account, jobs: int) -> Figure:
    first = calls_of_a_batch(place, jobs)  # its plan looks at the account, too
    together = calls_of_a_batch(place, jobs)
    alone = calls_of_a_batch(place, jobs, alone=True)
    return Figure(
        what=f"AWS calls of our functions, {jobs} jobs (half audits), create to complete",
        original=str(ORIGINAL[jobs]),
        ours=(
            f"{together.total} ({alone.total} if every job ends by itself), "
            f"{first.plan} of the plan ({together.plan} within five minutes of another), "
            f"{together.merge} of the merge"
        ),
        target=f"≤ {MOST[jobs]}",
        reached=together.total <= MOST[jobs],
        details={
            "total": together.total,
            "plan": first.plan,
            "planAgain": together.plan,
            "merge": together.merge,
            "byFunction": together.by_function,
            "alone": alone.total,
            "aloneByFunction": alone.by_function,
        },
    )
