"""Files in S3 as a plan finds them, and what it says about them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labeling.errors import Problem
from tests.fakes import FakeObjects

DATA = Path(__file__).parent / "data" / "groundtruth-immersionday"
BUCKETS = frozenset({"in", "processing"})
LOC = ("labelingJobs", 0, "inputConfig", "inputManifestS3Uri")
# as many bytes as whole points have in every format
CONTENT = "x" * 336
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def objects() -> FakeObjects:
    return FakeObjects(lambda: NOW)


def recorded(name: str) -> str:
    """A published file, with its bucket called `in`."""
    return (DATA / name).read_text().replace("$BUCKET", "in")


def put(there: FakeObjects, uri: str, *documents: Any) -> str:
    """Writes JSON, a document a line; returns where."""
    there.write(uri, "".join(f"{json.dumps(document)}\n" for document in documents))
    return uri


def touch(there: FakeObjects, *uris: str) -> None:
    """Makes files that are not looked into."""
    for uri in uris:
        there.write(uri, CONTENT)


def errors(problems: Iterable[Problem]) -> dict[str, str]:
    """The messages by type."""
    return {problem.type: problem.message for problem in problems if not problem.warning}


def warnings(problems: Iterable[Problem]) -> dict[str, str]:
    return {problem.type: problem.message for problem in problems if problem.warning}
