"""What goes wrong in the API, as an HTTP status and a body that says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from labeling import errors
from labeling.errors import InvalidRequest, Problem

_LONGEST_QUOTE = 60
# Lambda answers at most 6 MB.
MOST_PROBLEMS = 1_000

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


def invalid(problems: list[Problem]) -> InvalidRequest:
    """The error that names these mistakes, in the order of the request."""
    ordered = in_order(problems)[:MOST_PROBLEMS]
    first = f"{path(ordered[0].loc)}: {ordered[0].message}".removeprefix(": ")
    if len(problems) == 1:
        return InvalidRequest(first, problems=ordered)
    count = (
        f"{MOST_PROBLEMS} mistakes and more"
        if len(problems) > MOST_PROBLEMS
        else (f"{len(problems)} mistakes")
    )
    return InvalidRequest(f"The request has {count}. {first}", problems=ordered)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """What is of the whole request first, then job by job."""
    return sorted(problems, key=_place)


def _place(problem: Problem) -> int:
    match problem.loc:
        case (_, int(index), *_):
            return index
        case _:
            return -1


def path(loc: Iterable[str | int]) -> str:
    """`labelingJobs[2].jobName`; the whole body is an empty text."""
    written = ""
    for part in loc:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else part
    return written


def quote(value: Any) -> str:
    """A value as a message may show it: in JSON, not too long."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str) and len(value) > _LONGEST_QUOTE:
        return json.dumps(value[:_LONGEST_QUOTE]).removesuffix('"') + '…"'
    return json.dumps(value)[: 6 * _LONGEST_QUOTE]


def near(word: str, known: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing."""
    from difflib import get_close_matches  # only a request with mistakes needs it

    by_lower_case = {name.lower(): name for name in known}
    found = get_close_matches(word[:_LONGEST_QUOTE].lower(), by_lower_case, n=3)
    if not found:
        return ""
    return f" Did you mean {' or '.join(by_lower_case[name] for name in found)}?"
