"""What the service refuses, and what people at the task desk are refused."""

from collections.abc import Sequence


class ServiceRefusal(Exception):
    """A call was refused; `code` is the error code on the wire."""

    code = "ValidationException"


class RequestInvalid(ServiceRefusal):
    """The request breaks rules; all of them are in one text, as the service words it."""

    def __init__(self, violations: Sequence[str]) -> None:
        self.violations = tuple(violations)
        noun = "validation error" if len(self.violations) == 1 else "validation errors"
        super().__init__(f"{len(self.violations)} {noun} detected: {'; '.join(self.violations)}")


class WrongState(ServiceRefusal):
    """The job cannot do this in its status."""


class ResourceInUse(ServiceRefusal):
    """The name is taken."""

    code = "ResourceInUse"


class ResourceLimitExceeded(ServiceRefusal):
    """A quota of the account is used up."""

    code = "ResourceLimitExceeded"


class ResourceNotFound(ServiceRefusal):
    """No such job or work team."""

    code = "ResourceNotFound"


class Throttled(ServiceRefusal):
    """More calls in a second than the account may make."""

    code = "ThrottlingException"

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class InputUnusable(Exception):
    """A job's input cannot be worked on: the job fails, and this is its reason."""


class ObjectUnusable(Exception):
    """A data object cannot be shown to anybody: it fails, and the job goes on."""


class LabelUnusable(Exception):
    """The label that an audit should start from is missing or unreadable: the object fails."""


class TaskGone(Exception):
    """The task was answered, expired, given back or taken by someone else."""


class AnswerInvalid(Exception):
    """The answer does not fit its task."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))
