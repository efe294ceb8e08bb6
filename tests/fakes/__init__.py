"""The ports in memory. They pass the tests of the adapters (tests/adapters): rely on them."""

from tests.fakes.account import FakeAccount
from tests.fakes.batches import FakeBatches
from tests.fakes.labeling import FakeLabelingService
from tests.fakes.objects import FakeObjects
from tests.fakes.outlets import FakeNotifier, FakeQueue, FakeWorkforce, Published
from tests.fakes.workflow import Answer, FakeWorkflow
from tests.fakes.world import World, world

__all__ = [
    "Answer",
    "FakeAccount",
    "FakeBatches",
    "FakeLabelingService",
    "FakeNotifier",
    "FakeObjects",
    "FakeQueue",
    "FakeWorkflow",
    "FakeWorkforce",
    "Published",
    "World",
    "world",
]
