"""The listener: the only one that answers task tokens. Messages are handled as a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from labeling.errors import ServiceUnavailable
from labeling.messages import (
    Check,
    ExecutionEnded,
    LabelingJobEnded,
    Message,
    StartJobs,
    Tick,
    Wake,
)
from labeling.model import Pointer
from labeling.ports import LabelingJobStatus, Ports
from labeling.use_cases.end_execution import end_execution
from labeling.use_cases.look_after import look_after
from labeling.use_cases.reconcile import check_batch, reconcile
from labeling.use_cases.record_job import outcome_of, record_end
from labeling.use_cases.start_jobs import attempt_tag, start_jobs


@dataclass
class Work:
    """What a batch of messages comes to: each thing once, however often it was said."""

    labeling_jobs: set[str] = field(default_factory=set)
    executions: list[ExecutionEnded] = field(default_factory=list)
    to_settle: set[str] = field(default_factory=set)
    to_check: set[str] = field(default_factory=set)
    reconcile: bool = False
    makes_room: bool = False

    @classmethod
    def of(cls, messages: Iterable[Message]) -> Work:
        work = cls()
        for message in messages:
            match message:
                case LabelingJobEnded(labeling_job=name):
                    work.labeling_jobs.add(name)
                    work.makes_room = True
                case ExecutionEnded():
                    work.executions.append(message)
                case Wake(batch_id=batch_id):
                    work.to_settle.add(batch_id)
                case Check(batch_id=batch_id):
                    work.to_check.add(batch_id)
                case Tick():
                    work.reconcile = work.makes_room = True
                case StartJobs():
                    work.makes_room = True
        return work


def listen(messages: Iterable[Message], *, ports: Ports, seconds: float) -> None:
    """Records what ended, settles every batch that is touched, starts what has room now.

    Works for about so many seconds and leaves the rest to messages of its own. Raises
    ServiceUnavailable when the labeling service does not answer: handle the same messages later.
    """
    ends_at = ports.now() + timedelta(seconds=seconds)
    work = Work.of(messages)
    for execution in work.executions:
        end_execution(execution, ports=ports)
    for batch_id in sorted(work.to_check):
        check_batch(batch_id, ports=ports)
    if work.reconcile:
        reconcile(ports=ports, ends_at=ends_at)
    try:
        work.to_settle |= record_ended(work.labeling_jobs, ports=ports)
    finally:
        _settle_all(work.to_settle, ports)
    if work.makes_room:
        _start_what_fits(ends_at, ports)


def record_ended(labeling_jobs: Iterable[str], *, ports: Ports) -> set[str]:
    """Records the end of each labeling job that is ours; returns the batches to settle.

    Also those of duplicates: the answer to a token may be what was lost.
    """
    pointers = ports.batches.owners(labeling_jobs).values()
    unavailable: list[ServiceUnavailable] = []
    for pointer in pointers:
        try:
            record_if_ended(pointer, ports=ports)
        except ServiceUnavailable as error:
            unavailable.append(error)
    if unavailable:
        raise unavailable[0]
    return {pointer.batch_id for pointer in pointers}


def record_if_ended(pointer: Pointer, *, ports: Ports) -> None:
    """Asks the service; an event may be early, late or foreign.

    A name can be ours, reserved for later, and the labeling job somebody else's: its tag tells.
    Only what a stop means depends on how far the job is.
    """
    state = ports.labeling.describe(pointer.labeling_job)
    if state is None or not state.status.is_final:
        return
    if state.tag != attempt_tag(pointer, table=ports.table_name):
        return
    if state.status is not LabelingJobStatus.STOPPED:
        ports.batches.record(pointer, outcome_of(state), now=ports.now())
        return
    for job in ports.batches.pointed_at([pointer]):
        if job.attempt == pointer.attempt and not job.status.is_final:
            record_end(job, state, ports=ports)


def _settle_all(batch_ids: Iterable[str], ports: Ports) -> None:
    for batch_id in sorted(batch_ids):
        look_after(batch_id, ports=ports)


def _start_what_fits(ends_at: datetime, ports: Ports) -> None:
    left = (ends_at - ports.now()).total_seconds()
    started = start_jobs(ports=ports, seconds=left)
    _settle_all(started.to_settle, ports)
