"""One deployed cloud on which the same batch is run again and again, each time with another fault.

Everything takes turns: the listener's messages and the workers' answers wait until all else is
quiet, so that a function's n-th call is the same call in every run.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import boto3

import smgt
from emulator.cloud import LocalCloud
from emulator.mends import sagemaker
from emulator.workers import Answers, LabelScript, ScriptedWorkers
from examples.driving.answers import script
from examples.driving.batch import upload
from labeling import wiring
from labeling.model import Batch
from tests.faults.scenarios import BATCH, People, Scenario, nobody

PATIENCE = timedelta(hours=6)
"""Of the platform: three retries of a state and ten deliveries of a message are over by then."""
AFTERMATH = timedelta(minutes=16)
"""Three looks of the reconciler, and the second delivery of any message."""
ANSWERS = "/annotations/worker-response/"
"""Who answered which task, and when: their names are drawn."""


class NeverEnds(AssertionError):
    """The batch is not over after all the time that the platform's own retries take."""


class Laboratory:
    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        endpoints = cloud.endpoints
        self.client = smgt.Client(
            api_url=endpoints.api_url,
            session=boto3.Session(
                aws_access_key_id=endpoints.access_key_id,
                aws_secret_access_key=endpoints.secret_access_key,
                region_name=endpoints.region,
            ),
            aws_endpoint_url=endpoints.aws_endpoint_url,
            sleep=lambda seconds: None,
        )
        self._store = sagemaker.S3Objects(endpoints.account_id)
        self.inputs = upload(self.client)
        bucket = self.client.input_bucket
        self._files = {
            uri: self._store.read(uri)
            for uri in (f"s3://{bucket}/{key}" for key in self._keys(bucket))
        }

    def begin(self) -> None:
        """Empty, but for the inputs."""
        self.cloud.reset()
        for uri, body in self._files.items():
            self._store.write(uri, body, "application/octet-stream")
        self._workers = self._people()

    def run(self, scenario: Scenario) -> None:
        """The scenario's batch until it is over, and some time longer.

        Raises NeverEnds.
        """
        scenario.prepare(self.cloud)
        self.client.create(scenario.body(self.inputs))
        self.work(scenario.people)
        ends_at = self.cloud.clock.now() + PATIENCE
        while not self._is_over(scenario):
            self._next_moment(scenario.people)
            if self.cloud.clock.now() > ends_at:
                raise NeverEnds(f"the batch is {self.batch()} after {PATIENCE}")
        ends_at = self.cloud.clock.now() + AFTERMATH
        while self.cloud.clock.now() < ends_at:
            self._next_moment(scenario.people)

    def work(self, people: People = nobody) -> None:
        """All that happens now: messages, then what people do, in turns."""
        while True:
            self.cloud.settle()
            people(self.client)
            self.cloud.pollers.pause()
            done = self._workers.step()
            self.cloud.pollers.resume()
            if not done:
                break
        self.cloud.settle()

    def batch(self) -> Batch | None:
        return wiring.batches().batch(BATCH)

    def objects(self) -> dict[str, str]:
        """What lies in the processing bucket, by key; without the single answers of workers."""
        bucket = self.client.outputs["ProcessingBucketName"]
        return {
            key: self._store.read(f"s3://{bucket}/{key}").decode()
            for key in self._keys(bucket)
            if ANSWERS not in key
        }

    def dead_letters(self) -> int:
        """How many messages wait in the dead-letter queue."""
        sqs = self.cloud.client("sqs")
        queues = sqs.list_queues()["QueueUrls"]
        counts = [
            sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            for url in queues
        ]
        return sum(
            int(c["ApproximateNumberOfMessages"]) for c in counts if "RedrivePolicy" not in c
        )

    def _next_moment(self, people: People) -> None:
        clock = self.cloud.clock
        due = clock.next_due()
        assert due is not None  # the schedule
        clock.advance(max(due - clock.now(), timedelta()))
        self.work(people)

    def _is_over(self, scenario: Scenario) -> bool:
        batch = self.batch()
        return batch is not None and batch.status == scenario.status and batch.published

    def _people(self) -> ScriptedWorkers:
        answers = Answers(objects=self._store, script=_script())
        return ScriptedWorkers(
            self.cloud.ground_truth, answers, clock=self.cloud.clock, seconds_per_object=0
        )

    def _keys(self, bucket: str) -> list[str]:
        pages = self.cloud.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [found["Key"] for page in pages for found in page.get("Contents", ())]


@cache
def _script() -> LabelScript:
    return script()
