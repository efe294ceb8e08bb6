"""All ports in memory, on one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from labeling.naming import Places
from tests.fakes.account import FakeAccount
from tests.fakes.batches import FakeBatches
from tests.fakes.labeling import FakeLabelingService
from tests.fakes.objects import FakeObjects
from tests.fakes.outlets import FakeNotifier, FakeQueue, FakeWorkforce
from tests.fakes.workflow import FakeWorkflow

DATA = "smgt-workflow-123456789012-us-east-1-batch"
LABELING_ROLE = "arn:aws:iam::123456789012:role/labeling"
TEAMS = "arn:aws:sagemaker:us-east-1:123456789012:workteam/private-crowd"


@dataclass
class World:
    """`labeling.ports.Ports`, and the clock: set `time`, or `advance` it."""

    batches: FakeBatches
    labeling: FakeLabelingService
    workflow: FakeWorkflow
    objects: FakeObjects
    notifier: FakeNotifier
    queue: FakeQueue
    workforce: FakeWorkforce
    account: FakeAccount
    places: Places
    time: datetime = field(default=datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    table_name: str = "batches"
    levels: int = 3
    job_completion_timeout: timedelta = timedelta(days=14)

    def now(self) -> datetime:
        return self.time

    def advance(self, by: timedelta) -> None:
        self.time += by


def world(*, quota: int = 100) -> World:
    """A world whose labeling service runs so many jobs at once: no batches, no objects, but the
    buckets, the role and the two teams, with two people each, that a stack comes with."""

    def now() -> datetime:
        return made.time

    made = World(
        batches=FakeBatches(),
        labeling=FakeLabelingService(now, quota=quota),
        workflow=FakeWorkflow(),
        objects=FakeObjects(now),
        notifier=FakeNotifier(),
        queue=FakeQueue(),
        workforce=stack_workforce(),
        account=stack_account(quota),
        places=Places(processing_bucket=f"{DATA}-processing"),
    )
    return made


def stack_account(quota: int = 100) -> FakeAccount:
    """The two buckets and the role that a stack comes with."""
    account = FakeAccount()
    account.quota = quota
    account.roles[LABELING_ROLE] = True
    for bucket in (f"{DATA}-input", f"{DATA}-processing"):
        account.add_bucket(bucket)
    return account


def stack_workforce() -> FakeWorkforce:
    """The two teams that a stack comes with, and two people in each."""
    workforce = FakeWorkforce()
    for level in ("first", "second"):
        people = tuple(f"{name}@example.org" for name in (f"an-{level}", f"bo-{level}"))
        workforce.members[f"{TEAMS}/smgt-workflow-{level}-level"] = people
    return workforce
