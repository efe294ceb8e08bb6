"""Query parameters: what each route knows, and the tokens that lead to a next page."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeling.errors import Problem
from labeling.model import BatchStatus
from labeling.problems import invalid, near, quote

LARGEST_PAGE = 1_000
_LONGEST_PLACE = 200

Parameters = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ShowBatch:
    """`GET /batch/show?batchId=`: `limit` None is as many as an answer holds."""

    batch_id: str
    limit: int | None = None
    start: int = 0


@dataclass(frozen=True, kw_only=True)
class ListBatches:
    """`GET /batch/show`: the statuses to list, each from where the page before ended."""

    starts: Mapping[BatchStatus, str | None]
    limit: int = 100


def no_parameters(given: Parameters | None) -> None:
    """Raises InvalidRequest: a parameter that does nothing is a misunderstanding."""
    _refuse(_unknown(given or {}, ()))


def is_dry_run(given: Parameters | None) -> bool:
    """`POST /batch/create?dryRun=true`: only the plan is asked for. Raises InvalidRequest."""
    given = given or {}
    problems = _unknown(given, ("dryRun",))
    text = given.get("dryRun", "false")
    if text not in ("true", "false"):
        message = f"{quote(text)} will not do: give true or false."
        problems.append(Problem(("dryRun",), "boolean", message))
    _refuse(problems)
    return text == "true"


def show_query(given: Parameters | None) -> ShowBatch | ListBatches:
    """Raises InvalidRequest with every mistake."""
    given = given or {}
    if "batchId" in given:
        problems = _unknown(given, ("batchId", "limit", "nextToken"))
        limit = _limit(given, problems)
        start = _position(given, problems)
        _refuse(problems)
        return ShowBatch(batch_id=given["batchId"], limit=limit, start=start)

    problems = _unknown(given, ("batchId", "status", "limit", "nextToken"))
    limit = _limit(given, problems)
    starts = _starts(given, problems)
    _refuse(problems)
    return ListBatches(starts=starts, limit=limit or ListBatches.limit)


def list_token(ends: Mapping[BatchStatus, str]) -> str:
    """Leads to the next page of the statuses that have one."""
    return base64.urlsafe_b64encode(json.dumps(ends).encode()).decode().rstrip("=")


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise invalid(problems)


def _unknown(given: Parameters, known: Sequence[str]) -> list[Problem]:
    said = f"Known here: {', '.join(known)}." if known else "This route has none."
    return [
        Problem(
            (name[:80],),
            "unknown_parameter",
            f"There is no such parameter.{near(name, known) or ' ' + said}",
        )
        for name in given.keys() - set(known)
    ]


def _limit(given: Parameters, problems: list[Problem]) -> int | None:
    text = given.get("limit")
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= LARGEST_PAGE:
        return int(text)
    message = f"{quote(text)} will not do: give a whole number, 1 to {LARGEST_PAGE}."
    problems.append(Problem(("limit",), "range", message))
    return None


def _position(given: Parameters, problems: list[Problem]) -> int:
    text = given.get("nextToken", "0")
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    problems.append(_bad_token())
    return 0


def _starts(given: Parameters, problems: list[Problem]) -> dict[BatchStatus, str | None]:
    starts: dict[BatchStatus, str | None] = dict.fromkeys(BatchStatus)
    if "nextToken" in given:
        ends = _ends(given["nextToken"])
        if ends is None:
            problems.append(_bad_token())
        else:
            starts = dict(ends)
    if "status" in given:
        try:
            status = BatchStatus(given["status"])
        except ValueError:
            message = f"{quote(given['status'])} will not do: give one of {', '.join(BatchStatus)}."
            problems.append(Problem(("status",), "status", message))
        else:
            starts = {status: starts.get(status)}
    return starts


def _ends(token: str) -> dict[BatchStatus, str] | None:
    try:
        ends = json.loads(base64.b64decode(token + "==", altchars=b"-_"))
        return {BatchStatus(status): _text(end) for status, end in ends.items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


def _text(value: object) -> str:
    if isinstance(value, str) and len(value) <= _LONGEST_PLACE:
        return value
    raise TypeError


def _bad_token() -> Problem:
    return Problem(("nextToken",), "token", "Give the nextToken of the page before, unchanged.")
