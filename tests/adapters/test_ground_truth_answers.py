"""What Ground Truth's answers mean: names of errors, lost answers, throttling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.stub import Stubber

from emulator.aws_services import AwsServices
from labeling.adapters import aws
from labeling.adapters.ground_truth import GroundTruth
from labeling.errors import (
    JobNameInUse,
    JobRefused,
    LabelingServiceError,
    QuotaReached,
    ServiceUnavailable,
    Throttled,
)
from tests.adapters.labeling_accounts import ROLE, a_spec

Answer = Callable[..., Any]


def ground_truth(services: AwsServices, stubbed: Callable[[Stubber], object]) -> GroundTruth:
    """Every client it makes answers as it is told."""

    def make_client(attempts: int) -> Any:
        client = aws.client("sagemaker", region=services.region, attempts=attempts)
        stubber = Stubber(client)
        stubbed(stubber)
        stubber.activate()
        return client

    return GroundTruth(make_client, region=services.region, role_arn=ROLE)


def refusing(services: AwsServices, call: str, code: str, status: int = 400) -> GroundTruth:
    def stubbed(stubber: Stubber) -> None:
        stubber.add_client_error(call, code, "the service's own words", status)

    return ground_truth(services, stubbed)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ResourceInUse", 400, JobNameInUse),
        ("ResourceLimitExceeded", 400, QuotaReached),
        ("ThrottlingException", 400, Throttled),
        ("InternalFailure", 500, ServiceUnavailable),
        ("ServiceUnavailable", 503, ServiceUnavailable),
        ("Unheard-of", 502, ServiceUnavailable),
        ("ValidationException", 400, JobRefused),
        ("AccessDeniedException", 400, JobRefused),
    ],
)
def test_a_refused_creation_has_its_own_error_and_the_services_words(
    services: AwsServices, code: str, status: int, error: type[LabelingServiceError]
) -> None:
    service = refusing(services, "create_labeling_job", code, status)

    with pytest.raises(error, match=r"^the service's own words$"):
        service.create(a_spec())


@pytest.mark.parametrize("code", ["ResourceNotFound", "ValidationException"])
def test_a_job_that_is_not_there_has_two_names(services: AwsServices, code: str) -> None:
    assert refusing(services, "describe_labeling_job", code).describe("vehicle") is None
    refusing(services, "stop_labeling_job", code).stop("vehicle")


def test_a_throttled_description_is_for_later(services: AwsServices) -> None:
    with pytest.raises(ServiceUnavailable):
        refusing(services, "describe_labeling_job", "ThrottlingException").describe("vehicle")
    with pytest.raises(ServiceUnavailable):
        refusing(services, "stop_labeling_job", "ThrottlingException").stop("vehicle")
    with pytest.raises(ServiceUnavailable):
        refusing(services, "list_labeling_jobs", "InternalFailure", 500).any_running()


def test_a_missing_permission_is_nobodys_business_but_the_operators(
    services: AwsServices,
) -> None:
    with pytest.raises(ClientError, match="AccessDeniedException"):
        refusing(services, "describe_labeling_job", "AccessDeniedException").describe("vehicle")


class Line:
    """The line to the service: what happens on it instead of an answer, and how often."""

    def __init__(self, happens: Answer) -> None:
        self.calls = 0
        self._happens = happens

    def service(self, services: AwsServices) -> GroundTruth:
        def make_client(attempts: int) -> Any:
            client = aws.client("sagemaker", region=services.region, attempts=attempts)
            client.meta.events.register_first("before-send.sagemaker", self._call)
            return client

        return GroundTruth(make_client, region=services.region, role_arn=ROLE)

    def _call(self, request: Any, **_: Any) -> Any:
        self.calls += 1
        return self._happens(request)


def times_out(request: Any) -> Any:
    raise ReadTimeoutError(endpoint_url=request.url)


def is_closed(request: Any) -> Any:
    raise ConnectionClosedError(endpoint_url=request.url)


def breaks(request: Any) -> Any:
    class Raw:
        def stream(self, *_: Any, **__: Any) -> Any:
            yield b'{"__type": "InternalFailure", "message": "sorry"}'

    return AWSResponse(request.url, 500, HTTPHeaders(), Raw())


@pytest.mark.parametrize("happens", [times_out, is_closed, breaks])
def test_a_creation_that_got_no_answer_is_not_made_again(
    services: AwsServices, happens: Answer
) -> None:
    line = Line(happens)

    with pytest.raises(ServiceUnavailable):
        line.service(services).create(a_spec())

    assert line.calls == 1  # it may have been done: asking again would find the name in use


def test_a_description_that_got_no_answer_is_asked_for_again(
    services: AwsServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    line = Line(times_out)

    with pytest.raises(ServiceUnavailable):
        line.service(services).describe("vehicle")

    assert line.calls > 1
