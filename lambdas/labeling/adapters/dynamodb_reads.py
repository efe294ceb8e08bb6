"""What is in the table: batches, levels, jobs, pointers and waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from labeling.adapters.dynamodb_items import (
    Item,
    batch_of,
    job_of,
    level_of,
    pointer_of,
    wait_of,
)
from labeling.adapters.dynamodb_keys import (
    FIRST,
    LAST_SHOWN,
    Key,
    batch_key,
    index_of,
    job_key,
    jobs_of,
    level_key,
    pointer_key,
    wait_key,
)
from labeling.adapters.dynamodb_table import Table
from labeling.model import Batch, BatchStatus, BatchView, Job, JobStatus, Pointer
from labeling.ports import SettleView

BY_STATUS = "batches-by-status"
OPEN_JOBS = "open-jobs"
UNPUBLISHED = "UNPUBLISHED"


class BatchReads:
    """The reading half of `labeling.ports.Batches`; `levels` is how many a batch can have."""

    def __init__(self, table: Table, *, levels: int) -> None:
        self._table = table
        self._levels = levels

    def owners(self, labeling_jobs: Iterable[str]) -> dict[str, Pointer]:
        items = self._table.get_many(map(pointer_key, labeling_jobs))
        pointers = map(pointer_of, items.values())
        return {pointer.labeling_job.lower(): pointer for pointer in pointers}

    def look_up(
        self, batch_id: str, labeling_jobs: Iterable[str]
    ) -> tuple[Batch | None, dict[str, Pointer]]:
        keys = [batch_key(batch_id), *map(pointer_key, labeling_jobs)]
        items = self._table.get_many(keys)
        item = items.pop((batch_id, FIRST), None)
        pointers = map(pointer_of, items.values())
        owners = {pointer.labeling_job.lower(): pointer for pointer in pointers}
        return batch_of(item) if item else None, owners

    def batch(self, batch_id: str) -> Batch | None:
        item = self._table.get(batch_key(batch_id))
        return batch_of(item) if item else None

    def view(self, batch_id: str) -> BatchView | None:
        batch: Batch | None = None
        jobs, levels = [], []
        for item in self._table.query(batch_id, between=(FIRST, LAST_SHOWN)):
            if item["sk"] == FIRST:
                batch = batch_of(item)
            elif batch is None or item["nonce"] != batch.nonce:
                continue  # an earlier owner of the id left it
            elif item["sk"].startswith("JOB#"):
                jobs.append(job_of(item))
            else:
                levels.append(level_of(item))
        if batch is None:
            return None
        return BatchView(batch=batch, levels=tuple(levels), jobs=tuple(jobs))

    def jobs(self, batch_id: str, level: int) -> list[Job]:
        return [job_of(item) for item in self._table.query(batch_id, begins_with=jobs_of(level))]

    def pointed_at(self, pointers: Sequence[Pointer]) -> list[Job]:
        keys = [job_key(pointer) for pointer in pointers]
        nonces = {_place(key): pointer.nonce for key, pointer in zip(keys, pointers, strict=True)}
        items = self._table.get_many(keys)
        return [
            job_of(items[place])
            for place, nonce in nonces.items()
            if place in items and items[place]["nonce"] == nonce
        ]

    def settle_view(self, batch_id: str, states: Sequence[str]) -> SettleView | None:
        items = self._table.get_many(
            [
                batch_key(batch_id),
                *(level_key(batch_id, number) for number in range(1, self._levels + 1)),
                *(wait_key(batch_id, state) for state in states),
            ]
        )
        item = items.pop((batch_id, FIRST), None)
        if item is None:
            return None
        batch = batch_of(item)
        levels = [
            level_of(item)
            for (_, sk), item in items.items()
            if sk.startswith("LEVEL#") and item["nonce"] == batch.nonce
        ]
        waits = [wait_of(item) for (_, sk), item in items.items() if sk.startswith("WAIT#")]
        return SettleView(
            batch=batch,
            levels={level.number: level for level in levels},
            waits={wait.state: wait for wait in waits},
        )

    def batch_ids(
        self, status: BatchStatus, *, limit: int, before: str | None = None
    ) -> tuple[list[str], str | None]:
        after = _start(status, before) if before is not None else None
        found = self._table.query_index(
            BY_STATUS, "batchStatus", status, newest_first=True, page=limit + 1, after=after
        )
        page = list(islice(found, limit + 1))
        more = len(page) > limit
        shown = page[:limit]
        last = shown[-1] if more and shown else None
        return (
            [item["pk"] for item in shown],
            f"{last['createdAt']}/{last['pk']}" if last else None,
        )

    def open_jobs(self, status: JobStatus, *, limit: int, known: Sequence[Job] = ()) -> list[Job]:
        in_hand = {_place(job_key(job)): job for job in known}
        entries = self._table.query_index(OPEN_JOBS, "openStatus", status, page=limit)
        found: list[Job] = []
        while len(found) < limit and (chunk := list(islice(entries, limit))):
            keys = [_key(entry) for entry in chunk]
            items = self._table.get_many(key for key in keys if _place(key) not in in_hand)
            for place in map(_place, keys):
                if place in in_hand:
                    found.append(in_hand[place])
                elif place in items and items[place].get("openStatus") == status:
                    found.append(job_of(items[place]))
        return found[:limit]

    def queue(self, *, limit: int) -> list[tuple[str, int]]:
        keys = self._table.query_index(OPEN_JOBS, "openStatus", JobStatus.QUEUED, page=limit)
        return [(key["pk"], index_of(key)) for key in islice(keys, limit)]

    def unpublished(self) -> list[Batch]:
        keys = map(_key, self._table.query_index(OPEN_JOBS, "openStatus", UNPUBLISHED))
        items = self._table.get_many(keys)  # in no order
        ended = (item for item in items.values() if item.get("openStatus") == UNPUBLISHED)
        return sorted(map(batch_of, ended), key=lambda batch: batch.ended_at or batch.created_at)


def _key(entry: Item) -> Key:
    return {"pk": entry["pk"], "sk": entry["sk"]}


def _place(key: Key) -> tuple[str, str]:
    return key["pk"], key["sk"]


def _start(status: BatchStatus, before: str) -> Key:
    """Where the page before ended; ValueError for what no page ended with."""
    created_at, _, batch_id = before.partition("/")
    if not batch_id:
        raise ValueError(f"{before!r} is no place in a list of batches")
    datetime.fromisoformat(created_at)
    return {**batch_key(batch_id), "batchStatus": status, "createdAt": created_at}
