"""Labeling jobs, their data objects and tasks. All of it changes only under the registry's lock."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from emulator.ground_truth.answers import Answer
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.sources import Source
from emulator.ground_truth.task_types import TaskType

DEFAULT_CONCURRENT_OBJECTS = 1000


class JobStatus(StrEnum):
    INITIALIZING = "Initializing"
    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPING = "Stopping"
    STOPPED = "Stopped"

    @property
    def final(self) -> bool:
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED)


class ObjectState(StrEnum):
    """`CARRIED` objects came in with their label: nobody is asked for them again."""

    CARRIED = "carried"
    WAITING = "waiting"
    OPEN = "open"
    LABELED = "labeled"
    FAILED = "failed"


class TaskState(StrEnum):
    AVAILABLE = "available"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    EXPIRED = "expired"


@dataclass(frozen=True)
class WorkerAnswer:
    """An answer, and who gave it when."""

    worker: str
    answer: Answer
    accepted_at: datetime
    submitted_at: datetime
    folder: str


@dataclass
class DataObject:
    """A line of the input manifest; `index` counts from 0 and is its id. `failure` is why it
    failed, where it is more than that nobody answered."""

    index: int
    line: Mapping[str, Any]
    state: ObjectState = ObjectState.WAITING
    source: Source | None = None
    audited: Answer | None = None
    answers: list[WorkerAnswer] = field(default_factory=list)
    done_at: datetime | None = None
    output: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    refused_by: set[str] = field(default_factory=set)
    tasks: "list[WorkItem]" = field(default_factory=list)
    expiry: Any = None


@dataclass
class WorkItem:
    """One task: one object, one worker. `lease` changes whenever somebody takes it."""

    id: str
    job: "Job"
    item: DataObject
    state: TaskState = TaskState.AVAILABLE
    worker: str = ""
    lease: int = 0
    accepted_at: datetime | None = None
    timer: Any = None

    @property
    def done(self) -> bool:
        return self.state in (TaskState.SUBMITTED, TaskState.EXPIRED)


@dataclass
class Job:
    """A labeling job.

    `tasks` are those that can still be answered. `doom` is why it will end as failed. `busy` counts
    what is under way outside the lock (reading input, writing labels): a job never ends before
    that is 0. `ending` is claimed by the one who writes its output. The tasks of a `rushed` job
    are only for those who know of it. `answer_name` is the name that its template gives to
    answers, if it has a template.
    """

    request: Mapping[str, Any]
    arn: str
    task_type: TaskType
    reference_code: str
    created_at: datetime
    modified_at: datetime
    status: JobStatus = JobStatus.INITIALIZING
    failure_reason: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    categories: LabelCategories | None = None
    answer_name: str = ""
    objects: list[DataObject] = field(default_factory=list)
    waiting: deque[DataObject] = field(default_factory=deque)
    states: Counter[ObjectState] = field(default_factory=Counter)
    tasks: dict[str, WorkItem] = field(default_factory=dict)
    expiry: Any = None
    doom: str = ""
    busy: int = 0
    ending: bool = False
    may_stop: bool = False
    loaded: bool = False
    rushed: bool = False
    output_uri: str = ""

    @property
    def name(self) -> str:
        return str(self.request["LabelingJobName"])

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def human(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = self.request["HumanTaskConfig"]
        return config

    @property
    def team_arn(self) -> str:
        return str(self.human["WorkteamArn"])

    @property
    def pre_function(self) -> str:
        """The ARN of its pre-annotation function; empty if it has none."""
        return str(self.human.get("PreHumanTaskLambdaArn") or "")

    @property
    def consolidation_function(self) -> str:
        """The ARN of its post-annotation function; empty if it has none."""
        config = self.human.get("AnnotationConsolidationConfig") or {}
        return str(config.get("AnnotationConsolidationLambdaArn") or "")

    @property
    def label_attribute(self) -> str:
        return str(self.request["LabelAttributeName"])

    @property
    def workers_per_object(self) -> int:
        return int(self.human["NumberOfHumanWorkersPerDataObject"])

    @property
    def concurrent_objects(self) -> int:
        return int(self.human.get("MaxConcurrentTaskCount", DEFAULT_CONCURRENT_OBJECTS))

    @property
    def output_folder(self) -> str:
        """Where its output goes; ends in a slash."""
        return f"{self.request['OutputConfig']['S3OutputPath'].rstrip('/')}/{self.name}/"

    @property
    def active(self) -> bool:
        """People may work on it."""
        return self.status is JobStatus.IN_PROGRESS and not self.doom and not self.ending

    @property
    def budget(self) -> int:
        """How many objects may be labeled, by its stopping conditions."""
        conditions = self.request.get("StoppingConditions", {})
        total = len(self.objects)
        percentage = conditions.get("MaxPercentageOfInputDatasetLabeled", 100)
        most = conditions.get("MaxHumanLabeledObjectCount", total)
        return int(min(most, total * percentage // 100))

    def take_in(self, objects: Iterable[DataObject]) -> None:
        """Have these objects to work on; those that are WAITING are opened in this order."""
        self.objects = list(objects)
        self.states = Counter(item.state for item in self.objects)
        self.waiting = deque(i for i in self.objects if i.state is ObjectState.WAITING)

    def move(self, item: DataObject, state: ObjectState) -> None:
        """Change the state of an object."""
        self.states[item.state] -= 1
        self.states[state] += 1
        item.state = state

    def count(self, *states: ObjectState) -> int:
        return sum(self.states[state] for state in states)

    def finish(self, task: WorkItem, state: TaskState) -> None:
        """Have a task done, one way or the other."""
        task.state = state
        self.tasks.pop(task.id, None)

    @property
    def counters(self) -> dict[str, int]:
        """The service's counters: lines of the manifest, a video sequence counts as one.

        Lines that came in with their label are in none of them.
        """
        labeled = self.count(ObjectState.LABELED)
        return {
            "TotalLabeled": labeled,
            "HumanLabeled": labeled,
            "MachineLabeled": 0,
            "FailedNonRetryableError": self.count(ObjectState.FAILED),
            "Unlabeled": self.count(ObjectState.WAITING, ObjectState.OPEN),
        }
