"""Ground Truth's labeling jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, ParamValidationError

from labeling.adapters import aws
from labeling.adapters.labeling_job_request import ATTEMPT_TAG, create_request
from labeling.adapters.labeling_job_rules import violations
from labeling.adapters.passing import passes
from labeling.errors import (
    JobNameInUse,
    JobRefused,
    LabelingServiceError,
    QuotaReached,
    ServiceUnavailable,
    Throttled,
)
from labeling.modalities import modalities, regions
from labeling.ports import LabelingJobSpec, LabelingJobState, LabelingJobStatus
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.client import SageMakerClient

LARGEST_PAGE = 100
TAKES_A_PLACE = ("Initializing", "InProgress", "Stopping")  # in the order of a job's life

_REFUSALS: dict[str, type[LabelingServiceError]] = {
    "ResourceInUse": JobNameInUse,
    "ResourceLimitExceeded": QuotaReached,
}
_ASKED_TOO_OFTEN = {
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
# The model says ResourceNotFound; what arrives for a job that does not exist is at times this.
_NOT_THERE = {"ResourceNotFound", "ValidationException"}


class GroundTruth:
    """`labeling.ports.LabelingService`. `make_client` gets how often a call may be made."""

    def __init__(
        self, make_client: Callable[[int], SageMakerClient], *, region: str, role_arn: str
    ) -> None:
        self._make_client = make_client
        self._region = region
        self._role_arn = role_arn

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        def make_client(attempts: int) -> SageMakerClient:
            made: SageMakerClient = aws.client(
                "sagemaker", region=settings.region, attempts=attempts
            )
            return made

        return cls(make_client, region=settings.region, role_arn=settings.labeling_role_arn)

    @cached_property
    def _client(self) -> SageMakerClient:
        return self._make_client(4)

    @cached_property
    def _creating_client(self) -> SageMakerClient:
        # A creation that seems to have failed may have been done: who asked for it finds out.
        return self._make_client(1)

    def violations(self, spec: LabelingJobSpec) -> list[str]:
        modality = modalities().get(spec.modality)
        if modality is None:
            return [f"there is no task type {spec.modality}"]
        if self._region not in regions():
            return [f"Ground Truth has no built-in task types in {self._region}"]
        return violations(
            self._request(spec),
            shape=aws.input_shape("sagemaker", "CreateLabelingJob"),
            modality=modality,
            region=self._region,
        )

    def _request(self, spec: LabelingJobSpec) -> dict[str, Any]:
        return create_request(spec, region=self._region, role_arn=self._role_arn)

    def create(self, spec: LabelingJobSpec) -> None:
        broken = self.violations(spec)
        if broken:
            raise JobRefused("; ".join(broken))
        request = self._request(spec)
        try:
            self._creating_client.create_labeling_job(**request)
        except ClientError as error:
            kind = _REFUSALS.get(_code(error), JobRefused)
            if _code(error) in _ASKED_TOO_OFTEN:
                kind = Throttled
            elif passes(error):
                kind = ServiceUnavailable
            raise kind(_text(error)) from error
        except (HTTPClientError, ConnectionError) as error:
            raise ServiceUnavailable(str(error)) from error
        except ParamValidationError as error:
            raise JobRefused(str(error)) from error

    def describe(self, name: str) -> LabelingJobState | None:
        try:
            answer: Any = self._client.describe_labeling_job(LabelingJobName=name)
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                return None
            raise _unavailable(error) from error
        except (HTTPClientError, ConnectionError) as error:
            raise ServiceUnavailable(str(error)) from error
        tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
        return _state(answer, tag=tags.get(ATTEMPT_TAG, ""))

    def stop(self, name: str) -> None:
        try:
            self._client.stop_labeling_job(LabelingJobName=name)
        except ClientError as error:
            if _code(error) not in _NOT_THERE:  # a job that is over cannot be stopped either
                raise _unavailable(error) from error
        except (HTTPClientError, ConnectionError) as error:
            raise ServiceUnavailable(str(error)) from error

    def running(self) -> Iterator[LabelingJobState]:
        yield from self._list(StatusEquals="InProgress", MaxResults=LARGEST_PAGE)

    def any_running(self) -> bool:
        return any(
            True for status in TAKES_A_PLACE for _ in self._list(StatusEquals=status, MaxResults=1)
        )

    def _list(self, **parameters: Any) -> Iterator[LabelingJobState]:
        while True:
            try:
                page: Any = self._client.list_labeling_jobs(**parameters)
            except ClientError as error:
                raise _unavailable(error) from error
            except (HTTPClientError, ConnectionError) as error:
                raise ServiceUnavailable(str(error)) from error
            yield from map(_state, page["LabelingJobSummaryList"])
            if not page.get("NextToken"):
                return
            parameters["NextToken"] = page["NextToken"]


def _state(job: Any, tag: str | None = None) -> LabelingJobState:
    counters = job["LabelCounters"]
    return LabelingJobState(
        name=job["LabelingJobName"],
        status=LabelingJobStatus(job["LabelingJobStatus"]),
        created_at=job["CreationTime"],
        labeled=counters.get("TotalLabeled", 0),
        unlabeled=counters.get("Unlabeled", 0),
        failed_objects=counters.get("FailedNonRetryableError", 0),
        reason=job.get("FailureReason", ""),
        tag=tag,
    )


def _unavailable(error: ClientError) -> Exception:
    return ServiceUnavailable(_text(error)) if passes(error) else error


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _text(error: ClientError) -> str:
    """The service's own words."""
    return error.response["Error"].get("Message") or str(error)
