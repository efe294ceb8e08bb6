"""SageMaker's labeling jobs and work teams, which moto does not have: the twin behind its API.

Nothing goes through botocore here: the twin reads and writes S3's objects and publishes events
inside the process, so that no hook takes its work for somebody's calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from moto.core.responses import ActionResult, EmptyResult
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend, s3_backends
from moto.sagemaker import models, urls
from moto.sagemaker.exceptions import SagemakerClientError
from moto.sagemaker.models import SageMakerModelBackend
from moto.sagemaker.responses import SageMakerResponse

from emulator.clock import Timer
from emulator.ground_truth.constraints import LIST_WORKTEAMS, WORKTEAM_NAME, violations
from emulator.ground_truth.errors import RequestInvalid, ServiceRefusal
from emulator.ground_truth.ids import RandomIds
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.listing import Page, page_of
from emulator.ground_truth.ports import Ids, StoreError
from emulator.ground_truth.service import GroundTruth
from emulator.ground_truth.workteams import Workteam
from emulator.mends import clock, events
from emulator.mends.annotation_functions import LambdaFunctions

T = TypeVar("T")
Settings = tuple[Limits, Pace, Ids | None]

_settings: Settings = (Limits(), Pace(), None)


def configure(
    *, limits: Limits | None = None, pace: Pace | None = None, ids: Ids | None = None
) -> None:
    """What twins made from now on have; without arguments the defaults again."""
    global _settings
    _settings = (limits or Limits(), pace or Pace(), ids)


def ground_truth(account_id: str, region: str) -> GroundTruth:
    """The twin of an account and region; another one after every reset of moto."""
    backend: Backend = models.sagemaker_backends[account_id][region]
    return backend.ground_truth


def limits(account_id: str, region: str) -> Limits:
    """The quotas of that twin."""
    backend: Backend = models.sagemaker_backends[account_id][region]
    return backend.limits


class S3Objects:
    """The objects of an account's S3, as the twin wants them."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id

    def read(self, uri: str) -> bytes:
        bucket, key = _place(uri)
        found = self._call(uri, lambda s3: s3.get_object(bucket, key))
        if found is None:
            raise StoreError(f"{uri} does not exist.")
        return cast(bytes, found.value)

    def write(self, uri: str, body: bytes, content_type: str) -> None:
        bucket, key = _place(uri)
        made = self._call(uri, lambda s3: s3.put_object(bucket, key, body))
        made.set_metadata({"Content-Type": content_type})

    def exists(self, uri: str) -> bool:
        bucket, key = _place(uri)
        try:
            return self._call(uri, lambda s3: s3.head_object(bucket, key)) is not None
        except StoreError:
            return False

    def _call(self, uri: str, call: Callable[[S3Backend], T]) -> T:
        try:
            return call(s3_backends[self._account_id]["aws"])
        except S3ClientError as error:
            raise StoreError(f"{uri}: {error.code}") from error


class CurrentClock:
    """Whatever clock moto's services follow."""

    def now(self) -> datetime:
        return clock.now()

    def call_at(self, when: datetime, fn: Callable[[], None]) -> Timer:
        return clock.current().call_at(when, fn)

    def cancel(self, timer: Timer) -> None:
        clock.current().cancel(timer)


class Backend(SageMakerModelBackend):
    """moto's SageMaker, and a twin of Ground Truth beside it."""

    _url_module = urls

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        given, pace, ids = _settings
        self.limits = given
        self.ground_truth = GroundTruth(
            account=account_id,
            region=region_name,
            objects=S3Objects(account_id),
            clock=CurrentClock(),
            events=events.DefaultBus(account_id, region_name),
            functions=LambdaFunctions(),
            ids=ids or RandomIds(),
            limits=given,
            pace=pace,
        )


class Response(SageMakerResponse):
    """The operations of labeling jobs and work teams; the others are moto's."""

    @property
    def twin(self) -> GroundTruth:
        return ground_truth(self.current_account, self.region)

    def create_labeling_job(self) -> ActionResult:
        arn = _asked(lambda: self.twin.create_labeling_job(self._get_params()))
        return ActionResult({"LabelingJobArn": arn})

    def describe_labeling_job(self) -> ActionResult:
        name = self._get_param("LabelingJobName")
        return ActionResult(_asked(lambda: self.twin.describe_labeling_job(name)))

    def stop_labeling_job(self) -> ActionResult:
        name = self._get_param("LabelingJobName")
        _asked(lambda: self.twin.stop_labeling_job(name))
        return EmptyResult()

    def list_labeling_jobs(self) -> ActionResult:
        request = _with_aware_times(self._get_params())
        page = _asked(lambda: self.twin.list_labeling_jobs(request))
        return _paged("LabelingJobSummaryList", page)

    def list_labeling_jobs_for_workteam(self) -> ActionResult:
        request = _with_aware_times(self._get_params())
        page = _asked(lambda: self.twin.list_labeling_jobs_for_workteam(request))
        return _paged("LabelingJobSummaryList", page)

    def create_workteam(self) -> ActionResult:
        team = _asked(lambda: self.twin.workteams.create(self._get_params()))
        return ActionResult({"WorkteamArn": team.arn})

    def update_workteam(self) -> ActionResult:
        changes = dict(self._get_params())
        name = changes.pop("WorkteamName")
        team = _asked(lambda: self.twin.workteams.update(name, changes))
        return ActionResult({"Workteam": team.described()})

    def describe_workteam(self) -> ActionResult:
        name = self._get_param("WorkteamName")
        _asked(lambda: _check({"WorkteamName": name}, WORKTEAM_NAME))
        team = _asked(lambda: self.twin.workteams.describe(name))
        return ActionResult({"Workteam": team.described()})

    def describe_subscribed_workteam(self) -> ActionResult:
        arn = self._get_param("WorkteamArn")
        team = _asked(lambda: self.twin.workteams.subscribed(arn))
        return ActionResult({"SubscribedWorkteam": team})

    def delete_workteam(self) -> ActionResult:
        return ActionResult(
            {"Success": self.twin.workteams.delete(self._get_param("WorkteamName"))}
        )

    def list_workteams(self) -> ActionResult:
        request = self._get_params()
        _asked(lambda: _check(request, LIST_WORKTEAMS))
        teams = [
            team
            for team in self.twin.workteams.all()
            if request.get("NameContains", "").lower() in team.name.lower()
        ]
        by_name = request.get("SortBy") == "Name"
        teams.sort(key=lambda team: team.name.lower() if by_name else team.created_at.isoformat())
        if request.get("SortOrder") == "Descending":
            teams.reverse()
        return _paged("Workteams", _asked(lambda: page_of(teams, request, Workteam.described)))

    def describe_workforce(self) -> ActionResult:
        name = self._get_param("WorkforceName")
        found = [
            force for force in self.twin.workteams.workforces() if force["WorkforceName"] == name
        ]
        if not found:
            raise _refusal(RequestInvalid([f"The workforce {name} does not exist"]))
        return ActionResult({"Workforce": found[0]})

    def list_workforces(self) -> ActionResult:
        part = self._get_param("NameContains") or ""
        forces = [f for f in self.twin.workteams.workforces() if part in f["WorkforceName"]]
        return ActionResult({"Workforces": forces})

    def add_tags(self) -> ActionResult:
        arn, tags = self._get_param("ResourceArn"), self._get_param("Tags")
        if not _is_ours(arn):
            return super().add_tags()
        return ActionResult({"Tags": _asked(lambda: self.twin.add_tags(arn, tags))})

    def list_tags(self) -> ActionResult:
        arn = self._get_param("ResourceArn")
        if not _is_ours(arn):
            return super().list_tags()
        return ActionResult({"Tags": _asked(lambda: self.twin.list_tags(arn))})

    def delete_tags(self) -> ActionResult:
        arn, keys = self._get_param("ResourceArn"), self._get_param("TagKeys")
        if not _is_ours(arn):
            return super().delete_tags()
        _asked(lambda: self.twin.delete_tags(arn, keys))
        return EmptyResult()


def install() -> None:
    """Let moto's SageMaker be this one."""
    models.sagemaker_backends.backend = Backend
    urls.url_paths["{0}/$"] = Response.dispatch


def _asked(call: Callable[[], T]) -> T:
    """What the twin answers; what it refuses, as an error on the wire."""
    try:
        return call()
    except ServiceRefusal as refusal:
        raise _refusal(refusal) from refusal


def _refusal(refusal: ServiceRefusal) -> SagemakerClientError:
    return SagemakerClientError(refusal.code, str(refusal))


def _check(request: Mapping[str, Any], rules: Any) -> None:
    broken = violations(request, rules)
    if broken:
        raise RequestInvalid(broken)


def _paged(member: str, page: Page) -> ActionResult:
    token = {"NextToken": page.next_token} if page.next_token else {}
    return ActionResult({member: page.items, **token})


def _with_aware_times(request: Mapping[str, Any]) -> dict[str, Any]:
    """moto reads the times of a request as UTC and does not say so."""
    return {
        name: value.replace(tzinfo=UTC)
        if isinstance(value, datetime) and value.tzinfo is None
        else value
        for name, value in request.items()
    }


def _is_ours(arn: str) -> bool:
    return ":labeling-job/" in arn or ":workteam/" in arn


def _place(uri: str) -> tuple[str, str]:
    """Keys may have `#` and `?`, which are nothing special in them."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    return bucket, key
