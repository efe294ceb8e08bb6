"""Messages to people and programs, by SNS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from botocore.exceptions import ClientError, HTTPClientError, ParamValidationError

from labeling.adapters import aws
from labeling.errors import NotPublished
from labeling.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_sns.client import SNSClient

LONGEST_SUBJECT = 99  # API_Publish: less than 100 characters, without line breaks


class SnsNotifier:
    """`labeling.ports.Notifier`."""

    def __init__(self, client: SNSClient, status_topic_arn: str) -> None:
        self._client = client
        self._status_topic_arn = status_topic_arn

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(aws.client("sns", region=settings.region), settings.status_topic_arn)

    def publish(
        self, topic_arn: str | None, *, subject: str, body: str, attributes: Mapping[str, str]
    ) -> None:
        try:
            self._client.publish(
                TopicArn=topic_arn or self._status_topic_arn,
                Subject=" ".join(subject.split())[:LONGEST_SUBJECT],
                Message=body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value}
                    for name, value in attributes.items()
                    if value  # an attribute cannot be empty
                },
            )
        except (ClientError, HTTPClientError, ParamValidationError) as error:
            raise NotPublished(str(error)) from error
