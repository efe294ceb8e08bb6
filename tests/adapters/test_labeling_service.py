"""labeling.ports.LabelingService, in memory and on the twin of Ground Truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from emulator.aws_services import AwsServices
from emulator.mends import sagemaker
from labeling.errors import JobNameInUse, JobRefused, QuotaReached
from labeling.ports import LabelingJobStatus
from tests.adapters.conftest import IMPLEMENTATIONS
from tests.adapters.labeling_accounts import (
    PLACES,
    TEAM,
    Account,
    FakeAccount,
    TwinAccount,
    a_spec,
)

SOON = timedelta(seconds=1)


@pytest.fixture(params=IMPLEMENTATIONS)
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    if request.param == "fake":
        yield FakeAccount()
        return
    twin: TwinAccount = request.getfixturevalue("twin")
    yield twin


def test_a_job_that_was_made_is_described_with_its_tag(account: Account) -> None:
    account.service.create(a_spec("Vehicle"))
    account.pass_time(SOON)

    state = account.service.describe("Vehicle")

    assert state is not None
    assert (state.name, state.tag) == ("Vehicle", "batches/clip/n0/Vehicle/0")
    assert state.status is LabelingJobStatus.IN_PROGRESS
    assert state.created_at.tzinfo is not None


def test_a_job_that_was_never_made_is_not_there(account: Account) -> None:
    assert account.service.describe("vehicle") is None


def test_a_name_is_used_once_whatever_its_case(account: Account) -> None:
    account.service.create(a_spec("vehicle"))

    with pytest.raises(JobNameInUse):
        account.service.create(a_spec("Vehicle"))


def test_the_name_of_a_job_that_is_over_stays_used(account: Account) -> None:
    account.fail("vehicle", "trouble")
    account.service.create(a_spec("vehicle"))
    account.pass_time(SOON)

    with pytest.raises(JobNameInUse):
        account.service.create(a_spec("vehicle"))


def test_the_account_takes_so_many_running_jobs_and_no_more(account: Account) -> None:
    assert not account.service.any_running()
    for number in range(PLACES):
        account.service.create(a_spec(f"job-{number}"))

    with pytest.raises(QuotaReached):
        account.service.create(a_spec("one-more"))

    assert account.service.any_running()
    assert account.service.describe("one-more") is None


def test_a_job_that_ends_gives_its_place_back(account: Account) -> None:
    for number in range(PLACES):
        account.fail(f"job-{number}", "trouble")
        account.service.create(a_spec(f"job-{number}"))

    account.pass_time(SOON)

    assert not account.service.any_running()
    account.service.create(a_spec("one-more"))


def test_a_completed_job_counts_its_labeled_objects(account: Account) -> None:
    account.service.create(a_spec("vehicle"))

    account.complete("vehicle")

    state = account.service.describe("vehicle")
    assert state is not None
    assert state.status is LabelingJobStatus.COMPLETED
    assert (state.labeled, state.unlabeled, state.failed_objects) == (1, 0, 0)


def test_a_failed_job_says_why(account: Account) -> None:
    account.fail("vehicle", "the manifest is empty")
    account.service.create(a_spec("vehicle"))

    account.pass_time(SOON)

    state = account.service.describe("vehicle")
    assert state is not None
    assert (state.status, state.reason) == (LabelingJobStatus.FAILED, "the manifest is empty")


def test_a_job_is_stopped_and_may_be_asked_to_again(account: Account) -> None:
    account.service.create(a_spec("vehicle"))
    account.pass_time(SOON)

    account.service.stop("vehicle")
    account.pass_time(SOON)

    state = account.service.describe("vehicle")
    assert state is not None
    assert state.status is LabelingJobStatus.STOPPED
    account.service.stop("vehicle")


def test_stopping_a_job_that_is_not_there_does_nothing(account: Account) -> None:
    account.service.stop("vehicle")

    assert account.service.describe("vehicle") is None


def test_only_jobs_that_are_not_over_are_listed_as_running(account: Account) -> None:
    account.service.create(a_spec("old"))
    account.pass_time(timedelta(hours=1))
    account.fail("broken", "trouble")
    account.service.create(a_spec("broken"))
    account.pass_time(SOON)

    [listed] = account.service.running()

    assert (listed.name, listed.status) == ("old", LabelingJobStatus.IN_PROGRESS)
    assert listed.tag is None


@pytest.fixture
def twin(services: AwsServices) -> Iterator[TwinAccount]:
    yield TwinAccount(services)
    sagemaker.configure()


def test_a_job_that_can_never_be_made_is_known_before_and_refused_with_every_reason(
    account: Account,
) -> None:
    spec = a_spec("vehicle", label_attribute="vehicle", max_concurrent_task_count=9999)

    limit, suffix = account.service.violations(spec)

    assert limit.startswith("HumanTaskConfig.MaxConcurrentTaskCount: is 9999")
    assert "must end with -ref" in suffix
    with pytest.raises(JobRefused, match=r"MaxConcurrentTaskCount.*must end with -ref"):
        account.service.create(spec)


def test_a_job_that_can_be_made_breaks_no_rule(account: Account) -> None:
    assert account.service.violations(a_spec("vehicle")) == []


def test_what_the_service_refuses_is_told_in_its_words(twin: TwinAccount) -> None:
    with pytest.raises(JobRefused, match=r"nobody does not exist"):
        twin.service.create(a_spec("vehicle", workteam_arn=TEAM.replace("people", "nobody")))
