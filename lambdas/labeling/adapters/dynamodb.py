"""Batches in the table: how they begin, wait, are approved and end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

from labeling.adapters import aws
from labeling.adapters.dynamodb_conditions import (
    check_current,
    check_in_run,
    current,
    ended,
    log_line,
    reserve_name,
    unless_of,
)
from labeling.adapters.dynamodb_expressions import (
    Action,
    absent,
    all_of,
    any_of,
    check,
    delete,
    equals,
    less,
    present,
    put,
    update,
)
from labeling.adapters.dynamodb_items import (
    batch_item,
    batch_of,
    job_item,
    level_item,
    wait_item,
)
from labeling.adapters.dynamodb_jobs import JobMoves
from labeling.adapters.dynamodb_keys import (
    batch_key,
    job_key,
    level_key,
    pointer_key,
    timestamp,
    wait_key,
)
from labeling.adapters.dynamodb_reads import UNPUBLISHED
from labeling.adapters.dynamodb_table import Table
from labeling.errors import StaleRun
from labeling.model import RETRIED, Batch, BatchStatus, Job, Level, Wait
from labeling.settings import Settings


class DynamoBatches(JobMoves):
    """`labeling.ports.Batches`. Any call may raise Conflict after seconds of conflicts."""

    @classmethod
    def from_settings(cls, settings: Settings, *, now: Callable[[], datetime]) -> Self:
        client = aws.client("dynamodb", region=settings.region)
        return cls(Table(client, settings.table_name), levels=settings.levels, now=now)

    # --- creating

    def add(self, batch: Batch) -> Batch:
        line = log_line(batch.batch_id, batch.created_at, what="batch", after=batch.status)
        new = put(batch_key(batch.batch_id), batch_item(batch), absent("pk"))
        refused = self._table.transact([new, line])
        if not refused:
            return batch
        there = batch_of(refused[0])
        if there.nonce == batch.nonce or there.status is not BatchStatus.VALIDATION_FAIL:
            return there
        self._sweep(there)
        instead = put(batch_key(batch.batch_id), batch_item(batch), ended(there))
        refused = self._table.transact([instead, line])
        return batch_of(refused[0]) if refused else batch

    def add_jobs(self, batch: Batch, levels: Sequence[Level], jobs: Sequence[Job]) -> list[str]:
        line = log_line(batch.batch_id, self._clock(), what="jobs", after=f"{len(jobs)} added")
        new = unless_of(batch.nonce)
        actions: list[Action] = [
            put(level_key(batch.batch_id, level.number), level_item(level, batch.nonce), new)
            for level in levels
        ]
        names: dict[int, str] = {}
        reserved: set[str] = set()
        taken = []
        for job in jobs:
            actions.append(put(job_key(job), job_item(job), new))
            if job.labeling_job.lower() in reserved:
                taken.append(job.labeling_job)
                continue
            reserved.add(job.labeling_job.lower())
            names[len(actions)] = job.labeling_job
            actions.append(reserve_name(job))
        refused = self._table.transact_accepted([check_current(batch), line], actions)
        if -1 in refused:
            raise StaleRun(f"batch {batch.batch_id} has left run {batch.run}, or ended")
        return [name for place, name in names.items() if place in refused] + taken

    def release_names(self, batch: Batch) -> None:
        jobs = self._table.query(batch.batch_id, begins_with="JOB#")
        names = [item["labelingJob"] for item in jobs if item["nonce"] == batch.nonce]
        mine = all_of(equals(batchId=batch.batch_id, nonce=batch.nonce), absent("claimedAt"))
        self._table.transact_accepted([], [delete(pointer_key(name), mine) for name in names])

    def _sweep(self, old: Batch) -> None:
        """Frees what a batch that ended VALIDATION_FAIL holds, all but its log."""
        self.release_names(old)
        still_there = check(batch_key(old.batch_id), ended(old))
        left = [
            delete({"pk": item["pk"], "sk": item["sk"]})
            for item in self._table.query(old.batch_id, between=("JOB#", "WAIT#~"))
        ]
        self._table.transact_accepted([still_there], left)

    # --- waiting, approval, end

    def put_wait(self, wait: Wait) -> bool:
        older = any_of(
            absent("pk"),
            less("run", wait.run),
            all_of(equals(run=wait.run), less("attempt", wait.attempt)),
        )
        key = wait_key(wait.batch_id, wait.state)
        refused = self._table.transact(
            [check_in_run(wait.batch_id, wait.run), put(key, wait_item(wait), older)]
        )
        if 0 in refused:
            raise StaleRun(f"batch {wait.batch_id} has left run {wait.run}, or ended")
        # The same token is there already: it was stored, and the answer got lost.
        return not refused or refused[1].get("token") == wait.token

    def approve(self, batch_id: str, level: int, *, rate: int | None, now: datetime) -> None:
        approved = update(
            level_key(batch_id, level),
            values={"approved": True, "approvedRate": rate},
            when=all_of(present("pk"), equals(approved=False)),
        )
        line = log_line(batch_id, now, what=f"level {level}", after="approved")
        self._table.transact([approved, line])

    def end(
        self,
        batch: Batch,
        status: BatchStatus,
        *,
        message: str,
        error_type: str = "",
        now: datetime,
    ) -> Batch | None:
        final = update(
            batch_key(batch.batch_id),
            values={
                "batchStatus": status,
                "message": message,
                "errorType": error_type,
                "endedAt": timestamp(now),
                "published": False,
                "openStatus": UNPUBLISHED,
                "since": timestamp(now),
            },
            when=current(batch),
        )
        line = log_line(
            batch.batch_id,
            now,
            what="batch",
            before=BatchStatus.IN_PROGRESS,
            after=status,
            reason=message,
        )
        if self._table.transact([final, line]):
            return None
        return replace(
            batch,
            status=status,
            message=message,
            error_type=error_type,
            ended_at=now,
            published=False,
        )

    def begin_run(self, batch: Batch, *, now: datetime) -> Batch | None:
        if batch.status not in RETRIED:
            return None
        retried = replace(
            batch,
            status=BatchStatus.IN_PROGRESS,
            run=batch.run + 1,
            message="",
            error_type="",
            ended_at=None,
            published=False,
        )
        begin = update(
            batch_key(batch.batch_id),
            values={
                "batchStatus": retried.status,
                "run": retried.run,
                "published": retried.published,
            },
            remove=["message", "errorType", "endedAt", "openStatus", "since"],
            when=ended(batch),
        )
        line = log_line(
            batch.batch_id,
            now,
            what="batch",
            before=batch.status,
            after=retried.status,
            reason=f"run {retried.run}",
        )
        return None if self._table.transact([begin, line]) else retried

    def mark_published(self, batch: Batch) -> None:
        self._table.write(
            update(
                batch_key(batch.batch_id),
                values={"published": True},
                remove=["openStatus", "since"],
                when=ended(batch),
            )
        )
