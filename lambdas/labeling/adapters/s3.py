"""Objects in S3."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import (
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
)

from labeling.adapters import aws
from labeling.adapters.passing import passes
from labeling.errors import ObjectUnreadable
from labeling.ports import ObjectEntry
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PART = 8 * 1024 * 1024  # bytes; S3 takes parts of 5 MiB and more, 10,000 of them
CHUNK = 256 * 1024  # bytes that are read at once
# Kept open, for threads that read at once: to open one takes longer than a call.
CONNECTIONS = 32
URLS_LIVE = timedelta(hours=1)
WRITE_ONCE_TRIES = 5
READ_TRIES = 3  # botocore calls again, but reads no body again
_ABSENT = ("NoSuchKey", "404")


class S3Objects:
    """`labeling.ports.Objects`."""

    def __init__(self, client: S3Client, *, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now

    @classmethod
    def from_settings(cls, settings: Settings, *, now: Callable[[], datetime]) -> Self:
        return cls(s3_client(settings.region), now=now)

    def read(self, uri: str) -> str:
        try:
            return self.read_bytes(uri).decode()
        except UnicodeDecodeError as error:
            raise ObjectUnreadable(f"{uri} is not UTF-8 text") from error

    def lines(self, uri: str) -> Iterator[str]:
        try:
            for line in _lines(self.chunks(uri)):
                if line:
                    yield line.decode()
        except UnicodeDecodeError as error:
            raise ObjectUnreadable(f"{uri} is not UTF-8 text") from error

    def read_bytes(self, uri: str) -> bytes:
        for _ in range(READ_TRIES - 1):
            try:
                return self._read(uri)
            except (HTTPClientError, IncompleteReadError):
                continue
        return self._read(uri)

    def chunks(self, uri: str) -> Iterator[bytes]:
        with _connected():
            yield from self._get(uri).iter_chunks(CHUNK)

    def exists(self, uri: str) -> bool:
        try:
            with _readable(uri):
                self._client.head_object(**_place(uri))
        except ObjectUnreadable as error:
            if isinstance(error.__cause__, ClientError) and _code(error.__cause__) in _ABSENT:
                return False
            raise
        return True

    def listing(self, prefix_uri: str) -> Iterator[ObjectEntry]:
        place = _place(prefix_uri)
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=place["Bucket"], Prefix=place["Key"]
        )
        with _readable(prefix_uri):
            for page in pages:
                for entry in page.get("Contents", []):
                    yield ObjectEntry(f"s3://{place['Bucket']}/{entry['Key']}", entry["Size"])

    def write(self, uri: str, text: str) -> None:
        self._client.put_object(**_place(uri), Body=text.encode(), ContentType=_type(uri))

    def write_lines(self, uri: str, lines: Iterable[str]) -> None:
        self.write_chunks(uri, (line.encode() + b"\n" for line in lines))

    def write_chunks(self, uri: str, chunks: Iterable[bytes]) -> None:
        parts = _parts(chunks)
        first = next(parts, b"")
        second = next(parts, None)
        if second is None:
            self._client.put_object(**_place(uri), Body=first, ContentType=_type(uri))
            return
        place = _place(uri)
        upload = self._client.create_multipart_upload(
            **place, ContentType=_type(uri), ChecksumAlgorithm="CRC32"
        )
        part_of: Any = {**place, "UploadId": upload["UploadId"]}
        try:
            done: list[Any] = []
            for number, part in enumerate(chain([first, second], parts), start=1):
                answer = self._client.upload_part(
                    **part_of, PartNumber=number, Body=part, ChecksumAlgorithm="CRC32"
                )
                kept = {name: answer[name] for name in ("ETag", "ChecksumCRC32")}
                done.append({"PartNumber": number, **kept})
            self._client.complete_multipart_upload(**part_of, MultipartUpload={"Parts": done})
        except BaseException:
            self._client.abort_multipart_upload(**part_of)
            raise

    def write_once(self, uri: str, text: str) -> str:
        for _ in range(WRITE_ONCE_TRIES):
            try:
                self._client.put_object(
                    **_place(uri), Body=text.encode(), ContentType=_type(uri), IfNoneMatch="*"
                )
            except ClientError as error:
                if _code(error) == "PreconditionFailed":
                    return self.read(uri)
                if _code(error) != "ConditionalRequestConflict":  # somebody writes it just now
                    raise
            else:
                return text
        return self.read(uri)

    def signed_url(self, uri: str) -> str:
        url: str = self._client.generate_presigned_url(
            "get_object", Params=_place(uri), ExpiresIn=int(URLS_LIVE.total_seconds())
        )
        return url

    def urls_expire_at(self) -> datetime:
        """An hour from now, or when the credentials end, where that is known.

        A URL is no longer valid than the credentials that signed it ("Sharing objects with
        presigned URLs", Amazon S3 User Guide). Lambda does not tell a function when its session
        ends; it keeps sessions for hours, so an hour is a bound in practice and no guarantee.
        """
        expiry = self._now() + URLS_LIVE
        session_ends = os.environ.get("AWS_CREDENTIAL_EXPIRATION")
        if session_ends:
            ends = datetime.fromisoformat(session_ends.replace("Z", "+00:00"))
            expiry = min(expiry, ends.astimezone(UTC))
        return expiry

    def _read(self, uri: str) -> bytes:
        with _connected():
            body: bytes = self._get(uri).read()
        return body

    def _get(self, uri: str) -> Any:
        with _readable(uri):
            return self._client.get_object(**_place(uri))["Body"]


def s3_client(region: str) -> S3Client:
    """Signs URLs for the region's own virtual-host addresses, with signature version 4."""
    made: S3Client = aws.client(
        "s3",
        region=region,
        signature_version="s3v4",
        max_pool_connections=CONNECTIONS,
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    return made


@contextmanager
def _connected() -> Iterator[None]:
    """Timeouts of botocore are errors of the operating system, too, and so would pass for a file
    that is not there."""
    try:
        yield
    except OSError as error:
        raise HTTPClientError(error=error) from error


@contextmanager
def _readable(uri: str) -> Iterator[None]:
    """What S3 refuses by its own name; what passes by itself is left as it is."""
    try:
        yield
    except ClientError as error:
        if passes(error):
            raise
        raise ObjectUnreadable(f"{uri}: {_why(error)}") from error
    except ParamValidationError as error:
        raise ObjectUnreadable(f"{uri} is not the address of an object in S3") from error


def _place(uri: str) -> Any:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


def _type(uri: str) -> str:
    return "application/json" if uri.endswith(".json") else "text/plain; charset=utf-8"


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in lines)
    yield rest.removesuffix(b"\r")


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces as large as S3 wants them."""
    buffer = bytearray()
    for chunk in chunks:
        buffer += chunk
        if len(buffer) >= PART:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


def _why(error: ClientError) -> str:
    if _code(error) in _ABSENT:
        return "there is no such object"
    if _code(error) == "NoSuchBucket":
        return "there is no such bucket"
    if _code(error) in ("AccessDenied", "403"):
        return "access is denied, or there is no such object"
    return error.response["Error"].get("Message") or str(error)


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
