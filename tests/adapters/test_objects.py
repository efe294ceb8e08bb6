"""labeling.ports.Objects, in memory and on S3."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, IncompleteReadError, ReadTimeoutError, SSLError
from botocore.stub import Stubber

from emulator.aws_services import AwsServices
from labeling.adapters import s3
from labeling.adapters.passing import passes
from labeling.adapters.s3 import S3Objects
from labeling.errors import ObjectUnreadable
from labeling.ports import Objects
from tests.adapters.conftest import IMPLEMENTATIONS
from tests.adapters.samples import NOW
from tests.fakes import FakeObjects

URI = "s3://processing/batch_manifests/x/input.manifest"


@pytest.fixture(params=IMPLEMENTATIONS)
def objects(request: pytest.FixtureRequest) -> Objects:
    if request.param == "fake":
        return FakeObjects(lambda: NOW)
    stored: S3Objects = request.getfixturevalue("s3_objects")
    return stored


@pytest.fixture
def s3_objects(services: AwsServices) -> S3Objects:
    services.client("s3").create_bucket(Bucket="processing")
    return S3Objects(s3.s3_client(services.region), now=lambda: NOW)


def test_text_comes_back_as_it_was_written(objects: Objects) -> None:
    objects.write(URI, "Straßenbahn 電車\n")

    assert objects.read(URI) == "Straßenbahn 電車\n"


@pytest.mark.parametrize("uri", [URI, "s3://nobodys-bucket/key"])
def test_an_object_that_is_not_there_cannot_be_read(objects: Objects, uri: str) -> None:
    with pytest.raises(ObjectUnreadable, match="there is no such"):
        objects.read(uri)
    with pytest.raises(ObjectUnreadable, match="there is no such"):
        list(objects.lines(uri))


def test_lines_come_without_their_ends_and_without_empty_ones(objects: Objects) -> None:
    objects.write(URI, '{"a": 1}\r\n\n{"b": "ä"}\n{"c": 3}')

    assert list(objects.lines(URI)) == ['{"a": 1}', '{"b": "ä"}', '{"c": 3}']


def test_an_empty_object_has_no_lines(objects: Objects) -> None:
    objects.write(URI, "")

    assert list(objects.lines(URI)) == []


def test_lines_are_written_each_with_an_end(objects: Objects) -> None:
    objects.write_lines(URI, (line for line in ["one", "zwölf"]))
    assert objects.read(URI) == "one\nzwölf\n"

    objects.write_lines(URI, [])
    assert objects.read(URI) == ""


def test_bytes_are_written_in_whatever_pieces_they_come(objects: Objects) -> None:
    objects.write_chunks(URI, (piece for piece in [b"\x00\xff", b"", b"end"]))
    assert objects.read_bytes(URI) == b"\x00\xffend"

    objects.write_chunks(URI, [])
    assert objects.read_bytes(URI) == b""


def test_an_object_is_written_once(objects: Objects) -> None:
    assert objects.write_once(URI, "first") == "first"
    assert objects.write_once(URI, "second") == "first"
    assert objects.read(URI) == "first"


def test_signed_links_say_until_when_they_work(objects: Objects) -> None:
    assert NOW < objects.urls_expire_at() <= NOW + timedelta(hours=12)


def test_bytes_come_back_as_they_were_written(objects: Objects) -> None:
    objects.write(URI, "Straßenbahn 電車\r\n" * 1000)

    assert objects.read_bytes(URI) == ("Straßenbahn 電車\r\n" * 1000).encode()
    assert b"".join(objects.chunks(URI)) == objects.read_bytes(URI)


def test_whether_there_is_an_object_can_be_asked(objects: Objects) -> None:
    objects.write(URI, "")

    assert objects.exists(URI)
    assert not objects.exists(f"{URI}.gz")
    assert not objects.exists(URI[:-1])


def test_a_listing_has_what_begins_so_with_its_size_in_the_order_of_bytes(
    objects: Objects,
) -> None:
    names = ["a/10.jpg", "a/2.jpg", "a/sub/1.jpg", "a/ä.jpg", "a/\uffee.jpg", "a/😀.jpg"]
    for size, name in enumerate(reversed(names)):
        objects.write(f"s3://processing/{name}", "x" * size)
    objects.write("s3://processing/b.jpg", "another")

    entries = list(objects.listing("s3://processing/a/"))

    assert [entry.uri for entry in entries] == [f"s3://processing/{name}" for name in names]
    assert [entry.size for entry in entries] == [5, 4, 3, 2, 1, 0]
    assert list(objects.listing("s3://processing/c/")) == []


def test_a_listing_of_more_than_a_call_gives_is_whole(objects: Objects) -> None:
    names = [f"s3://processing/f/{number:04}.txt" for number in range(1_001)]
    for name in names:
        objects.write(name, "x")

    assert [entry.uri for entry in objects.listing("s3://processing/f/")] == names


def test_a_bucket_that_is_not_there_cannot_be_listed(s3_objects: S3Objects) -> None:
    with pytest.raises(ObjectUnreadable, match="there is no such bucket"):
        list(s3_objects.listing("s3://nobodys-bucket/prefix/"))


def test_nobody_can_tell_whether_there_is_an_object_where_access_is_denied() -> None:
    client = s3.s3_client("us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("head_object", "403", http_status_code=403)

        with pytest.raises(ObjectUnreadable, match="access is denied"):
            S3Objects(client, now=lambda: NOW).exists(URI)


def test_what_is_no_text_cannot_be_read(services: AwsServices, s3_objects: S3Objects) -> None:
    services.client("s3").put_object(Bucket="processing", Key="p.png", Body=b"\x89PNG\xff")

    with pytest.raises(ObjectUnreadable, match="is not UTF-8"):
        s3_objects.read("s3://processing/p.png")
    with pytest.raises(ObjectUnreadable, match="is not UTF-8"):
        list(s3_objects.lines("s3://processing/p.png"))


@pytest.mark.parametrize("uri", ["s3://", "s3://UPPER CASE/key", "s3://processing"])
def test_what_is_no_address_cannot_be_read(s3_objects: S3Objects, uri: str) -> None:
    with pytest.raises(ObjectUnreadable):
        s3_objects.read(uri)


def test_a_manifest_larger_than_a_part_is_written_and_read_in_pieces(
    s3_objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART", 5 * 1024 * 1024)
    monkeypatch.setattr(s3, "CHUNK", 100_000)
    lines = [f"{number} {'ä' * 200}" for number in range(30_000)]

    s3_objects.write_lines(URI, lines)

    assert list(s3_objects.lines(URI)) == lines


def test_a_large_manifest_has_a_checksum_of_checksums(
    services: AwsServices, s3_objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART", 5 * 1024 * 1024)

    s3_objects.write_lines(URI, ["x" * 1024] * 12_000)

    kept = services.client("s3").get_object_attributes(
        Bucket="processing",
        Key=URI.removeprefix("s3://processing/"),
        ObjectAttributes=["Checksum"],
    )["Checksum"]
    assert kept["ChecksumType"] == "COMPOSITE"
    assert kept["ChecksumCRC32"]


def test_an_upload_whose_lines_fail_leaves_nothing_behind(
    services: AwsServices, s3_objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART", 100)

    def lines() -> Iterator[str]:
        yield from ["x" * 200] * 3
        raise ObjectUnreadable("the source broke off")

    with pytest.raises(ObjectUnreadable):
        s3_objects.write_lines(URI, lines())

    uploads = services.client("s3").list_multipart_uploads(Bucket="processing")
    assert uploads.get("Uploads", []) == []
    with pytest.raises(ObjectUnreadable):
        s3_objects.read(URI)


def test_a_signed_link_opens_the_object_from_another_process(s3_objects: S3Objects) -> None:
    s3_objects.write(URI, "hello")

    with urllib.request.urlopen(s3_objects.signed_url(URI)) as answer:
        assert answer.read() == b"hello"


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_signed_links_are_of_the_region_and_the_bucket(
    services: AwsServices, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3")

    url = S3Objects(s3.s3_client(region), now=lambda: NOW).signed_url(URI)

    assert url.startswith(f"https://processing.s3.{region}.amazonaws.com/batch_manifests/")
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert f"{region}%2Fs3%2Faws4_request" in url
    assert f"X-Amz-Expires={3600}" in url


def test_links_end_with_the_session_where_that_is_known(
    s3_objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = NOW + timedelta(minutes=7)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", ends.isoformat().replace("+00:00", "Z"))

    assert s3_objects.urls_expire_at() == ends


def test_an_object_that_cannot_be_read_just_now_is_not_called_unreadable():
    client = s3.s3_client("us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("get_object", "SlowDown", http_status_code=503)

        with pytest.raises(ClientError):
            S3Objects(client, now=lambda: NOW).read(URI)


class _Breaks:
    """The body of an object whose connection breaks while it is read."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self) -> bytes:
        raise self._error

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        yield b"lab"
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url=URI),
        SSLError(endpoint_url=URI, error=OSError("eof")),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
)
def test_an_object_whose_connection_breaks_is_read_again(
    s3_objects: S3Objects, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    s3_objects.write(URI, "labels")
    get = s3_objects._get
    bodies: list[object] = [_Breaks(error), _Breaks(error)]
    monkeypatch.setattr(s3_objects, "_get", lambda uri: bodies.pop() if bodies else get(uri))

    assert s3_objects.read_bytes(URI) == b"labels"


def test_a_connection_that_always_breaks_is_no_file_that_is_missing(
    s3_objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_objects, "_get", lambda uri: _Breaks(ReadTimeoutError(endpoint_url=URI)))

    reads: list[Callable[[str], object]] = [
        s3_objects.read_bytes,
        lambda uri: list(s3_objects.chunks(uri)),
        lambda uri: list(s3_objects.lines(uri)),
    ]
    for read in reads:
        with pytest.raises(Exception, match="Read timeout") as caught:
            read(URI)

        assert passes(caught.value)
        assert not isinstance(caught.value, OSError | ObjectUnreadable)
