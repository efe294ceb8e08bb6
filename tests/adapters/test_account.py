"""labeling.ports.Account, in memory and on the services of the local cloud."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from emulator.aws_services import AwsServices
from emulator.ground_truth.limits import Limits
from emulator.mends import sagemaker
from labeling.adapters import aws
from labeling.adapters.account import AwsAccount
from labeling.errors import NotLookedAt
from labeling.ports import Account, BucketState, CorsRule, KeyState
from tests.adapters.conftest import IMPLEMENTATIONS
from tests.adapters.labeling_accounts import TwinAccount, a_spec
from tests.adapters.samples import NOW
from tests.fakes import FakeAccount

ACCOUNT = "123456789012"
PLACES = 3  # for running jobs
CORS = CorsRule(
    methods=frozenset({"GET", "PUT"}),
    origins=frozenset({"https://*.sagemaker.aws"}),
    headers=frozenset({"*"}),
    exposed=frozenset({"Access-Control-Allow-Origin"}),
)
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:SageMaker-before"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole"}


class Place(Protocol):
    account: Account

    def add_bucket(self, name: str, *, region: str, cors: CorsRule | None, key: str | None): ...
    def add_key(self, *, usage: str = "ENCRYPT_DECRYPT", enabled: bool = True) -> str:
        """Its id."""

    def add_function(self, arn: str): ...
    def add_role(self, name: str, *, trusts: str) -> str:
        """Its ARN."""

    def run(self, *names: str): ...


class FakePlace:
    def __init__(self) -> None:
        self._fake = FakeAccount()
        self._fake.quota = PLACES
        self.account: Account = self._fake

    def add_bucket(self, name: str, *, region: str, cors: CorsRule | None, key: str | None):
        self._fake.buckets[name] = BucketState(
            name=name, region=region, cors=(cors,) if cors else (), kms_key=key
        )

    def add_key(self, *, usage: str = "ENCRYPT_DECRYPT", enabled: bool = True) -> str:
        key = f"key-{len(self._fake.keys)}"
        self._fake.keys[key] = KeyState(
            arn=f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{key}",
            region="us-east-1",
            enabled=enabled,
            encrypts=usage == "ENCRYPT_DECRYPT",
        )
        return key

    def add_function(self, arn: str):
        self._fake.functions.add(arn)

    def add_role(self, name: str, *, trusts: str) -> str:
        arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        self._fake.roles[arn] = trusts == "sagemaker.amazonaws.com"
        return arn

    def run(self, *names: str):
        self._fake.jobs += names
        self._fake.running += len(names)


class AwsPlace:
    def __init__(self, services: AwsServices) -> None:
        self._twin = TwinAccount(services)
        self._services = services
        self.time = NOW
        self.calls: list[str] = []
        self.account: Account = AwsAccount(
            self._client, account_id=services.account_id, now=self._now
        )

    def add_bucket(self, name: str, *, region: str, cors: CorsRule | None, key: str | None):
        s3 = self._services.client("s3")
        where = {} if region == "us-east-1" else {"LocationConstraint": region}
        s3.create_bucket(Bucket=name, **({"CreateBucketConfiguration": where} if where else {}))
        if cors:
            rule = {
                "AllowedMethods": sorted(cors.methods),
                "AllowedHeaders": sorted(cors.headers),
                "ExposeHeaders": sorted(cors.exposed),
                "AllowedOrigins": sorted(cors.origins),
            }
            s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
        if key:
            kms = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
            s3.put_bucket_encryption(
                Bucket=name,
                ServerSideEncryptionConfiguration={
                    "Rules": [{"ApplyServerSideEncryptionByDefault": kms}]
                },
            )

    def add_key(self, *, usage: str = "ENCRYPT_DECRYPT", enabled: bool = True) -> str:
        kms = self._services.client("kms")
        spec = "SYMMETRIC_DEFAULT" if usage == "ENCRYPT_DECRYPT" else "HMAC_256"
        key: str = kms.create_key(KeyUsage=usage, KeySpec=spec)["KeyMetadata"]["KeyId"]
        if not enabled:
            kms.disable_key(KeyId=key)
        return key

    def add_function(self, arn: str):
        self.add_role("runs", trusts="lambda.amazonaws.com")
        self._services.client("lambda").create_function(
            FunctionName=arn.rpartition(":")[2],
            Runtime="python3.13",
            Role=f"arn:aws:iam::{ACCOUNT}:role/runs",
            Handler="labeling.handlers.api.handler",
            Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
        )

    def add_role(self, name: str, *, trusts: str) -> str:
        statement = TRUST | {"Principal": {"Service": trusts}}
        role = self._services.client("iam").create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
        )
        arn: str = role["Role"]["Arn"]
        return arn

    def run(self, *names: str):
        for name in names:
            self._twin.service.create(a_spec(name))
        self._twin.pass_time(timedelta(seconds=1))

    def _now(self) -> datetime:
        return self.time

    def _client(self, service: str) -> Any:
        client = aws.client(service, region=self._services.region)
        client.meta.events.register(
            "before-call.*", lambda model, **_: self.calls.append(model.name)
        )
        return client


@pytest.fixture
def aws_place(services: AwsServices) -> Iterator[AwsPlace]:
    yield AwsPlace(services)
    sagemaker.configure()


@pytest.fixture(params=IMPLEMENTATIONS)
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "fake":
        return FakePlace()
    found: AwsPlace = request.getfixturevalue("aws_place")
    return found


def test_a_bucket_says_where_it_is_who_may_load_from_it_and_how_it_encrypts(place: Place) -> None:
    key = place.add_key()
    place.add_bucket("clips", region="eu-west-1", cors=CORS, key=key)

    assert place.account.bucket("clips") == BucketState(
        name="clips", region="eu-west-1", cors=(CORS,), kms_key=key
    )


def test_a_new_bucket_has_no_rules(place: Place) -> None:
    place.add_bucket("clips", region="us-east-1", cors=None, key=None)

    assert place.account.bucket("clips") == BucketState(name="clips", region="us-east-1")


def test_a_bucket_that_nobody_made_is_not_there(place: Place) -> None:
    assert place.account.bucket("clips") is None


def test_a_key_is_fit_to_encrypt_or_not(place: Place) -> None:
    good, off, other = (
        place.account.key(key)
        for key in (
            place.add_key(),
            place.add_key(enabled=False),
            place.add_key(usage="GENERATE_VERIFY_MAC"),
        )
    )

    assert good is not None
    assert off is not None
    assert other is not None
    assert (good.region, good.enabled, good.encrypts) == ("us-east-1", True, True)
    assert (off.enabled, off.encrypts) == (False, True)
    assert not other.encrypts


def test_a_key_that_nobody_made_is_not_there(place: Place) -> None:
    assert place.account.key("1234abcd-12ab-34cd-56ef-1234567890ab") is None


def test_a_function_exists_once_it_is_made(place: Place) -> None:
    assert not place.account.function_exists(FUNCTION.replace("before", "after"))

    place.add_function(FUNCTION)

    assert place.account.function_exists(FUNCTION)


def test_a_role_is_for_ground_truth_or_for_somebody_else(place: Place) -> None:
    ours = place.add_role("labeling", trusts="sagemaker.amazonaws.com")
    theirs = place.add_role("billing", trusts="lambda.amazonaws.com")

    assert place.account.role_trusts_ground_truth(ours) is True
    assert place.account.role_trusts_ground_truth(theirs) is False
    assert place.account.role_trusts_ground_truth(f"{ours}-not") is None


def test_the_account_says_how_many_jobs_may_run_and_how_many_do(place: Place) -> None:
    assert place.account.running_jobs() == 0

    place.run("one", "two")

    assert (place.account.running_jobs(), place.account.running_jobs_quota()) == (2, PLACES)


@pytest.mark.parametrize("others", [0, 20])
def test_names_are_taken_whatever_their_case(place: Place, others: int) -> None:
    place.run("clip-Vehicle", "clip-lane")

    found = place.account.names_taken(
        ["clip-vehicle", "clip-lane", *(f"clip-{number}" for number in range(others))]
    )
    alone = place.account.names_taken(["CLIP-LANE"])

    assert found.names == {"clip-vehicle", "clip-lane"}
    assert alone.names == {"CLIP-LANE"}
    assert found.complete


def test_facts_that_seldom_change_are_asked_for_every_five_minutes(aws_place: AwsPlace) -> None:
    aws_place.add_bucket("clips", region="us-east-1", cors=CORS, key=None)

    def look() -> list[str]:
        aws_place.calls.clear()
        aws_place.account.bucket("clips")
        aws_place.account.running_jobs_quota()
        return aws_place.calls

    first = list(look())
    aws_place.time += timedelta(minutes=4)
    soon = list(look())
    aws_place.time += timedelta(minutes=2)

    assert first == [
        "GetBucketLocation",
        "GetBucketCors",
        "GetBucketEncryption",
        "GetServiceQuota",
    ]
    assert soon == []
    assert list(look()) == first
    assert list(look()) == []

    aws_place.account.forget()

    assert look() == first


@pytest.mark.parametrize(
    ("names", "calls"),
    [
        (["clip-lane"], ["DescribeLabelingJob"]),
        (["clip-lane", "clip-vehicle"], ["ListLabelingJobs"]),
        (["lane", "vehicle"], ["DescribeLabelingJob"] * 2),
        ([f"clip-{number}" for number in range(300)], ["ListLabelingJobs"]),
        ([chr(ord("a") + number) for number in range(20)], ["ListLabelingJobs"]),
    ],
)
def test_names_that_have_something_in_common_are_found_by_one_call(
    aws_place: AwsPlace, names: list[str], calls: list[str]
) -> None:
    aws_place.account.names_taken(names)

    assert aws_place.calls == calls


class Listing:
    """A client of an account with very many labeling jobs."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def list_labeling_jobs(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        number = len(self.asked)
        return {
            "LabelingJobSummaryList": [{"LabelingJobName": f"job-{number}"}],
            "NextToken": str(number),
        }


def test_an_account_with_too_many_jobs_is_looked_through_as_far_as_ten_calls_go() -> None:
    listing = Listing()
    account = AwsAccount(lambda _: listing, account_id=ACCOUNT, now=lambda: NOW)

    found = account.names_taken([f"JOB-{number}" for number in range(1, 30)])

    assert len(listing.asked) == 10
    assert {asked["NameContains"] for asked in listing.asked} == {"JOB-"}
    assert found.names == {f"JOB-{number}" for number in range(1, 11)}
    assert not found.complete


class Refusing:
    """A client of whatever service, all of whose calls fail."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, call: str) -> Any:
        def fail(**_: Any) -> Any:
            raise self._error

        return fail


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Any"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "no"}}, "Any"),
        EndpointConnectionError(endpoint_url="https://nowhere"),
    ],
)
def test_what_cannot_be_looked_at_says_so(error: Exception) -> None:
    account = AwsAccount(lambda _: Refusing(error), account_id=ACCOUNT, now=lambda: NOW)

    for look in (
        lambda: account.bucket("clips"),
        lambda: account.key("key"),
        lambda: account.function_exists(FUNCTION),
        lambda: account.role_trusts_ground_truth("arn:aws:iam::1:role/x"),
        account.running_jobs_quota,
        account.running_jobs,
        lambda: account.names_taken(["clip"]),
        lambda: account.names_taken([f"clip-{number}" for number in range(9)]),
    ):
        with pytest.raises(NotLookedAt):
            look()


def test_the_quota_is_the_twins(services: AwsServices) -> None:
    sagemaker.configure(limits=Limits.real())
    services.reset()
    quotas = services.client("service-quotas")

    quota = quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode="L-150039CA")["Quota"]
    sagemaker.configure()

    assert (quota["Value"], quota["Adjustable"]) == (1.0, True)
    with pytest.raises(quotas.exceptions.NoSuchResourceException):
        quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode="L-00000000")
