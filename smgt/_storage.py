"""Files in S3: inputs up, labels down, and away again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from smgt._errors import InvalidInput, StorageError

# A file on disk, its text or bytes, or a document that is stored as JSON.
Content = Path | str | bytes | Mapping[str, Any]

CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".json": "application/json",
    ".manifest": "application/x-ndjson",
}
PARALLEL = 8


class Storage:
    """The files of one account's S3, by `s3://` address."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def upload(
        self,
        files: Mapping[str, Content],
        *,
        to: str,
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, str]:
        """Store files below `to`; returns the address of each name. `progress` is called after
        each file with how many are there, and how many there will be."""
        addresses = {name: f"{to.rstrip('/')}/{name}" for name in files}
        with ThreadPoolExecutor(PARALLEL) as pool:
            stored = pool.map(lambda name: self._put(addresses[name], files[name]), files)
            for count, _ in enumerate(stored, start=1):
                if progress:
                    progress(count, len(files))
        return addresses

    def read(self, address: str) -> bytes:
        bucket, key = split(address)
        try:
            body: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise StorageError(f"{address} cannot be read: {error}") from error
        return body

    def remove(self, prefix: str) -> int:
        """Delete every object below `prefix`; returns how many there were."""
        bucket, start = split(prefix)
        removed = 0
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=start)
            for page in pages:
                keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
                if keys:
                    self._s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
                removed += len(keys)
        except (ClientError, BotoCoreError) as error:
            raise StorageError(f"{prefix} cannot be emptied: {error}") from error
        return removed

    def _put(self, address: str, content: Content) -> None:
        bucket, key = split(address)
        kind = CONTENT_TYPES.get(Path(key).suffix.lower(), "application/octet-stream")
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=_body(content), ContentType=kind)
        except (ClientError, BotoCoreError) as error:
            raise StorageError(
                f"{address} cannot be written: {error}. Check the bucket's name and that you may "
                "write to it."
            ) from error


def split(address: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` address."""
    # Keys may have '#' and '?' in them, at which a web address would end.
    scheme, _, rest = address.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket or not key:
        raise InvalidInput(f"{address!r} is not an address in S3: write s3://bucket/key.")
    return bucket, key


def _body(content: Content) -> bytes:
    if isinstance(content, Path):
        try:
            return content.read_bytes()
        except OSError as error:
            raise InvalidInput(f"{content} cannot be read: {error.strerror}.") from error
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    return json.dumps(content, indent=2).encode() + b"\n"
