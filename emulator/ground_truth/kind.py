"""What differs between kinds of tasks: reading input, checking answers, storing labels."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from emulator.ground_truth.answers import Answer
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.jobs import WorkerAnswer
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source


@dataclass(frozen=True)
class StoredLabel:
    """The value of the label attribute in the manifest, what its metadata has besides the members
    that all types share, or in their place, and the files to write, by URI."""

    value: Any
    metadata: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class NoLabel:
    """No label could be made of the answers: the object fails for this reason."""

    reason: str


@dataclass(frozen=True)
class WorkerContent:
    """`answerContent` of a worker response, and the files beside it, by URI."""

    content: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """An object that somebody answered: all answers to it, in the order in which they came, and
    the label that they began with, in an audit. `done_at` is when the last of them was in."""

    index: int
    source: Source
    answers: tuple[WorkerAnswer, ...]
    audited: Answer | None
    done_at: datetime


class Kind(Protocol):
    """A kind of task. Folders are URIs that end in a slash."""

    def max_objects(self, limits: Limits) -> int:
        """How many lines a manifest may have."""

    def read_source(
        self, line: Mapping[str, Any], *, objects: ObjectStore, limits: Limits
    ) -> Source:
        """What a line of the manifest asks to label; raises `InputUnusable`."""

    def read_label(
        self,
        line: Mapping[str, Any],
        attribute: str,
        *,
        objects: ObjectStore,
        source: Source,
        categories: LabelCategories,
    ) -> Answer:
        """The label that is to be audited; raises `LabelUnusable`."""

    def problems(self, answer: Answer, *, source: Source, categories: LabelCategories) -> list[str]:
        """Why the answer cannot be submitted."""

    def worker_content(
        self, answer: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> WorkerContent:
        """The answer as the interface sends it."""

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> Sequence[StoredLabel | NoLabel]:
        """The labels made of all answers to these objects, in the same order. Objects come
        together, since who is often right can only be seen over many. `folder` is the job's
        `consolidated-annotation/output/`."""


class OneWorker(ABC):
    """A kind of task that one person does: the answer is the label."""

    def consolidate(
        self, batch: Sequence[Answered], *, categories: LabelCategories, folder: str
    ) -> list[StoredLabel]:
        return [
            self.store(
                item.answers[-1].answer,
                source=item.source,
                categories=categories,
                folder=f"{folder}{item.index}/",
            )
            for item in batch
        ]

    @abstractmethod
    def store(
        self, given: Answer, *, source: Source, categories: LabelCategories, folder: str
    ) -> StoredLabel:
        """The label that an answer is; `folder` is the object's own."""
