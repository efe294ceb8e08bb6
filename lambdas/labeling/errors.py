"""Every error by name: Step Functions matches them by class name, so these are an interface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labeling.model import BatchRequest


@dataclass(frozen=True)
class UsablePart:
    """The jobs of a request that nothing is wrong with, and their places in it."""

    request: BatchRequest
    places: tuple[int, ...]


@dataclass(frozen=True)
class Problem:
    """One mistake of a request: where it is, of which kind, and what to do about it.

    A `warning` is no mistake, but something that whoever pays may want to know before.
    """

    loc: tuple[str | int, ...]
    type: str
    message: str
    warning: bool = False


class LabelingError(Exception):
    """Something that the pipeline itself refuses or gives up on; `problems` names each mistake."""

    def __init__(self, *args: object, problems: Iterable[Problem] = ()) -> None:
        super().__init__(*args)
        self.problems = tuple(problems)


class StaleRun(LabelingError):
    """A state function of an execution that the batch has left behind, or of a batch that ended."""


class InvalidBatch(LabelingError):
    """The inputs that a batch names cannot be used; its message lists every reason."""


class LabelingJobFailed(LabelingError):
    """A labeling job ended without labels, so its level cannot be done."""


class NoJobCompleted(LabelingError):
    """Every job of the last level failed or was skipped."""


class InvalidRequest(LabelingError):
    """What was asked cannot be understood, or would not work; `problems` lists every mistake.

    `usable` is what of a batch can be understood all the same, if anything can.
    """

    usable: UsablePart | None = None


class BodyTooLarge(LabelingError):
    """The body of a request is larger than the API takes."""


class BatchNotFound(LabelingError):
    """No batch has this id."""


class BatchExists(LabelingError):
    """Another request already uses this batch id."""


class NameTaken(LabelingError):
    """Ground Truth job names are used up for ever; these belong to something else already."""


class WrongState(LabelingError):
    """The batch is not in a state in which this can be done."""


class NotPublished(LabelingError):
    """SNS did not take a message."""


class NotSent(LabelingError):
    """The listener's queue did not take a message."""


class Conflict(LabelingError):
    """A transaction met others again and again until the time was over; do the same later."""


class ObjectUnreadable(LabelingError):
    """An object in S3 that cannot be read: it does not exist, or access is denied."""


class NotLookedAt(LabelingError):
    """Something of the account that could not be looked at: no permission, or no answer."""


# What Ground Truth answers to CreateLabelingJob, as the port names it.


class LabelingServiceError(LabelingError):
    """The labeling service did not take the job; the text is the service's own."""


class JobNameInUse(LabelingServiceError):
    """A job of this name exists in the account already (ResourceInUse)."""


class QuotaReached(LabelingServiceError):
    """The service takes no more for now (ResourceLimitExceeded)."""


class ServiceUnavailable(LabelingServiceError):
    """Throttled, a server error or no answer: the call may have been done; ask again later."""


class Throttled(ServiceUnavailable):
    """Asked too often: the call was not done; ask again later."""


class JobRefused(LabelingServiceError):
    """The service will never take this job as it is."""


# What Step Functions answers about tokens and executions.


class TokenOver(LabelingError):
    """This task token is used or has timed out (TaskTimedOut, TaskDoesNotExist)."""


class ExecutionNameTaken(LabelingError):
    """An execution of this name ran already (ExecutionAlreadyExists)."""
