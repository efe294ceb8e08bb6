"""What differs between kinds of tasks: reading input, checking answers, storing labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from emulator.ground_truth.answers import Answer
from emulator.ground_truth.categories import LabelCategories
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import ObjectStore
from emulator.ground_truth.sources import Source


@dataclass(frozen=True)
class StoredLabel:
    """The value of the label attribute in the manifest, what its metadata has besides the members
    that all types share, and the files to write, by URI."""

    value: Any
    metadata: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkerContent:
    """`answerContent` of a worker response, and the files beside it, by URI."""

    content: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


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

    def store(
        self,
        answers: Sequence[Answer],
        *,
        source: Source,
        categories: LabelCategories,
        folder: str,
    ) -> StoredLabel:
        """The label made of all answers to an object."""
