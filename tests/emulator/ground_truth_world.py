"""A small world around the twin, in memory: objects, events, a clock that stands still, a team."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from emulator.clock import Clock, VirtualClock
from emulator.ground_truth.ids import SeededIds
from emulator.ground_truth.life import Pace
from emulator.ground_truth.limits import Limits
from emulator.ground_truth.ports import FunctionError, StoreError
from emulator.ground_truth.service import GroundTruth
from emulator.ground_truth.task_types import (
    consolidation_function_arn,
    human_task_ui_arn,
    pre_function_arn,
    task_types,
)
from emulator.workers import Answers, ScriptedWorkers

REGION = "us-east-1"
ACCOUNT = "123456789012"
START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
TEMPLATE = "s3://in/template.html"
TEAM = {
    "WorkteamName": "first-level",
    "Description": "Labelers",
    "MemberDefinitions": [
        {
            "CognitoMemberDefinition": {
                "UserPool": "us-east-1_Pool123",
                "UserGroup": "first-level",
                "ClientId": "client",
            }
        }
    ],
}


class MemoryObjects:
    """Objects in a dict; buckets are what was written to, or are made by `make_bucket`."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.missing_buckets: set[str] = set()

    def read(self, uri: str) -> bytes:
        if uri not in self.bodies:
            raise StoreError(f"{uri} does not exist.")
        return self.bodies[uri]

    def write(self, uri: str, body: bytes, content_type: str) -> None:
        bucket = uri.removeprefix("s3://").partition("/")[0]
        if bucket in self.missing_buckets:
            raise StoreError(f"{uri}: NoSuchBucket")
        self.bodies[uri] = body

    def exists(self, uri: str) -> bool:
        return uri in self.bodies

    def put(self, uri: str, document: Any) -> str:
        """A JSON document, or a text as it is."""
        text = document if isinstance(document, str) else json.dumps(document)
        self.bodies[uri] = text.encode()
        return uri

    def json(self, uri: str) -> Any:
        return json.loads(self.bodies[uri])

    def lines(self, uri: str) -> list[Any]:
        return [json.loads(line) for line in self.bodies[uri].decode().splitlines()]

    def under(self, prefix: str) -> list[str]:
        return sorted(uri for uri in self.bodies if uri.startswith(prefix))


class MemoryFunctions:
    """Lambda functions by ARN: `add("name", handler)`. Remembers events, by name."""

    def __init__(self) -> None:
        self._handlers: dict[str, Callable[[Any], Any]] = {}
        self.events: dict[str, list[Any]] = {}

    def add(self, name: str, handler: Callable[[Any], Any]) -> str:
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        self._handlers[arn] = handler
        return arn

    def exists(self, arn: str) -> bool:
        return arn in self._handlers

    def invoke(self, arn: str, event: Any) -> Any:
        self.events.setdefault(arn.rpartition(":")[2], []).append(event)
        try:
            return json.loads(json.dumps(self._handlers[arn](event)))
        except Exception as error:
            raise FunctionError(f"{arn} failed: {error!r}") from error


class RecordedEvents:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []
        self._listener: Callable[[dict[str, Any]], object] = lambda event: None

    def when_published(self, listener: Callable[[dict[str, Any]], object]) -> None:
        self._listener = listener

    def publish(
        self, *, source: str, detail_type: str, resources: Sequence[str], detail: Mapping[str, Any]
    ) -> None:
        event = {
            "source": source,
            "detail-type": detail_type,
            "resources": list(resources),
            "detail": dict(detail),
        }
        self.published.append(event)
        self._listener(event)

    def statuses_of(self, arn: str) -> list[str]:
        return [
            event["detail"]["LabelingJobStatus"]
            for event in self.published
            if event["resources"] == [arn]
        ]


class World:
    """The twin with a team, and short words for what tests do with it."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        pace: Pace | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.objects = MemoryObjects()
        self.objects.put(TEMPLATE, "<crowd-form></crowd-form>")
        self.functions = MemoryFunctions()
        self.events = RecordedEvents()
        self.clock: Clock = clock or VirtualClock(START)
        self.twin = GroundTruth(
            account=ACCOUNT,
            region=REGION,
            objects=self.objects,
            clock=self.clock,
            events=self.events,
            functions=self.functions,
            ids=SeededIds(),
            limits=limits,
            pace=pace,
        )
        self.team = self.twin.workteams.create(TEAM).arn

    def advance(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))

    def workers(self, **options: Any) -> ScriptedWorkers:
        options = {"seconds_per_object": 0, **options}
        answers = options.pop("answers", None) or Answers(objects=self.objects)
        return ScriptedWorkers(self.twin, answers, clock=self.clock, **options)

    def run(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Create a job, have it worked on, and describe it."""
        self.twin.create_labeling_job(request)
        self.advance()
        self.workers().work()
        self.advance()
        return self.describe(request["LabelingJobName"])

    def describe(self, name: str) -> dict[str, Any]:
        return self.twin.describe_labeling_job(name)

    def output(self, name: str) -> list[Any]:
        """The lines of a job's output manifest."""
        return self.objects.lines(self.describe(name)["LabelingJobOutput"]["OutputDatasetS3Uri"])

    # --- input

    def clips(self, count: int = 1, *, frames: int = 3, width: int = 640, height: int = 360) -> str:
        """A manifest of video sequences with real pictures."""
        return self.manifest([self.clip(n, frames, width, height) for n in range(count)])

    def clip(self, number: int, frames: int = 3, width: int = 640, height: int = 360) -> Any:
        prefix = f"s3://in/clip-{number}/"
        names = [f"{n:06}.jpg" for n in range(1, frames + 1)]
        for name in names:
            self.objects.bodies[f"{prefix}{name}"] = picture(width, height)
        sequence = {
            "seq-no": number + 1,
            "prefix": prefix,
            "number-of-frames": frames,
            "frames": [{"frame-no": n, "frame": name} for n, name in enumerate(names, start=1)],
        }
        return {"source-ref": self.objects.put(f"s3://in/clip-{number}.json", sequence)}

    def clouds(self, count: int = 1) -> str:
        """A manifest of single point clouds."""
        return self.manifest([self.cloud(number) for number in range(count)])

    def cloud(self, number: int) -> Any:
        uri = f"s3://in/clouds/{number}.bin"
        self.objects.bodies[uri] = points()
        return {
            "source-ref": uri,
            "source-ref-metadata": {"unix-timestamp": 1566861644.75 + number},
        }

    def cloud_sequence(self, frames: int = 3) -> str:
        """A manifest of one sequence of point clouds."""
        prefix = "s3://in/drive/"
        for n in range(frames):
            self.objects.bodies[f"{prefix}{n}.bin"] = points()
        sequence = {
            "seq-no": 1,
            "prefix": prefix,
            "number-of-frames": frames,
            "frames": [
                {"frame-no": n, "frame": f"{n}.bin", "unix-timestamp": 1566861644.5 + n}
                for n in range(frames)
            ],
        }
        return self.manifest([{"source-ref": self.objects.put("s3://in/drive.json", sequence)}])

    def manifest(self, lines: Sequence[Any], uri: str = "s3://in/input.manifest") -> str:
        return self.objects.put(uri, "".join(f"{json.dumps(line)}\n" for line in lines))

    def categories(self, *labels: str, **more: Any) -> str:
        """A label category file; its name tells its content."""
        document = {
            "document-version": "2020-03-01",
            "labels": [{"label": label} for label in labels or ("Vehicle",)],
            **more,
        }
        name = "-".join([*labels, *map(str, more.values())]) or "labels"
        return self.objects.put(f"s3://in/categories/{name}.json", document)

    def texts(self, *texts: str) -> str:
        """A manifest of texts."""
        return self.manifest([{"source": text} for text in texts])

    def request(self, name: str, task_type: str, **more: Any) -> dict[str, Any]:
        """A valid request for any of the task types; see `labeling_job_request`."""
        defaults = {"team": self.team, "manifest": "s3://in/input.manifest"}
        return labeling_job_request(name, task_type, **{**defaults, **more})


def labeling_job_request(
    name: str,
    task_type: str,
    *,
    team: str,
    manifest: str,
    categories: str = "s3://in/categories/labels.json",
    attribute: str | None = None,
    output: str = "s3://out/jobs",
    region: str = REGION,
    **human: Any,
) -> dict[str, Any]:
    """A valid CreateLabelingJob; further members go into HumanTaskConfig."""
    row = task_types()[task_type]
    suffix = "-ref" if row.reference_label else ""
    return {
        "LabelingJobName": name,
        "LabelAttributeName": attribute or f"{name}{suffix}",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": manifest}}},
        "OutputConfig": {"S3OutputPath": output},
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/labeling",
        "LabelCategoryConfigS3Uri": categories,
        "HumanTaskConfig": {
            "WorkteamArn": team,
            "UiConfig": {"HumanTaskUiArn": human_task_ui_arn(row.ui, region)}
            if row.ui
            else {"UiTemplateS3Uri": TEMPLATE},
            "PreHumanTaskLambdaArn": pre_function_arn(task_type, region),
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": consolidation_function_arn(task_type, region)
            },
            "TaskTitle": "Label",
            "TaskDescription": "Label everything",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 3600,
            "TaskAvailabilityLifetimeInSeconds": 864000,
            "MaxConcurrentTaskCount": 100,
            **human,
        },
    }


def picture(width: int, height: int) -> bytes:
    body = BytesIO()
    Image.new("RGB", (width, height)).save(body, "JPEG")
    return body.getvalue()


def points(count: int = 60) -> bytes:
    """A cloud of points on a spiral, with intensities."""
    return b"".join(struct.pack("<4f", n % 8, n // 8, n / 20, 0.5) for n in range(count))
