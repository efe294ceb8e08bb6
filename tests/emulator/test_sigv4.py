"""Requests are let in with a right signature only, checked against the real time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from emulator.aws_services import AwsServices
from emulator.sigv4 import Caller, Refused, SignedRequest, check
from tests.emulator.apis import Api, resources
from tests.emulator.functions import Functions

CALLER = Caller(
    access_key_id="AKIA1", secret_access_key="secret", account_id="1", arn="arn", user_id="id"
)
MISMATCH = "The request signature we calculated does not match the signature you provided"


@pytest.fixture
def api(services: AwsServices, functions: Functions) -> Iterator[Api]:
    api = Api(services, functions)
    api.deploy(resources(api.function_arn))
    yield api
    api.gateway.stop()


@pytest.mark.parametrize(
    "target",
    [
        "/prod/echo",
        "/prod/echo?b=2&a=1",
        "/prod/echo?name=" + quote("a b/ü+&="),
        "/prod/echo?empty=&flag",
        "/prod/batch/" + quote("a b%2Fü", safe=""),
    ],
)
def test_whatever_botocore_signs_is_let_in(api: Api, target: str) -> None:
    assert api.call("GET", target).status == 200


def test_an_unsigned_request_is_not(api: Api) -> None:
    reply = api.call("GET", "/prod/echo", keys=None)

    assert (reply.status, reply.json) == (403, {"message": "Missing Authentication Token"})
    assert reply.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert api.events == []


@pytest.mark.parametrize(
    ("keys", "error", "said"),
    [
        (
            Credentials("nobody", "local"),
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (Credentials("local", "wrong"), "InvalidSignatureException", MISMATCH),
        (
            Credentials("local", "local", "token"),
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    ],
)
def test_wrong_credentials_are_refused(api: Api, keys: Credentials, error: str, said: str) -> None:
    reply = api.call("GET", "/prod/echo", keys=keys)

    assert reply.status == 403
    assert reply.headers["x-amzn-ErrorType"] == error
    assert reply.json["message"].startswith(said)


def test_another_body_than_the_signed_one_is_refused(api: Api) -> None:
    for headers in ({}, {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}):
        reply = api.call("POST", "/prod/echo", b"{}", send=b"[]", headers=headers)

        assert reply.status == 403
        assert reply.json["message"].startswith(MISMATCH)


def test_another_service_or_region_is_refused(api: Api) -> None:
    service = api.call("GET", "/prod/echo", service="s3")
    region = api.call("GET", "/prod/echo", region="eu-west-1")

    assert "valid service: 'execute-api', not 's3'" in service.json["message"]
    assert "valid region: 'us-east-1', not 'eu-west-1'" in region.json["message"]


def test_keys_of_users_and_of_assumed_roles_are_known(api: Api) -> None:
    iam, sts = api.services.client("iam"), api.services.client("sts")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    role = iam.create_role(RoleName="caller", AssumeRolePolicyDocument="{}")["Role"]
    session = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="night")["Credentials"]

    user_keys = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    role_keys = Credentials(
        session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]
    )
    statuses = [api.call("GET", "/prod/echo", keys=keys).status for keys in (user_keys, role_keys)]

    assert statuses == [200, 200]
    arns = [event["requestContext"]["identity"]["userArn"] for event in api.events]
    assert arns == [
        "arn:aws:iam::123456789012:user/ann",
        "arn:aws:sts::123456789012:assumed-role/caller/night",
    ]


def test_the_real_time_counts_not_that_of_the_local_cloud(api: Api) -> None:
    api.services.clock.advance(timedelta(days=14))

    assert api.call("GET", "/prod/echo").status == 200


NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def signed(**replaced: str) -> SignedRequest:
    """A request signed NOW, with parts of its Authorization header replaced."""
    request = AWSRequest(method="GET", url="http://127.0.0.1:1/prod/echo")
    request.context["timestamp"] = f"{NOW:%Y%m%dT%H%M%SZ}"
    signer = SigV4Auth(Credentials("AKIA1", "secret"), "execute-api", "us-east-1")
    request.headers["X-Amz-Date"] = request.context["timestamp"]
    request.headers["Host"] = "127.0.0.1:1"
    text = signer.string_to_sign(request, signer.canonical_request(request))
    parts = {
        "Credential": signer.scope(request),
        "SignedHeaders": "host;x-amz-date",
        "Signature": signer.signature(text, request),
    } | replaced
    authorization = ", ".join(f"{name}={value}" for name, value in parts.items() if value)
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 {authorization}"
    return SignedRequest(
        method="GET", target="/prod/echo", headers=tuple(request.headers.items()), body=b""
    )


def checked(request: SignedRequest, now: datetime = NOW) -> Caller:
    return check(
        request,
        caller_of=lambda key: CALLER if key == "AKIA1" else None,
        region="us-east-1",
        service="execute-api",
        now=now,
    )


def test_clocks_may_differ_by_five_minutes() -> None:
    for minutes in (-5, 0, 5):
        assert checked(signed(), NOW + timedelta(minutes=minutes)) == CALLER

    with pytest.raises(Refused, match="Signature expired: 20260131T120000Z is now earlier than"):
        checked(signed(), NOW + timedelta(minutes=5, seconds=1))
    with pytest.raises(Refused, match="Signature not yet current: 20260131T120000Z is still later"):
        checked(signed(), NOW - timedelta(minutes=5, seconds=1))


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        ({"Credential": ""}, "requires 'Credential' parameter"),
        ({"Signature": "", "SignedHeaders": ""}, "requires 'Signature' parameter. Authorization"),
        ({"Credential": "AKIA1/20260131/us-east-1"}, "exactly 5 slash-delimited elements"),
        ({"SignedHeaders": "x-amz-date"}, "must be a 'SignedHeader'"),
        (
            {"Credential": "AKIA1/20260130/us-east-1/execute-api/aws4_request"},
            "valid date: '20260131', not '20260130'",
        ),
        ({"Signature": "0" * 64}, MISMATCH),
    ],
)
def test_an_authorization_that_lacks_something_says_what(
    replaced: dict[str, str], said: str
) -> None:
    with pytest.raises(Refused) as refused:
        checked(signed(**replaced))

    assert said in str(refused.value)


def test_another_kind_of_authorization_is_none() -> None:
    request = SignedRequest(
        method="GET", target="/", headers=(("Authorization", "Bearer abc"),), body=b""
    )

    with pytest.raises(Refused, match="Unsupported AWS 'algorithm': 'Bearer'"):
        checked(request)
