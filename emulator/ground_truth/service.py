"""Ground Truth's labeling jobs of one account and region: what its API does."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from emulator.ground_truth.constraints import (
    LABELING_JOB_NAME,
    LIST_LABELING_JOBS,
    LIST_LABELING_JOBS_FOR_WORKTEAM,
    TAGS,
    Rule,
    violations,
)
from emulator.ground_truth.desk import TaskDesk
from emulator.ground_truth.errors import (
    RequestInvalid,
    ResourceInUse,
    ResourceLimitExceeded,
    ResourceNotFound,
    WrongState,
)
from emulator.ground_truth.faults import JobFaults
from emulator.ground_truth.ids import RandomIds
from emulator.ground_truth.jobs import Job, JobStatus
from emulator.ground_truth.life import JobLife, Pace
from emulator.ground_truth.limits import Limits, Rate
from emulator.ground_truth.listing import Page, job_page, team_page
from emulator.ground_truth.ports import (
    Clock,
    EventPublisher,
    Functions,
    Ids,
    NoFunctions,
    ObjectStore,
)
from emulator.ground_truth.registry import Registry
from emulator.ground_truth.request_rules import check_request
from emulator.ground_truth.task_types import TaskType
from emulator.ground_truth.workteams import Workteams


class GroundTruth:
    """The service. `desk` is where people work, `faults` where trouble is ordered.

    Requests and answers have the members of the API; times are datetimes. Calls raise
    `ServiceRefusal`s.
    """

    def __init__(
        self,
        *,
        account: str,
        region: str,
        objects: ObjectStore,
        clock: Clock,
        events: EventPublisher,
        functions: Functions | None = None,
        ids: Ids | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.account = account
        self.region = region
        self._ids = ids or RandomIds()
        self._limits = limits or Limits()
        self._clock = clock
        self._objects = objects
        self._functions = functions or NoFunctions()
        self._registry = Registry()
        self.faults = JobFaults()
        self.workteams = Workteams(
            account=account, region=region, clock=clock, ids=self._ids, limits=self._limits
        )
        self._life = JobLife(
            registry=self._registry,
            objects=objects,
            clock=clock,
            events=events,
            functions=self._functions,
            ids=self._ids,
            limits=self._limits,
            pace=pace or Pace(),
            faults=self.faults,
            workteams=self.workteams,
        )
        self.desk = TaskDesk(self._life)
        self.faults.when_released(self._advance_all)
        self._creates = Rate(self._limits.create_per_second, clock=clock)
        self._describes = Rate(self._limits.describe_per_second, clock=clock)
        self._lists = Rate(self._limits.list_per_second, clock=clock)
        self._team_lists = Rate(self._limits.list_per_second, clock=clock)
        self._stops = Rate(self._limits.stop_per_second, clock=clock)

    def create_labeling_job(self, request: Mapping[str, Any]) -> str:
        """Start a job; returns its ARN. Its input is read later, and may still fail it."""
        self._creates.spend()
        task_type = check_request(
            request,
            account=self.account,
            region=self.region,
            limits=self._limits,
            workteams=self.workteams,
            objects=self._objects,
            functions=self._functions,
        )
        with self._registry.lock:
            job = self._new_job(request, task_type)
            self._registry.add(job)
        if self.faults.early(job.name):
            self._life.rush(job)
        else:
            self._life.begin(job)
        return job.arn

    def describe_labeling_job(self, name: str) -> dict[str, Any]:
        self._describes.spend()
        _check({"LabelingJobName": name}, LABELING_JOB_NAME)
        with self._registry.lock:
            return _described(self._registry.get(name))

    def list_labeling_jobs(self, request: Mapping[str, Any]) -> Page:
        self._lists.spend()
        _check(request, LIST_LABELING_JOBS)
        with self._registry.lock:
            return job_page(self._registry.all(), request)

    def list_labeling_jobs_for_workteam(self, request: Mapping[str, Any]) -> Page:
        self._team_lists.spend()
        _check(request, LIST_LABELING_JOBS_FOR_WORKTEAM)
        team = self.workteams.get(request["WorkteamArn"])
        with self._registry.lock:
            jobs = [job for job in self._registry.all() if job.team_arn == team.arn]
            return team_page(jobs, request, account=self.account)

    def stop_labeling_job(self, name: str) -> None:
        """Have it stopped soon; what was labeled until then is written."""
        self._stops.spend()
        _check({"LabelingJobName": name}, LABELING_JOB_NAME)
        with self._registry.lock:
            job = self._registry.get(name)
            if job.status.final:
                raise WrongState(
                    f"The request was rejected because the labeling job is in status {job.status}."
                )
            if job.status is JobStatus.STOPPING:
                return
            self._life.stop(job)

    def fail_job(self, name: str, reason: str) -> None:
        """Have a running job fail now, as the service itself would; what is done is written."""
        self._life.fail(self._registry.get(name), reason)

    def expire_tasks(self, name: str) -> None:
        """Have the time of a job's open tasks be over now; objects without an answer fail."""
        self._life.expire(self._registry.get(name))

    def failures_of(self, name: str) -> dict[int, str]:
        """Why objects of a job have no label, by their number, as far as it is known. The service
        itself does not tell."""
        with self._registry.lock:
            objects = self._registry.get(name).objects
            return {item.index: item.failure for item in objects if item.failure}

    def add_tags(self, arn: str, tags: list[Mapping[str, str]]) -> list[dict[str, str]]:
        """Add or change tags of a job or team; returns all it has."""
        _check({"Tags": tags}, TAGS)
        owned = self._tags(arn)
        with self._registry.lock:
            owned |= {tag["Key"]: tag["Value"] for tag in tags}
        return self.list_tags(arn)

    def delete_tags(self, arn: str, keys: list[str]) -> None:
        owned = self._tags(arn)
        with self._registry.lock:
            for key in keys:
                owned.pop(key, None)

    def list_tags(self, arn: str) -> list[dict[str, str]]:
        with self._registry.lock:
            return _tag_list(self._tags(arn))

    def _tags(self, arn: str) -> dict[str, str]:
        job = self._registry.find(arn.rpartition("/")[2])
        if job is not None and job.arn == arn.lower():
            return job.tags
        team = self.workteams.find(arn)
        if team is None:
            raise ResourceNotFound(f"The resource {arn} does not exist.")
        return team.tags

    def _new_job(self, request: Mapping[str, Any], task_type: TaskType) -> Job:
        name = request["LabelingJobName"]
        taken = self._registry.find(name)
        if taken is not None:
            raise ResourceInUse(
                "Labeling job names must be unique within an AWS account and region, and a "
                f"labeling job with this name already exists ({taken.arn})."
            )
        running, most = len(self._registry.running()), self._limits.running_jobs
        if running >= most:
            raise ResourceLimitExceeded(
                "The account-level service limit 'Number of concurrent labeling jobs' is "
                f"{most} jobs, with current utilization of {running} jobs and a request delta of "
                "1 jobs. Please use AWS Service Quotas to request an increase for this quota."
            )
        now = self._clock.now()
        return Job(
            request=deepcopy(dict(request)),
            # The service writes names in ARNs in lower case.
            arn=f"arn:aws:sagemaker:{self.region}:{self.account}:labeling-job/{name.lower()}",
            task_type=task_type,
            reference_code=f"{self.account}{self._ids.hexadecimal(16)}",
            created_at=now,
            modified_at=now,
            tags={tag["Key"]: tag["Value"] for tag in request.get("Tags", [])},
        )

    def forget_jobs(self) -> None:
        """Be an account that never had a job: all names are free again. Teams and the trouble that
        was ordered stay."""
        with self._registry.lock:
            for job in self._registry.all():
                # Whatever is still under way for it finds it ended.
                job.ending, job.status = True, JobStatus.STOPPED
                timers = [job.expiry, *(item.expiry for item in job.objects)]
                for timer in timers:
                    if timer is not None:
                        self._clock.cancel(timer)
            self._registry.clear()

    def _advance_all(self) -> None:
        for job in self._registry.running():
            self._life.advance(job)


def _check(request: Mapping[str, Any], rules: Mapping[str, Rule]) -> None:
    broken = violations(request, rules)
    if broken:
        raise RequestInvalid(broken)


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _described(job: Job) -> dict[str, Any]:
    request = job.request
    optional = ("LabelCategoryConfigS3Uri", "StoppingConditions", "LabelingJobAlgorithmsConfig")
    return {
        "LabelingJobStatus": str(job.status),
        "LabelCounters": job.counters,
        **({"FailureReason": job.failure_reason} if job.failure_reason else {}),
        "CreationTime": job.created_at,
        "LastModifiedTime": job.modified_at,
        "JobReferenceCode": job.reference_code,
        "LabelingJobName": job.name,
        "LabelingJobArn": job.arn,
        "LabelAttributeName": job.label_attribute,
        "InputConfig": request["InputConfig"],
        "OutputConfig": {"KmsKeyId": "", **request["OutputConfig"]},
        "RoleArn": request["RoleArn"],
        "HumanTaskConfig": request["HumanTaskConfig"],
        "Tags": _tag_list(job.tags),
        **{member: request[member] for member in optional if member in request},
        **({"LabelingJobOutput": {"OutputDatasetS3Uri": job.output_uri}} if job.output_uri else {}),
    }
