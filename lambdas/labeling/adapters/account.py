"""What the account has: buckets, keys, functions, the labeling role, quotas, job names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from labeling.adapters import aws
from labeling.adapters.job_names import common_part
from labeling.adapters.kept_facts import KeptFacts
from labeling.adapters.s3 import s3_client
from labeling.errors import NotLookedAt
from labeling.ports.account import BucketState, CorsRule, KeyState, TakenNames
from labeling.settings import Settings

GROUND_TRUTH = "sagemaker.amazonaws.com"
RUNNING_JOBS = ("sagemaker", "L-150039CA")  # service and quota, as Service Quotas calls them
LARGEST_PAGE = 100
MOST_PAGES = 10  # ListLabelingJobs takes two calls a second of the whole account
MOST_DESCRIBED = 8  # DescribeLabelingJob takes five
SHORTEST_PART = 3  # characters; shorter ones are in most names
_NO_JOB = ("ResourceNotFound", "ValidationException")


class AwsAccount:
    """`labeling.ports.account.Account`. `make_client` gets a service's name in boto3, once each."""

    def __init__(
        self,
        make_client: Callable[[str], Any],
        *,
        account_id: str,
        now: Callable[[], datetime],
    ) -> None:
        self._make_client = make_client
        self._account_id = account_id
        self._clients: dict[str, Any] = {}
        self._facts = KeptFacts(now)

    @classmethod
    def from_settings(cls, settings: Settings, *, now: Callable[[], datetime]) -> Self:
        def make_client(service: str) -> Any:
            if service == "s3":
                return s3_client(settings.region)
            return aws.client(service, region=settings.region, attempts=3)

        return cls(make_client, account_id=settings.account, now=now)

    def bucket(self, name: str) -> BucketState | None:
        return self._facts.get(("bucket", name), partial(self._bucket, name))

    def key(self, id_or_arn: str) -> KeyState | None:
        return self._facts.get(("key", id_or_arn), partial(self._key, id_or_arn))

    def function_exists(self, arn: str) -> bool:
        return self._facts.get(("function", arn), partial(self._function_exists, arn))

    def role_trusts_ground_truth(self, arn: str) -> bool | None:
        return self._facts.get(("role", arn), partial(self._role_trusts_ground_truth, arn))

    def running_jobs_quota(self) -> int:
        return self._facts.get("quota", self._running_jobs_quota)

    def running_jobs(self) -> int:
        running, _ = self._listed(StatusEquals="InProgress")
        return len(running)

    def names_taken(self, names: Collection[str]) -> TakenNames:
        # Whether NameContains minds case is not documented; CreateLabelingJob does not.
        part = common_part(names)
        narrow = len(part) >= SHORTEST_PART
        if len(names) == 1 or (len(names) <= MOST_DESCRIBED and not narrow):
            return TakenNames(names=frozenset(filter(self._is_taken, names)))
        narrowed = {"NameContains": part} if narrow else {}
        listed, complete = self._listed(**narrowed, SortBy="CreationTime", SortOrder="Descending")
        taken = {name.lower() for name in listed}
        return TakenNames(
            names=frozenset(name for name in names if name.lower() in taken), complete=complete
        )

    def forget(self) -> None:
        self._facts.forget()

    def _bucket(self, name: str) -> BucketState | None:
        s3 = self._client("s3")
        asked = {"Bucket": name, "ExpectedBucketOwner": self._account_id}
        with _looking(f"the bucket {name}"):
            try:
                place = s3.get_bucket_location(**asked).get("LocationConstraint")
            except ClientError as error:
                if _code(error) == "NoSuchBucket":
                    return None
                raise
            cors = _unless(
                "NoSuchCORSConfiguration", lambda: s3.get_bucket_cors(**asked)["CORSRules"]
            )
            encryption = _unless(
                "ServerSideEncryptionConfigurationNotFoundError",
                lambda: s3.get_bucket_encryption(**asked)["ServerSideEncryptionConfiguration"][
                    "Rules"
                ],
            )
        return BucketState(
            name=name,
            region=_region(place),
            cors=tuple(_cors_rule(rule) for rule in cors),
            kms_key=next(filter(None, map(_default_key, encryption)), None),
        )

    def _key(self, id_or_arn: str) -> KeyState | None:
        with _looking(f"the KMS key {id_or_arn}"):
            try:
                found = self._client("kms").describe_key(KeyId=id_or_arn)["KeyMetadata"]
            except ClientError as error:
                if _code(error) == "NotFoundException":
                    return None
                raise
        return KeyState(
            arn=found["Arn"],
            region=found["Arn"].split(":")[3],
            enabled=found["Enabled"],
            encrypts=(
                (found.get("KeyUsage") or "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"
                and found.get("KeySpec") == "SYMMETRIC_DEFAULT"
            ),
        )

    def _function_exists(self, arn: str) -> bool:
        with _looking(f"the function {arn}"):
            try:
                self._client("lambda").get_function_configuration(FunctionName=arn)
            except ClientError as error:
                if _code(error) == "ResourceNotFoundException":
                    return False
                raise
        return True

    def _role_trusts_ground_truth(self, arn: str) -> bool | None:
        with _looking(f"the role {arn}"):
            try:
                role = self._client("iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]
            except ClientError as error:
                if _code(error) == "NoSuchEntity":
                    return None
                raise
        return any(map(_lets_ground_truth_in, _as_list(_trust(role)["Statement"])))

    def _running_jobs_quota(self) -> int:
        service, quota = RUNNING_JOBS
        with _looking("the quota of running labeling jobs"):
            quotas = self._client("service-quotas")
            answer = quotas.get_service_quota(ServiceCode=service, QuotaCode=quota)
        return int(answer["Quota"]["Value"])

    def _is_taken(self, name: str) -> bool:
        with _looking(f"the labeling job {name}"):
            try:
                self._client("sagemaker").describe_labeling_job(LabelingJobName=name)
            except ClientError as error:
                if _code(error) in _NO_JOB:
                    return False
                raise
        return True

    def _listed(self, **parameters: Any) -> tuple[list[str], bool]:
        """Names of labeling jobs, and whether these are all."""
        found: list[str] = []
        with _looking("the labeling jobs"):
            for _ in range(MOST_PAGES):
                page = self._client("sagemaker").list_labeling_jobs(
                    **parameters, MaxResults=LARGEST_PAGE
                )
                found += [job["LabelingJobName"] for job in page["LabelingJobSummaryList"]]
                if not page.get("NextToken"):
                    return found, True
                parameters["NextToken"] = page["NextToken"]
        return found, False

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._make_client(service)
        return self._clients[service]


@contextmanager
def _looking(what: str) -> Iterator[None]:
    """An answer that says nothing about what was asked for is NotLookedAt."""
    try:
        yield
    except ClientError as error:
        raise NotLookedAt(f"{what}: {error.response['Error'].get('Message', error)}") from error
    except BotoCoreError as error:
        raise NotLookedAt(f"{what}: {error}") from error


def _unless(absent: str, ask: Callable[[], list[Any]]) -> list[Any]:
    """The answer; nothing for the error that says that there is nothing."""
    try:
        return ask()
    except ClientError as error:
        if _code(error) == absent:
            return []
        raise


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _region(location: str | None) -> str:
    """GetBucketLocation has no word for the oldest region, and an old one for the second."""
    return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(location, location or "")


def _cors_rule(rule: dict[str, Any]) -> CorsRule:
    return CorsRule(
        methods=frozenset(rule["AllowedMethods"]),
        origins=frozenset(rule["AllowedOrigins"]),
        headers=frozenset(rule.get("AllowedHeaders", ())),
        exposed=frozenset(rule.get("ExposeHeaders", ())),
    )


def _default_key(rule: dict[str, Any]) -> str | None:
    key: str | None = rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
    return key


def _trust(role: dict[str, Any]) -> dict[str, Any]:
    policy: dict[str, Any] = role["AssumeRolePolicyDocument"]
    return policy


def _lets_ground_truth_in(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = _as_list(principal.get("Service", [])) if isinstance(principal, dict) else []
    return (
        statement["Effect"] == "Allow"
        and GROUND_TRUTH in services
        and "sts:AssumeRole" in _as_list(statement.get("Action", []))
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
