"""What a complete batch brought beside its jobs' outputs: all labels together, and its exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from smgt._errors import SmgtError
from smgt._models import Batch
from smgt._outputs import Output
from smgt._storage import PARALLEL, split

_DENIED = {"AccessDenied", "403", "Forbidden"}


class Outputs(list[Output]):
    """The output of each complete job. `merged` are the files of the merged data set, `exports` the
    folder of each format; `missing` says of what could not be had why, and what it takes."""

    def __init__(self, jobs: Iterable[Output]) -> None:
        super().__init__(jobs)
        self.merged: list[Path] = []
        self.exports: dict[str, Path] = {}
        self.missing: list[str] = []


def download_together(
    batch: Batch,
    to: Path,
    found: Outputs,
    *,
    fetch: Callable[[str], bytes],
    s3: Callable[[], Any],
) -> None:
    """Add to `found` what lies in `<to>/merged` and `<to>/exports/<format>` then.

    `fetch` opens signed addresses; `s3` makes a client for what has none. What cannot be had keeps
    nothing else back.
    """
    answer = batch.raw
    if answer.get("mergeError"):
        found.missing.append(f"Nothing was merged: {answer['mergeError']}")
    if answer.get("mergedS3Uri"):
        _merged(answer, to / "merged", found, fetch=fetch, s3=s3)
    for form, made in (answer.get("exports") or {}).items():
        if made.get("error"):
            found.missing.append(f"There is no export {form}: {made['error']}")
        else:
            _export(form, made["s3Uri"], to / "exports" / form, found, s3)


def _merged(
    answer: Mapping[str, Any],
    to: Path,
    found: Outputs,
    *,
    fetch: Callable[[str], bytes],
    s3: Callable[[], Any],
) -> None:
    uri = str(answer["mergedS3Uri"])
    report = f"{uri.rpartition('/')[0]}/report.json"
    try:
        found.merged.append(_write(to / "data.jsonl", fetch(answer["mergedS3Url"])))
    except (SmgtError, KeyError) as error:
        found.missing.append(f"{uri} is missing: {error}")
    try:
        found.merged.append(_write(to / "report.json", _read(s3(), *split(report))))
    except (SmgtError, ClientError, BotoCoreError) as error:
        found.missing.append(f"{report} is missing: {_why(error, 's3:GetObject')}")


def _export(form: str, uri: str, to: Path, found: Outputs, s3: Callable[[], Any]) -> None:
    permission = "s3:ListBucket"
    try:
        client = s3()
        bucket, prefix = split(f"{uri.rstrip('/')}/")
        keys = list(_keys(client, bucket, prefix))
        permission = "s3:GetObject"
        with ThreadPoolExecutor(PARALLEL) as pool:
            for _ in pool.map(
                lambda key: _write(to / key.removeprefix(prefix), _read(client, bucket, key)), keys
            ):
                pass
    except (SmgtError, ClientError, BotoCoreError) as error:
        found.missing.append(f"The export {uri} is missing: {_why(error, permission)}")
    else:
        found.exports[form] = to


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            key: str = entry["Key"]
            if not key.endswith("/") and ".." not in PurePosixPath(key).parts:
                yield key


def _read(s3: Any, bucket: str, key: str) -> bytes:
    body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def _why(error: Exception, permission: str) -> str:
    denied = (
        isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") in _DENIED
    )
    return f"you need {permission} on the processing bucket ({error})" if denied else str(error)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
