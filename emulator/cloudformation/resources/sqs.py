"""Queues and who may send to them."""

import json
from typing import Any, Final

from emulator.cloudformation.resource_type import Properties, ResourceType, tag_map

_DEFAULTS: Final[dict[str, Any]] = {
    "DelaySeconds": 0,
    "KmsDataKeyReusePeriodSeconds": 300,
    "KmsMasterKeyId": "",
    "MaximumMessageSize": 1_048_576,
    "MessageRetentionPeriod": 345_600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": True,
    "VisibilityTimeout": 30,
}
"""What a queue has when the template says nothing."""


class Queue(ResourceType):
    """A standard queue."""

    name = "AWS::SQS::Queue"
    properties = frozenset({*_DEFAULTS, "QueueName", "Tags"})
    immutable = frozenset({"QueueName"})
    attributes = frozenset({"Arn", "QueueName", "QueueUrl"})

    def create(self, properties: Properties) -> str:
        made = self.place.call(
            "sqs",
            "create_queue",
            QueueName=properties.get("QueueName") or self.place.generated_name(80),
            Attributes=_attributes(properties),
            tags=tag_map(properties),
        )
        return str(made["QueueUrl"])

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        gone = {key: _DEFAULTS[key] for key in previous if key in _DEFAULTS}
        attributes = {**gone, **_attributes(properties)}
        if attributes:
            self.place.call(
                "sqs", "set_queue_attributes", QueueUrl=physical_id, Attributes=attributes
            )
        new, old = tag_map(properties), tag_map(previous)
        if removed := sorted(old.keys() - new.keys()):
            self.place.call("sqs", "untag_queue", QueueUrl=physical_id, TagKeys=removed)
        if new:
            self.place.call("sqs", "tag_queue", QueueUrl=physical_id, Tags=new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        sqs = self.place.client("sqs")
        try:
            sqs.delete_queue(QueueUrl=physical_id)
        except sqs.exceptions.QueueDoesNotExist:
            return

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        queue_name = physical_id.rsplit("/", 1)[-1]
        return {
            "Arn": f"arn:aws:sqs:{self.place.region}:{self.place.account_id}:{queue_name}",
            "QueueName": queue_name,
            "QueueUrl": physical_id,
        }[name]


class QueuePolicy(ResourceType):
    """The policy of one or more queues."""

    name = "AWS::SQS::QueuePolicy"
    properties = frozenset({"PolicyDocument", "Queues"})

    def create(self, properties: Properties) -> str:
        self.update("", properties, {})
        return self.place.generated_name()

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        gone = [url for url in previous.get("Queues", []) if url not in properties["Queues"]]
        self._set(gone, "")
        self._set(properties["Queues"], json.dumps(properties["PolicyDocument"]))

    def delete(self, physical_id: str, properties: Properties) -> None:
        self._set(properties["Queues"], "")

    def _set(self, queues: list[str], policy: str) -> None:
        sqs = self.place.client("sqs")
        for url in queues:
            try:
                sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
            except sqs.exceptions.QueueDoesNotExist:
                if policy:
                    raise


def _attributes(properties: Properties) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key in _DEFAULTS}


RESOURCE_TYPES = (Queue, QueuePolicy)
