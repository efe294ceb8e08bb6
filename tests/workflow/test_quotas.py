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
    narrow.create("newer")

    narrow.run(moments=30)
    narrow.wait(RECONCILED)

    assert narrow.show("older")["status"] == "COMPLETE"
    assert narrow.show("newer")["status"] == "COMPLETE"
    made = narrow.cloud.client("sagemaker").list_labeling_jobs(SortBy="CreationTime")
    names = [job["LabelingJobName"] for job in made["LabelingJobSummaryList"]]
    assert names[0].startswith("older")
    assert len(names) == 8
