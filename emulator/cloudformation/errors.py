"""What can be wrong with a template, its parameters, a resource or a request."""

from moto.core.exceptions import ServiceException


class TemplateError(Exception):
    """The template or its parameters are refused before anything is made."""


class ResourceError(Exception):
    """A resource cannot be made, changed or deleted as its template says."""


class ValidationError(ServiceException):
    """A request that CloudFormation refuses."""

    code = "ValidationError"


class AlreadyExists(ServiceException):
    """A stack of this name exists."""

    code = "AlreadyExistsException"


class ChangeSetNotFound(ServiceException):
    """No change set has this name."""

    code = "ChangeSetNotFound"
