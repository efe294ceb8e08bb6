"""From the bytes of a body to a checked object and a list of what is wrong with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from labeling.errors import BodyTooLarge, InvalidRequest, Problem
from labeling.problems import invalid, near, quote
from labeling.requests.bodies import Body

LARGEST_BODY = 5 * 1024 * 1024  # bytes; Lambda takes 6 MB, with the event around it

Loc = tuple[str | int, ...]
B = TypeVar("B", bound=Body)


def json_object(event: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a proxy event. Raises InvalidRequest, BodyTooLarge."""
    text = event.get("body") or ""
    try:
        content = _content(text, is_base64=bool(event.get("isBase64Encoded")))
        if len(content) > LARGEST_BODY:
            raise BodyTooLarge(
                f"The body has more than {LARGEST_BODY // 1024**2} MB: make several batches of it."
            )
        if not content.strip():
            raise _unreadable("empty", "The body is empty: send a JSON object, {…}.")
        value = json.loads(content)
    except RecursionError:
        raise _unreadable("json", "The body is nested too deeply to be a request.") from None
    except ValueError as error:
        raise _unreadable("json", f"The body is not JSON in UTF-8: {error}.") from error
    if not isinstance(value, dict):
        raise _unreadable("object", f"Send a JSON object, {{…}}, not {quote(value)}.")
    return value


def _content(text: str, *, is_base64: bool) -> bytes:
    return base64.b64decode(text, validate=True) if is_base64 else text.encode()


def _unreadable(kind: str, message: str) -> InvalidRequest:
    return invalid([Problem((), kind, message)])


def read(model: type[B], raw: dict[str, Any]) -> tuple[B, list[Problem]]:
    """The body without the fields that have the wrong shape, and what is wrong with those.

    Takes the latter out of `raw`.
    """
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        problems = [
            _problem(mistake["loc"], mistake["type"], mistake["msg"], mistake["input"])
            for mistake in error.errors(include_url=False, include_context=False)
        ]
    for problem in problems:
        _take_out(raw, problem.loc)
    return model.model_validate(raw), problems


def _problem(loc: Loc, kind: str, message: str, value: object) -> Problem:
    """Shapes of objects and lists are pydantic's own checks; the fields' say it themselves."""
    if kind == "model_type":
        return Problem(loc, "object", f"{quote(value)} will not do: give an object, {{…}}.")
    if kind == "tuple_type":
        return Problem(loc, "list", f"{quote(value)} will not do: give a list, […].")
    return Problem(loc, kind, message)


def _take_out(raw: dict[str, Any], loc: Loc) -> None:
    holder: Any = raw
    for part in loc[:-1]:
        holder = holder[part]
    holder[loc[-1]] = {} if isinstance(loc[-1], int) else None


def unknown_fields(raw: object, model: type[Body], loc: Loc = ()) -> Iterator[Problem]:
    """Fields that nobody reads: a misspelt one would silently do nothing."""
    if not isinstance(raw, dict):
        return
    known = model.known_fields()
    for name in sorted(raw.keys() - set(known)):
        hint = near(name, known) or f" Known here: {', '.join(known)}."
        yield Problem((*loc, name[:80]), "unknown_field", f"There is no such field.{hint}")
