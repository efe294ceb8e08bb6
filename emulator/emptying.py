"""Empties what was deployed, so that the next test finds it as new, without another deployment."""

from __future__ import annotations

from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.events.models import events_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.models import stepfunctions_backends
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.utils import TMP_THREADS

from emulator.mends import dynamodb

PATIENCE = 5.0
"""Real seconds for the thread of an execution to find out that it is over."""


def end_executions(account_id: str, region: str) -> None:
    """End all executions without a trace: no event tells of it, and their names are free again.

    Tasks that run are waited for.
    """
    backend: Any = stepfunctions_backends[account_id][region]
    with backend.lock:
        executions = list(backend.executions())
        for execution in executions:
            # Whoever finds it in another status than RUNNING neither ends nor publishes it.
            execution.exec_status = ExecutionStatus.ABORTED
    for execution in executions:
        execution.release()
    for thread in list(TMP_THREADS):
        thread.join(PATIENCE)
    with backend.lock:
        for machine in backend.state_machines:
            machine.executions.clear()
        backend.tokens.clear()


def empty_stores(account_id: str, region: str, *, keep_bucket: str) -> None:
    """No item in any table, no object in any bucket but one, no message in any queue."""
    with dynamodb.lock:
        for table in dynamodb_backends[account_id][region].tables.values():
            table.items.clear()
    for bucket in s3_backends[account_id]["aws"].buckets.values():
        if bucket.name != keep_bucket:
            bucket.keys.clear()
            bucket.multiparts.clear()
    backend: Any = sqs_backends[account_id][region]
    with backend.changed:
        for name, queue in backend.queues.items():
            queue.last_purged_at = None  # this is no PurgeQueue, which may come once a minute
            backend.purge_queue(name)
            queue.deleted_messages.clear()


def restart_schedules(account_id: str, region: str) -> None:
    """Let the rules with a schedule count their time from now on."""
    backend: Any = events_backends[account_id][region]
    for rule in list(backend.event_buses["default"].rules.values()):
        backend._reschedule(rule)
