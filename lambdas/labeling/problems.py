"""What goes wrong in the API, as an HTTP status and a body that says what to do."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from labeling import errors
from labeling.errors import Problem

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.InvalidRequest: HTTPStatus.BAD_REQUEST,
    errors.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.BatchNotFound: HTTPStatus.NOT_FOUND,
    errors.BatchExists: HTTPStatus.CONFLICT,
    errors.NameTaken: HTTPStatus.CONFLICT,
    errors.WrongState: HTTPStatus.CONFLICT,
    errors.Conflict: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ServiceUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: Exception) -> HTTPStatus | None:
    """None: nothing that a caller can do anything about."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), None)


def body_of(message: str, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """The shape of every error of the API."""
    return {
        "message": message,
        "errors": [
            {"loc": path(problem.loc), "type": problem.type, "message": problem.message}
            for problem in problems
        ],
    }


def path(loc: Iterable[str | int]) -> str:
    """`labelingJobs[2].jobName`; the whole body is an empty text."""
    written = ""
    for part in loc:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else part
    return written
