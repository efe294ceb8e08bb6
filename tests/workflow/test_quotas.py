"""The queue in front of Ground Truth, under the quotas of a new account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.ground_truth.limits import Limits
from stacks.synthesized import assembly
from tests.workflow.conftest import RECONCILED, Pipeline


@pytest.fixture(scope="module")
def narrow() -> Iterator[Pipeline]:
    """An account with Ground Truth's default quotas."""
    with LocalCloud(clock=VirtualClock(), limits=Limits.real()) as cloud:
        cloud.deploy_app(assembly())
        yield Pipeline(cloud)


def test_batches_queue_for_the_one_job_that_may_run_oldest_first(narrow):
    narrow.create("older")
    narrow.run(moments=1)  # two executions that run at once may queue their jobs in any order
    narrow.create("newer")

    narrow.run(moments=30)
    narrow.wait(RECONCILED)

    assert narrow.show("older")["status"] == "COMPLETE"
    assert narrow.show("newer")["status"] == "COMPLETE"
    made = narrow.cloud.client("sagemaker").list_labeling_jobs(SortBy="CreationTime")
    names = [job["LabelingJobName"] for job in made["LabelingJobSummaryList"]]
    assert names[:2] == ["older-vehicle", "older-lane"]
    assert len(names) == 8


def test_jobs_that_wait_or_never_started_say_why_in_few_calls(narrow):
    narrow.cloud.ground_truth.faults.stall("held-vehicle")
    inputs = narrow.create("held")["labelingJobs"]
    narrow.run(moments=2)
    narrow.create(
        "hundred",
        labelingJobs=[inputs[0] | {"jobName": f"hundred-{number}"} for number in range(100)],
    )
    narrow.run(moments=2)
    narrow.cloud.faults.calls.clear()

    hundred = narrow.client.show("hundred")
    held = narrow.client.show("held")

    calls = [(call.service, call.operation) for call in narrow.cloud.faults.calls]
    assert len(calls) <= 2 * 3, calls
    assert {job.name: (job.status, job.reason) for job in held.jobs} == {
        "held-vehicle": ("WAIT_FOR_SMGT_RESPONSE", "0 of 1 objects labeled"),
        "held-lane": ("QUEUED", "0 ahead"),
        "held-vehicle-audit": ("QUEUED", "waits for the levels before"),
        "held-lane-audit": ("QUEUED", "waits for the levels before"),
    }
    assert {job.status for job in hundred.jobs} == {"QUEUED"}
    assert [job.reason for job in hundred.jobs] == [f"{n} ahead" for n in range(1, 101)]
    assert held.job("held-lane").since < hundred.jobs[0].since

    narrow.client.stop("held")
    narrow.client.stop("hundred")
    narrow.wait(RECONCILED)

    stopped = narrow.client.show("held").job("held-vehicle")
    assert (stopped.status, stopped.reason) == ("STOPPED", "stopped with its batch")
    never_started = {job.reason for job in narrow.client.show("hundred").jobs}
    assert never_started == {"was not started before the batch ended"}
