"""Lists of jobs: filters, order, pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from emulator.ground_truth.errors import RequestInvalid
from emulator.ground_truth.jobs import Job, ObjectState

PAGE = 100
T = TypeVar("T")

ORDER: Mapping[str, Callable[[Job], Any]] = {
    "CreationTime": lambda job: job.created_at,
    "Name": lambda job: job.name.lower(),
    "Status": lambda job: str(job.status),
}


@dataclass(frozen=True)
class Page:
    """Some of the items, and where the next page begins."""

    items: list[dict[str, Any]]
    next_token: str | None = None


def job_page(jobs: Iterable[Job], request: Mapping[str, Any]) -> Page:
    """The answer to ListLabelingJobs; raises `RequestInvalid` for a token it did not give."""
    chosen = [job for job in jobs if _wanted(job, request)]
    return page_of(_ordered(chosen, request), request, _summary)


def team_page(jobs: Iterable[Job], request: Mapping[str, Any], *, account: str) -> Page:
    """The answer to ListLabelingJobsForWorkteam."""
    code = request.get("JobReferenceCodeContains", "")
    chosen = [job for job in jobs if _in_times(job, request) and code in job.reference_code]
    return page_of(
        _ordered(chosen, request), request, lambda job: _team_summary(job, account=account)
    )


def page_of(
    items: list[T], request: Mapping[str, Any], summary: Callable[[T], dict[str, Any]]
) -> Page:
    """The page that `NextToken` and `MaxResults` ask for."""
    start = _start(request.get("NextToken"))
    end = start + request.get("MaxResults", PAGE)
    return Page([summary(item) for item in items[start:end]], _token(end, len(items)))


def _ordered(jobs: list[Job], request: Mapping[str, Any]) -> list[Job]:
    ordered = sorted(jobs, key=ORDER[request.get("SortBy", "CreationTime")])
    return ordered[::-1] if request.get("SortOrder") == "Descending" else ordered


def _wanted(job: Job, request: Mapping[str, Any]) -> bool:
    return (
        _in_times(job, request)
        and request.get("NameContains", "").lower() in job.name.lower()
        and request.get("StatusEquals", str(job.status)) == str(job.status)
    )


def _in_times(job: Job, request: Mapping[str, Any]) -> bool:
    times = {"CreationTime": job.created_at, "LastModifiedTime": job.modified_at}
    return all(
        (f"{name}After" not in request or time > request[f"{name}After"])
        and (f"{name}Before" not in request or time < request[f"{name}Before"])
        for name, time in times.items()
    )


def _summary(job: Job) -> dict[str, Any]:
    return {
        "LabelingJobName": job.name,
        "LabelingJobArn": job.arn,
        "CreationTime": job.created_at,
        "LastModifiedTime": job.modified_at,
        "LabelingJobStatus": str(job.status),
        "LabelCounters": job.counters,
        "WorkteamArn": job.team_arn,
        **_functions(job),
        "InputConfig": job.request["InputConfig"],
        **({"FailureReason": job.failure_reason} if job.failure_reason else {}),
        **({"LabelingJobOutput": {"OutputDatasetS3Uri": job.output_uri}} if job.output_uri else {}),
    }


def _functions(job: Job) -> dict[str, str]:
    """A custom task may do without them."""
    members = {
        "PreHumanTaskLambdaArn": job.pre_function,
        "AnnotationConsolidationLambdaArn": job.consolidation_function,
    }
    return {member: arn for member, arn in members.items() if arn}


def _team_summary(job: Job, *, account: str) -> dict[str, Any]:
    counters = job.counters
    return {
        "LabelingJobName": job.name,
        "JobReferenceCode": job.reference_code,
        "WorkRequesterAccountId": account,
        "CreationTime": job.created_at,
        "LabelCounters": {
            "HumanLabeled": counters["HumanLabeled"],
            "PendingHuman": job.count(ObjectState.OPEN),
            "Total": len(job.objects),
        },
        "NumberOfHumanWorkersPerDataObject": job.workers_per_object,
    }


def _token(end: int, total: int) -> str | None:
    return urlsafe_b64encode(f"from {end}".encode()).decode() if end < total else None


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(urlsafe_b64decode(token.encode()).decode().removeprefix("from "))
    except ValueError as error:
        raise RequestInvalid(
            [f"Value '{token}' at 'nextToken' is not a token of this list"]
        ) from error
