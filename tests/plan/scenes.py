"""A valid batch with its files and its account, of which one thing may be changed, and changed
back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from random import Random
from typing import Any

import smgt
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.mends.sagemaker import S3Objects
from labeling.modalities import modalities
from stacks.synthesized import assembly
from tests.plan.batches import FUNCTIONS, batch_of
from tests.plan.inputs import files

FOLDER = "plan"
A_MOMENT = timedelta(seconds=1)
# for so long functions believe what they found out about the account
FORGOTTEN = timedelta(minutes=6)


class Laboratory:
    """A deployed workflow with the input files of all batches."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.client = smgt.Client(
            api_url=cloud.endpoints.api_url,
            session=_session(cloud),
            aws_endpoint_url=cloud.endpoints.aws_endpoint_url,
        )
        self.s3 = cloud.client("s3")
        self._objects = S3Objects(cloud.endpoints.account_id)
        for name in FUNCTIONS.values():
            cloud.add_function(name, _pass_on)
        self.fill()

    @cached_property
    def bucket(self) -> str:
        return self.client.input_bucket

    @property
    def at(self) -> str:
        """The folder of all input files."""
        return f"s3://{self.bucket}/{FOLDER}"

    @cached_property
    def files(self) -> dict[str, bytes]:
        return files(self.at)

    @property
    def place(self) -> str:
        """Region and account, as ARNs have them."""
        return f"{self.cloud.endpoints.region}:{self.cloud.endpoints.account_id}"

    def fill(self) -> None:
        for name, body in self.files.items():
            self.write(name, body)

    def write(self, name: str, body: bytes) -> None:
        self._objects.write(f"{self.at}/{name}", body, "application/octet-stream")

    def remove(self, names: Sequence[str]) -> None:
        for some in (names[start : start + 1_000] for start in range(0, len(names), 1_000)):
            keys = [{"Key": f"{FOLDER}/{name}"} for name in some]
            self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": keys})

    def empty(self) -> None:
        """As after the deployment, with all input files."""
        self.cloud.reset()
        self.fill()

    def valid(self, modality: str) -> dict[str, Any]:
        return batch_of(modality, self.at, place=self.place)

    def run(self, moments: int = 8) -> None:
        """Let everything happen that happens without a further word."""
        for _ in range(moments):
            self.cloud.settle()
            self.cloud.clock.advance(A_MOMENT)
        self.cloud.settle()

    def labeling_jobs(self) -> int:
        """CreateLabelingJob calls of the workflow's functions since the last `forget_calls`."""
        calls = self.cloud.faults.calls
        return sum(call.operation == "CreateLabelingJob" for call in calls)

    def labeled(self) -> int:
        """Objects that people have labeled in all labeling jobs there are."""
        listed = self.cloud.client("sagemaker").list_labeling_jobs(MaxResults=100)
        jobs = listed["LabelingJobSummaryList"]
        return sum(job["LabelCounters"].get("HumanLabeled", 0) for job in jobs)

    def forget_calls(self) -> None:
        self.cloud.faults.calls.clear()


@dataclass
class Scene:
    """`batch` is the request, to be changed at will; `random` says where faults are."""

    lab: Laboratory
    batch: dict[str, Any]
    random: Random
    undo: ExitStack = field(default_factory=ExitStack)
    _changed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.undo.callback(self._put_back)

    @classmethod
    def of(cls, lab: Laboratory, modality: str, seed: str) -> Scene:
        assert modality in modalities()
        return cls(lab, deepcopy(lab.valid(modality)), Random(seed))

    @property
    def cloud(self) -> LocalCloud:
        return self.lab.cloud

    @property
    def first(self) -> dict[str, Any]:
        job: dict[str, Any] = self.batch["labelingJobs"][0]
        return job

    @property
    def second(self) -> dict[str, Any]:
        job: dict[str, Any] = self.batch["labelingJobs"][1]
        return job

    def add(self, **changes: Any) -> dict[str, Any]:
        """One more job: the last one again, changed so."""
        job: dict[str, Any] = deepcopy(self.batch["labelingJobs"][-1]) | changes
        self.batch["labelingJobs"].append(job)
        return job

    def uri(self, name: str) -> str:
        return f"{self.lab.at}/{name}"

    def somewhere(self, count: int) -> int:
        """A place neither at the beginning nor at the end of so many."""
        return self.random.randrange(1, count - 1)

    # --- files

    @contextmanager
    def json(self, name: str) -> Iterator[Any]:
        """A document, stored again as it is left."""
        document = json.loads(self.lab.files[name])
        yield document
        self.write(name, json.dumps(document))

    @contextmanager
    def lines(self, name: str) -> Iterator[list[Any]]:
        """A manifest's lines, stored again as they are left; texts are stored as they are."""
        lines: list[Any] = [json.loads(line) for line in self.lab.files[name].splitlines()]
        yield lines
        texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
        self.write(name, "".join(f"{text}\n" for text in texts))

    @contextmanager
    def own_labels(self, name: str) -> Iterator[Any]:
        """A label category file for the second job alone, which is like this one."""
        document = json.loads(self.lab.files[name])
        yield document
        self.write("own.json", json.dumps(document))
        self.second["labelCategoryConfigS3Uri"] = self.uri("own.json")

    def write(self, name: str, content: str | bytes) -> None:
        self._changed.add(name)
        self.lab.write(name, content.encode() if isinstance(content, str) else content)

    def remove(self, name: str) -> None:
        self._changed.add(name)
        self.lab.remove([name])

    def _put_back(self) -> None:
        self.lab.remove(sorted(self._changed - self.lab.files.keys()))
        for name in self._changed & self.lab.files.keys():
            self.lab.write(name, self.lab.files[name])

    # --- the account

    def create_before(self, batch: dict[str, Any]) -> None:
        """Another batch, valid, that is created and runs first."""
        self.lab.client.create(batch)
        self.lab.run(moments=2)
        self.undo.callback(self.lab.empty)

    def labeling_job(self, name: str) -> None:
        """A labeling job that somebody makes by hand."""
        mine = deepcopy(self.batch) | {"batchId": "by-hand"}
        for job in mine["labelingJobs"]:
            job["jobName"] = f"by-hand-{job['jobLevel']}"
        del mine["labelingJobs"][1:]
        self.create_before(mine)
        sagemaker = self.cloud.client("sagemaker")
        made = sagemaker.describe_labeling_job(LabelingJobName="by-hand-1")
        known = sagemaker.meta.service_model.operation_model("CreateLabelingJob").input_shape
        again = {member: made[member] for member in known.members if member in made}
        sagemaker.create_labeling_job(**again | {"LabelingJobName": name})

    def arn(self, service: str, what: str) -> str:
        return f"arn:aws:{service}:{self.lab.place}:{what}"

    def afterwards(self, put_right: Callable[[], object]) -> None:
        """What was changed of the account is changed back by this. Functions see the change."""
        self.undo.callback(self._pass_time)
        self.undo.callback(put_right)
        self._pass_time()

    def _pass_time(self) -> None:
        self.cloud.clock.advance(FORGOTTEN)
        self.cloud.settle()


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    with LocalCloud(clock=VirtualClock(), people_per_team=2) as cloud:
        cloud.deploy_app(assembly())
        yield Laboratory(cloud)


def _session(cloud: LocalCloud) -> Any:
    import boto3

    endpoints = cloud.endpoints
    return boto3.Session(
        aws_access_key_id=endpoints.access_key_id,
        aws_secret_access_key=endpoints.secret_access_key,
        region_name=endpoints.region,
    )


def _pass_on(event: Any, context: Any) -> dict[str, Any]:
    return {"taskInput": {"taskObject": event.get("dataObject")}}
