from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.aws_services import AwsServices
from tests.emulator.conftest import ClientFactory

OURS = "https://portal.example.com"


@pytest.fixture
def s3(client: ClientFactory) -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="clips")
    return s3


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, method=method, headers=names)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


DENY_WITHOUT_TLS = {
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::clips", "arn:aws:s3:::clips/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def test_a_bucket_for_tls_only_can_be_used_and_keeps_its_policy(s3: Any) -> None:
    s3.put_bucket_policy(Bucket="clips", Policy=policy(DENY_WITHOUT_TLS))

    s3.put_object(Bucket="clips", Key="a", Body=b"frame")

    assert s3.get_object(Bucket="clips", Key="a")["Body"].read() == b"frame"
    assert json.loads(s3.get_bucket_policy(Bucket="clips")["Policy"])["Statement"] == [
        DENY_WITHOUT_TLS
    ]


def test_a_plain_deny_denies(s3: Any) -> None:
    statement = DENY_WITHOUT_TLS | {"Action": "s3:PutObject"}
    del statement["Condition"]
    s3.put_bucket_policy(Bucket="clips", Policy=policy(statement))

    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="clips", Key="a", Body=b"frame")


@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_presigned_url_works_from_another_process(
    services: AwsServices, client: ClientFactory, style: str, version: str
) -> None:
    config = Config(signature_version=version, s3={"addressing_style": style})  # type: ignore[arg-type]
    s3 = client("s3", config=config)
    s3.create_bucket(Bucket="clips")
    s3.put_object(Bucket="clips", Key="two words/ä.jpg", Body=b"frame")

    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "clips", "Key": "two words/ä.jpg"}
    )

    assert fetch(url)[::2] == (200, b"frame")


CORS = {
    "CORSRules": [
        {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://uploads.example.com"]},
        {
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedOrigins": ["https://*.example.com"],
            "AllowedHeaders": ["x-amz-*"],
            "ExposeHeaders": ["ETag"],
            "MaxAgeSeconds": 300,
        },
    ]
}


def test_a_browser_may_ask_before_it_reads_a_private_object(services: AwsServices, s3: Any) -> None:
    s3.put_object(Bucket="clips", Key="a", Body=b"frame")
    s3.put_bucket_cors(Bucket="clips", CORSConfiguration=CORS)
    url = services.endpoints.aws_endpoint_url + "/clips/a"

    status, headers, _ = fetch(
        url,
        "OPTIONS",
        Origin=OURS,
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="x-amz-date",
    )

    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == OURS
    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert headers["Access-Control-Allow-Headers"] == "x-amz-date"
    assert headers["Access-Control-Expose-Headers"] == "ETag"
    assert headers["Access-Control-Max-Age"] == "300"


@pytest.mark.parametrize(
    ("origin", "method", "header"),
    [
        ("https://elsewhere.example.org", "GET", "x-amz-date"),
        (OURS, "PUT", "x-amz-date"),
        (OURS, "GET", "authorization"),
    ],
)
def test_a_browser_is_refused_what_no_rule_allows(
    services: AwsServices, s3: Any, origin: str, method: str, header: str
) -> None:
    s3.put_object(Bucket="clips", Key="a", Body=b"frame")
    s3.put_bucket_cors(Bucket="clips", CORSConfiguration=CORS)
    url = services.endpoints.aws_endpoint_url + "/clips/a"

    status, _, _ = fetch(
        url,
        "OPTIONS",
        Origin=origin,
        Access_Control_Request_Method=method,
        Access_Control_Request_Headers=header,
    )

    assert status == 403


def test_one_of_many_who_create_an_object_wins(s3: Any, eager_threads: None) -> None:
    together = Barrier(4)

    def create(key: str, writer: int) -> str:
        together.wait(10)
        try:
            s3.put_object(Bucket="clips", Key=key, Body=str(writer), IfNoneMatch="*")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "won"

    with ThreadPoolExecutor(4) as writers:
        for number in range(40):
            answers = list(writers.map(create, [f"lock-{number}"] * 4, range(4)))

            body = s3.get_object(Bucket="clips", Key=f"lock-{number}")["Body"].read()
            assert sorted(answers) == ["PreconditionFailed"] * 3 + ["won"]
            assert body == str(answers.index("won")).encode()


def test_an_object_is_read_whole_while_it_is_overwritten(s3: Any, eager_threads: None) -> None:
    versions = [str(number).encode() * 5000 for number in range(10)]
    s3.put_object(Bucket="clips", Key="state", Body=versions[0])

    def write(number: int) -> None:
        s3.put_object(Bucket="clips", Key="state", Body=versions[number % 10])

    def read(number: int) -> tuple[bytes, str]:
        answer = s3.get_object(Bucket="clips", Key="state")
        return answer["Body"].read(), answer["ETag"]

    with ThreadPoolExecutor(4) as pool:
        writes = pool.map(write, range(60))
        reads = list(pool.map(read, range(120)))
        list(writes)

    etags = {f'"{hashlib.md5(version).hexdigest()}"': version for version in versions}
    assert all(etags[etag] == body for body, etag in reads)


@pytest.mark.parametrize("body", [b"a=1&key=2", b"\xff\xd8\xff\xe0 JFIF"])
def test_what_is_put_as_a_form_is_kept_as_it_is(s3: Any, body: bytes) -> None:
    form = "application/x-www-form-urlencoded"
    s3.put_object(Bucket="clips", Key="put", Body=body, ContentType=form)
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "clips", "Key": "url"})
    request = urllib.request.Request(url, data=body, method="PUT")  # urllib's default is a form
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200

    assert s3.get_object(Bucket="clips", Key="put")["Body"].read() == body
    assert s3.get_object(Bucket="clips", Key="url")["Body"].read() == body
