"""Where things lie in the table: a batch is one partition, its log is sorted last."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from labeling.model import Attempt

Key = dict[str, str]

FIRST = "BATCH"
LAST_SHOWN = "LEVEL#~"  # after every job and level, before WAIT# and Z#


def batch_key(batch_id: str) -> Key:
    return {"pk": batch_id, "sk": FIRST}


def level_key(batch_id: str, level: int) -> Key:
    return {"pk": batch_id, "sk": f"LEVEL#{level:02}"}


def job_key(at: Attempt) -> Key:
    return {"pk": at.batch_id, "sk": f"{jobs_of(at.level)}{at.index:05}"}


def jobs_of(level: int) -> str:
    """What the sort keys of a level's jobs begin with."""
    return f"JOB#{level:02}#"


def index_of(key: Key) -> int:
    """The index of the job that has this key."""
    return int(key["sk"].rpartition("#")[2])


def wait_key(batch_id: str, state: str) -> Key:
    return {"pk": batch_id, "sk": f"WAIT#{state}"}


def log_key(batch_id: str, now: datetime) -> Key:
    return {"pk": batch_id, "sk": f"Z#{timestamp(now)}#{secrets.token_hex(4)}"}


def pointer_key(labeling_job: str) -> Key:
    """Ground Truth compares names without case. No batch id has a `#` in it."""
    return {"pk": f"labeling-job#{labeling_job.lower()}", "sk": "POINTER"}


def timestamp(time: datetime) -> str:
    """UTC and always of one length, so that text sorts as time does."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def since(time: datetime, key: Key) -> str:
    """The index of open jobs' sort key: by time, then in the order of the request."""
    return f"{timestamp(time)}#{key['sk']}"
