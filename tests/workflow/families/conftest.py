"""The batches of all families, done at the same time on one local cloud."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import pytest

import smgt
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from emulator.workers import Accuracy, LabelScript, ScriptEntry
from labeling.labels import LabeledObject, Labels, read_manifest
from labeling.merging import MergedObject, read_merged
from labeling.modalities import Modality, modalities
from stacks.synthesized import assembly
from tests.workflow.conftest import A_MOMENT, cloud_session
from tests.workflow.families import clouds, images, texts, videos

FAMILIES = {"images": images, "texts": texts, "videos": videos, "clouds": clouds}
PEOPLE = 3
# First labels are good but not perfect; who audits sees everything.
ACCURACY = Accuracy(first=0.9)


class Done:
    """Four batches from their plans to their last labels."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        endpoints = cloud.endpoints
        self.client = smgt.Client(
            api_url=endpoints.api_url,
            session=cloud_session(cloud),
            aws_endpoint_url=endpoints.aws_endpoint_url,
        )
        self.requests = {family: self._request(family) for family in FAMILIES}
        self.plans = {family: self.client.plan(body) for family, body in self.requests.items()}
        for body in self.requests.values():
            self.client.create(body)
        for _ in range(3):
            cloud.settle()
            cloud.clock.advance(A_MOMENT)
        cloud.settle()

    def at(self, family: str) -> str:
        """The address that the input files of a family lie below."""
        return f"s3://{self.client.input_bucket}/{family}"

    @cached_property
    def asked(self) -> Mapping[str, Mapping[str, Any]]:
        """Each job as it was asked for, by name."""
        bodies = self.requests.values()
        return {job["jobName"]: job for body in bodies for job in body["labelingJobs"]}

    @cached_property
    def jobs(self) -> Mapping[str, smgt.Job]:
        """Each job as the API shows it, by name."""
        return {job.name: job for family in FAMILIES for job in self.client.show(family).jobs}

    def modality(self, job: str) -> Modality:
        return modalities()[self.asked[job]["jobModality"]]

    def source(self, job: str) -> str | None:
        """The job whose output a job works on."""
        name: str | None = self.asked[job]["inputConfig"].get("chainFromJobName")
        return name

    def text(self, uri: str) -> str:
        return self.client.storage.read(uri).decode()

    def json(self, uri: str) -> Any:
        return json.loads(self.text(uri))

    def lines(self, job: str) -> list[dict[str, Any]]:
        """Its output manifest."""
        return [json.loads(line) for line in self.text(self.jobs[job].output_uri).splitlines()]

    def objects(self, job: str) -> list[LabeledObject]:
        """Its output manifest, with all labels of all jobs in it."""
        uri = self.jobs[job].output_uri
        read = self.client.storage.read
        return list(read_manifest(self.text(uri).splitlines(), fetch=read, file=uri))

    def labels(self, job: str) -> list[Labels]:
        """Its own labels, object by object."""
        return [found[self.jobs[job].label_attribute] for found in self.objects(job)]

    def merged(self, family: str) -> list[MergedObject]:
        """The merged data set of a batch."""
        uri = f"s3://{self.client.outputs['ProcessingBucketName']}/merged/{family}/data.jsonl"
        return list(read_merged(self.text(uri).splitlines(), file=uri))

    def labeling_job(self, job: str) -> dict[str, Any]:
        """DescribeLabelingJob."""
        described: dict[str, Any] = self.cloud.client("sagemaker").describe_labeling_job(
            LabelingJobName=job
        )
        return described

    def responses(self, job: str, index: int = 0) -> list[str]:
        """Where the answers about an object of a job are."""
        folder = self.jobs[job].output_uri.removesuffix("manifests/output/output.manifest")
        bucket, _, prefix = folder.removeprefix("s3://").partition("/")
        found = self.cloud.client("s3").list_objects_v2(
            Bucket=bucket, Prefix=f"{prefix}annotations/worker-response/iteration-1/{index}/"
        )
        return [f"s3://{bucket}/{entry['Key']}" for entry in found["Contents"]]

    def _request(self, family: str) -> dict[str, Any]:
        module: Any = FAMILIES[family]
        self.client.upload(module.files(self.at(family)), prefix=family)
        more = [self._functions()] if module is texts else []
        return {"batchId": family, "labelingJobs": module.jobs(self.at(family), *more)}

    def _functions(self) -> dict[str, str]:
        """Functions of one's own for a custom job, deployed."""
        add = self.cloud.add_function

        def post_annotation(event: Mapping[str, Any], context: Any) -> Any:
            return texts.merged(event, self.json(event["payload"]["s3Uri"]))

        return {
            "preHumanTaskLambdaArn": add("pre-LabelingFunction", texts.pre_annotation),
            "annotationConsolidationLambdaArn": add("post-LabelingFunction", post_annotation),
        }


def script() -> LabelScript:
    """What people answer, as each family has it: SeqLabel documents as they are."""
    objects = (*images.PICTURES, *texts.TEXTS, "clip.mp4")
    entries = []
    for module in FAMILIES.values():
        for job, answer in module.ANSWERS.items():
            sequence = any(key.endswith("-annotations") for key in answer)
            labels = answer if sequence else {"objects": dict.fromkeys(objects, answer)}
            entries.append(ScriptEntry(labels, jobs=job))
    return LabelScript(entries)


@pytest.fixture(scope="package")
def done() -> Iterator[Done]:
    with LocalCloud(
        clock=VirtualClock(), script=script(), accuracy=ACCURACY, people_per_team=PEOPLE
    ) as cloud:
        cloud.deploy_app(assembly())
        yield Done(cloud)
