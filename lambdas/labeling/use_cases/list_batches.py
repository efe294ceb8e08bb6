"""The ids of batches, by status."""

from __future__ import annotations

from typing import Any

from labeling.errors import Problem
from labeling.ports import Batches
from labeling.problems import invalid
from labeling.queries import ListBatches, list_token


def list_batches(query: ListBatches, *, batches: Batches) -> dict[str, Any]:
    """Ids by status, newest first, and a `nextToken` if any status has more than its page.

    Read from an index, which a change reaches within a second or so.
    """
    answer: dict[str, Any] = {}
    ends = {}
    for status, start in query.starts.items():
        try:
            ids, end = batches.batch_ids(status, limit=query.limit, before=start)
        except ValueError as error:
            message = "Give the nextToken of the page before, unchanged."
            raise invalid([Problem(("nextToken",), "token", message)]) from error
        answer[status.value] = ids
        if end is not None:
            ends[status] = end
    if ends:
        answer["nextToken"] = list_token(ends)
    return answer
