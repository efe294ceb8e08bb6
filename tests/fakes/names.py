"""Who owns which Ground Truth job name: the table's pointers in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeling.model import Batch, Job, Pointer


@dataclass
class _Named:
    pointer: Pointer
    claimed: bool = False


class FakeNames:
    """Names are compared without case. One that was claimed, to be created, is never freed."""

    def __init__(self) -> None:
        self._names: dict[str, _Named] = {}

    def owners(self, labeling_jobs: Iterable[str]) -> dict[str, Pointer]:
        names = {name.lower() for name in labeling_jobs}
        return {name: self._names[name].pointer for name in sorted(names) if name in self._names}

    def take(self, job: Job, *, claim: bool) -> bool:
        """Whether the name is the job's now: it was free, the job's, or left over by an earlier
        owner of the batch's id."""
        there = self._names.get(job.labeling_job.lower())
        mine = Pointer(
            labeling_job=job.labeling_job,
            batch_id=job.batch_id,
            nonce=job.nonce,
            level=job.level,
            index=job.index,
            attempt=job.attempt,
            name=job.name,
        )
        if there is not None and not (_same_job(there.pointer, mine) or _left_over(there, mine)):
            return False
        was_claimed = there is not None and there.claimed
        self._names[job.labeling_job.lower()] = _Named(mine, claimed=claim or was_claimed)
        return True

    def release(self, batch: Batch) -> None:
        for name, named in list(self._names.items()):
            pointer = named.pointer
            mine = (pointer.batch_id, pointer.nonce) == (batch.batch_id, batch.nonce)
            if mine and not named.claimed:
                del self._names[name]


def _same_job(one: Pointer, other: Pointer) -> bool:
    return (one.batch_id, one.nonce, one.level, one.index) == (
        other.batch_id,
        other.nonce,
        other.level,
        other.index,
    )


def _left_over(there: _Named, mine: Pointer) -> bool:
    old = there.pointer
    return old.batch_id == mine.batch_id and old.nonce != mine.nonce and not there.claimed
